"""Who may do what, and the lists of people and mandates."""

from datetime import date, datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from livelihood.accounts.holding import (
    Person,
    areas_with,
    has,
    held_mandates,
    learn_mandates,
    mandates_for,
    mandates_with,
    organisations_of,
    signed_in,
)
from livelihood.accounts.models import Mandate, User
from livelihood.cycles.models import Area

__all__ = [
    "MANDATE_ORDER",
    "Person",
    "areas_with",
    "has",
    "held_mandates",
    "learn_mandates",
    "mandates_for",
    "mandates_in",
    "mandates_of",
    "mandates_with",
    "organisations_of",
    "people_near",
    "signed_in",
]

MANDATE_ORDER = ("-until", "role", "user__username", "pk")


def mandates_in(area: Area) -> QuerySet[Mandate]:
    """Return all mandates of an area with their people, running ones first (MANDATE_ORDER).

    `until`: the last day; the last of all days while there is none.
    """
    rows = Mandate.objects.filter(area=area).select_related("user", "organisation", "area")
    return rows.annotate(until=Coalesce("ends_on", date.max)).order_by(*MANDATE_ORDER)


def mandates_of(user: User, area: Area) -> QuerySet[Mandate]:
    """Return a person's mandates in an area, newest first."""
    return mandates_in(area).filter(user=user).order_by("-starts_on", "-pk")


def people_near(area: Area) -> QuerySet[User]:
    """Return the people an administrator of this area may see: those with a mandate here and those with none yet."""
    return User.objects.filter(Q(mandates__area=area) | Q(mandates__isnull=True)).distinct()


def sign_in_opens_at(username: str, address: str, at: datetime) -> datetime:
    """Return when a name may be tried again from an address after too many wrong passwords; `at` where it may now.

    Wrong passwords are forgotten a while after the last of the same browser; sign-in opens when few enough are left.
    """
    attempts = AccessAttempt.objects.filter(
        username=username, ip_address=address, attempt_time__gte=at - settings.AXES_COOLOFF_TIME
    )
    left = sum(attempt.failures_since_start for attempt in attempts)
    opens_at = at
    for attempt in attempts.order_by("attempt_time", "pk"):
        if left < settings.AXES_FAILURE_LIMIT:
            break
        left -= attempt.failures_since_start
        opens_at = attempt.attempt_time + settings.AXES_COOLOFF_TIME
    return opens_at
