"""Filters of rounds, reviews, the roll and opinions, the same on their pages and in the API."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.cycles.filters import YearFilterSet
from livelihood.kernel.filters import StrictFilterSet, WordsFilter
from voting.states import OpinionState, RoundKind

OVERDUE = "overdue"
OPINION_STATES = [*OpinionState.choices, (OVERDUE, pgettext_lazy("answer", "Overdue"))]

ROLL_STATES = [
    ("absent", _("Not signed in")),
    ("present", _("Present")),
    ("waited_for", _("Signed in, not yet voted")),
    ("voted", _("Has voted")),
    ("on_paper", _("On paper")),
]
STANDING = {
    "absent": Q(signed_in_at__isnull=True),
    "present": Q(signed_in_at__isnull=False),
    "waited_for": Q(signed_in_at__isnull=False, has_voted=False, struck_at__isnull=True),
    "voted": Q(has_voted=True),
    "on_paper": Q(struck_at__isnull=False),
}


class RoundFilter(YearFilterSet):
    """Announced rounds."""

    kind = filters.ChoiceFilter(choices=RoundKind)


class ReviewFilter(YearFilterSet):
    """Adopted reviews."""


class RollFilter(StrictFilterSet):
    """The roll of a round."""

    q = WordsFilter(("name", "delegation"))
    state = filters.ChoiceFilter(choices=ROLL_STATES, method="keep_standing")
    delegation = filters.CharFilter(max_length=60)

    def keep_standing(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep who stands so."""
        return rows.filter(STANDING[value])


class OpinionFilter(StrictFilterSet):
    """Opinions on a list under review."""

    state = filters.ChoiceFilter(choices=OPINION_STATES, method="keep_state")

    def keep_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those in a state, or those whose answer is overdue today."""
        if value == OVERDUE:
            return rows.filter(state=OpinionState.OPEN, answer_due_date__lt=timezone.localdate())
        return rows.filter(state=value)
