"""Papers as PDF, set by typst. What people wrote goes in as data, never as markup, and every character is printed.

The form is that of archives, PDF/A-2u, in which typst writes no box where a character should stand: it refuses. All
fonts of `FONT_FOLDERS` stand in for those a template names.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import DomainError

MOST_NAMED = 10
"""Characters that are named at once; each costs another try to set the paper."""

_NOT_DRAWN = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class Unprintable(DomainError):
    """A paper has characters that no font here draws; nobody is to sign a box."""

    status = 422
    code = "unprintable"

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = tuple(characters)
        named = ", ".join(
            f"{character} ({' '.join(f'U+{ord(point):04X}' for point in character)})" for character in characters
        )
        problem = _(
            "This cannot be printed: no font of the portal has the characters {characters}. Write them differently, or "
            "ask those who run the portal to add a font that has them."
        )
        super().__init__(format_lazy(problem, characters=named))


def typeset(template: Path, content: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return a paper. The same content gives the same bytes.

    template: reads its content by `json(sys.inputs.data)`. at: the instant the file says it was made.

    :raises Unprintable: characters in the content have no glyph in any font.
    """
    written, missing = json.dumps(content, ensure_ascii=False), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        source = shutil.copy(template, folder)
        while True:
            Path(folder, "content.json").write_text(written, encoding="utf-8")
            try:
                made: bytes = typst.compile(
                    source,
                    root=folder,
                    font_paths=_fonts(),
                    sys_inputs={"data": "content.json"},
                    pdf_standards="a-2u",
                    timestamp=int(at.timestamp()),
                )
            except typst.TypstError as error:
                character = _not_drawn(str(error))
                if character not in written:  # another fault, or one of the template itself
                    raise
                missing.append(character)
                written = written.replace(character, "")
                if len(missing) < MOST_NAMED:
                    continue
            if missing:
                # A space between such characters is not drawn either.
                raise Unprintable([character for character in missing if not character.isspace()] or missing)
            return made


def drawn(template: Path, content: Mapping[str, Any]) -> bytes:
    """Return a page of one point to a pixel as PNG; a character that no font has is left out of it."""
    with tempfile.TemporaryDirectory() as folder:
        source = shutil.copy(template, folder)
        Path(folder, "content.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        made: bytes = typst.compile(
            source,
            root=folder,
            font_paths=_fonts(),
            sys_inputs={"data": "content.json"},
            format="png",
            ppi=72,
        )
        return made


def _fonts() -> typst.Fonts:
    """Return the fonts as they are now: one that was added is used by the next paper."""
    folders = [Path(folder) for folder in settings.FONT_FOLDERS]
    return _read(*((str(one), one.stat().st_mtime_ns if one.exists() else 0) for one in folders))


@cache
def _read(*folders: tuple[str, int]) -> typst.Fonts:
    # Those within typst draw nothing for some characters that they lack, and other characters for some of private use.
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[folder for folder, _changed in folders],
    )


def _not_drawn(problem: str) -> str:
    """Return the characters that typst could not draw, from what it says; what stands nowhere if that is not it."""
    found = _NOT_DRAWN.search(problem)
    return _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), found[1]) if found else "\0"
