"""Which mandates a person holds, and what they give: the ground of every rule."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from livelihood.accounts.models import Authenticator, Leave, Mandate, Passkey, User
from livelihood.accounts.roles import ROLES, Permission, Role
from livelihood.cycles.models import Area
from livelihood.cycles.querysets import within

Person = User | AnonymousUser | None

_MANDATE, _AREA = ([field.attname for field in model._meta.concrete_fields] for model in (Mandate, Area))


def runs_on(day: date) -> Q:
    """Say of a mandate or a leave whether it runs on a day; both ends are included, an empty end is open."""
    return Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gte=day))


def _in_force_on(day: date) -> QuerySet[Mandate]:
    """Return the mandates that run on a day, those of who is on leave too."""
    # Who stands in holds what its holder would hold: a mandate that has ended, or whose holder has gone, is nobody's.
    stood_for = Q(stands_in_for__ends_on__isnull=True) | Q(stands_in_for__ends_on__gte=day)
    stood_for &= Q(stands_in_for__user__closed_at__isnull=True, stands_in_for__is_waiting=False)
    held = Q(stands_in_for__isnull=True) | stood_for
    return Mandate.objects.filter(runs_on(day), held, is_waiting=False)


def _running_on(day: date) -> QuerySet[Mandate]:
    away = Leave.objects.filter(runs_on(day), user=OuterRef("user"))
    return _in_force_on(day).filter(~Exists(away)).select_related("area").order_by("pk")


def held_mandates(user: Person, at: datetime) -> tuple[Mandate, ...]:
    """Return the mandates held at an instant; one query per person, day and request (kept on the user object)."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    day = timezone.localdate(at)
    known = _known_mandates(user)
    if day not in known:
        known[day] = tuple(_read_mandates(user, day))
    return known[day]


@cache
def _compiled() -> tuple[str, tuple[object, ...]]:
    """Return what asks for the mandates of a person on a day as SQL, and what stands in it for nobody on no day."""
    sql, values = _running_on(date.min).filter(user=0).query.sql_with_params()
    return sql, tuple(values)


def _read_mandates(user: User, day: date) -> Iterator[Mandate]:
    """Yield a person's mandates. Every request of somebody signed in asks for them, so the query is composed once."""
    sql, values = _compiled()
    with connection.cursor() as cursor:
        # Not by the ORM: composing this query takes it longer than all the rest of a ballot's cast.
        cursor.execute(sql, [day if isinstance(value, date) else user.pk for value in values])
        for row in cursor.fetchall():
            mandate = Mandate.from_db(connection.alias, _MANDATE, row[: len(_MANDATE)])
            mandate.area = Area.from_db(connection.alias, _AREA, row[len(_MANDATE) :])
            yield mandate


def learn_mandates(users: Collection[User], at: datetime) -> None:
    """Read the mandates of many people by one query, so that asking each of these objects needs none."""
    day = timezone.localdate(at)
    held: dict[int, list[Mandate]] = {user.pk: [] for user in users}
    for mandate in _running_on(day).filter(user__in=users):
        held[mandate.user_id].append(mandate)
    for user in users:
        _known_mandates(user)[day] = tuple(held[user.pk])


def areas_of_accounts(users: Collection[User], at: datetime) -> dict[int, set[Area]]:
    """Return for each person the areas where they belong, or hold a mandate now or later; by two queries."""
    areas = Area.objects.in_bulk({user.area_id for user in users if user.area_id})
    held = mandates_to_come(users, at)
    return {
        user.pk: {mandate.area for mandate in held[user.pk]} | ({areas[user.area_id]} if user.area_id else set())
        for user in users
    }


def mandates_to_come(users: Collection[User], at: datetime) -> dict[int, list[Mandate]]:
    """Return for each person the mandates that they hold now or later, those that wait too; one query."""
    found: dict[int, list[Mandate]] = {user.pk: [] for user in users}
    to_come = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate(at))
    for mandate in Mandate.objects.filter(to_come, user__in=users).select_related("area", "organisation"):
        found[mandate.user_id].append(mandate)
    return found


def roles_with_factor() -> frozenset[Role]:
    """Return the roles whose holders need a second factor: as the roles say, or as this installation does."""
    chosen = settings.SECOND_FACTOR_ROLES
    if chosen:
        return frozenset(map(Role, chosen))
    return frozenset(role for role, card in ROLES.items() if card.needs_second_factor)


