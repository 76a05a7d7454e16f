"""People from a sheet: what the door asks (`livelihood.kernel.sheets.handling`)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import rules, services
from livelihood.accounts.handlers.planning import Intent, PlanOfPeople
from livelihood.accounts.handlers.undoing import TakingBackPeople
from livelihood.accounts.importers import PEOPLE
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.accounts.services import Grant, NewPerson, PersonChange
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.handling import Done, Frame, Handler, Line, Written, register
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from livelihood.kernel.verdict import Verdict

MANY = (Role.DEPARTMENT, Role.IMPLEMENTING_UNIT, Role.DEPUTY, Role.CPPCC_MEMBER)
"""Roles of which an area has so many people that its sheets often do not name them."""


class People(Handler):
    """Accounts and mandates. No password is made: one-time codes are, when slips are printed or mail is sent."""

    kind = PEOPLE
    subject = "accounts.user"
    is_personal = True
    weighty: ClassVar[Mapping[str, Collection[str]]] = {"role": (Role.ADMINISTRATOR, Role.AUDITOR)}
    example: ClassVar[Mapping[str, Text]] = {
        "username": "zhang-san", "name": "张三", "role": Role.DEPARTMENT.label, "starts_on": "2026-01-01",
        "phone": "0571-12345678", "email": "zhang-san@example.gov.cn",
    }  # fmt: skip
    advice = (
        _("A row is a person with one role; who has two roles stands in two rows with the same user name."),
        _("Without a user name one is made, and printed on the slip with the one-time code."),
        _("Without an area people belong to the one for which the sheet is brought."),
    )

    def may_bring(self, by: User, area: Area, cycle: Cycle | None, at: datetime) -> Verdict:
        """May: administrator of the area or of one above it."""
        return rules.may_manage_people(by, area, at)

    def targets(self, frame: Frame) -> Sequence[tuple[str, Text]]:
        """Return the role of people in whose row none stands, of those that come by the dozen."""
        named = [(one.value, format_lazy(_("People: where no role stands, {role}"), role=one.label)) for one in MANY]
        return [("", _("People: a role in every row")), *named]

    def address(self, frame: Frame, subject: int) -> str:
        """Return the page of a person, which leads on to their own area."""
        return reverse("accounts:person", kwargs={"area": frame.area.slug, "pk": subject})

    def lock(self, frame: Frame) -> Frame:
        """Lock the accounts that such a sheet may change."""
        areas = Area.objects.within(frame.area)
        # Read before they are locked: of a query within the other, PostgreSQL may begin one for every account.
        near = list(User.objects.filter(Q(area__in=areas) | Q(mandates__area__in=areas)).values_list("pk", flat=True))
        list(User.objects.filter(pk__in=near).order_by("pk").select_for_update(no_key=True).values_list("pk"))
        return frame

    def plan(self, frame: Frame, rows: Sequence[Row]) -> list[Line]:
        """Say what each row would do."""
        return PlanOfPeople(frame, rows).lines()

    def write(self, frame: Frame, lines: Sequence[Line]) -> Sequence[Done]:
        """Make accounts, put names and contacts right, give mandates and let them end, by the acts of the pages."""
        by, at = frame.by, frame.at
        intents: list[Intent] = [line.own for line in lines]
        first: dict[str, Intent] = {}
        for intent in intents:
            first.setdefault(intent.username, intent)
        new = [_new_person(intent) for intent in first.values() if intent.user is None]
        users = {user.username: user for user in services.create_people(people=new, by=by, at=at)}
        users |= {intent.username: intent.user for intent in intents if intent.user is not None}
        changes = [_change(intent.user, intent) for intent in intents if intent.user is not None and intent.said]
        services.change_people(changes=changes, by=by, at=at)
        ends = dict(intent.ends for intent in intents if intent.ends is not None)
        services.end_mandates(last_days={mandate.pk: day for mandate, day in ends.items()}, by=by, at=at)
        grants = {
            line.row.number: Grant(user=users[intent.username], area=intent.area, **intent.gives._asdict())
            for line, intent in zip(lines, intents, strict=True)
            if intent.gives is not None
        }
        mandates = services.give_mandates(grants=list(grants.values()), by=by, at=at)
        given = dict(zip(grants, mandates, strict=True))
        return [
            Done(line.row.number, users[intent.username].pk, _kept(intent, given.get(line.row.number)))
            for line, intent in zip(lines, intents, strict=True)
        ]

    def staying(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Say which accounts and mandates somebody has used."""
        return TakingBackPeople(frame, written).staying()

    def take_back(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Take accounts and mandates away that nobody has used, and put back names, contacts and last days."""
        people = User.objects.filter(pk__in={one.subject for one in written})
        list(people.order_by("pk").select_for_update().values_list("pk"))
        return TakingBackPeople(frame, written).run()


def _new_person(intent: Intent) -> NewPerson:
    said = intent.said
    return NewPerson(intent.username, said["name"], intent.area, said.get("mail", ""), said.get("phone", ""))


def _change(user: User, intent: Intent) -> PersonChange:
    is_now = {"name": user.name, "mail": user.mail, "phone": user.phone}
    return PersonChange(user, **is_now | intent.said)


def _kept(intent: Intent, given: Mandate | None) -> dict[str, int | bool] | None:
    """Return which mandate the row has given, or has let end on another day."""
    if given is not None:
        return {"mandate": given.pk, "is_given": True}
    return {"mandate": intent.ends[0].pk, "is_given": False} if intent.ends is not None else None


register(People())
