"""The open letter of a year, those that are published, and what was corrected in them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle, PhasePeriod
from livelihood.cycles.states import Phase
from proposals.models import CandidateNeed, LetterCorrection, Need, OpenLetter
from proposals.selectors.figures import counts_by_cycle
from proposals.states import CandidateState, LetterState, NeedOutcome

MOST_NAMES = 3
"""Of those who write the letter."""


@dataclass(frozen=True, slots=True)
class LetterYear:
    """A letter and what became of its year.

    received: suggestions. needs: in all; listed: behind a candidate on the frozen list; not_adopted: with a reason.
    """

    letter: OpenLetter
    period: PhasePeriod | None
    received: int
    needs: int
    listed: int
    not_adopted: int


def letters_of_area(area: Area) -> list[LetterYear]:
    """Return the published letters of an area with what became of each year, the last first; four queries."""
    letters = list(published_letters().filter(cycle__area=area).order_by("-cycle__year"))
    years = [letter.cycle for letter in letters]
    periods = {one.cycle_id: one for one in PhasePeriod.objects.filter(cycle__in=years, phase=Phase.SOLICIT)}
    received = counts_by_cycle(years, "total")
    is_listed = Exists(
        CandidateNeed.objects.filter(need=OuterRef("pk"), candidate__state=CandidateState.LISTED).order_by()
    )
    needs = Need.objects.filter(cycle__in=years).values("cycle").order_by()
    counted = {
        row["cycle"]: row
        for row in needs.annotate(
            needs=Count("pk"),
            listed=Count("pk", filter=Q(is_listed)),
            refused=Count("pk", filter=Q(outcome=NeedOutcome.NOT_ADOPTED)),
        )
    }
    none = {"needs": 0, "listed": 0, "refused": 0}
    return [
        LetterYear(
            letter,
            periods.get(letter.cycle_id),
            received.get(letter.cycle_id, 0),
            found["needs"],
            found["listed"],
            found["refused"],
        )
        for letter in letters
        for found in [counted.get(letter.cycle_id, none)]
    ]


def letter_views(letter: OpenLetter) -> int:
    """Return how often a letter was opened, about; 0 where nobody was counted."""
    return letter.views.aggregate(total=Sum("count", default=0))["total"]


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
