"""Opens workbooks of LibreOffice and others (OpenDocument), in one pass over their XML."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import BinaryIO
from xml.parsers import expat

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.archives import unpacking
from livelihood.kernel.sheets.books import Book, SheetOfBook
from livelihood.kernel.sheets.cells import LONGEST, Cell, plain
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.marks import DEEPEST, Marks, refuse
from livelihood.kernel.sheets.shapes import Shape, shown_otherwise
from livelihood.kernel.uploads import FileRefused

CONTENT = "content.xml"
SHOWN = {
    "date": re.compile(r"\d{4}[-/.年]\d{1,2}月?", re.ASCII),
    "float": re.compile(r"0\d{1,14}", re.ASCII),
}
"""What a cell shows that says more than its value: a month without its day, a code with its zeros."""
WORDED = re.compile(r"[^\d.,\s%+\-eE]|\d-\d")
"""What stands around a number that shows more than itself."""
MOST = 1 << 20
"""Rows and columns of the largest sheet there is; nothing is repeated more often."""


def open_ods(file: BinaryIO, limits: Limits) -> Book:
    """Open a workbook.

    :raises FileRefused: too large, damaged.
    """
    with unpacking(file, limits) as archive:
        reading = _ReadingOfOds(limits)
        reading.read(archive.read(CONTENT))
    return Book([
        SheetOfBook(table.name, table.hidden, partial(_rows, table.rows, table.marks.columns), table.marks)
        for table in reading.tables
    ])  # fmt: skip


def _rows(rows: list[tuple[int, list[Cell]]], columns: int) -> Iterator[list[Cell]]:
    """Yield the rows with the empty ones between them."""
    at = 0
    for number, row in rows:
        for _number in range(at + 1, number):
            yield [""] * columns
        yield row
        at = number


class _Table:
    """One sheet as it is being read: rows with a value and their numbers, from 1."""

    def __init__(self, name: str, *, hidden: bool) -> None:
        self.name, self.hidden = name, hidden
        self.rows: list[tuple[int, list[Cell]]] = []
        self.marks = Marks()
        self.row = self.column = self.columns_seen = 0


class _ReadingOfOds:
    """One run of the parser."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.tables: list[_Table] = []
        self.hidden_styles: set[str] = set()
        self.struck_styles: set[str] = set()
        self.style = ""
        self.table = _Table("", hidden=False)
        self.row: list[Cell] = []
        self.blank = self.row_repeats = self.cell_repeats = self.aside = self.tables_open = 0
        self.depth = 0
        self.row_bits: dict[str, int] = {}
        self.row_shapes: dict[int, Shape] = {}
        self.cell: dict[str, str] | None = None
        self.text: list[str] = []
        self.struck = False

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = refuse
        parser.buffer_text = True
        parser.Parse(content, True)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name[name.rfind(" ") + 1 :]
        given = {key[key.rfind(" ") + 1 :]: value for key, value in attributes.items()}
        self.depth += 1
        if self.depth > DEEPEST:
            refuse()
        if self.aside or tag in {"annotation", "tracked-changes", "shapes"}:
            self.aside += 1
        elif self.cell is not None:
            self.inside_cell(tag, given)
        elif tag.endswith(("style", "-properties")):
            self.start_style(tag, given)
        else:
            self.start_part(tag, given)

    def start_style(self, tag: str, given: dict[str, str]) -> None:
        if tag == "style":
            self.style = given.get("name", "")
        elif tag == "text-properties" and given.get("text-line-through-style", "none") != "none":
            self.struck_styles.add(self.style)
        elif tag == "table-properties" and given.get("display") == "false":
            self.hidden_styles.add(self.style)

    def start_part(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table":
            self.table = _Table(given.get("name", ""), hidden=given.get("style-name") in self.hidden_styles)
            self.tables.append(self.table)
            if len(self.tables) > self.limits.sheets:
                raise FileRefused(
                    format_lazy(_("The workbook has more than {limit} sheets."), limit=self.limits.sheets)
                )
        elif tag == "table-column":
            self.start_column(given)
        elif tag == "table-row":
            self.row, self.blank, self.row_bits, self.row_shapes = [], 0, {}, {}
            self.row_repeats = repeats(given.get("number-rows-repeated"))
            if self.table.row + self.row_repeats > MOST:
                refuse()
            if given.get("visibility", "visible") != "visible" and self.row_repeats <= self.limits.rows:
                self.table.marks.hidden_rows |= set(range(self.table.row + 1, self.table.row + self.row_repeats + 1))
        elif tag in {"table-cell", "covered-table-cell"}:
            self.cell, self.text = given | {"tag": tag}, []
            self.struck = given.get("style-name") in self.struck_styles
            self.cell_repeats = repeats(given.get("number-columns-repeated"))

    def start_column(self, given: dict[str, str]) -> None:
        count = repeats(given.get("number-columns-repeated"))
        if given.get("visibility", "visible") != "visible" and self.table.columns_seen < self.limits.columns:
            bits = (1 << min(count, self.limits.columns)) - 1
            self.table.marks.hidden_columns |= bits << self.table.columns_seen
        self.table.columns_seen += count

    def inside_cell(self, tag: str, given: dict[str, str]) -> None:
        if len(self.text) > LONGEST:
            raise FileRefused(_("A cell of this workbook holds more text than Excel allows. Shorten it."))
        if tag == "p" and self.text:
            self.text.append("\n")
        elif tag == "s":
            self.text.append(" " * min(repeats(given.get("c")), 100))
        elif tag in {"tab", "line-break"}:
            self.text.append("\t" if tag == "tab" else "\n")
        elif tag == "span":
            self.struck |= given.get("style-name") in self.struck_styles
        elif tag in {"table", "frame", "custom-shape"}:
            self.aside += 1

    def characters(self, written: str) -> None:
        if self.cell is not None and not self.aside:
            self.text.append(written)

    def end(self, name: str) -> None:
        tag = name[name.rfind(" ") + 1 :]
        self.depth -= 1
        if self.aside:
            self.aside -= 1
        elif tag in {"table-cell", "covered-table-cell"} and self.cell is not None:
            self.end_cell(self.cell)
            self.cell = None
        elif tag == "table-row":
            self.end_row()

    def end_cell(self, given: dict[str, str]) -> None:
        text = "".join(self.text)
        shown = SHOWN.get(given.get("value-type", ""))
        value = text if shown and shown.fullmatch(text) else _value(given, text)
        marks, at, row = self.table.marks, len(self.row) + self.blank, self.table.row
        if text and given.get("value-type") in {"float", "percentage", "currency"} and _says_more(text, value):
            for place in range(at, at + self.cell_repeats) if self.cell_repeats <= self.limits.columns else ():
                self.row_shapes[place] = " ".join(text.split())
        if "formula" in given and value == "" and "value-type" not in given:
            self.note_row("uncomputed", at)
        elif "formula" in given:
            self.note_row("formulas", at)
        down, over = repeats(given.get("number-rows-spanned")), repeats(given.get("number-columns-spanned"))
        if down > 1 or over > 1:
            marks.merges.append(((row, at), (row + down - 1, at + over - 1)))
            if len(marks.merges) > self.limits.merges:
                raise FileRefused(_("A sheet has too many merged cells. Unmerge them, or split the table."))
        # What a merge covers is not seen.
        if value == "" or given["tag"] == "covered-table-cell":
            self.blank += self.cell_repeats
            return
        if self.struck:
            self.note_row("struck", at)
        marks.columns = max(marks.columns, at + self.cell_repeats)
        marks.check(self.limits)
        self.row += [""] * self.blank + [value] * self.cell_repeats
        self.blank = 0

    def note_row(self, what: str, place: int) -> None:
        self.row_bits[what] = self.row_bits.get(what, 0) | 1 << min(place, self.limits.columns)

    def end_row(self) -> None:
        table = self.table
        first, table.row = table.row + 1, table.row + self.row_repeats
        if not self.row and not self.row_bits:
            return
        table.marks.rows = table.row
        table.marks.check(self.limits)
        if self.row_repeats > self.limits.rows:
            raise FileRefused(_("The same row is repeated too often. Delete what stands below the table."))
        for number in range(first, table.row + 1):
            table.rows.append((number, self.row))
            if self.row_shapes:
                table.marks.shapes[number] = self.row_shapes
            for what, bits in self.row_bits.items():
                getattr(table.marks, what)[number] = bits


def repeats(written: str | None) -> int:
    """Return how often something is repeated.

    :raises FileRefused: more often than any sheet is large.
    """
    if written is None:
        return 1
    if not (written.isascii() and written.isdigit() and len(written) < len("10000000")):
        refuse()
    return min(int(written), MOST)


def _says_more(text: str, value: Cell) -> bool:
    """Say whether what a number shows is more than itself: words, or other digits than it has."""
    if not isinstance(value, float) or "E" in text.upper():
        return isinstance(value, float) and bool(WORDED.search(text))
    is_other = text.replace(",", "") != plain(value)
    return bool(WORDED.search(text)) or (is_other and not value.is_integer()) or bool(shown_otherwise(value, text))


def _value(given: dict[str, str], text: str) -> Cell:
    kind = given.get("value-type", "")
    if text.startswith("Err:"):
        return "#VALUE!"
    try:
        if kind in {"float", "currency", "percentage"}:
            return float(given["value"])
        if kind == "date":
            written = given["date-value"]
            return datetime.fromisoformat(written) if "T" in written else date.fromisoformat(written)
        if kind == "boolean":
            return given["boolean-value"] == "true"
    except (KeyError, ValueError):
        return text
    return given.get("string-value") or text
