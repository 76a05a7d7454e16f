"""Areas and sites as a map shows them: how far each area is, which sites stand alone and which stand close together."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, FloatField, Max, Min, Q, QuerySet
from django.db.models.functions import Cast, Floor

from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.outlines import drawn_for
from livelihood.kernel.lights import Light
from projects.aggregation import SiteCounts
from projects.models import Site
from projects.selectors.progress import sites_by_area
from projects.selectors.sites import site_counts

CELL_PIXELS = 128
"""Places closer than this on the screen become one."""

TILE_PIXELS = 256
"""Width of the whole world in pixels at zoom 0."""

MOST_ON_MAP = 2_000


@dataclass(frozen=True, slots=True)
class AreaOnMap:
    """An area of a map. sites: None where the year has none of it, or says nothing about it. credit: whose outline."""

    area: Area
    geometry: Mapping[str, Any]
    sites: SiteCounts | None
    is_chosen: bool
    credit: str

    @property
    def share(self) -> Decimal | None:
        """The share of its sites that is completed; None where it is not known."""
        return Decimal(self.sites.finished) / self.sites.total if self.sites else None


def areas_on_map(cycle: Cycle, place: Area) -> list[AreaOnMap]:
    """Return the areas that the map of a place within the year's area draws, by code; four queries."""
    drawn = drawn_for(place, cycle.area)
    if drawn is None:
        return []
    around = drawn.around
    counted = {cycle.area.code: site_counts(cycle)} if cycle.area.code in drawn.geometries else {}
    if cycle.area.depth <= around.depth:
        counted |= {area.code: sites for area, sites in sites_by_area(cycle, around)}
    return [
        AreaOnMap(
            area,
            drawn.geometries[area.code],
            sites if (sites := counted.get(area.code)) and sites.total else None,
            is_chosen=area.contains(place) and place.pk not in {around.pk, cycle.area_id},
            credit=drawn.credit,
        )
        for area in Area.objects.filter(code__in=drawn.geometries).order_by("code")
    ]


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the map in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sites that stand close together at a zoom: how many of each light, their middle, and the box around them."""

    count: int
    lights: Mapping[Light, int]
    longitude: float
    latitude: float
    box: Box


def on_map(sites: QuerySet[Site], box: Box, zoom: int) -> tuple[list[Site], list[Cluster]]:
    """Return what a piece of the map shows: single sites, and clusters of those that stand close together.

    zoom: as of web maps, 0 to 18. Cells are squares of the map's degrees, computed by the database.
    """
    cell = 360.0 * CELL_PIXELS / (TILE_PIXELS * 2**zoom)
    counted = (
        sites.filter(
            longitude__range=(box.west - cell, box.east + cell), latitude__range=(box.south - cell, box.north + cell)
        )
        .order_by()
        .values(x=Floor(Cast("longitude", FloatField()) / cell), y=Floor(Cast("latitude", FloatField()) / cell))
        .annotate(
            count=Count("pk"),
            first=Min("pk"),
            middle_x=Avg("longitude"),
            middle_y=Avg("latitude"),
            west=Min("longitude"),
            east=Max("longitude"),
            south=Min("latitude"),
            north=Max("latitude"),
            **{f"of_{light}": Count("pk", filter=Q(light=light)) for light in Light},
        )
    )[:MOST_ON_MAP]
    rows: list[Mapping[str, Any]] = [*counted]
    singles = [row["first"] for row in rows if row["count"] == 1]
    clusters = [
        Cluster(
            count=row["count"],
            lights={light: row[f"of_{light}"] for light in Light if row[f"of_{light}"]},
            longitude=float(row["middle_x"]),
            latitude=float(row["middle_y"]),
            box=Box(float(row["west"]), float(row["south"]), float(row["east"]), float(row["north"])),
        )
        for row in rows
        if row["count"] > 1
    ]
    return list(Site.objects.filter(pk__in=singles).order_by("pk")), clusters
