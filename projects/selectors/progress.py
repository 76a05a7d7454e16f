"""Figures with their lights: by project, by aspect, by area, each drilled down to its sites."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

from django.db.models import Count, Q

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.querysets import child_towards
from livelihood.kernel.lights import Light
from projects import aggregation, lights
from projects.aggregation import Figure, SiteCounts
from projects.lights import Progress
from projects.models import Allocation, Indicator, IndicatorFigure, Project, Site
from projects.selectors.figures import NOTHING, SUMS, DeliveredIndicator, DeliveredProject, Totals, delivered, totals_of
from projects.selectors.promises import light_rule, time_passed
from projects.states import IndicatorKind, LightReason, ProjectState, SiteState

TREND_WEEKS = 8
"""So many weeks a trend looks back."""


@dataclass(frozen=True, slots=True)
class LitIndicator:
    """An indicator with its light and why."""

    indicator: DeliveredIndicator
    light: Light
    reason: LightReason


@dataclass(frozen=True, slots=True)
class LitProject:
    """A project with its light, the gravest of its indicators', and why."""

    project: DeliveredProject
    indicators: tuple[LitIndicator, ...]
    light: Light
    reason: LightReason


@dataclass(frozen=True, slots=True)
class AreaShare:
    """What an indicator comes to in a child area. `area` is None for what is allocated to none."""

    area: Area | None
    figure: Figure
    sites: SiteCounts
    is_allocated: bool


@dataclass(frozen=True, slots=True)
class TargetShare:
    """How far one target has been reached; `figure` has a ratio."""

    indicator: str
    unit: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class ProgressTally:
    """Sites and indicators of one aspect, or of one area. targets: from the least to the furthest reached."""

    key: str
    name: str
    projects: int
    indicators: int
    reached: int
    sites: SiteCounts
    targets: tuple[TargetShare, ...]

    @property
    def share(self) -> Decimal | None:
        """Completed sites of all sites; None where there are none."""
        return Decimal(self.sites.finished) / self.sites.total if self.sites.total else None

    @property
    def lights(self) -> list[tuple[Light, int]]:
        """The lights of the sites that there are, with their number, the gravest first."""
        return [(light, count) for light in reversed(lights.GRAVITY) if (count := self.sites.lights.get(light))]


def lit_projects(cycle: Cycle, *, on: date) -> list[LitProject]:
    """Return a year's projects with the lights of a day."""
    lamp = Lamp(cycle, on)
    return [lamp.project(project) for project in delivered(cycle)]


class Lamp:
    """The lights of one year on one day."""

    def __init__(self, cycle: Cycle, on: date) -> None:
        self.rule = light_rule(cycle)
        self.passed = time_passed(cycle, on)

    def indicator(self, indicator: DeliveredIndicator) -> LitIndicator:
        """Light an indicator."""
        progress = Progress(
            indicator.kind, indicator.figure, indicator.sites, self.passed,
            yellow_points=self.rule.yellow_points, red_points=self.rule.red_points,
        )  # fmt: skip
        light, reason = lights.light_of_indicator(progress)
        return LitIndicator(indicator, light, reason)

    def project(self, project: DeliveredProject) -> LitProject:
        """Light a project."""
        lit = tuple(self.indicator(indicator) for indicator in project.indicators)
        light, reason = lights.light_of_project(
            ((one.light, one.reason) for one in lit), is_closed_out=project.state == ProjectState.CLOSED_OUT
        )
        return LitProject(project, lit, light, reason)


def shares_of(project: Project) -> Mapping[int, list[AreaShare]]:
    """Return for each indicator of a project its shares: child areas by code, then what is allocated to none."""
    area = project.cycle.area
    children = list(cycles.child_areas(area))
    totals = child_totals(project.cycle, area, Q(indicator__project=project))
    allocated: dict[tuple[int, int], Decimal] = {
        (row.indicator_id, row.area_id): row.target for row in Allocation.objects.filter(indicator__project=project)
    }
    return {
        indicator.pk: list(_shares(indicator, children, totals, allocated))
        for indicator in Indicator.objects.filter(project=project)
    }


