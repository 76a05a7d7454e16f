"""Reads a file as it is said to be read, has its kind plan the rows, and sorts what comes of each."""

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.imports import selectors
from livelihood.imports.content import Given, KeptLine, keep
from livelihood.imports.models import Import
from livelihood.imports.rules import handler_of
from livelihood.imports.services.elsewhere import ask_about_place
from livelihood.imports.states import ANSWERED, EMPTIED, ImportSection
from livelihood.kernel.errors import Text
from livelihood.kernel.messages import Frozen, freeze
from livelihood.kernel.sheets.declaration import written
from livelihood.kernel.sheets.handling import KEEP, LEAVE, NONE, YES, Frame, Line, RowOutcome, RowQuestion
from livelihood.kernel.sheets.points import Datum
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.sheets.results import Note, Reading, Row, RowError, shown

SECTIONS = {
    RowOutcome.NEW: ImportSection.NEW,
    RowOutcome.CHANGED: ImportSection.CHANGED,
    RowOutcome.UNCHANGED: ImportSection.UNCHANGED,
    RowOutcome.REFUSED: ImportSection.WRONG,
    RowOutcome.DOUBT: ImportSection.DOUBT,
}
LEAVE_LABEL = _("Leave the row out")
EMPTIES = _("The sheet leaves empty what is filled in now: {columns}.")
NOTHING = KeptLine(0)
"""The line of a row of which nothing is answered."""
YES_LABEL = _("Yes, take it as it is read")


