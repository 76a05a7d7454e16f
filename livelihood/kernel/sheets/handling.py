"""What a kind of sheet needs beside its declaration to be imported: a rule, a plan, a writer, and the way back.

The door (`livelihood.imports`) is one for all kinds: it takes the file, reads it, shows what would happen, asks what is
in doubt, writes all or nothing, keeps who brought what with each old and new value, and takes an import back. What it
cannot know of a kind a Handler tells it. A room writes one in its `<room>/handlers.py`, a layer above its services:

    class Units(Handler):
        kind = ORGANISATIONS                      # as `<room>/importers.py` declares it
        subject = "cycles.organisation"           # of which model a row is
        ...

    register(Units())

The door calls, in this order:

    may_bring(...)                                on every page and in every act
    plan(frame, rows)                             for the preview; reads only
    lock(frame), plan(frame, rows), write(...)    in one transaction. What the plan says now has to be what was
                                                  previewed, else nothing is written and the preview is made anew
    staying(frame, written)                       before somebody undoes the import: what would stay, and why
    lock(frame), take_back(frame, written)        in one transaction, when they do

A kind of which a file holds tens of thousands of rows may instead make everything ready when it is previewed
(`keeps_prepared`): then `plan_prepared` is called for the preview, and `write_prepared` in place of the second plan.

Rows come as `read_sheet` and the kind's `resolve` left them: right in themselves, without two of one key, without those
that somebody has answered to leave out. What is still wrong or in doubt the plan says, row by row, and it says of every
row exactly one line, in the order of the rows. A file is written only when no line is refused or in doubt.

**A column that is absent changes nothing**: a row has a value only for columns of the sheet (`"phone" in row.values`).
A value of None is a cell that somebody left empty: the plan says it as a change to None, and the door itself asks
whether it is meant. If the answer is to keep what was, the row comes again without its empty columns.

The door journals an import once, with its counts. A handler journals only what is an act of its own beside that.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Conflict, Text
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.limits import LIMITS, Limits
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row

if TYPE_CHECKING:
    from livelihood.accounts.models import User
    from livelihood.cycles.models import Area, Cycle
    from livelihood.kernel.verdict import Verdict

YES, LEAVE = "yes", "leave"
"""Answers that every question has: take the row as it is read; leave the row out, which the door does by itself."""

KEEP, SAID = "keep", "said"
"""Answers that a question may have: what is there stays; take it, for a reason that is said in words beside it."""

SAID_LENGTH = 2, 300
"""Characters of what is said in words: the least and the most."""

NONE = (None, "", ())


@dataclass(frozen=True, slots=True)
class Frame:
    """Where, when and by whom a sheet is brought.

    area: for which it is brought; of the year where there is one.
    cycle: the year; None for kinds that hang on none.
    target: which of `Handler.targets` was chosen, "" where there are none.
    answers: row → code of a question → the answer.
    """

    area: "Area"
    cycle: "Cycle | None"
    by: "User"
    at: datetime
    target: str = ""
    answers: Mapping[int, Mapping[str, str]] = field(default_factory=dict)

    def answer(self, row: Row, code: str) -> str | None:
        """Return what was answered to a question about a row, None while nobody has."""
        return self.answers.get(row.number, {}).get(code)

    def said(self, row: Row, code: str) -> str:
        """Return the words in which a question about a row was answered, "" where it was not."""
        answer, _colon, text = (self.answer(row, code) or "").partition(":")
        return text if answer == SAID else ""


def in_words(text: str) -> str:
    """Return the answer that says a text."""
    return f"{SAID}:{text}"


class ImportOutdated(Conflict):
    """What is stored has changed since the preview, so nothing is written."""

    code = "import_outdated"
    message = _("What is stored has changed since the preview. Nothing was written; look at it anew.")


class RowOutcome(StrEnum):
    """What writing would make of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    DOUBT = "doubt"


