"""Who may do what, and the lists of people and mandates."""

from django.db.models import F, Q, QuerySet

from livelihood.accounts.holding import (
    Person,
    areas_with,
    has,
    held_mandates,
    mandates_for,
    mandates_on,
    mandates_with,
    organisations_of,
    signed_in,
)
from livelihood.accounts.models import Mandate, User
from livelihood.cycles.models import Area

__all__ = [
    "Person",
    "areas_with",
    "has",
    "held_mandates",
    "mandates_for",
    "mandates_in",
    "mandates_of",
    "mandates_on",
    "mandates_with",
    "organisations_of",
    "people_near",
    "signed_in",
]


def mandates_in(area: Area) -> QuerySet[Mandate]:
    """Return all mandates of an area with their people, running ones first."""
    return (
        Mandate.objects.filter(area=area)
        .select_related("user", "organisation", "area")
        .order_by(F("ends_on").desc(nulls_first=True), "role", "user__username", "pk")
    )


def mandates_of(user: User, area: Area) -> QuerySet[Mandate]:
    """Return a person's mandates in an area, newest first."""
    return mandates_in(area).filter(user=user).order_by("-starts_on", "-pk")


def people_near(area: Area) -> QuerySet[User]:
    """Return the people an administrator of this area may see: those with a mandate here and those with none yet."""
    return User.objects.filter(Q(mandates__area=area) | Q(mandates__isnull=True)).distinct()
