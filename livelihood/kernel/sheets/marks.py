"""What a sheet says beside its values: how far it reaches, and what is hidden, struck out, merged or computed."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.limits import LIMITS, Limits
from livelihood.kernel.sheets.shapes import Shape
from livelihood.kernel.uploads import FileRefused

# A cell with a value, spelled as Excel, WPS and the common libraries do, and marks of what only the parser may judge: a
# formula, a document type or comment, names with a prefix, a coding of more than one byte a letter.
USUAL_CELL = re.compile(
    rb'<c r="([A-Za-z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)"(?: t="[A-Za-z]+")?| t="[A-Za-z]+")?><(?:v|is)>'
)
UNUSUAL = (b"<!", b"<f", b":v", b":is", b"\0", b"hidden", b"<strike")
# A row without height or a column without width; right="0.7" of the margins, with which most sheets end, is neither.
SIZES = (re.compile(rb"""ht\s*=\s*["']0"""), re.compile(rb"""width\s*=\s*["']0"""))
# What a cell or row says of its place; Excel has three letters and seven digits.
REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE | re.ASCII)
NUMBER = re.compile("[0-9]{1,7}", re.ASCII)
MARKED_COLUMNS = 1_024  # further to the right nothing is read, and a bit each would take much room
MOST_ROWS = 1_048_576  # of a sheet of Excel
PIECE = 1 << 20  # bytes; what is found in all of a large sheet at once would take more room than the sheet
MOST_TAGS = 20  # of a cell with a value, together with the empty ones beside it
DEEPEST = 100  # elements of XML inside each other
TRUE = {"1", "true", "on"}
NO_SIZE = re.compile(r"0+(?:\.0*)?", re.ASCII)
"""A height or width with which a row or column is not to be seen."""

NO_SHAPE: Shape = 0
Merge = tuple[tuple[int, int], tuple[int, int]]
"""Row and column of the first and the last cell, from 0."""


@dataclass(slots=True)
class Marks:
    """What stands beside the values of a sheet. Rows count from 1; sets of columns are bits, column A the lowest.

    rows, columns: the last with a value.
    formulas: computed; uncomputed: that never were; struck: each is row → its cells.
    shapes: what numbers show where it is not themselves; row → column, from 0 → shape.
    parted: cells are told apart by separators alone, and one too many moves those behind it.
    """

    rows: int = 0
    columns: int = 0
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: int = 0
    formulas: dict[int, int] = field(default_factory=dict)
    uncomputed: dict[int, int] = field(default_factory=dict)
    struck: dict[int, int] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    shapes: dict[int, dict[int, Shape]] = field(default_factory=dict)
    parted: bool = False

    def check(self, limits: Limits) -> None:
        """Refuse what reaches too far.

        :raises FileRefused: too many columns, or too large a rectangle around everything that is filled in.
        """
        if self.columns > limits.columns:
            problem = _("The table has {columns} columns; at most {limit} are read.")
            raise FileRefused(format_lazy(problem, columns=self.columns, limit=limits.columns))
        if self.rows * self.columns > limits.cells:
            problem = _("The table reaches down to row {row}. Delete what stands far below it, or split it.")
            raise FileRefused(format_lazy(problem, row=self.rows))
        if max(len(self.formulas), len(self.uncomputed)) > limits.rows:
            problem = _("The table has more than {limit} rows. Split it into several files.")
            raise FileRefused(format_lazy(problem, limit=limits.rows))


def columns_between(first: int, last: int) -> int:
    """Return the bits of some columns; they count from 1, and those that are not read have none."""
    first, last = max(first, 1), min(last, MARKED_COLUMNS)
    return ((1 << last - first + 1) - 1) << first - 1 if first <= last else 0


def quick_measure(
    content: bytes, struck_styles: frozenset[str] = frozenset(), shapes: Mapping[str, Shape] | None = None
) -> Marks | None:
    """Return what `measure` does for a sheet that is spelled as usual and has no marks but styles, many times as fast.

    None where a single value stands in a cell that is spelled otherwise, or anything else is; then the parser decides.
    """
    if any(mark in content for mark in UNUSUAL) or _hides_by_size(content):
        return None
    if not content[-100:].rstrip().endswith(b"</worksheet>"):
        return None
    marks, count, letters = Marks(), 0, set[bytes]()
    struck, shaped = (
        {style.encode() for style in struck_styles},
        {s.encode(): shape for s, shape in (shapes or {}).items()},
    )
    for start, end in _pieces(content):
        found = USUAL_CELL.findall(content, start, end)
        count += len(found)
        letters.update({letters for letters, _row, _style in found})
        marks.rows = max(marks.rows, max(map(int, {row for _letters, row, _style in found}), default=0))
        if struck or shaped:
            _note_styles(marks, found, struck, shaped)
    if content.count(b"<") > MOST_TAGS * (count + 1_000):  # little of it is cells
        return None
    if count != content.count(b"<v") + content.count(b"<is"):
        return None
    marks.columns = max((column_number(each.decode()) for each in letters), default=0)
    return marks


def _note_styles(
    marks: Marks, cells: list[tuple[bytes, bytes, bytes]], struck: Collection[bytes], shapes: Mapping[bytes, Shape]
) -> None:
    """Note which cells are struck out, and what shapes they have, by their styles. cells: column, row and style."""
    for letters, written, style in cells:
        if style not in struck and style not in shapes:
            continue
        row, column = int(written), column_number(letters.decode())
        if column > MARKED_COLUMNS:
            continue
        if shape := shapes.get(style):
            marks.shapes.setdefault(row, {})[column - 1] = shape
        if style in struck:
            marks.struck[row] = marks.struck.get(row, 0) | 1 << column - 1


