"""Filters over areas, organisations and cycles."""

import re
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Func, Q, Value

from livelihood.kernel.folding import fold
from livelihood.kernel.search import folded

if TYPE_CHECKING:
    from livelihood.cycles.models import Area, Organisation  # noqa: F401 -- parameters of the querysets


def within(area: "Area", of: str = "") -> Q:
    """Return the condition of being an area or lying below it; the only place that says what "below" means.

    of: a lookup to the area, ending in two underscores; empty for the area itself.
    """
    return Q(**{f"{of}path__startswith": area.path})


def child_towards(area: "Area", of: str = "") -> Func:
    """Return the code of the area directly below `area` in which a row lies; empty for `area` itself.

    of: as in `within`; the row lies within `area`.
    """
    return Func(
        F(f"{of}path"), Value("/"), Value(area.depth + 1), function="split_part", output_field=models.CharField()
    )


def in_year(year: int) -> Q:
    """Return the condition of being valid on at least one day of a year."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=date(year, 12, 31))
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=date(year, 1, 1)))


def on_day(day: date) -> Q:
    """Return the condition of being valid on a day."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def _formerly(rows: models.QuerySet[Any], word: str) -> models.QuerySet[Any]:
    """Return the former names, of areas or of organisations, that hold a word in any spelling."""
    relation: Any = rows.model._meta.get_field("former_names")
    return relation.related_model.objects.alias(folded=folded("name_zh")).filter(folded__reads=word)


def _of(related: str, rows: models.QuerySet[Any], condition: Q) -> Q:
    """Return the condition that some related row fulfils another: read once, and no row comes twice."""
    relation: Any = rows.model._meta.get_field(related)
    return Q(pk__in=relation.related_model.objects.filter(condition).values(relation.field.attname))


class AreaQuerySet(models.QuerySet["Area"]):
    """Areas."""

    def within(self, area: "Area") -> Self:
        """Keep the area itself and everything below it."""
        return self.filter(within(area))

    def existing_in(self, year: int) -> Self:
        """Keep what is valid on at least one day of a year."""
        return self.filter(in_year(year))

    def called(self, words: str, *, is_common: bool = False) -> Self:
        """Keep the areas whose code begins with each word, or in whose names, former ones included, each is found.

        words: Chinese, English or pinyin, with or without spaces: 西湖, Xihu and xi hu find 西湖区.
        is_common: as in `search.matching`: so many are called so that a list is rather read in its own order.
        """
        found = self
        for word in words.split():
            spelt = re.sub("[^a-z0-9]", "", fold(word))
            formerly = _formerly(self, word)
            spellings = [each for each in dict.fromkeys([word, spelt]) if each]
            if is_common:
                ways = [Q(search__reads=each) for each in spellings] + [Q(pk__in=formerly.values("area"))]
                found = found.filter(reduce(or_, [*ways, Q(code__startswith=spelt)] if spelt else ways))
                continue
            # Each way has an index of its own, which one condition of them all would leave aside.
            areas = self.model.objects
            keys = [areas.filter(search__holds=each).values("pk") for each in spellings]
            keys += [areas.filter(code__startswith=spelt).values("pk")] if spelt else []
            found = found.filter(pk__in=formerly.values("area").union(*keys, all=True))
        return found


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations."""

    def within(self, area: "Area") -> Self:
        """Keep those of an area and of everything below it."""
        return self.filter(within(area, "area__"))

    def valid_on(self, day: date) -> Self:
        """Keep what is valid on a day."""
        return self.filter(on_day(day))

    def named(self, name: str) -> Self:
        """Keep those of exactly this name, full or short, in any spelling."""
        spelt = fold(name)
        return self.filter(Q(folded=spelt) | _of("aliases", self, Q(folded=spelt)))

    def called(self, words: str) -> Self:
        """Keep those in whose full, short, English or former names each word is found."""
        found = self
        for word in words.split():
            spelt = fold(word)
            found = found.filter(
                Q(folded__contains=spelt)
                | Q(name_en__icontains=word)
                | _of("aliases", self, Q(folded__contains=spelt))
                | Q(pk__in=_formerly(self, word).values("organisation"))
            )
        return found
