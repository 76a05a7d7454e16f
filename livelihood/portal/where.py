"""Where the years are: the map of the front page, and the centres by which a browser finds the nearest area."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.outlines import drawn_for
from livelihood.cycles.querysets import within
from livelihood.cycles.states import Level, Phase
from livelihood.kernel.charts import written
from livelihood.places import selectors as places
from livelihood.web import geojson
from projects.selectors.pictures import outlines_of

RUNS, RESTS = 3, 0
"""How dark an area is in which a year is under way, and one in which none is."""


@dataclass(frozen=True, slots=True)
class FrontMap:
    """What is said of the map of the front page: a sentence, and whose outlines it shows."""

    title: str
    credit: str


def front_map(rows: Iterable[Cycle], provinces: Iterable[Area]) -> FrontMap | None:
    """Say what the map shows: the province in which most of some years are; None where it has no outlines."""
    province = _province(rows, provinces)
    drawn = drawn_for(province, province) if province else None
    if province is None or drawn is None:
        return None
    counted = _under_way(province).order_by().aggregate(years=Count("pk"), places=Count("area", distinct=True))
    if not counted["years"]:
        return None
    years = ngettext("%(count)s year is under way", "%(count)s years are under way", counted["years"])
    in_places = ngettext("%(count)s place", "%(count)s places", counted["places"])
    title = _("%(province)s: %(years)s in %(places)s") % {
        "province": province.name,
        "years": years % {"count": written(counted["years"])},
        "places": in_places % {"count": written(counted["places"])},
    }
    return FrontMap(title, outlines_of(drawn.credit) if drawn.credit else "")


def areas_with_years() -> list[geojson.Feature]:
    """Return the outlines of the front page's map, those in which a year is under way the darker."""
    province = _province(places.years_shown(), places.provinces())
    drawn = drawn_for(province, province) if province else None
    if province is None or drawn is None:
        return []
    inside = Counter(province.child_towards(cycle.area) or province.code for cycle in _under_way(province))
    return [
        geojson.feature(
            drawn.geometries[area.code],
            name=area.name,
            text=_years_in(area, inside[area.code]),
            step=RUNS if inside[area.code] else RESTS,
            url=_page(area),
        )
        for area in Area.objects.filter(code__in=drawn.geometries).order_by("code")
    ]


def years_on_map() -> list[geojson.Feature]:
    """Return a point for each year under way on the front page's map, where its area has one."""
    province = _province(places.years_shown(), places.provinces())
    return [
        geojson.point(
            float(cycle.area.longitude),
            float(cycle.area.latitude),
            title=f"{cycle.area.name} {cycle.year} · {Phase(cycle.phase).label}",
            url=cycle.address("portal:cycle"),
        )
        for cycle in (_under_way(province) if province else ())
        if cycle.area.longitude is not None and cycle.area.latitude is not None
    ]


def centres() -> list[dict[str, object]]:
    """Return the smallest areas with a centre in the provinces that have years: what a browser measures against."""
    paths = cycles.public_cycles().order_by().values_list("area__path", flat=True).distinct()
    provinces = {path.partition("/")[0] for path in paths}
    rows = Area.objects.filter(level__in=[Level.CITY, Level.COUNTY], valid_to=None, longitude__isnull=False)
    inside = [area for area in rows.order_by("code") if area.codes[0] in provinces]
    with_parts = {area.codes[-2] for area in inside if area.level == Level.COUNTY}
    return [
        {"name": area.name, "url": _page(area), "longitude": float(area.longitude), "latitude": float(area.latitude)}
        for area in inside
        if area.code not in with_parts and area.longitude is not None and area.latitude is not None
    ]


def _province(rows: Iterable[Cycle], provinces: Iterable[Area]) -> Area | None:
    """Return the province in which most of some years are, the first of them where several have as many."""
    counted = Counter(cycle.area.codes[0] for cycle in rows)
    most = counted.most_common(1)[0][0] if counted else ""
    return next((one for one in provinces if one.code == most), None)


def _under_way(province: Area) -> QuerySet[Cycle]:
    return cycles.public_cycles().exclude(phase=Phase.CLOSED).filter(within(province, "area__"))


def _years_in(area: Area, number: int) -> str:
    if not number:
        return _("%(area)s: no year is under way") % {"area": area.name}
    said = ngettext("%(area)s: %(count)s year is under way", "%(area)s: %(count)s years are under way", number)
    return said % {"area": area.name, "count": written(number)}


def _page(area: Area) -> str:
    return reverse("places:area", kwargs={"area": area.slug})
