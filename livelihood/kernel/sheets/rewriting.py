"""Whether a workbook can be taken apart and written again as it is, or whether that would cost more than its cells do.

A library that writes a workbook again makes an object of each cell, also of those that only have a format, and of each
that a merge, a link or a table reaches over: forty bytes may stand for a million of them. So they are counted first.
"""

import io
import re
import zipfile
from collections import Counter
from xml.parsers import expat

from livelihood.kernel.sheets.files import open_book
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.marks import column_number
from livelihood.kernel.sheets.xlsx import walk
from livelihood.kernel.uploads import BROKEN, FileRefused, member_key

SPAN = re.compile("([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?", re.ASCII)
NOT_WALKED = frozenset({"dimension", "autoFilter", "sortState", "sortCondition", "f", "worksheetSource", "location"})
"""What names a span of cells of which none is made."""

PICTURES = (b"\x89PNG", b"\xff\xd8", b"GIF8")
"""How a picture begins that is written again unread."""


def opens_within(content: bytes, limits: Limits) -> bool:
    """Say whether a file of any kind is read within narrower limits than usual."""
    try:
        open_book(io.BytesIO(content), limits, lambda _rows: 0)
    except FileRefused:
        return False
    return True


def is_light(content: bytes, limits: Limits) -> bool:
    """Say whether all of a workbook of Excel, written again, stays within limits: bytes, cells, merges and texts."""
    if not opens_within(content, limits):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > limits.unpacked:
                return False
            return _Weight(archive).is_within(limits)
    except (*BROKEN, FileRefused):
        return False


class _Weight:
    """What all parts of an archive would become, whatever names they stand under."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.cells = 0
        self.parts: Counter[str] = Counter()
        self.pictures: set[str] = set()

    def is_within(self, limits: Limits) -> bool:
        """Walk through all parts.

        :raises FileRefused: one declares a document type, or is nested too deep.
        """
        contents = {member_key(name): self.archive.read(name) for name in self.archive.namelist()}
        for content in contents.values():
            try:
                walk(content, self._element)
            except expat.ExpatError:
                continue  # no XML, or broken: then it cannot be written again, either
            if self.cells > limits.cells:
                return False
        odd = [
            name
            for name, content in contents.items()
            if name.rpartition("/")[2] in self.pictures and not content.startswith(PICTURES)
        ]
        return not odd and max(self.parts.values(), default=0) <= 1

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        tag = name[name.rfind(" ") + 1 :]
        if tag == "c":
            self.cells += 1
        elif tag == "Relationship":
            kind, target = attributes.get("Type", ""), attributes.get("Target", "")
            part = member_key(target).rpartition("/")[2]
            if kind.endswith("/worksheet"):
                self.parts[part] += 1
            elif kind.endswith("/image"):
                self.pictures.add(part)
        elif tag == "sheet":
            self.parts.update(value for key, value in attributes.items() if key.endswith("/relationships id"))
        elif tag not in NOT_WALKED and (span := attributes.get("ref")):
            self.cells += _area(span)


def _area(span: str) -> int:
    """Return how many cells lie in a span; of whole rows or columns, or what is none, more than any limit."""
    place = SPAN.fullmatch(span)
    if place is None:
        return 1 << 40
    first, top, last, bottom = place.groups()
    if last is None:
        return 1
    return (abs(column_number(last) - column_number(first)) + 1) * (abs(int(bottom) - int(top)) + 1)