@dataclass(slots=True)
class ImportPlan:
    """What a file holds and what writing it would do.

    lines: of the rows that were read without an error. prepared: what the handler needs to write them, if it says so.
    sections: what is to be shown, in the order of the file.
    """

    reading: Reading
    lines: list[Line] = field(default_factory=list)
    prepared: bytes | None = None
    sections: dict[ImportSection, list[KeptLine]] = field(default_factory=lambda: defaultdict(list))

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each section; errors and rows that were data beside."""
        counts = {str(section): len(lines) for section, lines in self.sections.items()}
        refused = sum(line.outcome == RowOutcome.REFUSED for line in self.lines)
        # Beyond the limit errors are counted and not kept.
        counts[ImportSection.WRONG] = self.reading.wrong + refused
        return counts | {"total": self.reading.total, "unlisted": self.reading.unlisted}

    @property
    def basis(self) -> str:
        """Digest of what would be written, the same as long as rows and what is stored are; "" where it is prepared."""
        if self.prepared is not None:
            return ""
        digest = hashlib.sha256()
        for line in self.lines:
            changes = [[change.column, written(change.old), written(change.new)] for change in line.changes]
            digest.update(json.dumps([line.row.number, line.outcome, line.name, line.subject, changes]).encode())
        return digest.hexdigest()


def read(batch: Import) -> Reading:
    """Read the file of an import as it is said to be read.

    :raises FileRefused: it cannot be.
    """
    handler = handler_of(batch)
    reading = read_sheet(
        io.BytesIO(batch.content or b""),
        handler.kind,
        sheet=batch.sheet or None,
        mapping=batch.mapping,
        datum=Datum(batch.datum) if batch.datum else None,
        year=batch.cycle.year if batch.cycle else None,
        limits=handler.limits,
        meanings=batch.meanings,
    )
    return handler.kind.resolve(reading, batch.cycle or batch.area) if handler.kind.resolve else reading


def plan(batch: Import, frame: Frame, reading: Reading) -> ImportPlan:
    """Say what writing the rows of a reading would do, each according to its kind and to what was answered."""
    result = ImportPlan(reading)
    rows, left_out = _answered(frame, reading)
    handler = handler_of(batch)
    if handler.keeps_prepared:
        result.lines, result.prepared = handler.plan_prepared(frame, rows)
    else:
        result.lines = handler.plan(frame, rows)
    _ask(frame, reading, result.lines)
    ask_about_place(frame, reading, result.lines)
    notes = _by_row(reading.notes)
    answered = _still_answered(batch, result.lines)
    for line in result.lines:
        kept = _kept(reading, line, notes.get(line.row.number, ()), answered.get(line.row.number, NOTHING).given)
        result.sections[SECTIONS[line.outcome]].append(kept)
    wrong = [*_kept_errors(reading.errors, answered), *result.sections[ImportSection.WRONG]]
    result.sections[ImportSection.WRONG] = sorted(wrong, key=lambda line: line.row)
    result.sections[ImportSection.ANSWERED] = list(answered.values())
    left_out = [line._replace(given=answered.get(line.row, NOTHING).given) for line in left_out]
    others = [KeptLine(one.row, one.text, why=str(one.why)) for one in reading.left_out]
    result.sections[ImportSection.LEFT_OUT] = sorted([*others, *left_out], key=lambda line: line.row)
    result.sections[ImportSection.READ_AS] = [
        KeptLine(row, read_as=[_read_as(note) for note in several]) for row, several in sorted(notes.items())
    ]
    return result


def _still_answered(batch: Import, lines: Iterable[Line]) -> dict[int, KeptLine]:
    """Return by row what was answered, without what is asked again in spite of it."""
    if not batch.answers:
        return {}
    asked = {(line.row.number, question.code) for line in lines for question in line.questions}
    found = {}
    for line in selectors.all_lines(batch, [ImportSection.ANSWERED]):
        given = [one for one in line.given if (line.row, one[0]) not in asked]
        codes = {one[0] for one in given}
        questions = [one for one in line.questions if one[0] in codes]
        found[line.row] = line._replace(questions=questions, given=given)
    return {row: line for row, line in found.items() if line.given}


def _answered(frame: Frame, reading: Reading) -> tuple[list[Row], list[KeptLine]]:
    """Return the rows that are to be planned, and those that somebody has answered to leave out."""
    rows = reading.rows
    if reading.doubtful:
        rows = sorted([*rows, *reading.doubtful.values()], key=lambda row: row.number)
    if not frame.answers:
        return rows, []
    planned, left_out = [], []
    for row in rows:
        given = frame.answers.get(row.number, {})
        if LEAVE in given.values():
            left_out.append(KeptLine(row.number, reading.kind.name_of(row.values), why=ANSWERED))
        elif given.get(EMPTIED) == KEEP:
            filled = {name: value for name, value in row.values.items() if value not in NONE}
            planned.append(row._replace(values=filled))
        else:
            planned.append(row)
    return planned, left_out


def _ask(frame: Frame, reading: Reading, lines: Iterable[Line]) -> None:
    """Add to the lines that change something what the file leaves in doubt, and cells that would be emptied."""
    doubts: dict[int, list[RowError]] = defaultdict(list)
    for doubt in reading.doubts:
        doubts[doubt.row].append(doubt)
    for line in lines:
        if line.outcome in {RowOutcome.REFUSED, RowOutcome.UNCHANGED}:
            continue
        questions = [_as_read(doubt) for doubt in doubts.get(line.row.number, ())]
        if line.changes and (emptied := [c for c in line.changes if c.new in NONE and c.old not in NONE]):
            headings = [reading.kind.by_name[change.column].heading for change in emptied]
            questions.append(
                RowQuestion(
                    EMPTIED,
                    format_lazy(EMPTIES, columns=_listed(headings)),
                    emptied[0].column,
                    {YES: _("Empty it"), KEEP: _("Keep what is there")},
                )
            )
        questions = [question for question in questions if frame.answer(line.row, question.code) is None]
        if questions:
            line.outcome, line.questions = RowOutcome.DOUBT, [*line.questions, *questions]


def _as_read(doubt: RowError) -> RowQuestion:
    return RowQuestion(f"read.{doubt.field}", doubt.problem, doubt.field)


def _listed(texts: Sequence[Text]) -> Text:
    return format_lazy("、".join(["{}"] * len(texts)), *texts)


def _by_row(notes: Iterable[Note]) -> dict[int, list[Note]]:
    found: dict[int, list[Note]] = defaultdict(list)
    for note in notes:
        found[note.row].append(note)
    return found


def _kept(reading: Reading, line: Line, notes: Iterable[Note], given: Sequence[Given]) -> KeptLine:
    """Write a line down."""
    return KeptLine(
        line.row.number,
        line.name,
        line.subject,
        {name: keep(value) for name, value in line.row.values.items() if value or value not in NONE},
        [(change.column, keep(change.old), keep(change.new)) for change in line.changes],
        [
            (
                one.column, _heading(reading, one.column), shown(written(line.row.values.get(one.column))),
                freeze(one.problem), freeze(one.remedy),
            )
            for one in line.problems
        ],
        [
            (one.code, one.column, freeze(one.problem), _answers(one.answers))
            for one in line.questions
        ],
        [_read_as(note) for note in notes],
        because=line.because,
        given=given,
    )  # fmt: skip


def _answers(answers: Mapping[str, Text]) -> dict[str, Frozen]:
    every = dict(answers or {YES: YES_LABEL})
    every.setdefault(LEAVE, LEAVE_LABEL)
    return {value: freeze(label) for value, label in every.items()}


def _heading(reading: Reading, column: str) -> Frozen:
    """Return what a column is called in the file, or by the kind where the file has it not; "" for a whole row."""
    if heading := reading.columns.get(column):
        return heading.text
    return freeze(reading.kind.by_name[column].heading) if column else ""


def _kept_errors(errors: Iterable[RowError], answered: Mapping[int, KeptLine]) -> Iterable[KeptLine]:
    """Write down what is wrong with rows that could not be read, each row once."""
    found: dict[int, list[tuple[str, Frozen, str, Frozen, Frozen]]] = defaultdict(list)
    about: dict[int, str] = {}
    for error in errors:
        about[error.row] = error.about
        found[error.row].append(
            (error.field, freeze(error.column), error.value, freeze(error.problem), freeze(error.remedy))
        )
    return (
        KeptLine(row, about[row], problems=problems, given=answered.get(row, NOTHING).given)
        for row, problems in found.items()
    )


def _read_as(note: Note) -> tuple[str, str, str, str]:
    return note.field, str(note.what), note.written, note.value
