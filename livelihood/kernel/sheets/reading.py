"""Reads a sheet of a kind into typed rows, and says of everything else what it is, where, and how to put it right.

reading = read_sheet(file, kind)                        the sheet whose head fits best, by the headings it knows
reading = read_sheet(file, kind, sheet="9月", mapping={"点位情况": "name"}, datum=Datum.GCJ02, year=2027)
reading = kind.resolve(reading, cycle)                  what only the database can tell
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice, zip_longest
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.collector import collector_at_rest
from livelihood.kernel.folding import VISIBLE, fold
from livelihood.kernel.sheets.cells import NOT_ONE_OF, Cell, CellProblem, Context
from livelihood.kernel.sheets.choosing import choose, sheet_label
from livelihood.kernel.sheets.columns import EMPTY, ColumnReader
from livelihood.kernel.sheets.declaration import Kind, written
from livelihood.kernel.sheets.files import open_book
from livelihood.kernel.sheets.filling import Above, Fills, cells_otherwise, says_something, shown_cells
from livelihood.kernel.sheets.headless import Headless
from livelihood.kernel.sheets.heads import Head, Heading, fit
from livelihood.kernel.sheets.limits import LIMITS, Limits
from livelihood.kernel.sheets.lines import Lines, Why
from livelihood.kernel.sheets.parting import error_in, part
from livelihood.kernel.sheets.points import Datum, Remark
from livelihood.kernel.sheets.repeats import Repeats
from livelihood.kernel.sheets.results import SHOWN, LeftOut, Note, Reading, Row, RowError, What, shown
from livelihood.kernel.sheets.saying import SaidOfAll, said_of
from livelihood.kernel.sheets.sections import Sections
from livelihood.kernel.sheets.sums import ColumnSums
from livelihood.kernel.uploads import FileRefused

ROWS_AT_ONCE = 1_000
MOST_NOTES = 100
"""So many notes below a table are looked at for what they say of its rows."""


def read_sheet(
    file: BinaryIO,
    kind: Kind,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    datum: Datum | None = None,
    year: int | None = None,
    limits: Limits = LIMITS,
    meanings: Mapping[str, Mapping[str, str]] | None = None,
) -> Reading:
    """Return what one sheet of a file holds; nothing is asked of a database.

    file: at its beginning, and seekable.
    sheet: by name; None takes the visible sheet whose head fits best.
    mapping: what somebody has decided: heading → name of a column, or "" for none.
    datum: of the coordinates; None takes what the heading says, and WGS-84 where it says nothing.
    year: in which days without a year lie; None takes what the title says.
    meanings: what somebody has decided of columns of few values: column → what stands there, folded → value.

    :raises FileRefused: no sheet, too large, too slow to read, no head, or no row of data.
    """
    with collector_at_rest():
        reading = _Reading(kind, mapping or {}, datum, year, limits)
        reading.meanings = meanings or {}
        found = reading.read(file, sheet)
        if reading.says_more_below():
            again = _Reading(kind, mapping or {}, datum, year, limits)
            again.meanings, again.notes, again.deadline = reading.meanings, reading.notes, reading.deadline
            file.seek(0)
            found = again.read(file, sheet)
        return found


class _Reading:
    """One run over one file: what has been gathered so far."""

    def __init__(
        self, kind: Kind, mapping: Mapping[str, str], datum: Datum | None, year: int | None, limits: Limits
    ) -> None:
        self.kind, self.mapping, self.datum, self.year, self.limits = kind, mapping, datum, year, limits
        self.found = Reading(kind)
        self.sections = Sections(kind, self.found.sections)
        self.repeats = Repeats(kind)
        self.readers: dict[str, ColumnReader] = {}
        self.deadline = time.monotonic() + limits.seconds
        self.meanings: Mapping[str, Mapping[str, str]] = {}
        self.spelled: dict[tuple[str, str], str] = {}
        self.last = self.width = 0
        self.above: dict[str, Above] = defaultdict(Above)
        self.notes: list[str] = []

    def read(self, file: BinaryIO, wanted: str | None) -> Reading:
        book = open_book(file, self.limits, lambda rows: fit(rows, self.kind))
        chosen = choose(book, wanted, self.kind, self.mapping)
        sheet, head, first, rows = chosen.sheet, chosen.head, chosen.first, chosen.rows
        self.found.sheet, self.found.head, self.found.sheets = sheet.name, head, chosen.seen
        self.found.file_notes += book.notes
        above = first[: head.first]
        self.found.titles = [str(cell) for row in above for cell in row if isinstance(cell, str) and cell.strip()]
        self.titles = [_line(row) for row in above]
        self.said = self.what_is_said(self.notes)
        self.found.file_notes += self.said.notes
        for heading in head.known:
            assert heading.column  # noqa: S101 -- of what is known; for the type checker
            name = heading.column.name
            outside = heading.unit_of_group or self.said.units.get(name, "")
            parted = sheet.marks.parted
            context = Context(self.said.year, book.counts_from_1904, heading.unit, outside, has_no_types=parted)
            self.readers[name] = ColumnReader(heading.column, context, self.meanings.get(name, {}))
        self.sums = ColumnSums(head.known)
        self.lines = Lines(self.kind, head, first[: head.last + 1], sheet.marks.merges)
        for number, row in enumerate(above, start=1):
            why = Why.TITLE if any(VISIBLE.search(str(cell)) for cell in row) else Why.EMPTY
            self.leave_out(number, why, row)
        self.marks = sheet.marks
        self.width = max(len(row) for row in first[head.first : head.last + 1])
        self.headless = Headless(head)
        self.fills = Fills(sheet.marks.merges, {heading.place for heading in head.known}, head.last)
        self.columns = self.found.columns
        del book, chosen, sheet  # and with them what is unpacked of the file: no more is needed of it than the rows
        self.note_hidden_columns(head)
        below = chain(first[head.last + 1 :], rows)
        number = head.last + 2
        while batch := list(islice(below, ROWS_AT_ONCE)):
            self.take(number, batch)
            number += len(batch)
        if not self.found.total:
            raise FileRefused(_("The file holds headings and no rows below them."))
        self.headless.check(self.found.total, sheet_label(self.found.sheet))
        self.found.headless = self.headless.names
        self.found.errors.sort(key=lambda error: error.row)
        # Empty rows below the table are none of it.
        self.found.left_out = [one for one in self.found.left_out if one.why != Why.EMPTY or one.row < self.last]
        return self.found

    def what_is_said(self, notes: Sequence[str]) -> SaidOfAll:
        return said_of(self.found.head, self.titles, [self.found.sheet, *notes], self.datum, self.year)

    def says_more_below(self) -> bool:
        """Say whether notes below the table say of its rows what was not known when they were read."""
        return bool(self.notes) and not self.said.is_as(self.what_is_said(self.notes))

    def note_hidden_columns(self, head: Head) -> None:
        for heading in head.known:
            if heading.column and self.marks.hidden_columns >> heading.place & 1:
                self.found.notes.append(Note(head.last + 1, What.HIDDEN, heading.column.name))

    def take(self, number: int, rows: list[list[Cell]]) -> None:
        """Take rows that follow each other, column by column: into the rows or, with every problem, into the errors.

        number: of the first row.
        """
        columns: list[Sequence[Cell]] = list(zip_longest(*rows, fillvalue=""))
        nothing = ("",) * len(rows)
        read: dict[str, tuple[Heading, Sequence[Cell], list[Any], list[int]]] = {}
        same = self.show(number, columns) if self.marks.shapes else []
        merged = self.fills.over(number, columns, len(rows))
        for heading in self.found.head.known:
            cells = columns[heading.place] if heading.place < len(columns) else nothing
            if heading.place in merged:
                filled = list(cells)
                for index, cell in merged[heading.place].items():
                    filled[index] = cell
                cells = filled
            assert heading.column  # noqa: S101 -- of what is known; for the type checker
            if not heading.column.each_row:
                cells, replaced = self.above[heading.column.name].over(cells)
                same += [(index, heading.column.name, cell, cells[index]) for index, cell in replaced]
            values, odd = self.readers[heading.column.name].read(cells)
            read[heading.column.name] = heading, cells, values, odd
        skipped = self.skip(number, rows, read, columns)
        self.count_rows(len(rows) - len(skipped))
        wrong = self.wrong_cells(number, len(rows), read, merged)
        notes = self.notes_of(number, len(rows), read, merged)
        for index, name, cell, value in same:
            notes[index].append(Note(number + index, What.READ_AS, name, shown(cell), shown(value)))
        if self.marks.parted:
            self.check_width(number, rows, wrong)
        self.headless.count(columns, skipped)
        self.parting = [name for name in read if self.readers[name].has_parts or self.kind.by_name[name].joins]
        table = zip(*(values for _heading, _cells, values, _odd in read.values()), strict=True)
        for index, told in enumerate(table):
            if index not in skipped:
                row = Row(self.found.sheet, number + index, dict(zip(read, told, strict=True)))
                self.finish(row, told, wrong.get(index, []), notes.get(index, []))

    def show(self, number: int, columns: list[Sequence[Cell]]) -> list[tuple[int, str, Cell, Cell]]:
        """Put what cells show in the place of what they hold; return quantities that stay and show other numbers."""
        otherwise: list[tuple[int, str, Cell, Cell]] = []
        for heading in self.found.head.known:
            if heading.column and heading.place < len(columns):
                name, shapes, cells = heading.column.name, self.marks.shapes, columns[heading.place]
                if heading.column.measures:
                    told = cells_otherwise(cells, shapes, number, heading.place)
                    otherwise += [(index, name, text, cells[index]) for index, text in told]
                words = self.readers[name].takes_words
                columns[heading.place] = shown_cells(cells, shapes, number, heading.place, with_words=words)
        return otherwise

    def check_width(self, number: int, rows: list[list[Cell]], wrong: dict[int, list[RowError]]) -> None:
        """Report rows with more cells than the head: a separator inside a cell has moved those behind it."""
        for index, row in enumerate(rows):
            if len(row) > self.width and (beyond := next(filter(says_something, row[self.width :]), "")):
                problem = _("This row has more cells than the head.")
                remedy = _("Put a text that holds the separator in quotation marks, or send the file as .xlsx.")
                wrong[index].append(RowError(self.found.sheet, number + index, "", shown(beyond), problem, remedy))

    def to_judge(self, number: int, read: dict[str, Any], columns: list[Sequence[Cell]]) -> list[int]:
        """Return the places of the rows that may be no data."""
        judged = set[int]()
        for heading, _cells, _values, odd in read.values():
            if heading.column.required or len(read) == 1:
                judged.update(odd)
        for place in self.lines.looked_at:
            if place < len(columns):
                judged.update(self.lines.suspects(columns[place]))
        if number == self.lines.first:
            judged.add(0)
        required = [one for one in read.values() if one[0].column.required]
        if not required:  # every row may be empty
            judged.update(*(odd for _heading, _cells, _values, odd in read.values()))
        return sorted(judged)

    def skip(
        self, number: int, rows: list[list[Cell]], read: dict[str, Any], columns: list[Sequence[Cell]]
    ) -> set[int]:
        """Leave the rows out that are no data, and return their places."""
        skipped, at = set[int](), 0
        for index in self.to_judge(number, read, columns):
            row = rows[index]
            self.sums.add(read, range(at, index))
            at = index
            why = self.lines.judge(row, number + index) if any(row) else Why.EMPTY
            if why is None and self.sums.are_in(row, read, index):
                why = Why.TOTAL
            if why:
                at = index + 1
                skipped.add(index)
                self.leave_out(number + index, why, row)
            if why == Why.TOTAL:
                self.sums.begin_part()
        self.sums.add(read, range(at, len(rows)))
        self.last = max(
            self.last, number + max((index for index in range(len(rows)) if index not in skipped), default=-1)
        )
        return skipped

    def leave_out(self, number: int, why: Why, row: Sequence[Cell]) -> None:
        if why != Why.EMPTY:
            self.last = max(self.last, number)
        elif len(self.found.left_out) >= self.limits.errors:
            return
        if why == Why.NOTE and number > self.found.head.last and len(self.notes) < MOST_NOTES:
            self.notes.append(_line(row))
        texts = [shown(cell) for cell in row if VISIBLE.search(str(cell)[:1000])] or [""]
        self.sections.note(number, why, texts, self.found)
        self.found.left_out.append(LeftOut(number, why, texts[0]))

    def wrong_cells(
        self, number: int, count: int, read: dict[str, Any], merged: Mapping[int, Mapping[int, Cell]]
    ) -> dict[int, list[RowError]]:
        """Return the errors of the cells, by place of the row; an empty cell that may be empty becomes None."""
        wrong: dict[int, list[RowError]] = defaultdict(list)
        for heading, cells, values, odd in read.values():
            column = heading.column
            bit = 1 << heading.place
            if self.marks.uncomputed:
                for index in range(count):
                    if self.marks.uncomputed.get(number + index, 0) & bit:
                        values[index] = CellProblem(
                            _("The formula of this cell has never been computed."),
                            _("Open the file in Excel or WPS, save it, and send it again."),
                        )
                        odd.append(index)
            if column.each_row and heading.place in merged:
                for index in self.fills.several(number, count, heading.place):
                    values[index] = CellProblem(
                        _("This cell is merged over several rows, and each needs its own value."),
                        _("Unmerge it and write the value of each row."),
                    )
                    odd.append(index)
            for index in sorted(set(odd)):
                value = values[index]
                if value is EMPTY and not column.required:
                    values[index] = None
                elif value is EMPTY or isinstance(value, CellProblem):
                    wrong[index].append(error_in(self.found.sheet, number + index, heading, cells[index], value))
        return wrong

    def notes_of(
        self, number: int, count: int, read: dict[str, Any], merged: Mapping[int, Mapping[int, Cell]]
    ) -> dict[int, list[Note]]:
        """Return what is to be said of the rows, by their places."""
        notes: dict[int, list[Note]] = defaultdict(list)
        marks, places = self.marks, sum(1 << heading.place for heading in self.found.head.known)
        for index in range(count) if marks.hidden_rows or marks.struck or marks.formulas else ():
            row = number + index
            if row in marks.hidden_rows:
                notes[index].append(Note(row, What.HIDDEN))
            if marks.struck.get(row, 0) & places:
                notes[index].append(Note(row, What.STRUCK))
            if marks.formulas.get(row, 0) & places:
                notes[index].append(Note(row, What.FORMULA))
        for name, (heading, cells, values, _odd) in read.items():
            for index in merged.get(heading.place, ()):
                notes[index].append(Note(number + index, What.MERGED, name, "", shown(cells[index])))
            other = self.readers[name].other
            if other and not other.keys().isdisjoint(cells):
                for index, cell in enumerate(cells):
                    if cell in other and not isinstance(values[index], CellProblem):
                        notes[index].append(Note(number + index, What.READ_AS, name, *other[cell]))
        return notes

    def finish(self, row: Row, told: Sequence[Any], wrong: list[RowError], notes: list[Note]) -> None:
        """Put a row where it belongs. told: its values as the cells said them, column by column."""
        doubts: list[RowError] = []
        for name in self.parting:
            wrong += part(row, name, self.kind, self.columns, notes)
        asked = [] if wrong or not self.said.doubts else self.said.asked(row, self.kind, self.columns)
        asked += self.sections.take(row, self.columns, notes) if self.sections.titles and not wrong else []
        if self.kind.settle and not wrong:
            if remarks := self.kind.settle(row.values, self.said.datum):
                before = dict(zip((one.column.name for one in self.found.head.known if one.column), told, strict=True))
                doubts = self.remark(row, before, remarks, wrong, notes)
            # What was read as something else is now what the row says of it.
            notes = [self.said_now(row, note) for note in notes]
        self.found.notes += notes
        if not wrong and (again := self.repeats.of(row, self.columns)):
            wrong = [again]
        if wrong:
            self.report(row, wrong)
        elif doubts := [*asked, *doubts]:
            self.found.doubts += doubts
            self.found.doubtful[row.number] = row
        else:
            self.found.rows.append(row)

    def said_now(self, row: Row, note: Note) -> Note:
        now = self.told(row, note.field) if note.what == What.READ_AS and note.value else ""
        return note._replace(value=now) if now else note

    def told(self, row: Row, field: str) -> str:
        """Return what a row says of a column, or of those that a cell of it speaks of."""
        names = (field,) if field in row.values else self.kind.by_name[field].joins if field else ()
        return shown(written(tuple(row.values[name] for name in names if row.values.get(name) is not None)))

    def remark(
        self,
        row: Row,
        before: Mapping[str, Any],
        remarks: Sequence[Remark],
        wrong: list[RowError],
        notes: list[Note],
    ) -> list[RowError]:
        """Say what putting the cells of a row together has shown, in `wrong` and `notes`; return what is in doubt."""
        doubts: list[RowError] = []
        for remark in remarks:
            text = shown(written(before.get(remark.column)))
            if remark.what == What.READ_AS:
                if not any(note.what == What.READ_AS and note.field == remark.column for note in notes):
                    now = self.told(row, remark.column)
                    notes.append(Note(row.number, What.READ_AS, remark.column, text, now))
                continue
            heading = self.columns.get(remark.column)
            label = heading.text if heading else self.kind.by_name[remark.column].heading
            error = RowError(row.sheet, row.number, label, text, remark.problem, remark.remedy, remark.column)
            (wrong if remark.what == "wrong" else doubts).append(error)
        return doubts

    def count_rows(self, filled: int) -> None:
        self.found.total += filled
        if self.found.total > self.limits.rows:
            problem = _("The table has more than {limit} rows. Split it into several files.")
            raise FileRefused(format_lazy(problem, limit=self.limits.rows))
        if time.monotonic() > self.deadline:
            problem = _("Reading took longer than {seconds} seconds. Split the table into several files.")
            raise FileRefused(format_lazy(problem, seconds=self.limits.seconds))

    def report(self, row: Row, errors: list[RowError]) -> None:
        self.found.wrong += 1
        room, about = self.limits.errors - len(self.found.errors), self.kind.name_of(row.values)
        self.found.errors += [replace(error, about=about) for error in errors[:room]]
        self.found.unlisted += len(errors[room:])
        for error in errors:
            if error.problem is NOT_ONE_OF and len(error.value) < SHOWN:
                spelling = self.spelled.setdefault((error.field, fold(error.value)), error.value)
                self.found.unknown[error.field, spelling] += 1


def _line(row: Sequence[Cell]) -> str:
    """Return what stands in a row that is no data, on one line."""
    texts = (cell[:500] for cell in row if isinstance(cell, str))
    return " ".join(text for text in texts if VISIBLE.search(text))
