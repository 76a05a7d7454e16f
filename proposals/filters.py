"""One set of filters for each list, on its page and in the API."""

from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet

from proposals.models import Candidate, Need, OpenLetter, Suggestion
from proposals.states import CandidateKind, CandidateState, Channel, NeedOutcome, SuggestionState

SEARCH_LENGTH = 60


class YearFilter(filters.FilterSet):
    """The year a row belongs to: by the code of its area, and the year."""

    place = filters.CharFilter(field_name="cycle__area__code")
    year = filters.NumberFilter(field_name="cycle__year")


class SearchFilter(YearFilter):
    """Rows of an aspect and an area, found by words of their text."""

    searched: tuple[str, ...] = ()

    aspect = filters.NumberFilter(field_name="aspect__number")
    q = filters.CharFilter(method="search")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the rows that hold every word; at most 60 characters are looked at."""
        for word in value[:SEARCH_LENGTH].split():
            condition = Q()
            for field in self.searched:
                condition |= Q(**{f"{field}__icontains": word})
            rows = rows.filter(condition)
        return rows


class LetterFilter(YearFilter):
    """Letters."""

    class Meta:
        model = OpenLetter
        fields: list[str] = []


class SuggestionFilter(SearchFilter):
    """Published suggestions."""

    searched = ("public_title", "public_matter", "public_wish")

    area = filters.CharFilter(field_name="area__code")

    class Meta:
        model = Suggestion
        fields: list[str] = []


class IntakeFilter(SearchFilter):
    """Suggestions at the desk; the search looks at number and public wording only, never at what was sent."""

    searched = ("number", "public_title", "public_matter")

    area = filters.CharFilter(field_name="area__code")
    state = filters.ChoiceFilter(choices=SuggestionState)
    channel = filters.ChoiceFilter(choices=Channel)
    linked = filters.ChoiceFilter(choices=[("yes", ""), ("no", "")], method="keep_linked")

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def keep_linked(self, rows: QuerySet, name: str, value: Any) -> QuerySet:
        """Keep those that stand behind a need, or those that do not."""
        return rows.filter(is_linked=value == "yes")


class NeedFilter(SearchFilter):
    """Needs."""

    searched = ("title", "summary")

    area = filters.CharFilter(field_name="area__code")
    state = filters.ChoiceFilter(field_name="outcome", choices=NeedOutcome)

    class Meta:
        model = Need
        fields: list[str] = []


class CandidateFilter(SearchFilter):
    """Candidates that are public."""

    searched = ("title", "summary")

    state = filters.ChoiceFilter(choices=CandidateState)
    kind = filters.ChoiceFilter(choices=CandidateKind)

    class Meta:
        model = Candidate
        fields: list[str] = []
