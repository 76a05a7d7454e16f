"""Surveys and what they came to under /api/v1/; no single answer."""

from rest_framework.viewsets import ViewSetMixin

from livelihood.web.viewsets import PublicReadViewSet
from projects.surveys import selectors
from projects.surveys.filters import AggregateFilter, SurveyFilter
from projects.surveys.serializers import AggregateSerializer, SurveySerializer


class SurveyViewSet(PublicReadViewSet):
    """Surveys that were opened."""

    queryset = selectors.public_surveys()
    serializer_class = SurveySerializer
    filterset_class = SurveyFilter


class AggregateViewSet(PublicReadViewSet):
    """What people said: counts per survey, thing and channel."""

    queryset = selectors.public_aggregates()
    serializer_class = AggregateSerializer
    filterset_class = AggregateFilter


ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = [
    ("surveys", SurveyViewSet),
    ("satisfaction", AggregateViewSet),
]
