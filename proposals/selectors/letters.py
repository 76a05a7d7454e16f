"""The open letter of a year, and those that are published."""

from django.db.models import QuerySet

from livelihood.cycles.models import Cycle
from proposals.models import OpenLetter
from proposals.states import LetterState


def letter_of(cycle: Cycle) -> OpenLetter | None:
    """Return the letter of a cycle, draft or published; None before it is written."""
    return OpenLetter.objects.filter(cycle=cycle).first()


def published_letters() -> QuerySet[OpenLetter]:
    """Return the published letters of all years, with their cycles."""
    return OpenLetter.objects.filter(state=LetterState.PUBLISHED).select_related("cycle__area")


def published_letter(cycle: Cycle) -> OpenLetter | None:
    """Return the letter of a cycle once it is published."""
    return published_letters().filter(cycle=cycle).first()