def _shares(
    indicator: Indicator,
    children: Iterable[Area],
    totals: Mapping[tuple[str, int], Totals],
    allocated: Mapping[tuple[int, int], Decimal],
) -> Iterable[AreaShare]:
    given = Decimal(0)
    for child in children:
        target = allocated.get((indicator.pk, child.pk))
        known = totals.get((child.code, indicator.pk))
        given += target or 0
        if target is None and known is None:
            continue
        known = known or NOTHING
        figure = aggregation.figure(indicator.kind, done=known.done, base=known.base, target=target)
        yield AreaShare(child, figure, known.sites, is_allocated=target is not None)
    if indicator.kind == IndicatorKind.ADDITIVE and indicator.target is not None and given < indicator.target:
        rest = aggregation.figure(indicator.kind, done=None, base=None, target=indicator.target - given)
        yield AreaShare(None, rest, SiteCounts(), is_allocated=False)


def child_totals(cycle: Cycle, area: Area, which: Q) -> Mapping[tuple[str, int], Totals]:
    """Sum up figures by child area and indicator: (the child's code, indicator) → totals; one query."""
    rows = (
        IndicatorFigure.objects.known()
        .filter(which, indicator__project__cycle=cycle)
        .within(area)
        .exclude(area=area)
        .annotate(child=child_towards(area, "area__"))
        .values("child", "indicator")
        .annotate(**SUMS)
    )
    return {(row["child"], row["indicator"]): totals_of(row) for row in rows}


def sites_by_area(cycle: Cycle, around: Area | None = None) -> list[tuple[Area, SiteCounts]]:
    """Return the sites of each area directly below one, by code, areas without any left out; two queries.

    around: an area of the year; its own if none is given.
    """
    around = around or cycle.area
    rows = IndicatorFigure.objects.filter(indicator__project__cycle=cycle, sites__gt=0).within(around)
    summed = rows.exclude(area=around).annotate(child=child_towards(around, "area__")).values("child")
    counted = {row["child"]: totals_of(row).sites for row in summed.annotate(**SUMS)}
    return [(area, counted[area.code]) for area in cycles.child_areas(around) if area.code in counted]


@dataclass(frozen=True, slots=True)
class Finished:
    """How many sites were completed in each of the last weeks, the oldest first: by child area, by aspect's number."""

    by_area: Mapping[str, Sequence[int]]
    by_aspect: Mapping[int, Sequence[int]]


def finished_lately(cycle: Cycle, on: date) -> Finished:
    """Count the completed sites whose last report came in the last weeks; one query."""
    first = on - timedelta(weeks=TREND_WEEKS) + timedelta(days=1)
    rows = (
        Site.objects.for_cycle(cycle)
        .filter(state__in=[SiteState.COMPLETED, SiteState.ACCEPTED], reported_on__range=(first, on))
        .order_by()
        .annotate(child=child_towards(cycle.area, "area__"))
        .values_list("child", "project__aspect__number", "reported_on")
        .annotate(number=Count("pk"))
    )
    by_area: dict[str, list[int]] = {}
    by_aspect: dict[int, list[int]] = {}
    for child, aspect, day, number in rows:
        week = (day - first).days // 7
        by_area.setdefault(child, [0] * TREND_WEEKS)[week] += number
        by_aspect.setdefault(aspect, [0] * TREND_WEEKS)[week] += number
    return Finished(by_area, by_aspect)


def progress_by_aspect(cycle: Cycle, area: Area) -> list[ProgressTally]:
    """Return what has been done in an area, aspect by aspect."""
    totals = area_totals(cycle, area)
    targets = _targets(cycle)
    found: dict[int, list[IndicatorRow]] = {}
    for indicator in Indicator.objects.for_cycle(cycle).select_related("project"):
        if indicator.pk in totals:
            row = IndicatorRow(indicator, totals[indicator.pk], targets.get((indicator.pk, area.pk)))
            found.setdefault(indicator.project.aspect_id, []).append(row)
    return [_tally(str(one.number), one.name, found.get(one.pk, [])) for one in cycles.aspects_of(cycle)]


