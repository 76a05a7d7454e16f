"""Reading areas and cycles."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from livelihood.cycles.models import Area, Aspect, Cycle, PhasePeriod
from livelihood.cycles.states import PHASE_ORDER, Phase


@dataclass(frozen=True, slots=True)
class TrackStep:
    """One phase on the year track. `state` is past, current or future; dates are None where none are set."""

    name: Phase
    label: str
    starts_on: date | None
    ends_on: date | None
    state: str


def year_track(cycle: Cycle) -> list[TrackStep]:
    """Return the six phases of a cycle with their dates, in order; one query."""
    periods = {period.phase: period for period in PhasePeriod.objects.filter(cycle=cycle)}
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
    return PhasePeriod.objects.filter(cycle=cycle, phase=phase).first()


def aspects_of(cycle: Cycle) -> QuerySet[Aspect]:
    """Return a cycle's aspects in their published order."""
    return Aspect.objects.filter(cycle=cycle).order_by("number", "pk")


def child_areas(area: Area) -> QuerySet[Area]:
    """Return the areas directly below, by code."""
    return Area.objects.filter(parent=area).order_by("code")


def areas_within(area: Area) -> QuerySet[Area]:
    """Return an area and everything below it, by code."""
    return Area.objects.within(area).order_by("code")


def open_cycles() -> QuerySet[Cycle]:
    """Return all cycles for the front page: newest year first, then by code."""
    return Cycle.objects.select_related("area").order_by("-year", "area__code")
