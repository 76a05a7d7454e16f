"""Filters of announcements, their sites and reports, the same on their pages and in the API."""

import django_filters as filters

from livelihood.cycles.filters import YearFilterSet
from livelihood.kernel.filters import SearchFilter, WholeFilter
from projects.reports.states import Language
from projects.states import SiteState


class AnnouncedSiteFilter(YearFilterSet):
    """Announced sites."""

    cycle, own_area = "announcement__cycle__", "area"

    announcement = WholeFilter(field_name="announcement_id")
    project = WholeFilter(field_name="project_number")
    state = filters.ChoiceFilter(choices=SiteState)
    q = SearchFilter()


class AnnouncementFilter(YearFilterSet):
    """Announcements."""


class ReportFilter(YearFilterSet):
    """Reports."""

    language = filters.ChoiceFilter(choices=Language)
