"""Reading areas and cycles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects

from livelihood.cycles.models import Area, Aspect, Cycle, Edition, PhasePeriod
from livelihood.cycles.states import PHASE_ORDER, Phase


@dataclass(frozen=True, slots=True)
class TrackStep:
    """One phase on the year track. `state` is past, current or future; dates are None where none are set."""

    name: Phase
    label: str
    starts_on: date | None
    ends_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year as a process has read it. Shared by all its threads: nobody changes what is in it.

    edition: the stamp of areas and years then. cycle: with its area and the dates of its phases.
    aspects: by number, areas: the cycle's and those below it, by code; both keyed as forms name them.
    """

    edition: UUID
    cycle: Cycle
    aspects: Mapping[str, Aspect]
    areas: Mapping[str, Area]


_known: dict[tuple[str, int], KnownYear] = {}


def year_track(cycle: Cycle) -> list[TrackStep]:
    """Return the six phases of a cycle with their dates, in order; one query."""
    periods = {period.phase: period for period in cycle.periods.all()}
    here = PHASE_ORDER.index(Phase(cycle.phase))
    steps = []
    for index, phase in enumerate(PHASE_ORDER):
        period = periods.get(phase)
        steps.append(
            TrackStep(
                name=phase,
                label=str(phase.label),
                starts_on=period.starts_on if period else None,
                ends_on=period.ends_on if period else None,
                state="past" if index < here else "current" if index == here else "future",
            )
        )
    return steps


def period(cycle: Cycle, phase: Phase) -> PhasePeriod | None:
    """Return the dates of one phase, or None where none are set."""
    return next((period for period in cycle.periods.all() if period.phase == phase), None)


def cycle_at(area: str, year: int) -> Cycle | None:
    """Return the cycle at /<area>/<year>/; the area is named by its slug or its GB/T 2260 code."""
    lookup = {"area__code": area} if area.isdigit() else {"area__slug": area}
    return Cycle.objects.select_related("area", "area__parent").filter(year=year, **lookup).first()


def known_year(area: str, year: int) -> KnownYear | None:
    """Return a year as this process last read it, which may be out of date; read now only if it never was.

    What is done by it is done under the condition that its edition still holds, in the same statement.
    """
    return _known.get((area, year)) or read_year(area, year)


def read_year(area: str, year: int) -> KnownYear | None:
    """Return a year as it stands, and let this process know it."""
    # The stamp comes first: what changes between the two is then known under a stamp that holds no more.
    stamp = Edition.objects.values_list("stamp", flat=True).first()
    cycle = cycle_at(area, year)
    if cycle is None or stamp is None:
        return None
    prefetch_related_objects([cycle], "periods")
    known = KnownYear(
        edition=stamp,
        cycle=cycle,
        aspects={str(aspect.number): aspect for aspect in aspects_of(cycle)},
        areas={area.code: area for area in areas_within(cycle.area)},
    )
    _known[area, year] = known
    return known


def aspects_of(cycle: Cycle) -> QuerySet[Aspect]:
    """Return a cycle's aspects in their published order."""
    return Aspect.objects.filter(cycle=cycle).order_by("number", "pk")


def child_areas(area: Area) -> QuerySet[Area]:
    """Return the areas directly below, by code."""
    return Area.objects.filter(parent=area).order_by("code")


def aspect_choices(cycle: Cycle) -> list[tuple[int, str]]:
    """Return a cycle's aspects for filter chips."""
    return [(aspect.number, aspect.name) for aspect in aspects_of(cycle)]


def area_choices(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the areas directly below the cycle's for filter chips."""
    return [(area.code, area.name) for area in child_areas(cycle.area)]


def areas_within(area: Area) -> QuerySet[Area]:
    """Return an area and everything below it, by code."""
    return Area.objects.within(area).order_by("code")


def open_cycles() -> QuerySet[Cycle]:
    """Return all cycles for the front page: newest year first, then by code."""
    return Cycle.objects.select_related("area").order_by("-year", "area__code")
