"""Filters of pages and API."""

import django_filters

from projects.surveys.models import Aggregate, Survey
from projects.surveys.states import Door


class SurveyFilter(django_filters.FilterSet):
    """Surveys of an area and year."""

    area = django_filters.CharFilter(field_name="cycle__area__code")
    year = django_filters.NumberFilter(field_name="cycle__year")

    class Meta:
        model = Survey
        fields = ("area", "year", "target", "state")


class AggregateFilter(django_filters.FilterSet):
    """Figures of a survey, of a year, of one thing."""

    area = django_filters.CharFilter(field_name="survey__cycle__area__code")
    year = django_filters.NumberFilter(field_name="survey__cycle__year")
    project = django_filters.NumberFilter(field_name="project_id")
    site = django_filters.NumberFilter(field_name="site_id")
    door = django_filters.ChoiceFilter(choices=Door.choices)

    class Meta:
        model = Aggregate
        fields = ("survey", "area", "year", "project", "site", "door")
