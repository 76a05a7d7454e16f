"""Telling people of one name apart: rows that say no user name from each other, and from those who have an account."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.handling import LEAVE, YES, Frame, RowQuestion
from livelihood.kernel.sheets.results import Row

TWIN, SAME, WHICH = "twin", "same_person", "which_person"
ANOTHER, TOGETHER = "another", "together"
NEW_ACCOUNT = _("somebody else: a new account")


class Traits(NamedTuple):
    """What a row says of a person beside the name, as far as it says it; texts are folded.

    organisations: which are called so in this area.
    """

    area: Area
    role: str
    organisation: str
    organisations: frozenset[int]
    phone: str
    mail: str

    @property
    def place(self) -> tuple[Any, ...]:
        """As what, where: of one person there may be several."""
        return self.area.pk, self.role, self.organisations or self.organisation


class PeopleByName:
    """The rows that say no user name, and who has an account under the name of one.

    areas: by their codes. default: role of rows that say none. organisations: by area and folded name.
    """

    def __init__(
        self,
        frame: Frame,
        rows: Sequence[Row],
        areas: Mapping[str, Area],
        default: Role | None,
        organisations: Mapping[tuple[int, str], set[Organisation]],
    ) -> None:
        self.frame = frame
        named = [row for row in rows if row.values.get("name")]
        self.rows = [row for row in named if not row.values.get("username")]
        self.people = self._people()
        people = [user for several in self.people.values() for user in several]
        self.held = holding.mandates_to_come(people, frame.at)
        self.areas = holding.areas_of_accounts(people, frame.at)
        names = {fold(row.values["name"]) for row in self.rows}
        self.traits = {
            row.number: _traits(row, areas.get(row.values.get("area") or "", frame.area), default, organisations)
            for row in named
            if fold(row.values["name"]) in names
        }
        self.agreeing = {row.number: [one for one in self._called(row) if self._agrees(row, one)] for row in self.rows}
        alone = [found[0] for found in self.agreeing.values() if len(found) == 1]
        self.claimed = {user.pk for user in alone}
        self.before: dict[tuple[str, str], list[Row]] = {}
        for row in named:
            if row.values.get("username") and row.number in self.traits:
                self._remember(row)

    def _people(self) -> dict[str, list[User]]:
        """Return by folded name the people of the area who might be meant."""
        names = {row.values["name"] for row in self.rows}
        found: dict[str, list[User]] = {}
        if names:
            people = User.objects.filter(area__in=Area.objects.within(self.frame.area), name__in=names)
            for user in people.filter(closed_at__isnull=True).order_by("pk"):
                found.setdefault(fold(user.name), []).append(user)
        return found

    def _called(self, row: Row) -> list[User]:
        return self.people.get(fold(row.values["name"]), [])

    def in_order(self) -> list[Row]:
        """Return the rows in the order in which they are to be asked for: first those who surely have an account."""
        return sorted(self.rows, key=lambda row: (len(self.agreeing[row.number]) != 1, row.number))

    def who(self, row: Row) -> User | Row | RowQuestion | None:
        """Return whose account a row means; a row before that is the same person; a question; None for somebody new.

        Meant is the only one with whom everything agrees that is written. Everything else is asked.
        """
        before = self._told_from_rows(row)
        self._remember(row)
        if before is not None:
            return before
        agreeing = self.agreeing[row.number]
        if len(agreeing) == 1:
            return agreeing[0]
        left = agreeing or [user for user in self._called(row) if user.pk not in self.claimed]
        return self._answered(row, left) if left else None

    def _remember(self, row: Row) -> None:
        name = fold(row.values["name"])
        for key in ((name, ""), (name, self.traits[row.number].phone or "-")):
            self.before.setdefault(key, []).append(row)

    def _rows_before(self, row: Row) -> Iterator[Row]:
        """Yield the rows before of this name, without those that ring elsewhere and so are somebody else."""
        name, phone = fold(row.values["name"]), self.traits[row.number].phone
        for key in ((name, phone), (name, "-")) if phone else ((name, ""),):
            yield from self.before.get(key, [])

    def _told_from_rows(self, row: Row) -> Row | RowQuestion | None:
        """Return a row before that is the same person, or the question whether it is; None where none is."""
        mine, answer = self.traits[row.number], self.frame.answer(row, TWIN)
        for other in self._rows_before(row):
            its = self.traits[other.number]
            has_another_place = its.place != mine.place
            if self._have_accounts(row, other, has_another_place=has_another_place):
                continue
            if answer == TOGETHER or (mine.phone and its.phone and row.values != other.values):
                return other
            if answer != ANOTHER:
                return self._question_of_rows(row, other, has_another_place=has_another_place)
        return None

    def _have_accounts(self, row: Row, other: Row, *, has_another_place: bool) -> bool:
        """Say whether both rows agree with accounts that are there, so that nothing has to be asked."""
        mine, its = self.agreeing[row.number], self.agreeing.get(other.number, [])
        return len(mine) == len(its) == 1 and (mine != its or has_another_place)

    def _question_of_rows(self, row: Row, other: Row, *, has_another_place: bool) -> RowQuestion:
        mine, its = self.traits[row.number], self.traits[other.number]
        told = _listed([text for text in self._told(other) if text])
        if has_another_place or its.phone != mine.phone:
            text = _("Row {row} has this name, too: {told}. Is it the same person?")
        else:
            text = _("Row {row} has this name, too, and nothing tells them apart. Is it the same person?")
        answers: dict[str, Text] = {LEAVE: _("the same person: leave this row out")}
        if has_another_place:
            answers[TOGETHER] = _("the same person: one account with both rows")
        if not mine.phone or not its.phone:
            answers[ANOTHER] = NEW_ACCOUNT
        return RowQuestion(TWIN, format_lazy(text, row=other.number, told=told), "name", answers)

    def _told(self, row: Row) -> Iterator[Text]:
        """Yield what a row says of a person beside the name."""
        traits = self.traits[row.number]
        yield traits.area.name
        yield Role(traits.role).label if traits.role else ""
        yield from (row.values.get(column) or "" for column in ("organisation", "phone", "email"))

    def _agrees(self, row: Row, user: User) -> bool:
        """Say whether everything that a row says, as far as it is known of an account, agrees with it."""
        said = self.traits[row.number]
        here = [mandate for mandate in self.held[user.pk] if mandate.area_id == said.area.pk]
        return not (
            _differ(said.phone, fold(user.phone))
            or _differ(said.mail, fold(user.mail))
            or said.area not in self.areas[user.pk]
            or (said.role and said.role not in {mandate.role for mandate in here})
            or (said.organisation and not said.organisations & {mandate.organisation_id for mandate in here})
        )

    def _answered(self, row: Row, people: Sequence[User]) -> User | RowQuestion | None:
        if len(people) == 1:
            code, answers = SAME, {YES: people[0]}
            problem: Text = format_lazy(
                _("Somebody of this name has an account: {person}. Is it the same person?"),
                person=self._described(people[0]),
            )
            labels: dict[str, Text] = {YES: _("the same person")}
        else:
            code, answers = WHICH, {user.username: user for user in people}
            problem = _("Several people of this name have accounts. Who is meant?")
            labels = {user.username: self._described(user) for user in people}
        answer = self.frame.answer(row, code)
        if answer == ANOTHER:
            return None
        found = answers.get(answer or "")
        return found or RowQuestion(code, problem, "name", {**labels, ANOTHER: NEW_ACCOUNT})

    def _described(self, user: User) -> Text:
        """Return by what somebody is told from others of the name: user name, roles with organisations, telephone."""
        return _listed([user.username, *map(_as_what, self.held[user.pk]), *filter(None, [user.phone])])


def _traits(
    row: Row, area: Area, default: Role | None, organisations: Mapping[tuple[int, str], set[Organisation]]
) -> Traits:
    values = row.values
    named = fold(values.get("organisation") or "")
    found = organisations.get((area.pk, named), set()) if named else set()
    role = str(values.get("role") or default or "")
    phone, mail = (fold(values.get(column) or "") for column in ("phone", "email"))
    return Traits(area, role, named, frozenset(one.pk for one in found), phone, mail)


def _as_what(mandate: Mandate) -> Text:
    label = Role(mandate.role).label
    return format_lazy("{} {}", label, mandate.organisation.name) if mandate.organisation else label


def _differ(one: str, other: str) -> bool:
    """Say whether both are known, and not the same."""
    return bool(one and other and one != other)


def _listed(texts: Sequence[Text]) -> Text:
    return format_lazy(" · ".join(["{}"] * len(texts)), *texts)
