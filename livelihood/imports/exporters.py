"""Imports as people see them: lines in words, and files to download."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.imports import rules, selectors
from livelihood.imports.asking import row_ranges, who_answered
from livelihood.imports.content import KeptLine, bring_back
from livelihood.imports.models import Import
from livelihood.imports.states import ANSWERED, LEFT_OUT
from livelihood.kernel.errors import Text
from livelihood.kernel.exports import Field, Sheet
from livelihood.kernel.messages import Frozen, thaw
from livelihood.kernel.sheets.declaration import Kind, written
from livelihood.kernel.sheets.handling import Frame, Handler, handlers
from livelihood.kernel.sheets.lines import WHY, Why
from livelihood.kernel.sheets.results import WHAT, What

EMPTY_LABEL = _("(empty)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a row. written: what stands in the file, where it was read as something else."""

    label: str
    value: str
    written: str = ""


class Told(NamedTuple):
    """What was asked of a row, and the answer: in words, by whom, and when."""

    asked: str
    answer: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A row of a file as a page shows it. url: of what it became. questions: with the answers that may be given.

    told: what was answered. answer_url: where it can be answered otherwise.
    """

    row: int
    name: str
    url: str = ""
    why: str = ""
    cells: Sequence[Cell] = ()
    changes: Sequence[Mapping[str, str]] = ()
    problems: Sequence[Mapping[str, str]] = ()
    remarks: Sequence[str] = ()
    read_as: Sequence[Cell] = field(default_factory=list)
    because: str = ""
    questions: Sequence[tuple[str, Sequence[str]]] = ()
    told: Sequence[Told] = ()
    answer_url: str = ""


def words(kept: Frozen) -> str:
    """Return a message that was kept, in the language of whoever reads."""
    return str(thaw(kept))


def shown(kept: Any) -> str:
    """Return a value that was kept, as people write it."""
    if isinstance(kept, dict) and "choice" in kept:
        return words(kept["label"])
    if isinstance(kept, dict) and "several" in kept:
        return "、".join(map(shown, kept["several"]))
    return written(bring_back(kept))


def shown_lines(
    kind: Kind, lines: Iterable[KeptLine], url: Callable[[int], str], answered: Mapping[int, str] | None = None
) -> Iterator[ShownLine]:
    """Yield lines in words.

    url: says for a row the address of what it became. answered: row → where what was answered can be changed.
    """
    labels, lines = {name: str(column.heading) for name, column in kind.by_name.items()}, list(lines)
    people = who_answered(lines)
    for line in lines:
        read_as = [(name, was, value) for name, what, was, value in line.read_as if what == What.READ_AS]
        before = {part: was for name, was, _value in read_as if name for part in (name, *kind.by_name[name].joins)}
        yield ShownLine(
            line.row,
            line.name,
            url(line.row),
            _why(line.why),
            [Cell(labels[name], shown(value), before.get(name, "")) for name, value in line.values.items()],
            [
                {"label": labels[name], "old": shown(old) or str(EMPTY_LABEL), "new": shown(new) or str(EMPTY_LABEL)}
                for name, old, new in line.changes
            ],
            [
                {"label": words(heading), "value": value, "problem": words(problem), "remedy": words(remedy)}
                for _name, heading, value, problem, remedy in line.problems
            ],
            [str(WHAT[What(what)]) for _name, what, _was, _value in line.read_as if what != What.READ_AS],
            [Cell(labels[name], _read(kind, name, value) or str(EMPTY_LABEL), was) for name, was, value in read_as],
            line.because,
            [(words(one[2]), [words(label) for label in one[3].values()]) for one in line.questions],
            [
                Told(words(asked), words(answer), people[by], datetime.fromisoformat(at))
                for _code, _answer, asked, answer, by, at in line.given
            ],
            (answered or {}).get(line.row, ""),
        )


def shared_remarks(lines: Iterable[ShownLine]) -> list[tuple[str, str]]:
    """Return what is remarked on rows, each once with the numbers of its rows."""
    rows: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        for remark in line.remarks:
            rows[remark].append(line.row)
    return [(remark, row_ranges(numbers)) for remark, numbers in rows.items()]


def _read(kind: Kind, column: str, value: str) -> str:
    """Return what a cell was read as; one of few values by its label."""
    labels = selectors.labels_of(kind, column)
    return str(labels[value]) if value in labels else value


@dataclass(frozen=True, slots=True)
class ShownTrace:
    """What one import did to one object. may_open: whether who reads it may open the import."""

    batch: Import
    line: ShownLine
    is_new: bool
    is_gone: bool
    may_open: bool


def shown_traces(subject: str, *pks: int, reader: User, at: datetime) -> list[ShownTrace]:
    """Return what imports wrote of objects, the newest first; of people in full only to whoever may open the import.

    subject: label of their model, as its handler says.
    """
    may_open: dict[tuple[str, int, int | None, bool], bool] = {}
    shown = []
    for one in selectors.traces_of(subject, *pks):
        batch, handler = one.batch, handlers()[one.batch.kind]
        place = batch.kind, batch.area_id, batch.cycle_id, batch.received_by_id == reader.pk
        if place not in may_open:
            may_open[place] = rules.may_see_import(reader, batch, at).ok
        line = one.line if may_open[place] or not handler.is_personal else KeptLine(one.line.row)
        said = next(shown_lines(handler.kind, [line], lambda _row: ""))
        shown.append(ShownTrace(batch, said, one.is_new, one.is_gone, may_open[place]))
    return shown


def _why(why: str) -> str:
    if not why:
        return ""
    return str(LEFT_OUT[why] if why == ANSWERED else WHY[Why(why)])


def notes_of(batch: Import) -> list[str]:
    """Return what whoever sent a file should know beside its rows."""
    return [words(note) for note in batch.reading.get("notes", [])]


def columns_read(batch: Import, kind: Kind) -> list[tuple[str, Text, bool]]:
    """Return how the headings of a file were read: heading, the column that it means or "", whether by memory."""
    headings, known = batch.reading.get("headings", []), batch.mapping if batch.remembered_from_id else {}
    return [(text, kind.by_name[name].heading if name else "", text in known) for _place, text, name in headings]


def template_sheets(handler: Handler, frame: Frame) -> Iterator[Sheet]:
    """Yield the sheets of a workbook to fill in: headings with an example, advice, and what may be looked up."""
    columns = handler.kind.usual
    example = {name: str(value) for name, value in handler.example.items()}
    yield Sheet(
        handler.kind.label,
        [Field(column.heading, lambda row, name=column.name: row.get(name, "")) for column in columns],  # type: ignore[misc]
        [example],
    )
    advice: list[Text] = [*handler.advice, _("The row that is marked as example is not read.")]
    yield Sheet(_("How to fill it in"), [Field(_("How to fill it in"), lambda text: text)], advice)
    for listed in handler.lists(frame):
        fields = [Field(heading, lambda row, at=at: row[at]) for at, heading in enumerate(listed.headings)]  # type: ignore[misc]
        yield Sheet(listed.title, fields, listed.rows)
