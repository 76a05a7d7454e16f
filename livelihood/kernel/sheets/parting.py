"""Puts what one cell says of several columns into these: a contact with the telephone, a first and a last day."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.cells import Cell, CellProblem, Parts
from livelihood.kernel.sheets.columns import EMPTY
from livelihood.kernel.sheets.declaration import Kind, written
from livelihood.kernel.sheets.heads import Heading
from livelihood.kernel.sheets.results import Note, Row, RowError, What, shown


def error_in(sheet: str, number: int, heading: Heading, cell: Cell, value: Any) -> RowError:
    """Report a cell that is empty or that the column's parser did not take."""
    assert heading.column  # noqa: S101 -- of what is known; for the type checker
    problem, remedy = (_("This cell is empty."), _("Fill it in.")) if value is EMPTY else (value.problem, value.remedy)
    return RowError(sheet, number, heading.text, shown(cell), problem, remedy, heading.column.name)


def part(row: Row, name: str, kind: Kind, columns: Mapping[str, Heading], notes: list[Note]) -> list[RowError]:
    """Put the parts of a cell into a row, say so in its notes, and return what is wrong with them.

    name: of the column in which the cell stands. columns: those of the sheet.
    """
    value, joins = row.values[name], kind.by_name[name].joins
    if not isinstance(value, Parts) and (not joins or value is not None):
        return []
    parts = value.values if isinstance(value, Parts) else dict.fromkeys(joins)
    told = next((note.written for note in notes if note.what == What.READ_AS and note.field == name), written(value))
    wrong: list[Any] = []
    del row.values[name]
    for field, said in parts.items():
        there = row.values.get(field)
        if isinstance(there, Parts):
            there = there.values.get(field)
        if there is not None and said is not None and there != said:
            if isinstance(value, Parts) and value.yields:
                continue
            problem = format_lazy(_("In the column “{heading}” stands something else."), heading=columns[field].text)
            wrong.append(CellProblem(problem, _("Write each in its own column.")))
            continue
        row.values[field] = there if said is None else said
        if said is not None and name in parts and field != name:
            notes.append(Note(row.number, What.READ_AS, field, told, shown(written(said))))
    for place, note in enumerate(notes):
        if note.what == What.READ_AS and note.field == name and name in parts and not wrong:
            notes[place] = note._replace(value=shown(written(row.values[name])))
    wrong += [EMPTY for field in parts if field in joins and kind.by_name[field].required and row.values[field] is None]
    return [error_in(row.sheet, row.number, columns[name], told, each) for each in wrong[:1]]
