"""One set of filters for each list, on its page and in the API."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from livelihood.cycles.models import Area
from projects.models import Indicator, IndicatorFigure, Notice, Project, Site, Standard
from projects.states import IndicatorKind, Light, NoticeState, ProjectKind, ProjectState, SiteState

SEARCH_LENGTH = 60


def search(rows: QuerySet, fields: tuple[str, ...], value: str) -> QuerySet:
    """Keep the rows in which every word stands in one of the fields; at most 60 characters are looked at."""
    for word in value[:SEARCH_LENGTH].split():
        condition = Q()
        for field in fields:
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return rows


class ProjectFilter(filters.FilterSet):
    """Projects of list one."""

    place = filters.CharFilter(field_name="cycle__area__code")
    year = filters.NumberFilter(field_name="cycle__year")
    aspect = filters.NumberFilter(field_name="aspect__number")
    kind = filters.ChoiceFilter(choices=ProjectKind)
    state = filters.ChoiceFilter(choices=ProjectState)
    q = filters.CharFilter(method="keep_words")

    class Meta:
        model = Project
        fields: list[str] = []

    def keep_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Search title and content."""
        return search(rows, ("title", "content"), value)


class IndicatorFilter(filters.FilterSet):
    """Indicators."""

    place = filters.CharFilter(field_name="project__cycle__area__code")
    year = filters.NumberFilter(field_name="project__cycle__year")
    project = filters.NumberFilter(field_name="project_id")
    kind = filters.ChoiceFilter(choices=IndicatorKind)

    class Meta:
        model = Indicator
        fields: list[str] = []


class StandardFilter(filters.FilterSet):
    """Standards of list two."""

    place = filters.CharFilter(field_name="cycle__area__code")
    year = filters.NumberFilter(field_name="cycle__year")

    class Meta:
        model = Standard
        fields: list[str] = []


class SiteFilter(filters.FilterSet):
    """Sites; an area keeps its own and all below it."""

    place = filters.CharFilter(field_name="cycle__area__code")
    year = filters.NumberFilter(field_name="cycle__year")
    project = filters.NumberFilter(field_name="project_id")
    area = filters.CharFilter(method="keep_area")
    light = filters.ChoiceFilter(choices=Light)
    state = filters.ChoiceFilter(choices=SiteState)
    overdue = filters.BooleanFilter(method="keep_overdue")
    q = filters.CharFilter(method="keep_words")

    class Meta:
        model = Site
        fields: list[str] = []

    def keep_area(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep an area, by its code, with all below it; nothing where there is no such code."""
        area = Area.objects.filter(code=value).first()
        return rows.filter(area__in=Area.objects.within(area)) if area else rows.none()

    def keep_overdue(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        """Keep what should be completed by today and is not."""
        if not value:
            return rows
        unfinished = [SiteState.PLANNED, SiteState.UNDER_WAY]
        return rows.filter(state__in=unfinished, due_on__lt=timezone.localdate())

    def keep_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Search name, address and key."""
        return search(rows, ("name", "address", "key"), value)


class FigureFilter(filters.FilterSet):
    """Figures."""

    place = filters.CharFilter(field_name="indicator__project__cycle__area__code")
    year = filters.NumberFilter(field_name="indicator__project__cycle__year")
    indicator = filters.NumberFilter(field_name="indicator_id")
    area = filters.CharFilter(field_name="area__code")

    class Meta:
        model = IndicatorFigure
        fields: list[str] = []


class NoticeFilter(filters.FilterSet):
    """Notices at the desk."""

    state = filters.ChoiceFilter(choices=NoticeState)

    class Meta:
        model = Notice
        fields: list[str] = []
