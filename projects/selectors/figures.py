"""What was delivered, by project and indicator, read from the summary rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.functional import Promise

from livelihood.cycles.models import Cycle
from livelihood.kernel.lights import Light
from projects import aggregation
from projects.aggregation import Figure, SiteCounts
from projects.models import Indicator, IndicatorFigure, Project
from projects.states import ROLL_UP, IndicatorKind, SiteState

SUMS = {f"sum_{column}": Sum(column) for column in ("base", *IndicatorFigure.COUNTED)}


@dataclass(frozen=True, slots=True)
class DeliveredIndicator:
    """An indicator with what has become of it. `figure` keeps numerator and denominator."""

    pk: int
    name: str
    unit: str
    kind: IndicatorKind
    counted_by: str
    source: str
    figure: Figure
    planned: Decimal
    sites: SiteCounts

    @property
    def roll_up(self) -> Promise | str:
        """The rule by which the figure adds up, in words."""
        return ROLL_UP[self.kind]


@dataclass(frozen=True, slots=True)
class DeliveredProject:
    """A project with its indicators and sites counted together."""

    pk: int
    number: int
    title: str
    aspect_id: int
    aspect_number: int
    aspect_name: str
    lead_organisation: str
    kind: str
    state: str
    source: str
    candidate_id: int | None
    indicators: tuple[DeliveredIndicator, ...]
    sites: SiteCounts


@dataclass(frozen=True, slots=True)
class Totals:
    """Summed-up rows of one indicator, within one area or all."""

    done: Decimal | None
    base: Decimal | None
    planned: Decimal
    sites: SiteCounts


NOTHING = Totals(done=None, base=None, planned=Decimal(0), sites=SiteCounts())


def delivered(cycle: Cycle) -> list[DeliveredProject]:
    """Return a year's projects in their published order with their figures as they stand; three queries."""
    return _delivered(cycle, Project.objects.for_cycle(cycle))


def projects_by_year(years: Collection[Cycle]) -> dict[int, int]:
    """Return how many projects each year has that has any, by its key; one query."""
    return dict(Project.objects.filter(cycle__in=years).values_list("cycle").annotate(number=Count("pk")))


def delivered_project(project: Project) -> DeliveredProject:
    """Return one project with its figures."""
    return _delivered(project.cycle, Project.objects.filter(pk=project.pk))[0]


def _delivered(cycle: Cycle, projects: QuerySet[Project]) -> list[DeliveredProject]:
    rows = projects.select_related("aspect", "lead_organisation").order_by("number", "pk")
    indicators = defaultdict(list)
    totals = indicator_totals(cycle, Q(indicator__project__in=projects))
    for indicator in Indicator.objects.filter(project__in=projects).order_by("number", "pk"):
        indicators[indicator.project_id].append(_indicator(indicator, totals.get(indicator.pk, NOTHING)))
    return [_project(project, tuple(indicators[project.pk])) for project in rows]


def _indicator(indicator: Indicator, totals: Totals) -> DeliveredIndicator:
    return DeliveredIndicator(
        pk=indicator.pk,
        name=indicator.name,
        unit=indicator.unit,
        kind=IndicatorKind(indicator.kind),
        counted_by=indicator.counted_by,
        source=indicator.source,
        figure=aggregation.figure(indicator.kind, done=totals.done, base=totals.base, target=indicator.target),
        planned=totals.planned,
        sites=totals.sites,
    )


def _project(project: Project, indicators: tuple[DeliveredIndicator, ...]) -> DeliveredProject:
    return DeliveredProject(
        pk=project.pk,
        number=project.number,
        title=project.title,
        aspect_id=project.aspect_id,
        aspect_number=project.aspect.number,
        aspect_name=project.aspect.name,
        lead_organisation=project.lead_organisation.name if project.lead_organisation else "",
        kind=project.kind,
        state=project.state,
        source=project.source,
        candidate_id=project.candidate_id,
        indicators=indicators,
        sites=sum((indicator.sites for indicator in indicators), SiteCounts()),
    )


def indicator_totals(cycle: Cycle, which: Q) -> Mapping[int, Totals]:
    """Return each indicator's rows summed up over the cycle's whole area; a limit is read at that area alone."""
    summed_up = ~Q(indicator__kind=IndicatorKind.CAP) | Q(area=cycle.area_id)
    rows: Iterable[Mapping[str, Any]] = (
        IndicatorFigure.objects.known().filter(which, summed_up).values("indicator").annotate(**SUMS)
    )
    return {row["indicator"]: totals_of(row) for row in rows}


def totals_of(row: Mapping[str, Any]) -> Totals:
    """Read the columns of SUMS from one row."""

    def count(column: str) -> int:
        return int(row[f"sum_{column}"] or 0)

    return Totals(
        done=_decimal(row["sum_done"]),
        base=_decimal(row["sum_base"]),
        planned=_decimal(row["sum_planned"]) or Decimal(0),
        sites=SiteCounts(
            total=count("sites"),
            **{state.value: count(f"sites_{state}") for state in SiteState},
            lights={light.value: found for light in Light if (found := count(f"lights_{light}"))},
        ),
    )


def _decimal(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
