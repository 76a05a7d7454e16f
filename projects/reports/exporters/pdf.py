"""The year-end report as PDF: the texts of `document`, set by typst."""

from dataclasses import asdict
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from livelihood.kernel.naming import portal_name
from livelihood.kernel.typesetting import typeset
from projects.reports.exporters.document import document
from projects.reports.models import Report

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "report.typ"


def write(report: Report, place: Path) -> None:
    """Write the PDF of a report in its language. The same report of a portal of the same name gives the same bytes."""
    with translation.override(report.language):
        content = asdict(document(report)) | {
            "language": report.language[:2],
            "portal": portal_name(),
            "contents_title": _("Contents"),
            "how_title": _("How computed"),
        }
    place.write_bytes(typeset(TEMPLATE, content, at=report.requested_at))
