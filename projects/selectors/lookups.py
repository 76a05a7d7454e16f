"""What the rows of a year's list of sites may name: projects, indicators, areas, standards, units."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property

from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.cycles.states import Level
from livelihood.kernel.folding import fold
from projects.models import Indicator, Project, Site, Standard
from projects.selectors.promises import delivery_days

YEARS_BEFORE, YEARS_AFTER = 2, 3
"""A site may begin so many years before the delivery it belongs to, and be due so many after it."""


def standard_label(standard: Standard) -> str:
    """Name a standard with its version, as lists of sites do."""
    return f"{standard.title} v{standard.version}"


class Lookups:
    """What is there to be named in one year; each kind is read once, when it is first asked for."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        self.first_day, self.last_day = delivery_days(cycle)
        self._names: dict[str, str] = {}

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that a site may name: around the delivery as it is dated."""
        return date(self.first_day.year - YEARS_BEFORE, 1, 1), date(self.last_day.year + YEARS_AFTER, 12, 31)

    @cached_property
    def projects(self) -> Mapping[str, Project]:
        """Projects of the year by number."""
        return {str(project.number): project for project in Project.objects.for_cycle(self.cycle)}

    @cached_property
    def numbers(self) -> Mapping[int, int]:
        """Numbers of the projects by their keys."""
        return {project.pk: project.number for project in self.projects.values()}

    @cached_property
    def projects_by_key(self) -> Mapping[int, Project]:
        """Projects by their keys."""
        return {project.pk: project for project in self.projects.values()}

    @cached_property
    def counties(self) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
        """Middles of counties, as far as they are known: those within the area of the year, and all others."""
        found: tuple[list[tuple[float, float]], list[tuple[float, float]]] = [], []
        for area in Area.objects.filter(level=Level.COUNTY).only("code", "longitude", "latitude"):
            if area.longitude is not None and area.latitude is not None:
                found[area.pk not in self.areas_by_key].append((float(area.longitude), float(area.latitude)))
        return found

    @cached_property
    def indicators(self) -> Mapping[tuple[int, str], Indicator]:
        """By project and name: the indicators of the year."""
        return {(row.project_id, row.name): row for row in self.indicators_by_key.values()}

    @cached_property
    def indicators_by_key(self) -> Mapping[int, Indicator]:
        """By key: the indicators of the year."""
        return {row.pk: row for row in Indicator.objects.for_cycle(self.cycle).select_related("project")}

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """Areas by code: the year's and all below it."""
        return {area.code: area for area in Area.objects.within(self.cycle.area)}

    @cached_property
    def areas_by_key(self) -> Mapping[int, Area]:
        """Areas by their keys."""
        return {area.pk: area for area in self.areas.values()}

    @cached_property
    def standards(self) -> Mapping[str, Standard]:
        """Standards of the year by title and version; by title alone the latest."""
        rows = list(Standard.objects.filter(cycle=self.cycle).order_by("version"))
        return {row.title: row for row in rows} | {standard_label(row): row for row in rows}

    @cached_property
    def standard_names(self) -> Mapping[int, str]:
        """Each standard of the year, with its version, by its key."""
        return {row.pk: standard_label(row) for row in self.standards.values()}

    @cached_property
    def units(self) -> Mapping[tuple[int, str], int]:
        """Keys of organisations by area and folded name, full or short, from the area and all below it.

        A name of one that was merged is that of the one that took its place.
        """
        short = {(unit.area, unit.aliases__folded): unit.stands for unit in self._units if unit.aliases__folded}
        return short | {(unit.area, unit.folded): unit.stands for unit in self._units}

    @cached_property
    def _units(self) -> list[Any]:
        """Organisations, each once for every short name. stands: the key of the one that it is now."""
        rows = Organisation.objects.within(self.cycle.area).annotate(stands=Coalesce("merged_into", "pk"))
        return list(rows.values_list("pk", "name_zh", "area", "folded", "aliases__folded", "stands", named=True))

    @cached_property
    def unit_names(self) -> Mapping[int, str]:
        """Every unit that a site of the year names or may name, by its key."""
        sites = Site.objects.for_cycle(self.cycle).filter(organisation=OuterRef("pk"))
        named = Organisation.objects.filter(Exists(sites)).values_list("pk", "name_zh")
        return {unit.pk: unit.name_zh for unit in self._units} | dict(named)

    def unit(self, name: str, area: Area) -> int | None:
        """Find the unit of this name, full or short: in the site's area, the one above, or the year's, the first."""
        places, folded = (area.pk, area.parent_id or 0, self.cycle.area_id), self._folded(name)
        return next((self.units[place, folded] for place in places if (place, folded) in self.units), None)

    def _folded(self, name: str) -> str:
        """Fold a name once, however many rows say it."""
        if name not in self._names:
            self._names[name] = fold(name)
        return self._names[name]
