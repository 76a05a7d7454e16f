"""What a sheet would do to the roll of a round: read by a fixed number of queries, and nothing written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors, services
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.services import NewPerson
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.cells import YesNo
from livelihood.kernel.sheets.handling import (
    YES,
    Change,
    Frame,
    Line,
    RowOutcome,
    RowQuestion,
    is_same,
    refused,
    with_values,
)
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from voting import rules
from voting.handlers.telling import SAME, Namesakes, Undecided
from voting.importers import RollLine
from voting.models import RollEntry, Round

COLUMNS = ("number", "name", "delegation", "may_vote_remotely")
"""What a line of the roll says, beside whose it is."""


def round_of(frame: Frame) -> Round:
    """Return the round that was chosen with the file."""
    return Round.objects.select_related("cycle__area", "method").get(cycle=frame.cycle, number=int(frame.target))


class WrongDeputy(Exception):
    """A row that may not be written, and why."""

    def __init__(self, column: str, problem: Any, remedy: Any) -> None:
        super().__init__(column)
        self.problem = Problem(column, problem, remedy)


@dataclass(frozen=True, slots=True)
class Entering:
    """A line of the roll to be written.

    new: who is to have an account for it; the line has no deputy then.
    seats: who has an account, and is to be a deputy, too.
    """

    line: RollLine
    new: NewPerson | None = None
    seats: User | None = None


def values_of(entry: RollEntry) -> dict[str, Any]:
    """Return a line of the roll as a sheet writes it."""
    remotely = YesNo.YES if entry.may_vote_remotely else YesNo.NO
    return {
        "number": entry.number, "name": entry.name, "delegation": entry.delegation, "may_vote_remotely": remotely,
    }  # fmt: skip


class PlanOfRoll:
    """One sheet, with the roll as it is and all that is known of whoever stands in it."""

    def __init__(self, frame: Frame, rows: Sequence[Row]) -> None:
        self.frame, self.rows, self.round = frame, rows, round_of(frame)
        self.area = self.round.cycle.area
        self.verdict = rules.may_import_roll(frame.by, self.round, frame.at)
        self.entries = {entry.deputy_id: entry for entry in self.round.roll.all()}
        said = set(filter(None, map(self._username, rows)))
        self.like = services.accounts_like(list(said))
        self.namesakes = Namesakes(frame, self.area, rows, self.entries)
        selectors.learn_mandates(list(self.like.values()), frame.at)
        self.made = (name for name in services.free_usernames(self.area) if name not in said)
        self.first: dict[str, int] = {}
        self.numbers: dict[int, int] = {}
        self.on_roll = {entry.number: entry.deputy_id for entry in self.entries.values()}
        self.is_numbered = any(row.values.get("number") for row in rows)

    def line(self, row: Row) -> Line:
        """Return what a row would do."""
        name = str(row.values.get("name") or row.values.get("username") or row.values.get("card") or "")
        try:
            return self._planned(row, name)
        except WrongDeputy as wrong:
            return refused(row, name, wrong.problem)
        except Undecided as undecided:
            return Line(row, RowOutcome.DOUBT, name, questions=[undecided.question])

    def _planned(self, row: Row, name: str) -> Line:
        if not self.verdict:
            raise WrongDeputy("", self.verdict.reason, "")
        username, user = self._who(row)
        stands = self.first.setdefault(username, row.number)
        if stands != row.number:
            problem = format_lazy(_("This person stands already in row {row}."), row=stands)
            raise WrongDeputy("username", problem, _("Leave one of the rows out."))
        entry = self.entries.get(user.pk) if user else None
        line = self._roll_line(row, user, entry, self._number(row, user, entry))
        new = None
        seats = self._seated(user) if user else None
        if user is None:
            new = NewPerson(username, row.values["name"], self.area, phone=row.values.get("phone") or "")
        else:  # the telephone of who has an account is kept by their administrators
            row = row._replace(values={name: value for name, value in row.values.items() if name != "phone"})
        if entry is None:
            given = {"number": line.number} | ({} if row.values.get("username") else {"username": username})
            return Line(with_values(row, **given), RowOutcome.NEW, line.name, own=Entering(line, new, seats))
        stored, wanted = values_of(entry), self._wanted(line)
        changes = [Change(key, stored[key], wanted[key]) for key in COLUMNS if not is_same(stored[key], wanted[key])]
        outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
        return Line(row, outcome, line.name, entry.pk, changes, own=Entering(line, new, seats))

    def _who(self, row: Row) -> tuple[str, User | None]:
        """Return the user name of who is meant, and the account; None where it is to be made.

        By the user name; else by the card number and the name; else by the name alone. Card numbers are given out
        again: another name on a card is another person.
        """
        typed, known = row.values.get("username"), self._username(row)
        user = self.like.get(services.looks_of(known)) if known else None
        if user is not None and user.username == known and (typed or _is_called(row, user)):
            self._check(row, user)
            return known, user
        if not typed:
            found = self.namesakes.who(row)
            return (found.username, found) if found else self._new(row, known if user is None else "")
        if user is not None:
            problem = format_lazy(_("This user name looks like {username}, which is taken."), username=user.username)
            raise WrongDeputy("username", problem, _("Choose another."))
        return self._new(row, known)

    def _username(self, row: Row) -> str:
        """Return the user name that a row says, or that is made of its card number, which another area has, too."""
        card = row.values.get("card")
        return _folded(row.values.get("username") or (f"{self.area.slug}-{card}" if card else ""))

    def _check(self, row: Row, user: User) -> None:
        if not _is_called(row, user):
            remedy = _("Correct the name or the user name; one of them belongs to somebody else.")
            raise WrongDeputy("name", _("The account with this user name has another name."), remedy)
        if self._seated(user) and self.frame.answer(row, SAME) != YES:
            problem = _("This account belongs to somebody who is no deputy of this area now. Do they become one?")
            raise Undecided(RowQuestion(SAME, problem, "username", {YES: _("yes, they are a deputy")}))

    def _seated(self, user: User) -> User | None:
        """Return somebody who has an account and is no deputy yet, as whom a row was answered to be."""
        if selectors.has(user, Permission.VOTE, self.area, self.frame.at):
            return None
        if not (verdict := selectors.may_seat_deputy(self.frame.by, user, self.area, self.frame.at)):
            raise WrongDeputy("name", verdict.reason, _("Have the mandate added, or remove the row."))
        return user

    def _new(self, row: Row, known: str) -> tuple[str, None]:
        if not row.values.get("name"):
            raise WrongDeputy("name", _("A new account needs a name."), _("Add a column for it."))
        if not (verdict := selectors.may_enrol_deputies(self.frame.by, self.area, self.frame.at)):
            raise WrongDeputy("username", _("There is no account with this user name."), verdict.reason)
        try:
            return services.clean_username(known or next(self.made)), None
        except InvalidInput as error:
            raise WrongDeputy("username", error.text, _("Choose another.")) from error

    def _number(self, row: Row, user: User | None, entry: RollEntry | None) -> int:
        """Return the number of a line: of the sheet, as it is, or the next that is free."""
        number = row.values.get("number")
        if number is None and self.is_numbered:
            remedy = _("Number every row once, or leave the whole column out.")
            raise WrongDeputy("number", _("Other rows are numbered, this one is not."), remedy)
        if number is None:
            number = entry.number if entry else max([0, *self.on_roll, *self.numbers]) + 1
        if (row_before := self.numbers.setdefault(number, row.number)) != row.number:
            problem = format_lazy(_("This number stands already in row {row}."), row=row_before)
            raise WrongDeputy("number", problem, _("Number every row once, or leave the whole column out."))
        other = self.on_roll.get(number)
        if other is not None and (user is None or other != user.pk) and other not in self._renumbered:
            problem = format_lazy(_("{name} has this number on the roll."), name=self.entries[other].name)
            raise WrongDeputy("number", problem, _("Choose another, or take that line off the roll."))
        return int(number)

    @property
    def _renumbered(self) -> set[int]:
        """The deputies whom the sheet gives another number."""
        if not self.is_numbered:
            return set()
        if not hasattr(self, "_moves"):
            self._moves = set(self._moved())
        return self._moves

    def _moved(self) -> Iterator[int]:
        for row in self.rows:
            known = self._username(row)
            user = self.like.get(services.looks_of(known)) if known else None
            found = [user] if user else self.namesakes.deputies(row.values.get("name") or "")
            for one in found:
                entry = self.entries.get(one.pk)
                if entry is not None and row.values.get("number") not in {None, entry.number}:
                    yield one.pk

    def _roll_line(self, row: Row, user: User | None, entry: RollEntry | None, number: int) -> RollLine:
        values = row.values
        remotely = values["may_vote_remotely"] == YesNo.YES if "may_vote_remotely" in values else None
        delegation = (values["delegation"] or "") if "delegation" in values else None
        return RollLine(
            number=number,
            deputy_id=user.pk if user else 0,
            name=user.name if user else str(values["name"]),
            delegation=delegation if delegation is not None else (entry.delegation if entry else ""),
            may_vote_remotely=remotely if remotely is not None else bool(entry and entry.may_vote_remotely),
        )

    def _wanted(self, line: RollLine) -> dict[str, Any]:
        remotely = YesNo.YES if line.may_vote_remotely else YesNo.NO
        return {
            "number": line.number, "name": line.name, "delegation": line.delegation, "may_vote_remotely": remotely,
        }  # fmt: skip


def _is_called(row: Row, user: User) -> bool:
    """Say whether somebody is called as a row says, if it says a name."""
    return not row.values.get("name") or fold(user.name) == fold(row.values["name"])


def _folded(username: str | None) -> str:
    """Return a user name as accounts are known by it; empty where nobody can have it."""
    try:
        return fold(username or "")
    except InvalidInput:
        return ""
