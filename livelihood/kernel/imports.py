"""Reads a table from a file of others into typed rows, and says of every wrong cell what, where and how to fix it.

columns = [Column("name", _("Site"), cells.text(120)), Column("start", _("Start"), cells.day(), required=False)]
parsed = read_table(file, columns, key=lambda values: values["name"])
"""

import gc
import re
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.cells import FORMULA_SIGNS, Cell, CellProblem, ColumnParser, Parser
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.folding import VISIBLE, fold
from livelihood.kernel.uploads import FileRefused
from livelihood.kernel.workbooks import Limits, SheetRead, column_letters, open_table

HEAD_WITHIN = 20  # rows
SHOWN = 60  # characters of a wrong value
ROWS_AT_ONCE = 1_000
REMEMBERED = 1_000  # different cells of a column that are not parsed again: codes, dates and names of units repeat
MARK_OF_DUTY = re.compile(r"[(\[](?:必填|选填|必填项|选填项|required|optional)[)\]]|[*: ]")
LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    name: the key of its values.
    heading: as exports write it; recognised in every language of the site.
    parse: turns a filled cell into a value or raises CellProblem; see `cells`.
    required: the column must be there and every row filled; otherwise an empty cell becomes None.
    aliases: further headings it is known by.
    """

    name: str
    heading: Text
    parse: Parser
    required: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell, or in a whole row where `column` is empty."""

    sheet: str
    row: int
    column: Text
    value: str
    problem: Text
    remedy: Text


class Row(NamedTuple):
    """One row without errors; number counts as the spreadsheet does, from 1 and with the head."""

    sheet: str
    number: int
    values: Mapping[str, Any]

    def error(self, column: Column, problem: Text, remedy: Text) -> RowError:
        """Return the report of what only the caller can know to be wrong."""
        value = self.values[column.name]
        shown = "" if value is None else str(value)
        return RowError(self.sheet, self.number, column.heading, shown, problem, remedy)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The outcome: rows without errors, all errors in order, notes on the file, and the number of filled rows read."""

    rows: list[Row]
    errors: list[RowError]
    notes: list[Text]
    total: int


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the head of a sheet ends, which column stands at which place, and headings nobody knows."""

    last_row: int
    columns: dict[int, Column]
    unknown: list[str]
    repeated: list[Text]


def read_table(
    file: BinaryIO,
    columns: Sequence[Column],
    *,
    key: Callable[[Mapping[str, Any]], Hashable] | None = None,
    limits: Limits = LIMITS,
) -> Parsed:
    """Return what the visible sheets with these headings hold.

    file: at its beginning, and seekable.
    key: what makes a row unique; a second row with the same key is an error. None as key is never a duplicate.

    :raises FileRefused: not a table, too large, too slow to read, required columns missing, or no row is filled.
    """
    with _collector_at_rest():
        return _Reading(columns, key, limits).read(file)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Let Python not search for garbage meanwhile: all that is read is kept, and would be searched again and again.

    Of a table of thirty thousand rows that is a third of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


EMPTY = object()
"""What a cell without anything visible holds."""


