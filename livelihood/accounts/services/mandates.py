"""Mandates and their stand-ins."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding, rules
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import CONFIRMED, ROLES, SINCE_TODAY, TAKE_TWO, Role
from livelihood.accounts.services.people import NewPerson, make_accounts
from livelihood.audit.services import AT_ONCE, entry_of, record, write
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.offices import has_ended
from livelihood.kernel.errors import Conflict, InvalidInput, Text
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require

REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Grant:
    """A mandate to be given: see `give_mandate`. reason: why it begins before today."""

    user: User
    role: Role
    area: Area
    starts_on: date
    organisation: Organisation | None = None
    ends_on: date | None = None
    reason: str = ""


def give_mandate(
    *,
    user: User,
    role: Role,
    area: Area,
    starts_on: date,
    by: User | None,
    at: datetime,
    organisation: Organisation | None = None,
    ends_on: date | None = None,
    reason: str = "",
) -> Mandate:
    """Give a person a role in an area, and in an organisation where the role acts for one.

    A role of those who run a vote gives nothing until a second person confirms it (`confirm_mandate`), nor does an
    administrator's where there is one who can.

    reason: why it begins before today, which such a role, an auditor's or an administrator's does not without one.

    :raises NotAllowed: `by` may not manage people there, the area has ended, or it is a role that nobody gives
        themselves.
    :raises InvalidInput: the mandate ends before it starts, or begins before today and nobody says why, or the
        organisation is of another area or has ended.
    :raises Conflict: the person holds exactly this mandate, or one that confirms it, or their account is closed.
    """
    grant = Grant(
        user=user, role=role, area=area, starts_on=starts_on, organisation=organisation, ends_on=ends_on, reason=reason
    )
    (mandate,) = give_mandates(grants=[grant], by=by, at=at)
    return mandate


@transaction.atomic
def give_mandates(*, grants: Sequence[Grant], by: User | None, at: datetime) -> list[Mandate]:
    """Give many mandates, all or none; see `give_mandate`."""
    grants = _in_standing(grants)
    for area in {grant.area for grant in grants}:
        require(rules.may_manage_people(by, area, at))
    return grant_mandates(grants, by=by, at=at)


@transaction.atomic
def enrol_deputies(*, people: Sequence[NewPerson], by: User, at: datetime) -> list[User]:
    """Give new deputies of an area an account and their mandate, from today, all or none.

    :raises NotAllowed: neither congress staff nor administrator of the area.
    :raises Conflict: a user name is taken, or looks like one that is.
    """
    for area in {person.area for person in people}:
        require(rules.may_enrol_deputies(by, area, at))
    users = make_accounts(people, by=by, at=at)
    today = timezone.localdate(at)
    grants = [
        Grant(user=user, role=Role.DEPUTY, area=person.area, starts_on=today)
        for user, person in zip(users, people, strict=True)
    ]
    grant_mandates(grants, by=by, at=at)
    return users


@transaction.atomic
def seat_deputies(*, users: Sequence[User], area: Area, by: User, at: datetime) -> list[Mandate]:
    """Give people who have accounts the mandate of a deputy of their area, from today.

    :raises NotAllowed: neither congress staff nor administrator, oneself, or somebody of another area.
    """
    areas = holding.areas_of_accounts(users, at)
    for user in users:
        require(rules.may_seat_deputy(by, user, area, areas[user.pk], at))
    today = timezone.localdate(at)
    return grant_mandates(
        [Grant(user=user, role=Role.DEPUTY, area=area, starts_on=today) for user in users], by=by, at=at
    )


def grant_mandates(grants: Sequence[Grant], *, by: User | None, at: datetime) -> list[Mandate]:
    """Give mandates in the transaction of an act whose rule has allowed them.

    :raises NotAllowed: an area takes nobody new.
    """
    for area in {grant.area for grant in grants}:
        require(rules.may_take_people(area))
    people = User.objects.filter(pk__in=[grant.user.pk for grant in grants]).order_by("pk").select_for_update()
    locked = {user.pk: user for user in people}
    today = timezone.localdate(at)
    for grant in grants:
        require(rules.may_give_role(by, grant.user, grant.role))
        _check_grant(grant, locked[grant.user.pk])
        if by is not None and grant.role in SINCE_TODAY and grant.starts_on < today and not grant.reason:
            problem = _("This mandate begins before today. Say why, or let it begin today.")
            raise InvalidInput(problem, field="reason")
    mandates = [
        Mandate(
            user=grant.user,
            role=grant.role,
            area=grant.area,
            organisation=grant.organisation,
            starts_on=grant.starts_on,
            ends_on=grant.ends_on,
            reason=clean_text(grant.reason, min_length=0, max_length=REASON_LENGTH, multiline=False, field="reason"),
            given_by=by,
            is_waiting=_waits(grant.user, grant.role, grant.area, by, at),
        )
        for grant in grants
    ]
    for number, mandate in enumerate(mandates):
        mandate.is_waiting = mandate.is_waiting or (by is not None and _comes_second(mandate, mandates[:number]))
    _check_roles(mandates)
    held = {_key(mandate) for mandate in Mandate.objects.filter(user__in=[grant.user for grant in grants])}
    for key in map(_key, mandates):
        if key in held:
            raise Conflict(_("This person already holds this mandate."))
        held.add(key)
    Mandate.objects.bulk_create(mandates)
    write(
        entry_of(
            AccountAct.MANDATE_GIVEN,
            mandate,
            by=by,
            at=at,
            **_told(mandate),
        )
        for mandate in mandates
    )
    return mandates


def _waits(user: User, role: Role, area: Area, by: User | None, at: datetime) -> bool:
    """Say whether a mandate waits for a second person: an administrator's where there is one, as an area needs one."""
    if by is None or role not in CONFIRMED:
        return False
    return ROLES[role].takes_two or bool(holding.who_confirms(area, giver=by.pk, holder=user.pk, at=at))