def progress_by_area(cycle: Cycle, area: Area, *, aspect: int | None = None) -> list[ProgressTally]:
    """Return what has been done in each child area; of one aspect (by its number) if asked."""
    which = Q() if aspect is None else Q(indicator__project__aspect__number=aspect)
    indicators = {row.pk: row for row in Indicator.objects.for_cycle(cycle)}
    targets = _targets(cycle)
    found: dict[str, list[IndicatorRow]] = {}
    children = list(cycles.child_areas(area))
    keys = {child.code: child.pk for child in children}
    for (child_code, pk), totals in child_totals(cycle, area, which).items():
        row = IndicatorRow(indicators[pk], totals, targets.get((pk, keys.get(child_code, 0))))
        found.setdefault(child_code, []).append(row)
    return [_tally(child.code, child.name, found.get(child.code, [])) for child in children]


def progress_of_aspect(cycle: Cycle, area: Area, *, aspect: int, on: date) -> list[LitProject]:
    """Return the projects of one aspect (by its number) with their figures in an area."""
    chosen = [project for project in delivered(cycle) if project.aspect_number == aspect]
    if area.pk != cycle.area_id:
        totals, targets = area_totals(cycle, area), _targets(cycle)
        chosen = [_within(project, area, totals, targets) for project in chosen]
    lamp = Lamp(cycle, on)
    return [lamp.project(project) for project in chosen if project.indicators or area.pk == cycle.area_id]


def _within(
    project: DeliveredProject,
    area: Area,
    totals: Mapping[int, Totals],
    targets: Mapping[tuple[int, int], Decimal],
) -> DeliveredProject:
    """Replace a project's figures by those of one area below; indicators without any there are left out."""
    indicators = tuple(
        replace(
            one,
            figure=aggregation.figure(one.kind, done=here.done, base=here.base, target=targets.get((one.pk, area.pk))),
            planned=here.planned,
            sites=here.sites,
        )
        for one in project.indicators
        if one.pk in totals or (one.pk, area.pk) in targets
        for here in [totals.get(one.pk, NOTHING)]
    )
    return replace(project, indicators=indicators, sites=sum((one.sites for one in indicators), SiteCounts()))


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator with what was summed up for it, and its target there."""

    indicator: Indicator
    totals: Totals
    target: Decimal | None


def area_totals(cycle: Cycle, area: Area) -> Mapping[int, Totals]:
    """Sum up figures by indicator within an area; a limit is read at the area alone. One query."""
    rows = (
        IndicatorFigure.objects.known()
        .filter(~Q(indicator__kind=IndicatorKind.CAP) | Q(area=area), indicator__project__cycle=cycle)
        .within(area)
        .values("indicator")
        .annotate(**SUMS)
    )
    return {row["indicator"]: totals_of(row) for row in rows}


def _targets(cycle: Cycle) -> Mapping[tuple[int, int], Decimal]:
    """Return what is promised: (indicator, area) → target, for the whole area and the shares below."""
    whole = Indicator.objects.for_cycle(cycle).values_list("pk", "target")
    shares = Allocation.objects.filter(indicator__project__cycle=cycle).values_list("indicator", "area", "target")
    targets = {(pk, cycle.area_id): target for pk, target in whole if target is not None}
    return targets | {(pk, area): share for pk, area, share in shares}


def _tally(key: str, name: str, rows: list[IndicatorRow]) -> ProgressTally:
    figures = [
        aggregation.figure(row.indicator.kind, done=row.totals.done, base=row.totals.base, target=row.target)
        for row in rows
    ]
    targets = [
        (figure.ratio, row.indicator.pk, TargetShare(row.indicator.name, row.indicator.unit, figure))
        for row, figure in zip(rows, figures, strict=True)
        if figure.ratio is not None
    ]
    return ProgressTally(
        key=key,
        name=name,
        projects=len({row.indicator.project_id for row in rows}),
        indicators=sum(figure.is_reached is not None for figure in figures),
        reached=sum(bool(figure.is_reached) for figure in figures),
        sites=sum((row.totals.sites for row in rows), SiteCounts()),
        targets=tuple(share for _ratio, _pk, share in sorted(targets, key=itemgetter(0, 1))),
    )


def last_report(cycle: Cycle) -> date | None:
    """Return the day the newest figure of a site speaks of."""
    reported = Site.objects.for_cycle(cycle).filter(reported_on__isnull=False).order_by("-reported_on")
    return reported.values_list("reported_on", flat=True).first()
