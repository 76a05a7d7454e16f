"""Filters of surveys and their figures in the API."""

import django_filters as filters

from livelihood.cycles.filters import YearFilterSet
from livelihood.kernel.filters import WholeFilter
from projects.surveys.states import SurveyChannel, SurveyState, Target


class SurveyFilter(YearFilterSet):
    """Surveys."""

    target = filters.ChoiceFilter(choices=Target)
    state = filters.ChoiceFilter(choices=SurveyState)


class AggregateFilter(YearFilterSet):
    """Figures of a survey, of a year, of one thing."""

    cycle = "survey__cycle__"

    survey = WholeFilter(field_name="survey_id")
    project = WholeFilter(field_name="project_id")
    site = WholeFilter(field_name="site_id")
    channel = filters.ChoiceFilter(choices=SurveyChannel)