def _comes_second(mandate: Mandate, before: Sequence[Mandate]) -> bool:
    """Say whether an administrator given just before, by the same sheet, is there to confirm this one."""
    return mandate.role == Role.ADMINISTRATOR and any(
        one.role == Role.ADMINISTRATOR and not one.is_waiting and one.user_id != mandate.user_id
        and one.area.contains(mandate.area)
        for one in before
    )  # fmt: skip


def _told(mandate: Mandate) -> dict[str, Any]:
    """Return what the journal keeps of a mandate that is given."""
    told: dict[str, Any] = {"user": mandate.user_id, "role": str(mandate.role), "area": mandate.area.code}
    return {**told, "reason": mandate.reason} if mandate.reason else told


def _check_roles(mandates: Sequence[Mandate]) -> None:
    """Refuse mandates by which somebody would hold two of the roles that confirm each other in one area at a time.

    :raises Conflict: there is one.
    """
    for _mandate, problem in colliding(mandates):
        raise Conflict(problem, field="role")


def colliding(mandates: Sequence[Mandate]) -> Iterator[tuple[Mandate, Text]]:
    """Yield mandates by which somebody would hold two of the roles that confirm each other, and the words for it.

    mandates: as they would be, stored ones too; each is held against those before it.
    """
    wanted = [mandate for mandate in mandates if mandate.role in TAKE_TWO]
    held = Mandate.objects.filter(user__in={mandate.user_id for mandate in wanted}, role__in=TAKE_TWO)
    known = list(held.exclude(pk__in=[mandate.pk for mandate in wanted if mandate.pk])) if wanted else []
    for mandate in wanted:
        for other in known:
            is_theirs = (other.user_id, other.area_id) == (mandate.user_id, mandate.area_id)
            if is_theirs and other.role != mandate.role and _overlap(other, mandate):
                problem = _("{name} is {role} here. Nobody holds two of the roles that confirm each other.")
                yield mandate, format_lazy(problem, name=mandate.user.name, role=Role(other.role).label)
                break
        else:
            known.append(mandate)


def _overlap(one: Mandate, other: Mandate) -> bool:
    return one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (one.ends_on or date.max)


