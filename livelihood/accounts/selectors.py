"""Who may do what, and the lists of people and mandates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from livelihood.accounts import rules
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.holding import (
    Person,
    areas_of_accounts,
    areas_with,
    has,
    has_factor,
    held_mandates,
    holders_of,
    is_held_above,
    learn_mandates,
    mandates_for,
    mandates_to_come,
    mandates_with,
    needs_factor,
    organisations_of,
    roles_with_factor,
    runs_on,
    signed_in,
    who_confirms,
)
from livelihood.accounts.models import Authenticator, Leave, Mandate, Passkey, RecoveryCode, SignIn, SignInCode, User
from livelihood.accounts.roles import RIGHTS, ROLES, Permission, Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Text
from livelihood.kernel.verdict import Verdict

__all__ = [
    "MANDATE_ORDER",
    "Person",
    "areas_of_accounts",
    "areas_with",
    "deputies_to_let_in",
    "has",
    "has_authenticator",
    "has_factor",
    "held_mandates",
    "holders_of",
    "is_held_above",
    "is_opened_by_code",
    "learn_mandates",
    "leave_on",
    "leaves_of",
    "mandates_for",
    "mandates_given_and_waiting",
    "mandates_in",
    "mandates_of",
    "mandates_to_confirm",
    "mandates_with",
    "may_enrol_deputies",
    "may_manage_account",
    "needs_factor",
    "organisations_of",
    "passkeys_of",
    "people_near",
    "people_waiting_for_code",
    "people_without_mandate",
    "recovery_codes_left",
    "rights",
    "roles_with_factor",
    "runs_on",
    "sessions_of",
    "sign_ins_of",
    "signed_in",
    "waiting_for_code",
    "who_confirms",
    "who_had_code",
]

MANDATE_ORDER = ("-until", "role", "user__username", "pk")


@dataclass(frozen=True, slots=True)
class Right:
    """What may be done, and by holders of which roles. below: those of them who may in all areas below, too."""

    words: Text
    roles: list[Role]
    below: list[Role]


def rights() -> list[Right]:
    """Return who may what, as the rules ask it, in the order of the year."""
    return [
        Right(
            RIGHTS[permission],
            [role for role, card in ROLES.items() if permission in card.permissions],
            [role for role, card in ROLES.items() if permission in card.reaches_down],
        )
        for permission in Permission
    ]


def mandates_in(area: Area) -> QuerySet[Mandate]:
    """Return all mandates of an area with their people, running ones first (MANDATE_ORDER).

    `until`: the last day; the last of all days while there is none.
    """
    rows = Mandate.objects.filter(area=area).select_related(
        "user", "organisation", "area", "given_by", "stands_in_for__user"
    )
    return rows.annotate(until=Coalesce("ends_on", date.max)).order_by(*MANDATE_ORDER)


def mandates_to_confirm(user: User, at: datetime) -> list[Mandate]:
    """Return the mandates that wait for a second person, and that this one may confirm; the first given first."""
    areas = Area.objects.filter(areas_with(user, [Permission.CONFIRM_MANDATES], at))
    rows = Mandate.objects.filter(is_waiting=True, area__in=areas, user__closed_at__isnull=True)
    to_come = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate(at))
    others = rows.filter(to_come).exclude(given_by=user).exclude(user=user)
    rows = others.select_related("user", "area").order_by("pk")
    return [mandate for mandate in rows if rules.may_confirm_mandate(user, mandate, at)]


def mandates_given_and_waiting(user: User, at: datetime) -> QuerySet[Mandate]:
    """Return the mandates that a person has given and that wait for a second one; the first given first."""
    to_come = Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate(at))
    rows = Mandate.objects.filter(to_come, is_waiting=True, given_by=user, user__closed_at__isnull=True)
    return rows.select_related("user", "area").order_by("pk")


def mandates_of(user: User, area: Area) -> QuerySet[Mandate]:
    """Return a person's mandates in an area, newest first."""
    return mandates_in(area).filter(user=user).order_by("-starts_on", "-pk")


def people_near(area: Area) -> QuerySet[User]:
    """Return the people an administrator of this area may see: those who hold a mandate here, and those of here."""
    return User.objects.filter(Q(mandates__area=area) | Q(area=area)).distinct()


def people_without_mandate(area: Area) -> QuerySet[User]:
    """Return the people of an area who never had a mandate, and whose account is open."""
    rows = User.objects.filter(area=area, mandates__isnull=True, closed_at__isnull=True)
    return rows.order_by("name", "pk")


