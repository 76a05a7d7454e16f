"""Filters of the journal, of areas and of cycles."""

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.filters import OwnAreaFilter, YearFilterSet
from livelihood.cycles.states import DecisionMode, Level, Phase
from livelihood.kernel.filters import StrictFilterSet


class JournalFilter(StrictFilterSet):
    """The journal of a year or of a person, by kind of act."""

    act = filters.ChoiceFilter()

    def __init__(self, *args: Any, acts: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        act = filters.ChoiceFilter(field_name="act", choices=list(acts))
        act.parent, act.model = self, self.filters["act"].model
        self.filters["act"] = act  # a new one, as the field of a filter keeps the choices that it was first asked with


class AreaFilter(StrictFilterSet):
    """Areas by level, or the children of one."""

    level = filters.ChoiceFilter(choices=Level)
    parent = OwnAreaFilter(field_name="parent", help_text=_("The area above, by code or name."))


class CycleFilter(YearFilterSet):
    """Cycles by area, year, phase and way of deciding."""

    cycle = ""

    phase = filters.ChoiceFilter(choices=Phase)
    decision_mode = filters.ChoiceFilter(choices=DecisionMode)
