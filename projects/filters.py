"""Filters of projects, sites, figures and notices, the same on their pages and in the API."""

from collections.abc import Sequence

import django_filters as filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from livelihood.cycles import selectors as cycles
from livelihood.cycles.filters import YearFilterSet
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel import parameters
from livelihood.kernel.filters import SearchFilter, StrictFilterSet, TrueOrFalse, WholeFilter
from livelihood.kernel.lights import Light
from livelihood.kernel.listings import OF_FILES
from livelihood.web.decorators import found
from livelihood.web.work import DATED, within
from projects.querysets import SiteQuerySet
from projects.states import IndicatorKind, NoticeState, ProjectKind, ProjectState, SiteState

DUE = [(bucket.value, bucket.label) for bucket in DATED]
UNFINISHED = [SiteState.PLANNED, SiteState.UNDER_WAY]
ORDERS = {"due": ["due_on", "pk"], "-due": ["-due_on", "-pk"]}
"""Of sites."""


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
    due = filters.ChoiceFilter(choices=DUE, method="keep_due")
    q = SearchFilter()

    def keep_due(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what is not completed, and should be by a day in the bucket."""
        return rows.filter(within(value, timezone.localdate(), "due_on"), state__in=UNFINISHED)

    def keep_overdue(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        """Keep what should be completed by today and is not."""
        if not value:
            return rows
        return rows.filter(state__in=UNFINISHED, due_on__lt=timezone.localdate())


class DeskSiteFilter(SiteFilter):
    """Sites at the desk."""

    turned_round = frozenset({"area", "light", "state"})


class FigureFilter(YearFilterSet):
    """Figures."""

    cycle, own_area = "indicator__project__cycle__", "area"

    indicator = WholeFilter(field_name="indicator_id")


class NoticeFilter(StrictFilterSet):
    """Notices at the desk."""

    turned_round = frozenset({"state"})

    state = filters.ChoiceFilter(choices=NoticeState)
    due = filters.ChoiceFilter(choices=DUE, method="keep_due")

    def keep_due(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those whose last day to answer lies in the bucket."""
        return rows.filter(within(value, timezone.localdate(), "due_on"))


def site_filters(
    request: HttpRequest, sites: SiteQuerySet, *also: str, kind: type[SiteFilter] = SiteFilter
) -> tuple[SiteFilter, Sequence[str]]:
    """Return the filters of a list of sites, and the order its address asks for. also: what else it may hold."""
    order = ORDERS[parameters.word(request.GET, "sort", ORDERS, default="due")]
    return kind.on_page(request, sites, "sort", *also), order


def progress_place(request: HttpRequest, cycle: Cycle) -> tuple[Area, int | None]:
    """Return for which area figures are asked, the year's or one below it, and of which aspect, None for all.

    :raises Http404: the area is not within the year's.
    :raises BadParameters: the address asks for something else as well.
    """
    parameters.only(request.GET, "area", "aspect", *OF_FILES)
    code = parameters.text(request.GET, "area", most=50)
    within = cycles.areas_within(cycle.area).select_related("parent")
    area = found(within.filter(code=code).first()) if code else cycle.area
    return area, parameters.whole(request.GET, "aspect")
