"""Filters of projects, sites, figures and notices, the same on their pages and in the API."""

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone

from livelihood.cycles.filters import YearFilterSet
from livelihood.kernel.filters import SearchFilter, StrictFilterSet, TrueOrFalse, WholeFilter
from livelihood.kernel.lights import Light
from projects.states import IndicatorKind, NoticeState, ProjectKind, ProjectState, SiteState


class ProjectFilter(YearFilterSet):
    """Projects of list one."""

    aspect = WholeFilter(field_name="aspect__number")
    kind = filters.ChoiceFilter(choices=ProjectKind)
    state = filters.ChoiceFilter(choices=ProjectState)
    q = SearchFilter()


class IndicatorFilter(YearFilterSet):
    """Indicators."""

    cycle = "project__cycle__"

    project = WholeFilter(field_name="project_id")
    kind = filters.ChoiceFilter(choices=IndicatorKind)


class StandardFilter(YearFilterSet):
    """Standards of list two."""


class SiteFilter(YearFilterSet):
    """Sites."""

    own_area = "area"

    project = WholeFilter(field_name="project_id")
    light = filters.ChoiceFilter(choices=Light)
    state = filters.ChoiceFilter(choices=SiteState)
    overdue = TrueOrFalse(method="keep_overdue")
    q = SearchFilter()

    def keep_overdue(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        """Keep what should be completed by today and is not."""
        if not value:
            return rows
        unfinished = [SiteState.PLANNED, SiteState.UNDER_WAY]
        return rows.filter(state__in=unfinished, due_on__lt=timezone.localdate())


class FigureFilter(YearFilterSet):
    """Figures."""

    cycle, own_area = "indicator__project__cycle__", "area"

    indicator = WholeFilter(field_name="indicator_id")


class NoticeFilter(StrictFilterSet):
    """Notices at the desk."""

    state = filters.ChoiceFilter(choices=NoticeState)