class _Reader:
    """Reads one column; a value that repeats is parsed once."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.known: dict[Cell, Any] = {}
        self.odd: set[Cell] = set()
        self.formula_like: set[Cell] = set()
        self.formulas = 0

    def read(self, cells: Sequence[Cell]) -> tuple[list[Any], list[int]]:
        """Return the values, with EMPTY and CellProblem among them, and the places of those two."""
        if len(self.known) > REMEMBERED:
            self.known, self.odd, self.formula_like = {}, set(), set()
        if bool in set(map(type, cells)):  # TRUE is equal to 1 and is not the same
            values = [self.parse(cell) for cell in cells]
        else:
            new = set(cells) - self.known.keys()
            if 2 * len(new) > len(cells) and isinstance(self.column.parse, ColumnParser):
                parsed = self.column.parse.at_once(cells)
                if parsed is not None:
                    return parsed, []
            for cell in new:
                self.known[cell] = self.parse(cell)
            values = [self.known[cell] for cell in cells]
        if self.formula_like:
            self.formulas += sum(cell in self.formula_like for cell in cells)
        if self.odd.isdisjoint(cells):
            return values, []
        return values, [place for place, value in enumerate(values) if value is EMPTY or isinstance(value, CellProblem)]

    def parse(self, cell: Cell) -> Any:
        if _is_blank(cell):
            self.odd.add(cell)
            return EMPTY
        try:
            value = self.column.parse(cell)
        except CellProblem as problem:
            self.odd.add(cell)
            return problem
        if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
            self.formula_like.add(cell)
        return value


class _Reading:
    """One run over one file: what has been gathered so far."""

    def __init__(
        self, columns: Sequence[Column], key: Callable[[Mapping[str, Any]], Hashable] | None, limits: Limits
    ) -> None:
        self.columns, self.key, self.limits = columns, key, limits
        self.headings = _known_headings(columns)
        self.rows: list[Row] = []
        self.errors: list[RowError] = []
        self.notes: list[Text] = []
        self.total = self.unlisted = 0
        self.seen: dict[Hashable, Row] = {}
        self.readers = {column.name: _Reader(column) for column in columns}
        self.deadline = time.monotonic() + limits.seconds

    def read(self, file: BinaryIO) -> Parsed:
        table = open_table(file, self.limits)
        self.notes += table.notes
        refusals: list[FileRefused] = []
        read_any = False
        for sheet in table.sheets:
            rows = enumerate(sheet.rows, start=1)
            first = list(islice(rows, HEAD_WITHIN))
            head = _find_head([row for _number, row in first], self.headings)
            if refusal := self.refusal(sheet, head):
                refusals.append(refusal)
                continue
            assert head is not None  # noqa: S101 -- refused above; for the type checker
            read_any = True
            self.note_unknown(sheet, head)
            below = chain(first[head.last_row :], rows)
            while batch := list(islice(below, ROWS_AT_ONCE)):
                self.take(sheet.name, batch[0][0], [row for _number, row in batch], head)
        if not read_any:
            raise refusals[0] if refusals else FileRefused(_("The file holds no table."))
        if not self.total:
            raise FileRefused(_("The file holds headings and no rows below them."))
        self.notes += [refusal.message for refusal in refusals]
        self.close_notes()
        return Parsed(self.rows, self.errors, self.notes, self.total)

    def refusal(self, sheet: SheetRead, head: _Head | None) -> FileRefused | None:
        """Say what keeps a sheet from being read."""
        if head is None:
            wanted = _listed([column.heading for column in self.columns])
            problem = _("{sheet}: no row with the headings was found. Expected: {wanted}.")
            return FileRefused(format_lazy(problem, sheet=_sheet_label(sheet.name), wanted=wanted))
        if head.repeated:
            problem = _("{sheet}: these headings stand there twice: {headings}. Remove one of each.")
            return FileRefused(format_lazy(problem, sheet=_sheet_label(sheet.name), headings=_listed(head.repeated)))
        present = {column.name for column in head.columns.values()}
        missing = [column.heading for column in self.columns if column.required and column.name not in present]
        if missing:
            problem = _("{sheet}: columns are missing: {missing}. Expected: {wanted}.")
            wanted = _listed([column.heading for column in self.columns])
            return FileRefused(
                format_lazy(problem, sheet=_sheet_label(sheet.name), missing=_listed(missing), wanted=wanted)
            )
        return None

    def note_unknown(self, sheet: SheetRead, head: _Head) -> None:
        if head.unknown:
            note = _("{sheet}: these columns are not known and were not read: {headings}.")
            self.notes.append(format_lazy(note, sheet=_sheet_label(sheet.name), headings=_listed(head.unknown)))

    def take(self, sheet: str, number: int, rows: list[list[Cell]], head: _Head) -> None:
        """Take rows that follow each other, column by column: into the rows or, with every problem, into the errors.

        number: of the first row. An empty row is passed over.
        """
        columns = list(zip_longest(*rows, fillvalue=""))
        nothing = ("",) * len(rows)
        read = {}
        empty = set(range(len(rows)))
        for place, column in head.columns.items():
            cells = columns[place] if place < len(columns) else nothing
            values, odd = self.readers[column.name].read(cells)
            read[column.name] = column, cells, values, odd
            empty = {index for index in empty if values[index] is EMPTY}
        self.count_rows(len(rows) - len(empty))
        wrong: dict[int, list[RowError]] = defaultdict(list)
        for column, cells, values, odd in read.values():
            for index in odd:
                if values[index] is EMPTY and not column.required:
                    values[index] = None
                else:
                    wrong[index].append(_error(sheet, number + index, column, cells[index], values[index]))
        absent = [None] * len(rows)
        table = zip(*(read[name][2] if name in read else absent for name in self.readers), strict=True)
        for index, row in enumerate(dict(zip(self.readers, values, strict=True)) for values in table):
            if index in wrong and index not in empty:
                for error in wrong[index]:
                    self.report(error)
            elif index not in empty and not self.is_duplicate(taken := Row(sheet, number + index, row)):
                self.rows.append(taken)

    def count_rows(self, filled: int) -> None:
        self.total += filled
        if self.total > self.limits.rows:
            problem = _("The table has more than {limit} rows. Split it into several files.")
            raise FileRefused(format_lazy(problem, limit=self.limits.rows))
        if time.monotonic() > self.deadline:
            problem = _("Reading took longer than {seconds} seconds. Split the table into several files.")
            raise FileRefused(format_lazy(problem, seconds=self.limits.seconds))

    def is_duplicate(self, row: Row) -> bool:
        key = self.key(row.values) if self.key else None
        if key is None:
            return False
        first = self.seen.setdefault(key, row)
        if first is row:
            return False
        problem = format_lazy(_("The same entry stands already in row {row}."), row=first.number)
        if first.sheet != row.sheet:
            problem = format_lazy(
                _("The same entry stands already in row {row} of {sheet}."),
                row=first.number,
                sheet=_sheet_label(first.sheet),
            )
        parts = key if isinstance(key, tuple) else (key,)
        shown = _shown(", ".join(str(part) for part in parts))
        self.report(RowError(row.sheet, row.number, "", shown, problem, _("Remove one of the two rows.")))
        return True

    def report(self, error: RowError) -> None:
        if len(self.errors) < self.limits.errors:
            self.errors.append(error)
        else:
            self.unlisted += 1

    def close_notes(self) -> None:
        if formulas := sum(reader.formulas for reader in self.readers.values()):
            note = _("{count} cells begin with = + - or @; they are kept as text and never computed.")
            self.notes.append(format_lazy(note, count=formulas))
        if self.unlisted:
            note = _("{count} further errors are not listed.")
            self.notes.append(format_lazy(note, count=self.unlisted))


def _error(sheet: str, number: int, column: Column, cell: Cell, value: Any) -> RowError:
    """Report a cell that is empty or that the column's parser did not take."""
    if value is EMPTY:
        return RowError(sheet, number, column.heading, "", _("This cell is empty."), _("Fill it in."))
    return RowError(sheet, number, column.heading, _shown(cell), value.problem, value.remedy)