def _hides_by_size(content: bytes) -> bool:
    """Say whether a row or column may have no size."""
    return any(
        content[found.start() - 1 : found.start()].isspace() for size in SIZES for found in size.finditer(content)
    )


def _pieces(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the pieces of a sheet begin and end that are looked through at once; each begins with a cell."""
    start = 0
    while start < len(content):
        end = content.find(b"<c ", start + PIECE)
        yield start, end if end >= 0 else len(content)
        start = end if end >= 0 else len(content)


def measure(
    content: bytes,
    struck_styles: frozenset[str] = frozenset(),
    struck_texts: frozenset[str] = frozenset(),
    limits: Limits = LIMITS,
    shapes: Mapping[str, Shape] | None = None,
) -> Marks:
    """Return what the XML of a sheet really holds; cells with a format and no value do not count.

    struck_styles: numbers of the cell styles that strike out; struck_texts: numbers of the shared texts that are
    struck out, at least in part. shapes: of the cell styles that have one.

    :raises FileRefused: it declares a document type, which no spreadsheet needs, or a place that no sheet has, or more
        than is read.
    """
    return _Measuring(struck_styles, struck_texts, limits, shapes or {}).read(content)


class _Measuring:
    """One run of the parser over one sheet."""

    def __init__(
        self, struck_styles: frozenset[str], struck_texts: frozenset[str], limits: Limits, shapes: Mapping[str, Shape]
    ) -> None:
        self.shapes, self.shape = shapes, NO_SHAPE
        self.struck_styles, self.struck_texts, self.limits = struck_styles, struck_texts, limits
        self.marks = Marks()
        self.row = self.column = self.depth = 0
        self.numbers: dict[str, int] = {}
        self.formula = self.styled = self.shared = self.is_text = self.in_value = False
        self.value: list[str] = []

    def read(self, content: bytes) -> Marks:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = refuse
        parser.Parse(content, True)
        return self.marks

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name[name.rfind(" ") + 1 :]
        self.depth += 1
        if self.depth > DEEPEST:
            refuse()
        if tag == "c":
            self.start_cell(attributes)
        elif tag in {"v", "t"}:
            self.in_value, self.value = True, []
        elif tag == "f":
            self.formula = True
            self.mark(self.marks.formulas)
        elif tag == "strike" and attributes.get("val", "1") in TRUE:
            self.mark(self.marks.struck)
        elif tag == "row":
            number = attributes.get("r", str(self.row + 1))
            self.row, self.column = self.number(number), 0
            if attributes.get("hidden") in TRUE or NO_SIZE.fullmatch(attributes.get("ht", "")):
                self.marks.hidden_rows.add(self.row)
        elif tag == "col" and (attributes.get("hidden") in TRUE or NO_SIZE.fullmatch(attributes.get("width", ""))):
            first, last = (self.number(attributes.get(each, "")) for each in ("min", "max"))
            self.marks.hidden_columns |= columns_between(first, last)

    def number(self, written: str) -> int:
        """Return the number of a row or column.

        :raises FileRefused: no sheet has one of this number.
        """
        number = int((NUMBER.fullmatch(written) or refuse())[0])
        return number if number <= MOST_ROWS else refuse()

    def start_cell(self, attributes: dict[str, str]) -> None:
        if reference := attributes.get("r"):
            place = REFERENCE.fullmatch(reference) or refuse()
            letters, self.row = place[1], self.number(place[2])
            self.column = self.numbers.get(letters) or self.numbers.setdefault(letters, column_number(letters))
        else:
            self.column += 1
        self.formula = False
        self.styled, kind = attributes.get("s") in self.struck_styles, attributes.get("t")
        self.shared, self.is_text = kind == "s", kind == "str"
        self.shape = self.shapes.get(attributes.get("s", ""), NO_SHAPE)

    def text(self, written: str) -> None:
        if self.in_value and (self.formula or self.shared) and len(self.value) < 10:  # noqa: PLR2004 -- enough to see
            self.value.append(written)

    def end(self, name: str) -> None:
        tag = name[name.rfind(" ") + 1 :]
        self.depth -= 1
        if tag in {"v", "t"} and self.in_value:
            self.in_value = False
            if self.formula and not self.value and not self.is_text:  # a computed text may be empty
                return
            self.formula = False
            self.marks.rows, self.marks.columns = max(self.marks.rows, self.row), max(self.marks.columns, self.column)
            if self.shape and self.column <= MARKED_COLUMNS:
                self.marks.shapes.setdefault(self.row, {})[self.column - 1] = self.shape
            if self.styled or (self.shared and "".join(self.value) in self.struck_texts):
                self.mark(self.marks.struck)
        elif tag == "c" and self.formula:
            self.formula = False
            if self.row in self.marks.formulas:
                self.marks.formulas[self.row] &= ~(1 << max(self.column - 1, 0))
                if not self.marks.formulas[self.row]:
                    del self.marks.formulas[self.row]
            self.mark(self.marks.uncomputed)

    def mark(self, cells: dict[int, int]) -> None:
        if self.column > MARKED_COLUMNS:
            return
        cells[self.row] = cells.get(self.row, 0) | 1 << max(self.column - 1, 0)
        if len(cells) > self.limits.rows:
            self.marks.check(self.limits)


def refuse(*_doctype: object) -> NoReturn:
    """Refuse a damaged workbook.

    :raises FileRefused: always.
    """
    raise FileRefused(_("The workbook is damaged. Open it in Excel or WPS and save it as .xlsx again."))


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