class Change(NamedTuple):
    """What a row says of one column otherwise than is stored.

    column: its name in the kind. old, new: as a sheet would write them (names, not keys of the database), of the types
    that columns have: text, number, Decimal, date, bool, a label, a tuple of these, or None.
    """

    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """What only a person can say of a row.

    code: the same for all questions of this sort, and one of it in a row: many rows are answered at once by it.
    column: in which it arises; "" for the row as a whole.
    answers: value → label; by default YES alone. LEAVE is always among them, by its own label where it is given. With
        SAID whoever answers writes why, and the answer holds it (`in_words`).
    """

    code: str
    problem: Text
    column: str = ""
    answers: Mapping[str, Text] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """What writing would make of one row, and why.

    row: as it will be written; a plan that gives a value the sheet has not (a key) returns it with it (`with_values`).
    name: what the row is about, for people.
    subject: key of what is changed or unchanged; None for what is new.
    changes: of a CHANGED line all that differs; of others none.
    problems: of a REFUSED line why, and how to put it right.
    questions: of a DOUBT line those that are not answered yet.
    because: why it changes something, as the sheet or an answer says; kept with the line, and shown beside its changes.
    own: for the handler alone, from `plan` to `write` in one transaction; nobody keeps it.
    """

    row: Row
    outcome: RowOutcome
    name: str
    subject: int | None = None
    changes: Sequence[Change] = ()
    problems: Sequence[Problem] = ()
    questions: Sequence[RowQuestion] = ()
    because: str = ""
    own: Any = None


class Done(NamedTuple):
    """A row that was written.

    subject: key of what it became. kept: JSON that `take_back` will need beside the values.
    """

    row: int
    subject: int
    kept: Any = None


class Written(NamedTuple):
    """What an import once wrote for one row.

    changes: old and new values as they were then; of what was new every column that was filled, with None as old.
    """

    row: int
    name: str
    subject: int
    is_new: bool
    changes: Sequence[Change]
    kept: Any = None


class Listed(NamedTuple):
    """A list of the template, in which whoever fills it in looks up what may stand there."""

    title: Text
    headings: Sequence[Text]
    rows: Sequence[Sequence[object]]