def _known_headings(columns: Iterable[Column]) -> dict[str, Column]:
    known = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for column in columns:
                known.update({_heading_key(written): column for written in (column.heading, *column.aliases)})
    return known


def _heading_key(written: object) -> str:
    try:
        return MARK_OF_DUTY.sub("", fold(str(written)))
    except InvalidInput:  # no heading is so long, or so full of marks
        return ""


def _find_head(rows: list[list[Cell]], known: Mapping[str, Column]) -> _Head | None:
    """Return the one or two rows in which most headings are known, the topmost of equals; one alone is no head."""
    wanted = min(2, len({column.name for column in known.values()}))
    best, best_count = None, wanted - 1
    for last in range(len(rows)):
        for head in (
            _head_at(rows, last, known, with_upper=False),
            _head_at(rows, last, known, with_upper=True) if last else None,
        ):
            if head and (count := len(head.columns)) > best_count:
                best, best_count = head, count
    return best


def _head_at(rows: list[list[Cell]], last: int, known: Mapping[str, Column], *, with_upper: bool) -> _Head:
    """Read a head that ends in rows[last]; in one of two rows the upper cells reach over columns or over both rows."""
    lower = [_heading_text(cell) for cell in rows[last]]
    upper = [_heading_text(cell) for cell in rows[last - 1]] if with_upper else []
    columns: dict[int, Column] = {}
    unknown: list[str] = []
    repeated: list[Text] = []
    group = ""
    for place in range(max(len(lower), len(upper))):
        below = lower[place] if place < len(lower) else ""
        above = upper[place] if place < len(upper) else ""
        group = above or group
        candidates = [below, group + below] if below else [above]
        column = next((known[key] for text in candidates if (key := _heading_key(text)) in known), None)
        if column and column in columns.values():
            repeated.append(column.heading)
        elif column:
            columns[place] = column
        elif text := below or above:
            unknown.append(f"{column_letters(place + 1)} {_shown(text)}")
    return _Head(last + 1, columns, unknown, repeated)


def _heading_text(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else str(cell)


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not VISIBLE.search(cell)


def _shown(cell: Cell) -> str:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _sheet_label(name: str) -> Text:
    return format_lazy(_("Sheet “{name}”"), name=name) if name else _("The table")


def _listed(texts: Sequence[Text]) -> Text:
    return format_lazy(", ".join(["{}"] * len(texts)), *texts)
