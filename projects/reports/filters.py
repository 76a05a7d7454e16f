"""Filters of pages and API."""

import django_filters
from django.db.models import Q, QuerySet

from livelihood.cycles.models import Area
from projects.reports.models import AnnouncedSite, Announcement, Report
from projects.states import SiteState


class AnnouncedSiteFilter(django_filters.FilterSet):
    """Announced sites: by words, project, state and area."""

    q = django_filters.CharFilter(method="with_words", max_length=100)
    project = django_filters.NumberFilter(field_name="project_number")
    state = django_filters.ChoiceFilter(choices=SiteState.choices)
    area = django_filters.CharFilter(method="within")

    class Meta:
        model = AnnouncedSite
        fields = ("announcement", "project", "state", "area")

    def with_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep sites whose name or key has these words."""
        return rows.filter(Q(name__icontains=value) | Q(key__icontains=value))

    def within(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep sites of the area with this code and of everything below it."""
        area = Area.objects.filter(code=value).first()
        return rows.filter(area__in=Area.objects.within(area)) if area else rows.none()


class AnnouncementFilter(django_filters.FilterSet):
    """Announcements of an area and year."""

    area = django_filters.CharFilter(field_name="cycle__area__code")
    year = django_filters.NumberFilter(field_name="cycle__year")

    class Meta:
        model = Announcement
        fields = ("area", "year")


class ReportFilter(AnnouncementFilter):
    """Reports of an area and year."""

    class Meta:
        model = Report
        fields = ("area", "year", "language")
