"""Projects, indicators, standards, sites and figures under /api/v1/."""

from django.db.models import QuerySet
from rest_framework.viewsets import ViewSetMixin

from livelihood.web.viewsets import PublicReadViewSet
from projects.filters import FigureFilter, IndicatorFilter, ProjectFilter, SiteFilter, StandardFilter
from projects.models import Indicator, IndicatorFigure, Project, Site, Standard
from projects.serializers import (
    FigureSerializer,
    IndicatorSerializer,
    ProjectSerializer,
    SiteSerializer,
    StandardSerializer,
)


class ProjectViewSet(PublicReadViewSet):
    """Projects of list one."""

    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter

    def get_queryset(self) -> QuerySet[Project]:
        """Return those of all years."""
        return Project.objects.select_related("cycle__area", "aspect", "lead_organisation")


class IndicatorViewSet(PublicReadViewSet):
    """Indicators."""

    serializer_class = IndicatorSerializer
    filterset_class = IndicatorFilter

    def get_queryset(self) -> QuerySet[Indicator]:
        """Return those of all years."""
        return Indicator.objects.select_related("project__cycle__area")


class StandardViewSet(PublicReadViewSet):
    """Standards of list two."""

    serializer_class = StandardSerializer
    filterset_class = StandardFilter

    def get_queryset(self) -> QuerySet[Standard]:
        """Return those of all years."""
        return Standard.objects.select_related("cycle__area").prefetch_related("lines")


class SiteViewSet(PublicReadViewSet):
    """Sites."""

    found_first = True
    serializer_class = SiteSerializer
    filterset_class = SiteFilter

    def get_queryset(self) -> QuerySet[Site]:
        """Return those of all years."""
        return Site.objects.select_related("cycle__area", "area", "organisation")


class FigureViewSet(PublicReadViewSet):
    """Figures by indicator and area."""

    serializer_class = FigureSerializer
    filterset_class = FigureFilter

    def get_queryset(self) -> QuerySet[IndicatorFigure]:
        """Return those of all years that say something."""
        return IndicatorFigure.objects.known().select_related("area")


ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = [
    ("projects", ProjectViewSet),
    ("indicators", IndicatorViewSet),
    ("standards", StandardViewSet),
    ("sites", SiteViewSet),
    ("figures", FigureViewSet),
]
