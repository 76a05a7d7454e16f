"""Papers as PDF, set by typst. What people wrote goes in as data, never as markup."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import typst

FONT_PACKAGE = "pylopdf_fonts_zh_cn"


def typeset(
    template: Path, content: Mapping[str, Any], *, at: datetime, file_format: Literal["pdf", "png"] = "pdf"
) -> bytes:
    """Return a paper. The same content gives the same bytes.

    template: reads its content by `json(sys.inputs.data)`. at: the instant the file says it was made.
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(template, folder)
        Path(folder, "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        made: bytes = typst.compile(
            str(Path(folder, template.name)),
            root=folder,
            font_paths=[str(files(FONT_PACKAGE))],
            ignore_system_fonts=True,
            format=file_format,
            sys_inputs={"data": "content.json"},
            timestamp=int(at.timestamp()),
        )
    return made
