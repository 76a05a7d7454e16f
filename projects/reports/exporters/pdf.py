"""The report as PDF, set by typst. What people and officials wrote goes in as data, never as markup."""

import json
import shutil
import tempfile
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from projects.reports.exporters.document import document
from projects.reports.models import Report

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "report.typ"
FONT_PACKAGE = "pylopdf_fonts_zh_cn"


def write(report: Report, place: Path) -> None:
    """Write the PDF of a report in its language. The same report gives the same bytes."""
    with translation.override(report.language):
        content = asdict(document(report)) | {
            "language": report.language[:2],
            "contents_title": _("Contents"),
            "how_title": _("How computed"),
        }
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(TEMPLATE, folder)
        Path(folder, "report.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        typst.compile(
            str(Path(folder, TEMPLATE.name)),
            output=str(place),
            root=folder,
            font_paths=[str(files(FONT_PACKAGE))],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": "report.json"},
            timestamp=int(report.requested_at.timestamp()),
        )
