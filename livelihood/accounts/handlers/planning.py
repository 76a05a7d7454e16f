"""What a sheet of people would do, row by row: read by a fixed number of queries, and nothing written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding, rules, services
from livelihood.accounts.handlers.telling import PeopleByName
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import ROLES, SINCE_TODAY, TAKE_TWO, Role
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.offices import has_ended
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.handling import (
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
from livelihood.kernel.verdict import Verdict

FIELDS = {"name": "name", "phone": "phone", "email": "mail"}
"""Column → what an account calls it."""


class Giving(NamedTuple):
    """A mandate that is to be given."""

    role: Role
    organisation: Organisation | None
    starts_on: date
    ends_on: date | None


@dataclass(slots=True)
class Intent:
    """What a row is to do, from the plan to writing.

    user: whose account it is; None for a new one, which several rows may name by the same user name.
    said: name, mail and telephone that the account is to have and has not; of a new one all of them.
    gives: a mandate to be given. ends: one that the person holds, and its last day from now on.
    """

    username: str
    user: User | None
    area: Area
    said: dict[str, str] = field(default_factory=dict)
    gives: Giving | None = None
    ends: tuple[Mandate, date | None] | None = None


class FirstRow(NamedTuple):
    """The first row that names an account, and what it says of it."""

    number: int
    intent: Intent
    said: Mapping[str, Any]


class WrongPerson(Exception):
    """A row that may not be written, and why."""

    def __init__(self, column: str, problem: Any, remedy: Any = "") -> None:
        super().__init__(column)
        self.problem = Problem(column, problem, remedy)


class PlanOfPeople:
    """One sheet, with all that is known of whoever stands in it."""

    def __init__(self, frame: Frame, rows: Sequence[Row]) -> None:
        self.frame, self.rows, self.today = frame, rows, timezone.localdate(frame.at)
        self.default = Role(frame.target) if frame.target else None
        self.areas = {area.code: area for area in self._areas()}
        self.organisations = self._organisations()
        self.by_name = PeopleByName(frame, rows, self.areas, self.default, self.organisations)
        self.usernames = self._usernames()
        self.like = services.accounts_like([name for name in self.usernames.values() if isinstance(name, str)])
        users = list({user.pk: user for user in self.like.values()}.values())
        self.areas_of = holding.areas_of_accounts(users, frame.at)
        self.mandates = self._mandates(users)
        self.run_by: dict[tuple[str, int], list[tuple[Role, date, date | None]]] = {}
        self.verdicts: dict[int, Verdict] = {}
        self.taken: dict[int, Verdict] = {}
        self.first: dict[str, FirstRow] = {}

    def _areas(self) -> Iterator[Area]:
        yield self.frame.area
        codes = {code for row in self.rows if (code := row.values.get("area"))}
        yield from Area.objects.within(self.frame.area).filter(code__in=codes)

    def _usernames(self) -> dict[int, str | WrongPerson | RowQuestion]:
        """Return for each row the user name that is meant, or is made; or what is wrong, or has to be asked."""
        found: dict[int, str | WrongPerson | RowQuestion] = {}
        for row in self.rows:
            try:
                found[row.number] = services.clean_username(row.values.get("username") or "")
            except InvalidInput as error:
                found[row.number] = WrongPerson("username", error.text, _("Choose another."))
        made = services.free_usernames(self.frame.area)
        for row in self.by_name.in_order():
            who = self.by_name.who(row)
            if isinstance(who, Row):
                found[row.number] = found[who.number]
            elif isinstance(who, RowQuestion):
                found[row.number] = who
            else:
                found[row.number] = who.username if who else next(made)
        return found

    def _mandates(self, users: Sequence[User]) -> dict[tuple[int, str, int], list[Mandate]]:
        """Return mandates that people hold themselves, the last first, by person, role and area."""
        rows = Mandate.objects.filter(user__in=users, stands_in_for__isnull=True).select_related("organisation")
        found: dict[tuple[int, str, int], list[Mandate]] = {}
        for mandate in rows.order_by("-starts_on", "-pk"):
            found.setdefault((mandate.user_id, mandate.role, mandate.area_id), []).append(mandate)
        return found

    def _organisations(self) -> dict[tuple[int, str], set[Organisation]]:
        """Return by area and folded name, full or short, who is called so; who was merged, by its heir's name too."""
        found: dict[tuple[int, str], set[Organisation]] = {}
        if any(row.values.get("organisation") for row in self.rows):
            rows = Organisation.objects.filter(area__in=self.areas.values()).select_related("merged_into")
            for row in rows.prefetch_related("aliases"):
                for folded in (row.folded, *(alias.folded for alias in row.aliases.all())):
                    found.setdefault((row.area_id, folded), set()).add(row.merged_into or row)
        return found

    def lines(self) -> list[Line]:
        """Return what each row would do."""
        return [self._line(row) for row in self.rows]

    def _line(self, row: Row) -> Line:
        name = str(row.values.get("name") or row.values.get("username") or "")
        username = self.usernames[row.number]
        if isinstance(username, RowQuestion):
            return Line(row, RowOutcome.DOUBT, name, questions=[username])
        try:
            if isinstance(username, WrongPerson):
                raise username
            return self._planned(row, name, username)
        except WrongPerson as wrong:
            user = self.like.get(services.looks_of(username)) if isinstance(username, str) else None
            return refused(row, name, wrong.problem, subject=user.pk if user else None)

    def _planned(self, row: Row, name: str, username: str) -> Line:
        area = self._area(row)
        user = self._account(username, area)
        role = row.values.get("role") or self.default
        if user is not None:
            self._check_reach(user, area, role)
        said = self._said(row)
        intent = Intent(username, user, area)
        self._compare_with_rows_before(row, intent, said)
        changes = [] if user is None else list(self._person_changes(user, intent, said))
        if row.values.get("organisation") and role is None:
            remedy = _("Add a column for the role, or choose one for all rows.")
            raise WrongPerson(
                "organisation", _("People belong to an organisation by a role, and none stands here."), remedy
            )
        if role is not None:
            changes += self._mandate_changes(row, intent, role)
        if (user is None or intent.gives is not None) and not (verdict := self._may_take(area)):
            raise WrongPerson("area", verdict.reason, _("Leave the row out, or name the area that goes on."))
        values: dict[str, Any] = {} if row.values.get("username") else {"username": username}
        if intent.gives is not None:
            values |= {"role": role, "starts_on": intent.gives.starts_on}
        row = with_values(row, **values)
        if user is None:
            return Line(row, RowOutcome.NEW, name, own=intent)
        outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
        return Line(row, outcome, name, user.pk, changes, own=intent)

    def _area(self, row: Row) -> Area:
        code = row.values.get("area")
        area = self.areas.get(code) if code else self.frame.area
        if area is None:
            remedy = _("Bring the sheet there, or correct the area.")
            raise WrongPerson("area", _("This area lies outside of the one for which the sheet is brought."), remedy)
        if area.pk not in self.verdicts:
            self.verdicts[area.pk] = rules.may_manage_people(self.frame.by, area, self.frame.at)
        if not self.verdicts[area.pk]:
            raise WrongPerson("area", self.verdicts[area.pk].reason)
        return area

    def _account(self, username: str, area: Area) -> User | None:
        user = self.like.get(services.looks_of(username))
        if user is None:
            return None
        if user.username != username:
            problem = format_lazy(_("This user name looks like {username}, which is taken."), username=user.username)
            raise WrongPerson("username", problem, _("Choose another."))
        if not user.is_active:
            raise WrongPerson("username", _("This account is closed."), _("Open it again first."))
        return user

    def _check_reach(self, user: User, area: Area, role: Role | None) -> None:
        """Refuse somebody of elsewhere: their own administrators speak of them, or one of both areas gives a role."""
        if area in self.areas_of[user.pk] or (role is not None and self._may_manage(user)):
            return
        problem = _("Somebody of another area has this user name.")
        raise WrongPerson("username", problem, _("Choose another, or ask an administrator of both areas."))

    def _may_manage(self, user: User) -> Verdict:
        return rules.may_manage_account(self.frame.by, user, self.areas_of[user.pk], self.frame.at)

    def _said(self, row: Row) -> dict[str, str]:
        """Return what the sheet says of name and contacts, by what an account calls them."""
        said = {FIELDS[column]: row.values[column] or "" for column in FIELDS if column in row.values}
        if said.get("name") == "":
            raise WrongPerson("name", _("This cell is empty."), _("Fill it in."))
        if said.get("mail"):
            try:
                said["mail"] = services.clean_mail(said["mail"])
            except InvalidInput as error:
                raise WrongPerson("email", error.text, _("Correct it, or leave it empty.")) from error
        return said

    def _may_take(self, area: Area) -> Verdict:
        """Say whether an area takes anybody new; asked once of each."""
        if area.pk not in self.taken:
            self.taken[area.pk] = rules.may_take_people(area)
        return self.taken[area.pk]

    def _compare_with_rows_before(self, row: Row, intent: Intent, said: dict[str, str]) -> None:
        """Let the first row of a person speak of their name and contacts, and others say the same."""
        looks = services.looks_of(intent.username)
        number, first, before = self.first.setdefault(looks, FirstRow(row.number, intent, said))
        if first.username != intent.username:
            problem = format_lazy(_("This user name looks like that of row {row}."), row=number)
            raise WrongPerson("username", problem, _("Choose another."))
        if first is not intent and before != said:
            column = next(column for column, name in FIELDS.items() if before.get(name) != said.get(name))
            problem = format_lazy(_("Row {row} is of the same person and says otherwise."), row=number)
            raise WrongPerson(column, problem, _("Correct one of the two rows."))
        if first is intent and intent.user is None:
            if "name" not in said:
                raise WrongPerson("name", _("A new account needs a name."), _("Add a column for it."))
            intent.said = said

    def _person_changes(self, user: User, intent: Intent, said: dict[str, str]) -> Iterator[Change]:
        if self.first[services.looks_of(intent.username)].intent is not intent:
            return
        for column, name in FIELDS.items():
            if name in said and not is_same(getattr(user, name), said[name]):
                intent.said[name] = said[name]
                yield Change(column, getattr(user, name) or None, said[name] or None)
        if intent.said and not (verdict := self._may_manage(user)):
            raise WrongPerson("name", verdict.reason)

    def _mandate_changes(self, row: Row, intent: Intent, role: Role) -> Iterator[Change]:
        organisation, ends_on = self._organisation(row, intent.area), row.values.get("ends_on")
        held = self._held(row, intent, role, organisation)
        if held is not None:
            self._check_days(held.starts_on, ends_on)
            if "ends_on" in row.values and ends_on != held.ends_on:
                intent.ends = held, ends_on
                yield Change("ends_on", held.ends_on, ends_on)
            return
        starts_on = row.values.get("starts_on") or self.today
        self._check_days(starts_on, ends_on)
        if ended := has_ended(organisation, starts_on):
            raise WrongPerson(ended.column, ended.problem, ended.remedy)
        if intent.user is not None and not (verdict := rules.may_give_role(self.frame.by, intent.user, role)):
            raise WrongPerson("role", verdict.reason, _("Leave the row out."))
        if role in SINCE_TODAY and starts_on < self.today:
            remedy = _("Leave the cell empty, or give it on the person's page and say why.")
            raise WrongPerson("starts_on", _("This mandate begins before today."), remedy)
        if ROLES[role].takes_two:
            self._check_two(intent, role, starts_on, ends_on)
        intent.gives = Giving(role, organisation, starts_on, ends_on)
        yield Change("role", None, role)
        yield Change("area", None, intent.area.code)
        if organisation is not None:
            yield Change("organisation", None, organisation.name_zh)
        yield Change("starts_on", None, starts_on)
        if ends_on is not None:
            yield Change("ends_on", None, ends_on)

    def _check_two(self, intent: Intent, role: Role, starts_on: date, ends_on: date | None) -> None:
        """Refuse a second of the roles that confirm each other, held or in a row before."""
        key = (intent.username, intent.area.pk)
        held = [
            (one, mandate.starts_on, mandate.ends_on)
            for one in TAKE_TWO
            for mandate in (self.mandates.get((intent.user.pk, one, intent.area.pk), []) if intent.user else [])
        ]
        for other, first, last in [*held, *self.run_by.get(key, [])]:
            if other != role and starts_on <= (last or date.max) and first <= (ends_on or date.max):
                problem = format_lazy(
                    _("{name} is {role} here. Nobody holds two of the roles that confirm each other."),
                    name=intent.user.name if intent.user else intent.username,
                    role=other.label,
                )
                raise WrongPerson("role", problem, _("Give one of the two roles to somebody else."))
        self.run_by.setdefault(key, []).append((role, starts_on, ends_on))

    def _check_days(self, starts_on: date, ends_on: date | None) -> None:
        if ends_on is not None and ends_on < starts_on:
            raise WrongPerson("ends_on", _("The mandate ends before it starts."), _("Correct one of the two dates."))

    def _organisation(self, row: Row, area: Area) -> Organisation | None:
        written = row.values.get("organisation")
        if not written:
            return None
        found = self.organisations.get((area.pk, fold(written)), set())
        if not found:
            problem = format_lazy(_("There is no such organisation in {area}."), area=area.name)
            raise WrongPerson("organisation", problem, _("Have it added first, or write its full name."))
        if len(found) > 1:
            raise WrongPerson(
                "organisation", _("Several organisations have this short name."), _("Write the full name.")
            )
        return next(iter(found))

    def _held(self, row: Row, intent: Intent, role: Role, organisation: Organisation | None) -> Mandate | None:
        """Return the mandate that the row is about, if the person holds it, will hold it, or held it from that day."""
        if intent.user is None:
            return None
        starts_on, ends_on = row.values.get("starts_on"), row.values.get("ends_on")
        for mandate in self.mandates.get((intent.user.pk, str(role), intent.area.pk), []):
            if "organisation" in row.values and mandate.organisation != organisation:
                continue
            if starts_on == mandate.starts_on:
                return mandate
            if mandate.ends_on is not None and mandate.ends_on < (starts_on or self.today):
                continue
            if starts_on is None:
                return mandate
            if ends_on is None or ends_on >= mandate.starts_on:
                problem = format_lazy(_("This person holds this role from {day} already."), day=str(mandate.starts_on))
                raise WrongPerson("starts_on", problem, _("Write this day, or leave the cell empty."))
        return None