def _in_standing(grants: Sequence[Grant]) -> list[Grant]:
    """Hold the organisations against merging, and return the grants with those that stand for them now."""
    named = {grant.organisation.pk for grant in grants if grant.organisation}
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=named).order_by("pk"))
    heirs = cycles.heirs(named)
    rows = Organisation.objects.in_bulk(heirs.values())
    return [
        replace(grant, organisation=rows[heirs[grant.organisation.pk]])
        if grant.organisation and grant.organisation.pk in heirs
        else grant
        for grant in grants
    ]


def _key(mandate: Mandate) -> tuple[object, ...]:
    return (mandate.user_id, str(mandate.role), mandate.area_id, mandate.organisation_id, mandate.starts_on)


def _check_grant(grant: Grant, user: User) -> None:
    if not user.is_active:
        raise Conflict(_("This account is closed. Open it again first."))
    if grant.ends_on is not None and grant.ends_on < grant.starts_on:
        raise InvalidInput(_("The mandate ends before it starts. Correct one of the two dates."), field="ends_on")
    if grant.organisation is not None and grant.organisation.area_id != grant.area.pk:
        raise InvalidInput(_("This organisation belongs to another area."), field="organisation")
    if ended := has_ended(grant.organisation, grant.starts_on):
        raise InvalidInput(ended.problem, field="organisation")


