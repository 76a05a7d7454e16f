"""Opens workbooks of Excel 5 to 2003, in one pass over their records.

They are read here and not by a library: the one at hand ends the whole process on some damaged files, and says nothing
of what is hidden or struck out.
Source: [MS-XLS] Excel Binary File Format.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.books import Book, SheetOfBook, locked
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.compound import stream
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.marks import Marks
from livelihood.kernel.sheets.shapes import Shape, shape_of, shapes_of_excel
from livelihood.kernel.uploads import FileRefused

BOF, EOF, CONTINUE, FILEPASS = 0x809, 0x0A, 0x3C, 0x2F
CODEPAGE, DATE_1904, FONT, FORMAT, STYLE, BOUNDS, TEXTS = 0x42, 0x22, 0x31, 0x41E, 0xE0, 0x85, 0xFC
ROW, COLUMNS, MERGES = 0x208, 0x7D, 0xE5
NUMBER, LABEL, BOOL_OR_ERROR, SHORT, SHARED_TEXT, FORMULA, RICH, RESULT, SHORTS = (
    0x203, 0x204, 0x205, 0x27E, 0xFD, 0x06, 0xD6, 0x207, 0xBD,
)  # fmt: skip
EXCEL_97, SHEET = 0x600, 0x10
MOST_COLUMNS = 256
NO_NUMBER, IS_TEXT, IS_BOOL, IS_ERROR = b"\xff\xff", 0, 1, 2
"""A result of a formula that is no number: the end of its eight bytes, and then their first."""
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
DATE_FORMAT = re.compile(r"[ymdhsYMDHS年月日]")
NO_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|General', re.IGNORECASE)
ENCODINGS = {936: "gb18030", 950: "big5", 1200: "utf-16-le", 65001: "utf-8"}


def open_xls(file: BinaryIO, limits: Limits) -> Book:
    """Open a workbook.

    :raises FileRefused: too large, damaged, locked by a password.
    """
    try:
        walk = _Walk(limits)
        walk.over(stream(file.read(), ("Workbook", "Book")))
    except (struct.error, IndexError, ValueError, LookupError, OverflowError) as error:
        raise FileRefused(_("The workbook is damaged. Open it in Excel or WPS and save it as .xlsx again.")) from error
    sheets = [SheetOfBook(one.name, one.hidden, partial(_rows, one), one.marks) for one in walk.sheets]
    return Book(sheets, [], walk.from_1904)


@dataclass(slots=True)
class _Sheet:
    """One sheet as it is being read: row and column, from 0 → value."""

    name: str
    hidden: bool
    marks: Marks = field(default_factory=Marks)
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)


def _rows(sheet: _Sheet) -> Iterator[list[Cell]]:
    columns = range(sheet.marks.columns)
    for row in range(sheet.marks.rows):
        cells = sheet.cells.get(row, {})
        yield [cells.get(column, "") for column in columns]


@dataclass(slots=True)
class _Walk:
    """One walk over the records: what has been seen so far."""

    limits: Limits
    sheets: list[_Sheet] = field(default_factory=list)
    from_1904: bool = False
    encoding: str = "cp1252"
    is_wide: bool = True
    bounds: dict[int, tuple[str, bool]] = field(default_factory=dict)
    fonts: list[bool] = field(default_factory=list)
    formats: set[int] = field(default_factory=lambda: set(DATE_FORMATS))
    shapes: dict[int, Shape] = field(default_factory=shapes_of_excel)
    styles: list[tuple[bool, bool, Shape]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    struck_texts: set[int] = field(default_factory=set)
    depth: int = 0
    sheet: _Sheet | None = None
    awaited: tuple[int, int] | None = None

    def over(self, content: bytes) -> None:
        """Walk over all records.

        :raises FileRefused: locked by a password, or a sheet reaches too far.
        """
        at, end = 0, len(content) - 4
        while at <= end:
            kind, length = struct.unpack_from("<HH", content, at)
            start, at = at, at + 4 + length
            parts = [content[start + 4 : at]]
            while kind == TEXTS and at <= end and struct.unpack_from("<H", content, at)[0] == CONTINUE:
                length = struct.unpack_from("<H", content, at + 2)[0]
                parts.append(content[at + 4 : at + 4 + length])
                at += 4 + length
            if kind == BOF:
                self.begin(start, parts[0])
            elif kind == EOF:
                self.depth -= 1
                self.sheet = self.sheet if self.depth else None
            elif kind == FILEPASS:
                raise locked()
            elif self.sheet is not None and self.depth == 1:
                self.part(kind, parts[0], self.sheet)
            elif self.depth == 1:
                self.common(kind, parts)

    def begin(self, start: int, body: bytes) -> None:
        version, kind = struct.unpack_from("<HH", body)
        self.is_wide = version == EXCEL_97
        self.depth += 1
        if self.depth == 1 and kind == SHEET:
            name, hidden = self.bounds.get(start, ("", False))
            self.sheet = _Sheet(name, hidden)
            self.sheets.append(self.sheet)

    def common(self, kind: int, parts: list[bytes]) -> None:
        """Read what stands before the sheets."""
        body = parts[0]
        if kind == CODEPAGE:
            page = struct.unpack_from("<H", body)[0]
            self.encoding = ENCODINGS.get(page, f"cp{page}")
        elif kind == DATE_1904:
            self.from_1904 = body[:1] == b"\x01"
        elif kind == FONT:
            if len(self.fonts) == 4:  # noqa: PLR2004 -- number 4 is left out
                self.fonts.append(False)
            self.fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & 0x08))
        elif kind == FORMAT:
            written = self.text(body, 2)
            number = struct.unpack_from("<H", body)[0]
            if DATE_FORMAT.search(NO_FORMAT.sub("", written)):
                self.formats.add(number)
            self.shapes[number] = shape_of(written)
        elif kind == STYLE:
            font, shape = struct.unpack_from("<HH", body)
            is_struck = font < len(self.fonts) and self.fonts[font]
            self.styles.append((is_struck, shape in self.formats, self.shapes.get(shape, 0)))
        elif kind == BOUNDS:
            start, visibility, _kind = struct.unpack_from("<IBB", body)
            self.bounds[start] = self.text(body, 6, short=True), visibility != 0
        elif kind == TEXTS:
            self.share_texts(parts)

    def part(self, kind: int, body: bytes, sheet: _Sheet) -> None:
        """Read what stands in a sheet."""
        marks = sheet.marks
        if kind == SHORTS:
            row, column = struct.unpack_from("<2H", body)
            for place in range((len(body) - 6) // 6):
                style, short = struct.unpack_from("<HI", body, 4 + 6 * place)
                self.put(sheet, row, column + place, style, _short_number(short))
        elif kind == ROW:
            row, bits = struct.unpack_from("<H", body)[0], struct.unpack_from("<I", body, 12)[0]
            if bits & 0x20:
                marks.hidden_rows.add(row + 1)
        elif kind == COLUMNS:
            first, last, _width, _style, bits = struct.unpack_from("<5H", body)
            first, last = min(first, MOST_COLUMNS), min(last, MOST_COLUMNS)
            if bits & 1 and first <= last:
                marks.hidden_columns |= ((1 << last - first + 1) - 1) << first
        elif kind == MERGES:
            self.merge(body, marks)
        elif kind == RESULT and self.awaited is not None:
            row, column = self.awaited
            sheet.cells[row][column] = self.text(body, 0)
            self.awaited = None
        else:
            self.cell(kind, body, sheet)

    def merge(self, body: bytes, marks: Marks) -> None:
        for place in range(struct.unpack_from("<H", body)[0]):
            top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * place)
            marks.merges.append(((top, left), (bottom, right)))
        if len(marks.merges) > self.limits.merges:
            raise FileRefused(_("A sheet has too many merged cells. Unmerge them, or split the table."))

    def cell(self, kind: int, body: bytes, sheet: _Sheet) -> None:
        """Read a record of one cell."""
        value: Cell
        struck = False
        if kind == NUMBER:
            value = struct.unpack_from("<d", body, 6)[0]
        elif kind == SHORT:
            value = _short_number(struct.unpack_from("<I", body, 6)[0])
        elif kind in {LABEL, RICH}:
            value = self.text(body, 6)
        elif kind == SHARED_TEXT:
            number = struct.unpack_from("<I", body, 6)[0]
            value, struck = self.texts[number], number in self.struck_texts
        elif kind == BOOL_OR_ERROR:
            value = ERRORS.get(body[6], "#VALUE!") if body[7] else bool(body[6])
        elif kind == FORMULA:
            value = _result(body[6:14])
        else:
            return
        row, column, style = struct.unpack_from("<3H", body)
        self.put(sheet, row, column, style, value, struck=struck)
        if kind == FORMULA:
            if column < MOST_COLUMNS:
                sheet.marks.formulas[row + 1] = sheet.marks.formulas.get(row + 1, 0) | 1 << column
            is_text = body[12:14] == NO_NUMBER and body[6] == IS_TEXT
            self.awaited = (row, column) if is_text else None

    def put(self, sheet: _Sheet, row: int, column: int, style: int, value: Cell, *, struck: bool = False) -> None:
        marks = sheet.marks
        marks.rows, marks.columns = max(marks.rows, row + 1), max(marks.columns, column + 1)
        marks.check(self.limits)
        is_struck, is_date, shape = self.styles[style] if style < len(self.styles) else (False, False, 0)
        if is_date and isinstance(value, int | float) and not isinstance(value, bool):
            value = self.day(value)
        if shape:
            marks.shapes.setdefault(row + 1, {})[column] = shape
        sheet.cells.setdefault(row, {})[column] = value
        if is_struck or struck:
            marks.struck[row + 1] = marks.struck.get(row + 1, 0) | 1 << column

    def share_texts(self, parts: list[bytes]) -> None:
        """Read the texts that cells share, and which of them are struck out, at least in part."""
        reader = _Parts(parts)
        count = struct.unpack("<II", reader.take(8))[1]
        for number in range(count):
            if reader.is_at_end:
                return
            if number == self.limits.texts:
                problem = _("The workbook has more than {limit} different texts. Split it into several files.")
                raise FileRefused(format_lazy(problem, limit=self.limits.texts))
            length, flags = struct.unpack("<HB", reader.take(3))
            runs = struct.unpack("<H", reader.take(2))[0] if flags & 8 else 0
            more = struct.unpack("<I", reader.take(4))[0] if flags & 4 else 0
            self.texts.append(reader.characters(length, flags & 1))
            fonts_of_runs = struct.unpack(f"<{2 * runs}H", reader.take(4 * runs))[1::2]
            reader.take(more)
            if any(font < len(self.fonts) and self.fonts[font] for font in fonts_of_runs):
                self.struck_texts.add(number)

    def day(self, serial: float) -> Cell:
        """Return the day or instant of a serial number; what is none stays a number."""
        start = datetime(1904, 1, 1) if self.from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 -- of no zone
        if not 1 <= serial < 2_958_466:  # noqa: PLR2004 -- the end of the year 9999
            return serial
        instant = start + timedelta(seconds=round(serial * 86_400))
        return date(instant.year, instant.month, instant.day) if serial == int(serial) else instant

    def text(self, body: bytes, at: int, *, short: bool = False) -> str:
        """Return a text with its length before it, in one byte or two."""
        length = body[at] if short else struct.unpack_from("<H", body, at)[0]
        at += 1 if short else 2
        if not self.is_wide:
            return body[at : at + length].decode(self.encoding, "replace")
        wide = body[at] & 1
        return _decoded(body[at + 1 : at + 1 + length * (1 + wide)], wide)


def _decoded(content: bytes, wide: int) -> str:
    return content.decode("utf-16-le" if wide else "latin-1", "replace")


def _short_number(short: int) -> float:
    """Return a number of thirty bits: whole or the beginning of a float, and perhaps a hundred times as large."""
    if short & 2:
        value = float((short >> 2) - (1 << 30 if short & 1 << 31 else 0))
    else:
        value = struct.unpack("<d", struct.pack("<Q", (short & ~3) << 32))[0]
    return value / 100 if short & 1 else value


def _result(eight: bytes) -> Cell:
    if eight[6:8] != NO_NUMBER:
        return struct.unpack("<d", eight)[0]
    if eight[0] == IS_ERROR:
        return ERRORS.get(eight[2], "#VALUE!")
    return bool(eight[2]) if eight[0] == IS_BOOL else ""


class _Parts:
    """Reads on from record to record."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.part = self.at = 0

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        return self.part >= len(self.parts) - 1 and self.at >= len(self.parts[-1])

    def take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            here = self.parts[self.part][self.at : self.at + count - len(taken)]
            self.at += len(here)
            taken += here
            if len(taken) < count:
                self.part, self.at = self.part + 1, 0
        return taken

    def characters(self, count: int, wide: int) -> str:
        """Return so many characters; where they go on in the next record, its first byte says how wide they are."""
        pieces: list[str] = []
        while count:
            if self.at >= len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 1
                wide = self.parts[self.part][0] & 1
            here = self.parts[self.part][self.at : self.at + count * (1 + wide)]
            pieces.append(_decoded(here, wide))
            self.at += len(here)
            count -= max(len(here) // (1 + wide), 1)
        return "".join(pieces)
