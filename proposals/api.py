"""Letters, suggestions, needs and candidates under /api/v1/, as far as they are public."""

from django.db.models import Prefetch, QuerySet
from rest_framework.viewsets import ViewSetMixin

from livelihood.web.viewsets import PublicReadViewSet
from proposals import selectors
from proposals.filters import CandidateFilter, LetterFilter, NeedFilter, SuggestionFilter
from proposals.models import Candidate, Need, OpenLetter, Suggestion
from proposals.serializers import CandidateSerializer, LetterSerializer, NeedSerializer, SuggestionSerializer


class LetterViewSet(PublicReadViewSet):
    """Published open letters."""

    serializer_class = LetterSerializer
    filterset_class = LetterFilter

    def get_queryset(self) -> QuerySet[OpenLetter]:
        """Return the published ones with their corrections."""
        return selectors.published_letters().prefetch_related(Prefetch("corrections", selectors.corrections()))


class SuggestionViewSet(PublicReadViewSet):
    """Suggestions that were checked and accepted, in their public wording."""

    found_first = True
    serializer_class = SuggestionSerializer
    filterset_class = SuggestionFilter

    def get_queryset(self) -> QuerySet[Suggestion]:
        """Return the published ones of all years."""
        rows = selectors.published_suggestions().select_related("cycle__area")
        return rows.prefetch_related(Prefetch("replies", selectors.public_replies()))


class NeedViewSet(PublicReadViewSet):
    """Needs and what became of them."""

    found_first = True
    serializer_class = NeedSerializer
    filterset_class = NeedFilter

    def get_queryset(self) -> QuerySet[Need]:
        """Return those of all years."""
        return selectors.needs_on_board().select_related("cycle__area")


class CandidateViewSet(PublicReadViewSet):
    """Candidates that are proposed, listed, or not adopted with the reason."""

    serializer_class = CandidateSerializer
    filterset_class = CandidateFilter

    def get_queryset(self) -> QuerySet[Candidate]:
        """Return the public ones of all years."""
        rows = selectors.public_candidates().select_related("cycle__area", "sheet")
        return rows.prefetch_related("needs", "sheet__cost_lines")


ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = [
    ("letters", LetterViewSet),
    ("suggestions", SuggestionViewSet),
    ("needs", NeedViewSet),
    ("candidates", CandidateViewSet),
]
