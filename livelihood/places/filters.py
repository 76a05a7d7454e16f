"""Filters of places and organisations."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.filters import WithinFilter
from livelihood.cycles.querysets import on_day
from livelihood.cycles.states import Level, OrganisationKind
from livelihood.kernel.filters import StrictFilterSet, WordsField

COMMON = 200
"""So many areas of one name or code are sorted; of more, as of 街道, the list is read until enough are found."""


class CalledFilter(filters.CharFilter):
    """Rows found by their names, former and short ones too; `called` of their queryset."""

    field_class = WordsField

    def filter(self, qs: Any, value: str) -> Any:
        """Keep what is called so."""
        return qs.called(value) if value else qs


class PlaceFilter(StrictFilterSet):
    """Areas by name, code or pinyin, and by level."""

    q = CalledFilter()
    level = filters.ChoiceFilter(choices=Level)

    @property
    def highest(self) -> Any:
        """The same areas, the highest first, read so that the first are found soon."""
        rows = self.qs
        if self.chosen.get("q") and rows.order_by()[: COMMON + 1].count() > COMMON:
            rows = self.queryset.called(self.form.cleaned_data["q"], is_common=True)
            if level := self.form.cleaned_data["level"]:
                rows = rows.filter(level=level)
        return rows.order_by(Length("path"), "code")


class HistoryFilter(StrictFilterSet):
    """What was done to an area or an organisation, all of it."""


class OrganisationFilter(StrictFilterSet):
    """Organisations by name, area, kind, and whether they go on."""

    q = CalledFilter()
    area = WithinFilter(field_name="area")
    kind = filters.ChoiceFilter(choices=OrganisationKind)
    valid = filters.ChoiceFilter(choices=[("yes", _("go on")), ("no", _("have ended"))], method="keep_valid")

    def keep_valid(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep those that are valid today, or those that are not."""
        today = on_day(timezone.localdate())
        return rows.filter(today if value == "yes" else ~today)
