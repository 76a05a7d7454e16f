"""The second step of a reading: what needs the tree of areas or a year is put into the rows, or is said to be wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.cells import CellProblem
from livelihood.kernel.sheets.declaration import written
from livelihood.kernel.sheets.quantities import Quantity
from livelihood.kernel.sheets.results import Note, Reading, Row, RowError, What, shown


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one column of a row, and how to put it right."""

    column: str
    problem: Text
    remedy: Text


@dataclass(slots=True)
class Resolved:
    """What a row says now: values that differ, and what is wrong with it."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def resolve(reading: Reading, find: Callable[[Mapping[str, Any]], Resolved]) -> Reading:
    """Return a reading with what `find` says of each row; a value that is not as it was written is noted.

    reading: nobody uses it any more. Its rows are changed and not copied, as there may be very many.
    """
    result = replace(reading, rows=[])
    columns = reading.columns
    doubtful, rows, notes = dict(reading.doubtful), reading.rows, _Notes(result.notes)
    if doubtful:
        rows = sorted([*rows, *doubtful.values()], key=lambda row: row.number)
    for row in rows:
        found = find(row.values)
        if found.problems:
            result.wrong += 1
            result.errors += [_error(reading, row, problem) for problem in found.problems]
            doubtful.pop(row.number, None)
            continue
        for name, value in found.values.items():
            if (before := row.values.get(name)) == value or name not in columns:
                continue
            if (told := written(before)) != (means := written(value)):
                notes.add(Note(row.number, What.READ_AS, name, shown(told), shown(means)))
        row.values.update(found.values)
        if row.number not in doubtful:
            result.rows.append(row)
    result.doubtful = doubtful
    result.doubts = [doubt for doubt in reading.doubts if doubt.row in doubtful]
    result.notes = notes.kept
    result.errors.sort(key=lambda error: error.row)
    return result


def in_doubt(reading: Reading, find: Callable[[Mapping[str, Any]], Problem | None]) -> Reading:
    """Return a reading in which rows are asked about of which `find` says something, and are not yet."""
    known = {(doubt.row, doubt.field) for doubt in reading.doubts}
    rows, doubts, doubtful = [], list(reading.doubts), dict(reading.doubtful)
    for row in sorted([*reading.rows, *doubtful.values()], key=lambda row: row.number):
        problem = find(row.values)
        if problem and (row.number, problem.column) not in known:
            doubts.append(_error(reading, row, problem))
            doubtful[row.number] = row
        elif row.number not in doubtful:
            rows.append(row)
    return replace(reading, rows=rows, doubts=doubts, doubtful=doubtful)


class _Notes:
    """The notes of a reading, with one on each cell that is read as something else than is written."""

    def __init__(self, notes: list[Note]) -> None:
        self.notes = notes
        self.places: dict[tuple[int, str], int] | None = None
        self.void: set[int] = set()

    @property
    def kept(self) -> list[Note]:
        """All but those on cells that in the end mean what is written."""
        return [note for place, note in enumerate(self.notes) if place not in self.void] if self.void else self.notes

    def add(self, new: Note) -> None:
        if self.places is None:
            of_cells = ((place, note) for place, note in enumerate(self.notes) if note.what == What.READ_AS)
            self.places = {(note.row, note.field): place for place, note in of_cells}
        if (place := self.places.get((new.row, new.field))) is None:
            self.notes.append(new)
        else:
            self.notes[place] = self.notes[place]._replace(value=new.value)
            if self.notes[place].written == new.value:
                self.void.add(place)


def by_parser(values: Mapping[str, Any], parsers: Mapping[str, Callable[[Any], Any]]) -> Resolved:
    """Resolve each filled value of a row by itself, with a parser of its column."""
    found = Resolved()
    for name, parse in parsers.items():
        if values.get(name) is not None:
            try:
                found.values[name] = parse(values[name])
            except CellProblem as error:
                found.problems.append(Problem(name, error.problem, error.remedy))
    return found


def _error(reading: Reading, row: Row, wrong: Problem) -> RowError:
    heading = reading.columns.get(wrong.column)
    label = heading.text if heading else reading.kind.by_name[wrong.column].heading
    value = row.values.get(wrong.column)
    unit = value.unit if isinstance(value, Quantity) else ""
    return RowError(
        row.sheet, row.number, label, shown(written(value) + unit), wrong.problem, wrong.remedy, wrong.column,
        reading.kind.name_of(row.values),
    )  # fmt: skip
