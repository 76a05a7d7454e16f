"""Filters of letters, suggestions, needs and candidates, the same on their pages and in the API."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.cycles.filters import YearFilterSet
from livelihood.cycles.models import Area
from livelihood.kernel.filters import SearchFilter, WholeFilter, WordsFilter
from livelihood.kernel.searching import every_word
from livelihood.web.work import DATED, within
from proposals.models import CLAIM_LASTS, Objection
from proposals.querysets import UNANSWERED, WAITING
from proposals.states import CandidateKind, CandidateState, Channel, NeedOutcome, SuggestionState


class LetterFilter(YearFilterSet):
    """Letters."""


class SuggestionFilter(YearFilterSet):
    """Published suggestions."""

    own_area = "area"

    aspect = WholeFilter(field_name="aspect__number")
    q = SearchFilter()


class IntakeFilter(YearFilterSet):
    """Suggestions at the desk; the search looks at number and public wording; at what was sent, `sent` alone."""

    own_area = "area"
    turned_round = frozenset({"aspect", "channel", "state"})

    aspect = WholeFilter(field_name="aspect__number")
    q = SearchFilter(reference="number")
    state = filters.ChoiceFilter(choices=SuggestionState)
    channel = filters.ChoiceFilter(choices=Channel)
    ANSWER = (("wanted", _("wanted and not given yet")),)
    answer = filters.ChoiceFilter(choices=ANSWER, method="keep_unanswered")
    OBJECTION = (("waiting", _("not answered yet")),)
    linked = filters.ChoiceFilter(choices=[("yes", _("yes")), ("no", _("no"))], method="keep_linked")
    need = WholeFilter(method="keep_behind")
    DUE = tuple((bucket.value, bucket.label) for bucket in DATED)
    due = filters.ChoiceFilter(choices=DUE, method="keep_due")

    objection = filters.ChoiceFilter(choices=OBJECTION, method="keep_objected")
    CLAIMED = (("mine", _("taken by me")), ("free", _("not taken")))
    claimed = filters.ChoiceFilter(choices=CLAIMED, method="keep_claimed")
    sent = WordsFilter(fields=("title", "matter", "wish"), method="keep_sent")

    def keep_claimed(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those that wait and that this person has taken, or that nobody has."""
        holding = Q(claim__claimed_at__gt=timezone.now() - CLAIM_LASTS)
        waiting = rows.filter(state=SuggestionState.RECEIVED)
        return (
            waiting.filter(holding, claim__claimed_by=self.request.user.pk)
            if value == "mine"
            else waiting.exclude(holding)
        )

    def keep_sent(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those that wait and hold these words as they were sent, where this person may read that."""
        areas = Area.objects.filter(accounts.areas_with(self.request.user, [Permission.READ_CONTACTS], timezone.now()))
        words = every_word(("title", "matter", "wish"), value)
        return rows.filter(words, state=SuggestionState.RECEIVED, cycle__area__in=areas) if value else rows

    def keep_unanswered(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those that were accepted, whose sender left a contact, and that nobody has replied to."""
        return rows.filter(UNANSWERED)

    def keep_behind(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those that stand behind the need of this number."""
        return rows.filter(links__need__number=value, links__unlinked_at=None)

    def keep_due(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those that wait for an answer which is due in a bucket of days, seen from today."""
        return rows.filter(WAITING, within(value, timezone.localdate(), "due_on"))

    def keep_objected(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those whose sender has objected to the need, and waits."""
        return rows.filter(pk__in=Objection.objects.filter(answered_at=None).values("suggestion"))

    def keep_linked(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those that stand behind a need, or those that do not."""
        return rows.filter(is_linked=value == "yes")


class NeedFilter(YearFilterSet):
    """Needs."""

    own_area = "area"

    aspect = WholeFilter(field_name="aspect__number")
    q = SearchFilter()
    state = filters.ChoiceFilter(field_name="outcome", choices=NeedOutcome)


class CandidateFilter(YearFilterSet):
    """Candidates that are public."""

    aspect = WholeFilter(field_name="aspect__number")
    q = SearchFilter()
    state = filters.ChoiceFilter(choices=CandidateState)
    kind = filters.ChoiceFilter(choices=CandidateKind)


class DeskCandidateFilter(CandidateFilter):
    """Candidates at the desk, drafts too."""

    turned_round = frozenset({"aspect", "kind", "state"})