class Handler(ABC):
    """What the door asks of a kind of sheet.

    kind: its declaration.
    subject: label of the model that a row is one of, such as "projects.site".
    hangs_on_year: whether it is brought for a year, or for an area alone.
    example: column → what stands there in the row of the template that is marked as example.
    advice: what the template tells whoever fills it in, one sentence each.
    is_personal: whether its rows are people, of which only whoever may bring such a sheet reads what one has written.
    limits: of a file of this kind.
    weighty: column → values; rows that give one are counted and named before they are written.
    keeps_prepared: whether `plan_prepared` and `write_prepared` take the place of `plan` and `write`.
    """

    kind: ClassVar[Kind]
    subject: ClassVar[str]
    hangs_on_year: ClassVar[bool] = False
    is_personal: ClassVar[bool] = False
    example: ClassVar[Mapping[str, Text]] = {}
    advice: ClassVar[Sequence[Text]] = ()
    weighty: ClassVar[Mapping[str, Collection[str]]] = {}
    limits: ClassVar[Limits] = LIMITS
    keeps_prepared: ClassVar[bool] = False

    @abstractmethod
    def may_bring(self, by: "User", area: "Area", cycle: "Cycle | None", at: datetime) -> "Verdict":
        """Say whether somebody may bring such a sheet for an area, or a year.

        It is the rule of the page that does the same by hand.
        """

    def targets(self, frame: Frame) -> Sequence[tuple[str, Text]] | None:
        """Return what has to be chosen with the file beside area and year, such as a round; usually None.

        Each with its value and its label. While there is none to choose, no such sheet can be brought.
        """
        return None

    def said_target(self, frame: Frame) -> Text:
        """Return what was chosen with a file as people know it; "" where there was no choice."""
        return dict(self.targets(frame) or ()).get(frame.target, "") if frame.target else ""

    def lists(self, frame: Frame) -> Sequence[Listed]:
        """Return what may be looked up in the template."""
        return ()

    def address(self, frame: Frame, subject: int) -> str:
        """Return the address of the page of what a row became; "" where it has none."""
        return ""

    def addresses(self, frame: Frame, subjects: Collection[int]) -> Mapping[int, str]:
        """Return the addresses of several, in a number of statements that does not grow with them."""
        return {subject: self.address(frame, subject) for subject in subjects}

    @abstractmethod
    def lock(self, frame: Frame) -> Frame:
        """Lock what writing and taking back depend on, and return the frame with area and year as they are now."""

    @abstractmethod
    def plan(self, frame: Frame, rows: Sequence[Row]) -> list[Line]:
        """Say what each row would do: one line for each, in their order.

        It reads only, in a number of statements that does not grow with the rows, and asks the room's rules of each row
        what its page would ask: nobody changes what belongs to another organisation.
        """

    def write(self, frame: Frame, lines: Sequence[Line]) -> Sequence[Done]:
        """Write the lines that are new or changed (no others are given), in bulk, and say of each what it became.

        lines: as `plan` has just returned them, in the same transaction and under the same lock.
        """
        raise NotImplementedError

    def plan_prepared(self, frame: Frame, rows: Sequence[Row]) -> tuple[list[Line], bytes]:
        """Plan, and return everything that writing will need beside, with what the lines were compared with."""
        raise NotImplementedError

    def write_prepared(self, frame: Frame, prepared: bytes) -> Sequence[Done]:
        """Write what was prepared, as `write` does.

        :raises ImportOutdated: what the lines were compared with has changed since.
        """
        raise NotImplementedError

    @abstractmethod
    def staying(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Say, by row, why a row would stay as it was written: where `take_back` were called now it would say the same.

        It reads only, under no lock, in a number of statements that does not grow with the rows.
        """

    @abstractmethod
    def take_back(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Put back what was and remove what was new; return, by row, why a row stays as it was written.

        A row stays where anything differs from what was written (`Change.new`), where the room's rules no longer allow
        the change, or where something refers to what was new. Rows that stay keep no other from being taken back.
        Where every row stays, the door undoes whatever else was done here.
        """


def brought(by: "User", area: "Area", cycle: "Cycle | None", at: datetime) -> list[Handler]:
    """Return the handlers of what somebody may bring for an area or, with a year, for the year."""
    here = (handler for handler in handlers().values() if handler.hangs_on_year == (cycle is not None))
    return [handler for handler in here if handler.may_bring(by, area, cycle, at)]


def with_values(row: Row, **values: Any) -> Row:
    """Return a row with values that the sheet has not."""
    return row._replace(values={**row.values, **values})


def refused(row: Row, name: str, *problems: Problem, subject: int | None = None) -> Line:
    """Return the line of a row that may not be written."""
    return Line(row, RowOutcome.REFUSED, name, subject, problems=problems)


def compared(row: Row, name: str, subject: int, stored: Mapping[str, Any], own: Any = None) -> Line:
    """Return the line of a row about something that is there: changed or unchanged.

    stored: its values by column, of the types of the columns. Columns that only one of the two has are not looked at.
    """
    changes = [
        Change(column, stored[column], value)
        for column, value in row.values.items()
        if column in stored and not is_same(stored[column], value)
    ]
    return Line(row, RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED, name, subject, changes, own=own)


def is_same(old: Any, new: Any) -> bool:
    """Say whether two values of a column are the same; to have none, and an empty text, are."""
    return old == new or (old in NONE and new in NONE)


CHANGED_SINCE = _("This was changed again since the import.")
BY_HAND = _("Change it by hand.")


def changed_since(changes: Iterable[Change], stored: Mapping[str, Any]) -> Problem | None:
    """Say what is no longer as an import wrote it, so that the row stays.

    stored: values by column, as they are now. Columns that it has not are not looked at.
    """
    for change in changes:
        if change.column in stored and not is_same(stored[change.column], change.new):
            return Problem(change.column, CHANGED_SINCE, BY_HAND)
    return None


def staying_in_turn(keys: Collection[int], why: Callable[[int, Collection[int]], Problem | None]) -> dict[int, Problem]:
    """Return why what was written stays, asked again as long as one that stays may keep another.

    why: says so of one, told those that stay already.
    """
    stays: dict[int, Problem] = {}
    while found := {key: problem for key in keys if key not in stays and (problem := why(key, stays)) is not None}:
        stays |= found
    return stays


_HANDLERS: dict[str, Handler] = {}


def register(handler: Handler) -> None:
    """Make a handler known; called once where it is written."""
    _HANDLERS[handler.kind.name] = handler


@cache
def handlers() -> Mapping[str, Handler]:
    """Return every handler that a room writes in its `handlers`, by the name of its kind."""
    autodiscover_modules("handlers")
    return dict(sorted(_HANDLERS.items()))
