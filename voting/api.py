"""Announced rounds and adopted reviews under /api/v1/."""

from django.db.models import QuerySet
from rest_framework.viewsets import ViewSetMixin

from livelihood.web.viewsets import PublicReadViewSet
from voting import selectors
from voting.filters import ReviewFilter, RoundFilter
from voting.models import Review, Round
from voting.serializers import ReviewSerializer, RoundSerializer


class RoundViewSet(PublicReadViewSet):
    """Announced rounds with their rules, figures and results; rehearsals are none."""

    serializer_class = RoundSerializer
    filterset_class = RoundFilter

    def get_queryset(self) -> QuerySet[Round]:
        """Return those of all years."""
        return selectors.announced_rounds()


class ReviewViewSet(PublicReadViewSet):
    """Lists adopted after review by the two sessions, with opinions and answers."""

    serializer_class = ReviewSerializer
    filterset_class = ReviewFilter

    def get_queryset(self) -> QuerySet[Review]:
        """Return those of all years."""
        return selectors.adopted_reviews()


ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = [
    ("rounds", RoundViewSet),
    ("reviews", ReviewViewSet),
]