def needs_factor(user: User, at: datetime) -> bool:
    """Say whether a person needs a second factor for a mandate that they hold."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    wanted = roles_with_factor()
    return any(mandate.role in wanted for mandate in held_mandates(user, at))


def has_factor(user: User) -> bool:
    """Say whether a person has a second factor."""
    return Authenticator.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()


def _known_mandates(user: User) -> dict[date, tuple[Mandate, ...]]:
    known: dict[date, tuple[Mandate, ...]] = user.__dict__.setdefault("_mandates", {})
    return known


def mandates_for(user: Person, permission: Permission, area: Area, at: datetime) -> tuple[Mandate, ...]:
    """Return the mandates that give a permission in an area at an instant."""
    return tuple(
        mandate
        for mandate in held_mandates(user, at)
        if permission in ROLES[Role(mandate.role)].permissions
        and (
            mandate.area_id == area.pk
            or (permission in ROLES[Role(mandate.role)].reaches_down and mandate.area.contains(area))
        )
    )


def has(user: Person, permission: Permission, area: Area, at: datetime) -> bool:
    """Say whether a person has a permission in an area at an instant."""
    return bool(mandates_for(user, permission, area, at))


def areas_with(user: Person, permissions: Iterable[Permission], at: datetime) -> Q:
    """Return a filter over Area for the areas where a person has any of the permissions (for `visible_to`)."""
    wanted = set(permissions)
    condition = Q(pk__in=[])
    for mandate in held_mandates(user, at):
        card = ROLES[Role(mandate.role)]
        if wanted & card.permissions:
            condition |= within(mandate.area) if wanted & card.reaches_down else Q(pk=mandate.area_id)
    return condition


def organisations_of(user: Person, at: datetime, permission: Permission | None = None) -> set[int]:
    """Return the keys of the organisations a person acts for at an instant. permission: where they hold it for them."""
    held = mandates_with(user, permission, at) if permission else held_mandates(user, at)
    return {mandate.organisation_id for mandate in held if mandate.organisation_id}


def mandates_with(user: Person, permission: Permission, at: datetime) -> tuple[Mandate, ...]:
    """Return the mandates that give a permission anywhere."""
    return tuple(m for m in held_mandates(user, at) if permission in ROLES[Role(m.role)].permissions)


def _gives(permission: Permission, area: Area, *, from_above: bool = True) -> Q:
    """Say whether a mandate gives a permission in an area, held there or above from where it reaches down."""
    cards = {role: card for role, card in ROLES.items() if permission in card.permissions}
    here = Q(role__in=cards, area=area)
    down = [role for role, card in cards.items() if permission in card.reaches_down]
    return here | Q(role__in=down, area__code__in=area.codes) if from_above else here


def holders_of(permission: Permission, area: Area, at: datetime, *, from_above: bool = True) -> QuerySet[User]:
    """Return who has a permission in an area, by name; who is on leave, too, but nobody closed.

    from_above: also by a mandate of an area above from where it reaches down, as `has` says.
    """
    held = _in_force_on(timezone.localdate(at)).filter(_gives(permission, area, from_above=from_above))
    return User.objects.filter(closed_at__isnull=True, pk__in=held.values("user")).order_by("name", "pk")


def who_confirms(area: Area, *, giver: int | None, holder: int, at: datetime) -> set[int]:
    """Return by their keys who can confirm what somebody gives somebody else in an area, or could but for a leave.

    Not who has that right by the giver's word alone: whose own mandates the giver has given and nobody has confirmed,
    or only people of whom the same is true. Where there is nobody else, they.
    """
    give_it = _gives(Permission.CONFIRM_MANDATES, area)
    words: dict[int, list[set[int | None]]] = {}
    ever = Mandate.objects.filter(give_it, is_waiting=False).values_list("user_id", "given_by_id", "confirmed_by_id")
    for user, *named in ever:
        words.setdefault(user, []).append(set(named[: 1 + (named[1] is not None)]))
    theirs: set[int | None] = {giver}
    while grown := {user for user, said in words.items() if all(word <= theirs for word in said)} - theirs:
        theirs |= grown
    in_force = _in_force_on(timezone.localdate(at)).filter(give_it, user__closed_at__isnull=True)
    others = set(in_force.values_list("user_id", flat=True)) - {giver, holder}
    return others - theirs or others


def is_held_above(area: Area, permission: Permission, at: datetime) -> bool:
    """Say whether somebody above this area, who is not closed, has a permission in it at an instant."""
    roles = [role for role, card in ROLES.items() if permission in card.reaches_down]
    above = set(area.codes) - {area.code}
    held = _running_on(timezone.localdate(at)).filter(
        role__in=roles, area__code__in=above, user__closed_at__isnull=True
    )
    return held.exists()


def signed_in(request: HttpRequest) -> User:
    """Return the person behind a request of a page that requires a sign-in.

    :raises TypeError: the page was opened without one; every such page is refused before its view runs.
    """
    if not isinstance(request.user, User):
        raise TypeError("this page needs a signed-in person")
    return request.user
