"""Reading areas and cycles."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet, prefetch_related_objects

from livelihood.cycles.models import Adoption, Area, Aspect, Cycle, Edition, Organisation, PhaseMove, PhasePeriod
from livelihood.cycles.querysets import AreaQuerySet, child_towards, within
from livelihood.cycles.states import DATED_PHASES, PHASE_ORDER, PLANNED_PHASES, USUAL_DAYS, DecisionMode, Phase


@dataclass(frozen=True, slots=True)
class TrackStep:
    """One phase on the year track. dates are None where none are set.

    state: past, current, future, or elsewhere: a phase that this year did not have in the portal.
    """

    name: Phase
    label: str
    starts_on: date | None
    ends_on: date | None
    state: str


@dataclass(frozen=True, slots=True)
class TrackLine:
    """Where a year stands. number: of the phase among those it has. days_left: 0 on the last; None: no end to come."""

    number: int
    of: int
    label: str
    days_left: int | None


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


NOT_HERE = frozenset({Phase.SOLICIT, Phase.PLAN, Phase.DECIDE})
"""The phases that a year has not whose list was decided elsewhere."""


def phases_had(mode: str) -> list[Phase]:
    """Return the phases that are planned in a year, by how its list is decided."""
    return [phase for phase in PLANNED_PHASES if mode != DecisionMode.ELSEWHERE or phase not in NOT_HERE]


_known: dict[tuple[str, int], KnownYear] = {}


def year_track(cycle: Cycle) -> list[TrackStep]:
    """Return the six phases of a cycle with their dates, in order; one query."""
    periods = {period.phase: period for period in cycle.periods.all()}
    here = PHASE_ORDER.index(Phase(cycle.phase))
    steps = []
    for phase in DATED_PHASES:
        period, index = periods.get(phase), PHASE_ORDER.index(phase)
        state = "past" if index < here else "current" if index == here else "future"
        if cycle.decision_mode == DecisionMode.ELSEWHERE and phase in NOT_HERE:
            period, state = None, "elsewhere"
        steps.append(
            TrackStep(
                name=phase,
                label=str(phase.label),
                starts_on=period.starts_on if period else None,
                ends_on=period.ends_on if period else None,
                state=state,
            )
        )
    return steps


def track_line(steps: Sequence[TrackStep], today: date, ends_on: date | None = None) -> TrackLine | None:
    """Return where a year stands, in one line; None before it has begun.

    ends_on: of a vote that is open; it is what ends then, and not the phase.
    """
    had = [step for step in steps if step.state != "elsewhere"]
    number, here = next(((n, step) for n, step in enumerate(had, 1) if step.state == "current"), (0, None))
    if here is None:
        return None
    last = ends_on or here.ends_on
    left = (last - today).days if last and last >= today else None
    return TrackLine(number, len(had), here.label, left)


def usual_periods(year: int, today: date) -> dict[Phase, tuple[date, date]]:
    """Return the days that are proposed for the phases of a year, one after the other.

    today: where collecting should have begun and the list is not decided yet, it begins today and the rest gives way.
    """
    is_late = _day(year, USUAL_DAYS[Phase.SOLICIT][0]) < today <= _day(year, USUAL_DAYS[Phase.DECIDE][1])
    proposed, earliest = {}, today if is_late else date.min
    for phase, (first, last, least) in USUAL_DAYS.items():
        begins = max(_day(year, first), earliest)
        proposed[phase] = begins, max(_day(year, last), begins + timedelta(days=least - 1))
        earliest = proposed[phase][1] + timedelta(days=1)
    return proposed


def _day(year: int, usual: tuple[int, int, int]) -> date:
    years, month, day = usual
    return date(year + years, month, day)


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
        areas={area.code: area for area in areas_of_year(cycle)},
    )
    _known[area, year] = known
    return known


def aspects_of(cycle: Cycle) -> QuerySet[Aspect]:
    """Return a cycle's aspects in their published order."""
    return Aspect.objects.filter(cycle=cycle).order_by("number", "pk")


def is_every_year_in(areas: Iterable[Area]) -> bool:
    """Say whether no year is of an area outside of all of these."""
    outside = Cycle.objects.all()
    for area in areas:
        outside = outside.exclude(within(area, "area__"))
    return not outside.exists()


def child_areas(area: Area) -> AreaQuerySet:
    """Return the areas directly below, by code, those that have ended too."""
    return Area.objects.filter(parent=area).order_by("code")


def years_below(area: Area) -> dict[str, int]:
    """Count the public years of what lies below an area, by the code of the area directly below it; one query."""
    rows = public_cycles().filter(within(area, "area__")).exclude(area=area)
    counted = rows.annotate(child=child_towards(area, "area__")).order_by("child").values_list("child")
    return dict(counted.annotate(number=Count("pk")))


def year_before(cycle: Cycle) -> Cycle | None:
    """Return the last public year of the same area before one, with its area; None for the first."""
    return public_cycles().filter(area=cycle.area_id, year__lt=cycle.year).order_by("-year", "-pk").first()


def area_at(name: str) -> Area | None:
    """Return the area at /<area>/, by its name in addresses or its code."""
    by = "code" if name.isdigit() else "slug"
    return Area.objects.select_related("parent", "successor").filter(**{by: name}).first()


def standing(organisation: Organisation) -> Organisation:
    """Return an organisation as it stands now: itself, or the one that it was merged into meanwhile.

    Asked by who names one in a year, after holding the year; merging holds it as well.
    """
    now = Organisation.objects.select_related("area", "merged_into__area").get(pk=organisation.pk)
    return now.merged_into or now


def heirs(keys: Iterable[int]) -> dict[int, int]:
    """Return by which organisations those of these keys were followed that were merged; one query."""
    rows = Organisation.objects.filter(pk__in=set(keys), merged_into__isnull=False)
    return dict(rows.values_list("pk", "merged_into_id"))


def aspect_choices(cycle: Cycle) -> list[tuple[int, str]]:
    """Return a cycle's aspects for filter chips."""
    return [(aspect.number, aspect.name) for aspect in aspects_of(cycle)]


def area_choices(cycle: Cycle) -> list[tuple[str, str]]:
    """Return the areas directly below the cycle's for filter chips."""
    return [(area.code, area.name) for area in child_areas(cycle.area).existing_in(cycle.year)]


def areas_within(area: Area) -> AreaQuerySet:
    """Return an area and everything below it, by code, what has ended too."""
    return Area.objects.within(area).order_by("code")


def areas_of_year(cycle: Cycle) -> AreaQuerySet:
    """Return the area of a year and what lies below it in that year, by code: what a form may offer."""
    return areas_within(cycle.area).existing_in(cycle.year)


def all_cycles() -> QuerySet[Cycle]:
    """Return all cycles, drafts too: newest year first, then by code."""
    return Cycle.objects.select_related("area").order_by("-year", "area__code")


def public_cycles() -> QuerySet[Cycle]:
    """Return the cycles that have begun, in the same order."""
    return all_cycles().exclude(phase=Phase.DRAFT)


def adoption_of(cycle: Cycle) -> Adoption | None:
    """Return the decision by which the list of a year came that was decided elsewhere, as it was corrected last."""
    return Adoption.objects.filter(cycle=cycle, withdrawn_at=None).defer("content").order_by("pk").last()


def moves_of(cycle: Cycle) -> QuerySet[PhaseMove]:
    """Return how a cycle moved on and back, oldest first."""
    return PhaseMove.objects.filter(cycle=cycle).order_by("pk")
