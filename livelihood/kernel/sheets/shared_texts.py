"""What a small workbook makes the reader of values set aside is judged before it is read.

A text stands once in the file, may be named by a hundred thousand cells, and is copied into each of them.
"""

import re
from collections.abc import Callable, Iterable
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.marks import refuse
from livelihood.kernel.uploads import FileRefused

# Shared texts and how many they say they are, for which the reader would make room.
ANNOUNCED = re.compile(
    rb"""(<(?:[^\s<>/"']+:)?sst\b(?:[^<>"']|"[^"]*"|'[^']*')*?)\suniqueCount\s*=\s*(?:"[^"]*"|'[^']*')"""
)
SHARED_NUMBER = re.compile(r"\s*\+?0*[0-9]{1,9}\s*", re.ASCII)


def unannounced(content: bytes) -> bytes:
    """Return the part with the shared texts without the number of them that it announces."""
    return ANNOUNCED.sub(rb"\1", content)


def check_text(shared: bytes, sheets: Callable[[], Iterable[bytes]], limits: Limits) -> None:
    """Refuse a workbook whose cells hold more text than its size tells.

    shared: the part with shared texts. sheets: yields the parts with cells.

    :raises FileRefused: too much text.
    """
    if not shared:
        return
    # Before the first text there is none; within a text nothing looks like the next one, save in what begins with <!.
    first, *texts = shared.split(b"<si")
    longest = max(map(len, texts), default=len(first)) if b"<!" not in shared else len(shared)
    if longest * sum(sheet.count(b"<v") + sheet.count(b":v") for sheet in sheets()) <= limits.text:
        return
    lengths = _lengths(shared)
    if sum(_shared_text(sheet, lengths) for sheet in sheets()) > limits.text:
        raise FileRefused(_("Unpacked, this workbook is too large. Split it, or send it as CSV."))


def _lengths(shared: bytes) -> list[int]:
    """Return the number of characters of each shared text."""
    lengths: list[int] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.endswith(" si"):
            lengths.append(0)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(shared, True)
    return lengths


def _shared_text(sheet: bytes, lengths: list[int]) -> int:
    """Return how many characters the cells of a sheet take from the shared texts."""
    total, number, is_shared = 0, "", False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number, is_shared
        if name.endswith(" c"):
            number, is_shared = "", attributes.get("t") == "s"

    def text(part: str) -> None:
        nonlocal number
        if is_shared:
            number += part

    def end(name: str) -> None:
        nonlocal total
        if name.endswith(" v") and is_shared and SHARED_NUMBER.fullmatch(number) and int(number) < len(lengths):
            total += lengths[int(number)]

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, text, end
    parser.Parse(sheet, True)
    return total