def people_waiting_for_code(
    area: Area, by: User, at: datetime, *, role: Role | None = None, is_below: bool = False, is_again: bool = False
) -> list[User]:
    """Return those of an area who have no password yet, and whose accounts this administrator looks after.

    role: that they hold there. is_below: also of all areas below. is_again: also those who have a code that is good.
    """
    places = Area.objects.within(area) if is_below else Area.objects.filter(pk=area.pk)
    near = User.objects.filter(Q(area__in=places) | Q(mandates__area__in=places))
    rows = waiting_for_code(near, at, is_again=is_again)
    if role is not None:
        rows = rows.filter(mandates__role=role, mandates__area__in=places)
    found = list(rows.distinct().order_by("username"))
    areas = areas_of_accounts(found, at)
    return [user for user in found if rules.may_manage_account(by, user, areas[user.pk], at)]


def may_enrol_deputies(by: User, area: Area, at: datetime) -> Verdict:
    """Say whether somebody may give new deputies of an area accounts."""
    return rules.may_enrol_deputies(by, area, at)


def may_seat_deputy(by: User, user: User, area: Area, at: datetime) -> Verdict:
    """Say whether somebody may make a deputy of a person who has an account."""
    return rules.may_seat_deputy(by, user, area, areas_of_accounts([user], at)[user.pk], at)


def roles_in(area: Area, people: Collection[User], at: datetime) -> dict[int, set[str]]:
    """Return by their keys the roles that people hold in an area now."""
    runs = Mandate.objects.filter(runs_on(timezone.localdate(at)), is_waiting=False)
    found: dict[int, set[str]] = {}
    for user, role in runs.filter(area=area, user__in=people).values_list("user_id", "role"):
        found.setdefault(user, set()).add(role)
    return found


def deputies_to_let_in(
    people: QuerySet[User], area: Area, by: User, at: datetime, *, is_again: bool = False
) -> list[User]:
    """Return those of these people who wait for a code and to whom somebody may give one as deputies of an area."""
    found = list(waiting_for_code(people.select_related("area"), at, is_again=is_again))
    held = mandates_to_come(found, at)
    return [user for user in found if rules.may_let_deputy_in(by, user, held[user.pk], area, at)]


def waiting_for_code(people: QuerySet[User], at: datetime, *, is_again: bool) -> QuerySet[User]:
    """Keep those who have no password. is_again: also who was given a code that is still good."""
    rows = people.filter(closed_at__isnull=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    codes = SignInCode.objects.filter(user=OuterRef("pk"), used_at__isnull=True, expires_at__gt=at, is_mailed=False)
    return rows if is_again else rows.filter(~Exists(codes))


def may_manage_account(by: User, user: User, at: datetime) -> Verdict:
    """Say whether an administrator looks after an account."""
    return rules.may_manage_account(by, user, areas_of_accounts([user], at)[user.pk], at)


def leaves_of(user: User) -> QuerySet[Leave]:
    """Return when a person is or was away, the last first."""
    return Leave.objects.filter(user=user).order_by("-starts_on", "-pk")


def leave_on(user: User, day: date) -> Leave | None:
    """Return the leave that a person is on."""
    return leaves_of(user).filter(runs_on(day)).first()


def is_opened_by_code(user_id: int, since: datetime) -> bool:
    """Say whether a code of a person, printed or mailed, was used, or voided by a new password, since an instant."""
    return SignInCode.objects.filter(user=user_id, used_at__gte=since).exists()


def who_had_code(user_id: int, since: datetime) -> set[int]:
    """Return who could have opened a person's account since an instant: who printed the code, or changed the address.

    Empty unless it was opened by a code since then.
    """
    if not is_opened_by_code(user_id, since):
        return set()
    used = SignInCode.objects.filter(user=user_id, used_at__gte=since)
    changes = Entry.objects.filter(
        act=AccountAct.USER_CHANGED, subject_type=User._meta.label_lower, subject_id=str(user_id)
    )
    people = [
        *used.values_list("issued_by", flat=True),
        *changes.filter(at__gte=since).values_list("actor_id", flat=True),
    ]
    return {person for person in people if person is not None}


def sign_ins_of(user: User) -> QuerySet[SignIn]:
    """Return a person's sign-ins, the last first."""
    return SignIn.objects.filter(user=user).order_by("-at", "-pk")


def has_authenticator(user: User) -> bool:
    """Say whether a person has an authenticator."""
    return Authenticator.objects.filter(user=user).exists()


def passkeys_of(user: User) -> QuerySet[Passkey]:
    """Return a person's passkeys, the first first."""
    return Passkey.objects.filter(user=user).order_by("pk")


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes a person has not used."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def sessions_of(user: User, at: datetime) -> QuerySet[SignIn]:
    """Return those of a person's sign-ins that go on."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return sign_ins_of(user).filter(session_key__in=alive)
