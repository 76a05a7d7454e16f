"""Reading how many suggestions there are, from figures that the database keeps: as quick for a million as for one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.querysets import child_towards
from livelihood.kernel.text import for_reader
from proposals.models import AnswerFigure, SuggestionFigure
from proposals.states import Channel, Grouping

COUNTED = ("total", "received", "accepted", "declined", "handed_over", "loose", "unanswered", "answered", "adopted")
SUMMED = ("total", "answered", "adopted", "in_time", "late")
"""What is shown of each group, in the order of `GroupShare`."""


@dataclass(frozen=True, slots=True)
class GroupShare:
    """Received, answered and adopted suggestions of one group, for instance of one aspect.

    key: how the filter of its rows names it; empty for what no filter finds.
    answered: refused or handed over with a reason, or replied to. adopted: behind a need whose candidate is listed.
    in_time, late: those that were answered by the day on which it was due, or after it.
    """

    key: str
    label: str
    received: int
    answered: int
    adopted: int
    in_time: int
    late: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was received in a cycle and what became of it; each grouping adds up to the total."""

    total: GroupShare
    by_aspect: list[GroupShare]
    by_area: list[GroupShare]
    by_channel: list[GroupShare]


def counts(cycle: Cycle) -> Mapping[str, int]:
    """Return how many suggestions of a year there are: by what they are counted for (SuggestionFigure) → number."""
    rows = SuggestionFigure.objects.filter(cycle=cycle, grouped_by=Grouping.CHANNEL)
    sums = rows.aggregate(**{f"{name}_sum": Sum(name, default=0) for name in COUNTED})
    return {name: sums[f"{name}_sum"] for name in COUNTED}


def counts_by_cycle(years: QuerySet[Cycle] | Sequence[Cycle], counted: str) -> dict[int, int]:
    """Return how many suggestions of one kind there are in each year that has any. counted: one of COUNTED."""
    rows = SuggestionFigure.objects.filter(cycle__in=years, grouped_by=Grouping.CHANNEL).values_list("cycle")
    return dict(rows.annotate(number=Sum(counted)).filter(number__gt=0))


def statistics(cycle: Cycle) -> Statistics:
    """Return what was received, answered and adopted in a cycle, by aspect, area and channel; two queries.

    What was sent from a township counts for the area directly below the year's in which it lies.
    """
    groups: list[Mapping[str, Any]] = list(
        SuggestionFigure.objects.filter(cycle=cycle)
        .exclude(grouped_by=Grouping.DUE)
        .annotate(place=child_towards(cycle.area, "area__"))
        .values(
            "grouped_by",
            "aspect__number",
            "aspect__name_zh",
            "aspect__name_en",
            "place",
            "channel",
        )
        .annotate(**{f"{name}_sum": Sum(name) for name in SUMMED})
        .order_by(F("aspect__number").asc(nulls_last=True), "place")
    )
    places = {child.code: child.name for child in cycles.child_areas(cycle.area)}
    kinds = {grouping: [row for row in groups if row["grouped_by"] == grouping] for grouping in Grouping}
    channels = sorted(kinds[Grouping.CHANNEL], key=lambda row: Channel.values.index(row["channel"]))
    return Statistics(
        total=_add_up(("", ""), channels),
        by_aspect=_shares(
            ((str(number), _aspect(row)) if (number := row["aspect__number"]) else ("", gettext("Not sure")), row)
            for row in kinds[Grouping.ASPECT]
        ),
        by_area=_shares(
            ((place, places[place]) if (place := row["place"]) in places else ("", cycle.area.name), row)
            for row in kinds[Grouping.AREA]
        ),
        by_channel=_shares((("", str(Channel(row["channel"]).label)), row) for row in channels),
    )


def days_to_reply(cycle: Cycle) -> list[tuple[int, int]]:
    """Return after how many whole days a first reply came, and how often, the quickest first."""
    return list(AnswerFigure.objects.filter(cycle=cycle).order_by("days").values_list("days", "number"))


def _aspect(row: Mapping[str, Any]) -> str:
    return for_reader(row["aspect__name_zh"], row["aspect__name_en"])


def _shares(named: Iterable[tuple[tuple[str, str], Mapping[str, Any]]]) -> list[GroupShare]:
    """Add up rows of the same key and label; they keep their order."""
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for name, row in named:
        rows.setdefault(name, []).append(row)
    return [_add_up(name, group) for name, group in rows.items()]


def _add_up(name: tuple[str, str], rows: Sequence[Mapping[str, Any]]) -> GroupShare:
    key, label = name
    sums = {counted: sum(row[f"{counted}_sum"] for row in rows) for counted in SUMMED}
    return GroupShare(key=key, label=label, received=sums.pop("total"), **sums)