@transaction.atomic
def name_stand_in(
    *, mandate: Mandate, user: User, starts_on: date, ends_on: date, reason: str, by: User, at: datetime
) -> Mandate:
    """Let somebody else hold a mandate for a time, in place of who is away; both may act meanwhile unless on leave.

    :raises NotAllowed: `by` may not manage people there, or the role is held in person.
    :raises InvalidInput: the days are not in order, or not within the mandate; or it would stand in for itself.
    :raises Conflict: the account is closed, or the person already holds this very mandate.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    mandate = Mandate.objects.select_for_update().get(pk=mandate.pk)
    require(rules.may_manage_people(by, mandate.area, at))
    require(rules.may_take_people(mandate.area))
    require(rules.may_have_stand_in(mandate))
    reason = clean_text(reason, min_length=1, max_length=REASON_LENGTH, multiline=False, field="reason")
    if user.pk == mandate.user_id:
        raise InvalidInput(_("Nobody stands in for themselves."), field="user")
    if starts_on < mandate.starts_on or (mandate.ends_on is not None and ends_on > mandate.ends_on):
        raise InvalidInput(_("The days are not within the mandate."), field="ends_on")
    grant = Grant(
        user=user, role=Role(mandate.role), area=mandate.area, starts_on=starts_on,
        organisation=mandate.organisation, ends_on=ends_on,
    )  # fmt: skip
    require(rules.may_give_role(by, user, grant.role))
    _check_grant(grant, user)
    waits = _waits(user, grant.role, mandate.area, by, at)
    _check_roles([Mandate(user=user, role=mandate.role, area=mandate.area, starts_on=starts_on, ends_on=ends_on)])
    stand_in, is_new = Mandate.objects.get_or_create(
        user=user,
        role=mandate.role,
        area=mandate.area,
        organisation=mandate.organisation,
        starts_on=starts_on,
        defaults={
            "ends_on": ends_on,
            "stands_in_for": mandate,
            "reason": reason,
            "given_by": by,
            "is_waiting": waits,
        },
    )
    if not is_new:
        raise Conflict(_("This person already holds this mandate."))
    record(
        AccountAct.MANDATE_STAND_IN_NAMED, stand_in, by=by, at=at,
        user=user.pk, stands_in_for=mandate.pk, last_day=str(ends_on), reason=reason,
    )  # fmt: skip
    return stand_in


def end_mandate(*, mandate: Mandate, last_day: date, by: User, at: datetime) -> Mandate:
    """End a mandate on a day, and with it what others hold in its place; what was done under it stays.

    :raises NotAllowed: `by` may not manage people there, or ends the own mandate as administrator.
    :raises InvalidInput: the last day lies before the first.
    """
    (mandate,) = end_mandates(last_days={mandate.pk: last_day}, by=by, at=at)
    return mandate


@transaction.atomic
def end_mandates(*, last_days: Mapping[int, date | None], by: User, at: datetime) -> list[Mandate]:
    """Let mandates end on other days than was thought, all or none; see `end_mandate`.

    last_days: by key; None: until further notice.
    """
    rows = Mandate.objects.filter(pk__in=last_days).order_by("pk").select_for_update(of=("self",))
    mandates = list(rows.select_related("area"))
    for mandate in mandates:
        require(rules.may_end_mandate(by, mandate, at))
        mandate.ends_on = last_days[mandate.pk]
        if mandate.ends_on is not None and mandate.ends_on < mandate.starts_on:
            raise InvalidInput(_("The last day lies before the first."), field="last_day")
    _check_roles(mandates)
    Mandate.objects.bulk_update(mandates, ["ends_on"], batch_size=AT_ONCE)
    longer = Mandate.objects.filter(
        stands_in_for__in=last_days,
        starts_on__lte=F("stands_in_for__ends_on"),
        ends_on__gt=F("stands_in_for__ends_on"),
    )
    of_holder = Mandate.objects.filter(pk=OuterRef("stands_in_for")).values("ends_on")
    longer.update(ends_on=Subquery(of_holder))
    write(
        entry_of(AccountAct.MANDATE_ENDED, mandate, by=by, at=at, last_day=mandate.ends_on and str(mandate.ends_on))
        for mandate in mandates
    )
    return mandates


@transaction.atomic
def move_mandates(*, old: Organisation, new: Organisation, last_day: date, by: User, at: datetime) -> list[int]:
    """Let mandates go on in another organisation; return the keys of the old ones.

    Those that began end on the last day, and one alike begins on the next; what was to begin later begins there; who
    holds the same there already gets no second one. In another area a mandate is given anew, and may wait there.
    Part of merging two organisations, which asks the rule.

    last_day: the last of the old organisation.
    """
    running = Mandate.objects.filter(organisation=old).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day))
    list(User.objects.filter(pk__in=running.values("user")).order_by("pk").select_for_update(no_key=True))
    held = list(running.select_for_update(no_key=True, of=("self",)).select_related("area", "user").order_by("pk"))
    moved: dict[int, Mandate] = {}
    for mandate in held:
        begins = max(mandate.starts_on, last_day + timedelta(days=1))
        alike = Mandate.objects.filter(user=mandate.user_id, role=mandate.role, area=new.area, organisation=new)
        as_long = Q(ends_on__isnull=True)
        if mandate.ends_on is not None:
            as_long |= Q(ends_on__gte=mandate.ends_on)
        later = alike.filter(Q(starts_on=begins) | as_long & Q(starts_on__lte=begins)).order_by("pk").first()
        if later is None:
            later = Mandate.objects.create(
                user=mandate.user, role=mandate.role, area=new.area, organisation=new, starts_on=begins,
                ends_on=mandate.ends_on, reason=mandate.reason, **_word_for(mandate, new.area, by, at),
                stands_in_for=moved.get(mandate.stands_in_for_id or 0, mandate.stands_in_for),
            )  # fmt: skip
            record(
                AccountAct.MANDATE_GIVEN, later, by=by, at=at,
                user=mandate.user_id, role=mandate.role, area=new.area.code,
            )  # fmt: skip
        moved[mandate.pk] = later
        mandate.ends_on = ends_on = max(last_day, mandate.starts_on)
        mandate.save(update_fields=["ends_on"])
        record(AccountAct.MANDATE_ENDED, mandate, by=by, at=at, last_day=str(ends_on))
    return list(moved)


def _word_for(mandate: Mandate, area: Area, by: User, at: datetime) -> dict[str, Any]:
    """Return by whose word a mandate goes on: as it was; in another area by that of who lets it go on there."""
    if mandate.area_id != area.pk:
        return {"given_by": by, "is_waiting": _waits(mandate.user, Role(mandate.role), area, by, at)}
    return {name: getattr(mandate, name) for name in ("given_by_id", "is_waiting", "confirmed_at", "confirmed_by_id")}
