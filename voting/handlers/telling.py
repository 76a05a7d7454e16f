"""Telling people of one name apart: the rows of a roll from each other, and from those who have an account."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors
from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.handling import LEAVE, YES, Frame, RowQuestion
from livelihood.kernel.sheets.results import Row
from voting.models import RollEntry

TRAITS = ("card", "phone", "delegation")
PERSONAL = {"card", "phone"}
"""What two people hardly share, as they may a delegation."""

TWIN, SAME, WHICH = "twin", "same_person", "which_person"
ANOTHER = "another"
DIGITS = 2
"""Of a telephone: enough to tell who is meant by who knows the number, too few to learn it."""
NEW_ACCOUNT = _("somebody else: a new account")


class Undecided(Exception):
    """A row of which only a person can say who is meant."""

    def __init__(self, question: RowQuestion) -> None:
        super().__init__(question.code)
        self.question = question


class Likeness(StrEnum):
    """What is known of two people of one name."""

    ONE = "one"
    TWO = "two"
    UNCLEAR = "unclear"


def likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> Likeness:
    """Say by card, telephone and delegation, as far as both are known, whether two of one name are one person."""
    both, equal = _shared(one, other)
    if not both or (equal & PERSONAL and len(equal) < len(both)):
        return Likeness.UNCLEAR
    return Likeness.ONE if len(equal) == len(both) else Likeness.TWO


def _shared(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[Sequence[str], set[str]]:
    """Return what is known of both, and what of it is the same."""
    both = [name for name in TRAITS if one.get(name) and other.get(name)]
    return both, {name for name in both if fold(one[name]) == fold(other[name])}


class Namesakes:
    """The rows of a roll that say no user name, and the people of the area who are called as they are."""

    def __init__(self, frame: Frame, area: Area, rows: Sequence[Row], entries: Mapping[int, RollEntry]) -> None:
        self.frame = frame
        self.rows: dict[str, list[Row]] = {}
        for row in rows:
            if not row.values.get("username") and row.values.get("name"):
                self.rows.setdefault(fold(row.values["name"]), []).append(row)
        names = {row.values["name"] for called in self.rows.values() for row in called}
        people = list(selectors.people_near(area).filter(closed_at__isnull=True, name__in=names).order_by("pk"))
        self.people: dict[str, list[User]] = {}
        for user in people:
            self.people.setdefault(fold(user.name), []).append(user)
        selectors.learn_mandates(people, frame.at)
        self.roles = selectors.roles_in(area, people, frame.at)
        self.traits = {
            user.pk: {"phone": user.phone, "delegation": entry.delegation if (entry := entries.get(user.pk)) else ""}
            for user in people
        }

    def is_deputy(self, user: User) -> bool:
        """Say whether somebody of these names is a deputy of the area now."""
        return Role.DEPUTY in self.roles.get(user.pk, ())

    def deputies(self, name: str) -> list[User]:
        """Return the deputies who are called so."""
        return [user for user in self.people.get(fold(name), []) if self.is_deputy(user)]

    def who(self, row: Row) -> User | None:
        """Return the account of whom a row means by the name; None for somebody who has none.

        A deputy whose telephone or delegation agrees is meant, and the only deputy of a name if the telephone does not
        say otherwise. Everything else is asked.

        :raises Undecided: only a person can say.
        """
        folded = fold(row.values.get("name") or "")
        called = self.rows.get(folded, [])
        self._tell_from_rows(row, called)
        people = self.people.get(folded, [])
        like = {user.pk: likeness(row.values, self.traits[user.pk]) for user in people}
        sure = [user for user in people if self.is_deputy(user) and like[user.pk] == Likeness.ONE]
        if len(sure) == 1:
            return sure[0]
        left = [user for user in people if like[user.pk] != Likeness.TWO or not self._is_claimed(user, called)]
        is_alone = len(called) == 1 and len(left) == 1 and self.is_deputy(left[0])
        if is_alone and not self._rings_elsewhere(row, left[0]):
            return left[0]
        return self._answered(row, left) if left else None

    def _tell_from_rows(self, row: Row, called: Sequence[Row]) -> None:
        for other in called[: called.index(row)] if row in called else ():
            how = likeness(row.values, other.values)
            if how == Likeness.TWO:
                continue
            is_sure = how == Likeness.ONE and bool(_shared(row.values, other.values)[1] & PERSONAL)
            if is_sure or self.frame.answer(row, TWIN) != ANOTHER:
                raise Undecided(_twin(other, is_sure=is_sure))

    def _is_claimed(self, user: User, called: Sequence[Row]) -> bool:
        """Say whether some row is surely this person, so that another row that differs is not."""
        return any(likeness(row.values, self.traits[user.pk]) == Likeness.ONE for row in called)

    def _rings_elsewhere(self, row: Row, user: User) -> bool:
        return likeness({"phone": row.values.get("phone")}, {"phone": user.phone}) == Likeness.TWO

    def _answered(self, row: Row, people: Sequence[User]) -> User | None:
        if len(people) == 1:
            code, answers = SAME, {YES: people[0]}
            problem = format_lazy(
                _("Somebody of this name has an account: {person}. Is it the same person?"),
                person=self._described(people[0]),
            )
            labels: dict[str, Text] = {YES: _("the same person")}
        else:
            code, answers = WHICH, {str(user.pk): user for user in people}
            problem = _("Several people of this name have accounts. Who is meant?")
            labels = {str(user.pk): self._described(user) for user in people}
        answer = self.frame.answer(row, code)
        if answer in answers:
            return answers[answer]
        if answer == ANOTHER:
            return None
        raise Undecided(RowQuestion(code, problem, "name", {**labels, ANOTHER: NEW_ACCOUNT}))

    def _described(self, user: User) -> Text:
        """Return by what somebody is told from others of the name.

        Who keeps a roll knows its deputies. Of others nothing is said by which names could be tried: who has an
        account, in which role, and how to reach them.
        """
        known: list[Text] = [_("an account of the area, no deputy")]
        if self.is_deputy(user):
            known = [user.username, Role.DEPUTY.label, *filter(None, [self.traits[user.pk]["delegation"]])]
        if user.phone:
            known.append(format_lazy(_("telephone ending in {digits}"), digits=user.phone[-DIGITS:]))
        return format_lazy(" · ".join(["{}"] * len(known)), *known)


def _twin(other: Row, *, is_sure: bool) -> RowQuestion:
    """Return the question whether a row is the person of another row; that of one card or telephone is no other."""
    told = " · ".join(str(other.values[name]) for name in TRAITS if other.values.get(name))
    if told:
        text = _("Row {row} has this name, too: {told}. Is it the same person?")
    else:
        text = _("Row {row} has this name, too, and nothing tells them apart. Is it the same person?")
    answers: dict[str, Text] = {LEAVE: _("the same person: leave this row out")}
    if not is_sure:
        answers[ANOTHER] = _("somebody else of this name")
    return RowQuestion(TWIN, format_lazy(text, row=other.number, told=told), "name", answers)
