"""The open letter of a year, those that are published, and what was corrected in them."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from proposals.models import LetterCorrection, OpenLetter
from proposals.states import LetterState

MOST_NAMES = 3
"""Of those who write the letter."""


def letter_of(cycle: Cycle) -> OpenLetter | None:
    """Return the letter of a cycle, draft or published; None before it is written."""
    return OpenLetter.objects.filter(cycle=cycle).first()


def who_writes_letter(cycle: Cycle, at: datetime) -> str:
    """Return who writes and publishes the letter of a year, in a sentence for who may not."""
    office = accounts.mandates_in(cycle.area).filter(
        accounts.runs_on(timezone.localdate(at)), role=Role.LIVELIHOOD_OFFICE
    )
    names = " · ".join(list(dict.fromkeys(office.values_list("user__name", flat=True)))[:MOST_NAMES])
    if not names:
        return _("The livelihood office writes and publishes it. Nobody has this role yet: enter people first.")
    return _("The livelihood office writes and publishes it: %(names)s.") % {"names": names}


def published_letters() -> QuerySet[OpenLetter]:
    """Return the published letters of all years, with their cycles."""
    return OpenLetter.objects.filter(state=LetterState.PUBLISHED).select_related("cycle__area")


def corrections_of(letter: OpenLetter) -> QuerySet[LetterCorrection]:
    """Return the corrections of a letter, each with what it said before; the last first."""
    return letter.corrections.order_by("-number")


def corrections() -> QuerySet[LetterCorrection]:
    """Return the corrections of all letters, the last first, with their years."""
    return LetterCorrection.objects.select_related("letter__cycle__area").order_by("-corrected_at", "-pk")


def published_letter(cycle: Cycle) -> OpenLetter | None:
    """Return the letter of a cycle once it is published."""
    return published_letters().filter(cycle=cycle).first()
