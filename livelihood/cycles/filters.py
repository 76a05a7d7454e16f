"""Filters by area and year, alike in every room."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area
from livelihood.kernel.filters import StrictFilterSet, WholeFilter
from livelihood.kernel.parameters import UNREADABLE


class AreaOfField(forms.CharField):
    """An area by its GB/T 2260 code or its name in addresses."""

    def clean(self, value: Any) -> Area | None:
        """Return the area; None where there is none."""
        text = str(value or "")
        if not text:
            return None
        by = "code" if text.isdecimal() else "slug"
        area = None if UNREADABLE.search(text) else Area.objects.filter(**{by: text[:50]}).first()
        if area is None:
            raise ValidationError(_("There is no area with this code or name."))
        return area


class WithinFilter(django_filters.CharFilter):
    """Rows of an area and of everything below it. field_name: a lookup to the area."""

    field_class = AreaOfField

    def filter(self, qs: QuerySet[Any], value: Area | None) -> QuerySet[Any]:
        """Keep what lies within."""
        keep: Any = self.get_method(qs)
        return qs if value is None else keep(**{f"{self.field_name}__in": Area.objects.within(value)})


class OwnAreaFilter(django_filters.CharFilter):
    """Rows of one area, without what lies below it. field_name: a lookup to the area."""

    field_class = AreaOfField

    def filter(self, qs: QuerySet[Any], value: Area | None) -> QuerySet[Any]:
        """Keep what belongs to this area."""
        return qs if value is None else qs.filter(**{self.field_name: value})


class YearFilterSet(StrictFilterSet):
    """Rows of a year: `area` finds those of an area and of all below it, `cycle_area` those of the area's own years.

    cycle: a lookup to the row's cycle, empty for the cycle itself. area: one to its area, where it has one of its own.
    """

    cycle = "cycle__"
    own_area = ""

    area = WithinFilter(help_text=_("Code of GB/T 2260, or name in addresses; what lies below is found too."))
    cycle_area = OwnAreaFilter(help_text=_("The area whose year it is, by code or name; nothing below it."))
    year = WholeFilter(help_text=_("The year in which the projects are carried out."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["area"].field_name = self.own_area or f"{self.cycle}area"
        self.filters["cycle_area"].field_name = f"{self.cycle}area"
        self.filters["year"].field_name = f"{self.cycle}year"
