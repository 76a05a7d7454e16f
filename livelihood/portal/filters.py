"""Filters of the journal, of areas and of cycles."""

import re
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.filters import OwnAreaFilter, YearFilterSet
from livelihood.cycles.states import DecisionMode, Level, Phase
from livelihood.kernel.filters import StrictFilterSet, WordsField
from livelihood.kernel.folding import fold
from livelihood.kernel.forms import DayInput
from livelihood.kernel.parameters import FIRST_DAY, LAST_DAY
from livelihood.kernel.search import folded
from livelihood.portal import acts

DAYS = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]


class ObjectField(forms.CharField):
    """An object as the journal names it: its kind and its key, `projects.site:12`."""

    def clean(self, value: Any) -> str:
        """Return it as it is written."""
        text: str = super().clean(value)
        if text and not re.fullmatch(r"[a-z_]{1,32}\.[a-z_]{1,32}:[0-9A-Za-z_-]{1,64}", text):
            raise ValidationError(_("Take the object from an entry of the journal."))
        return text


class ObjectFilter(filters.CharFilter):
    """What was done to one object."""

    field_class = ObjectField

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the acts upon it."""
        kind, _colon, key = value.partition(":")
        return qs.filter(subject_type=kind, subject_id=key) if key else qs


class ActorFilter(filters.CharFilter):
    """What somebody has done, by their name or user name in full, in any spelling."""

    field_class = WordsField

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the acts of whoever has this name."""
        people = User.objects.alias(folded=folded("name")).filter(Q(folded=fold(value)) | Q(username=fold(value)))
        return qs.filter(actor_id__in=list(people.values_list("pk", flat=True))) if value else qs


class DayFilter(filters.DateFilter):
    """Acts since the beginning of a day, or until its end, where the portal is. is_end: until."""

    def __init__(self, *, is_end: bool, **kwargs: Any) -> None:
        self.is_end = is_end
        super().__init__(widget=DayInput(), validators=DAYS, **kwargs)

    def filter(self, qs: QuerySet[Any], value: date | None) -> QuerySet[Any]:
        """Keep the acts of these days."""
        if value is None:
            return qs
        begin = timezone.make_aware(datetime.combine(value + timedelta(days=self.is_end), time.min))
        return qs.filter(at__lt=begin) if self.is_end else qs.filter(at__gte=begin)


class JournalFilter(StrictFilterSet):
    """A journal by kind of act, by who acted, by object and by day."""

    act = filters.ChoiceFilter(label=_("Kind of act"))
    by = ActorFilter(label=_("Name or user name"))
    object = ObjectFilter(label=_("Object"))
    since = DayFilter(label=_("From this day"), is_end=False)
    until = DayFilter(label=_("Until this day"), is_end=True)

    def __init__(self, *args: Any, without: Collection[str] = (), **kwargs: Any) -> None:
        """Offer all acts to choose from. without: those that this journal does not hold."""
        super().__init__(*args, **kwargs)
        act, choices = self.filters["act"], acts.to_choose(without=without)
        named = filters.ChoiceFilter(field_name="act", label=act.label, empty_label=_("All"), choices=choices)
        named.parent, named.model = self, act.model
        self.filters["act"] = (
            named  # a new one, as the field of a filter keeps the choices that it was first asked with
        )

    def possible(self, name: str) -> list[tuple[str, Any]]:
        """Return nothing: there are too many acts to name them all."""
        return []


class AreaFilter(StrictFilterSet):
    """Areas by level, or the children of one."""

    level = filters.ChoiceFilter(choices=Level)
    parent = OwnAreaFilter(field_name="parent", help_text=_("The area above, by code or name."))


class CycleFilter(YearFilterSet):
    """Cycles by area, year, phase and way of deciding."""

    cycle = ""

    phase = filters.ChoiceFilter(choices=Phase)
    decision_mode = filters.ChoiceFilter(choices=DecisionMode)
