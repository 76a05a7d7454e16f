"""What anyone may read: the two lists, the sites on list and map, the progress."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.cycles import outlines
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.querysets import child_towards
from livelihood.kernel import parameters
from livelihood.kernel.charts import in_percent, spread, written
from livelihood.kernel.filters import StrictFilterSet, with_counts
from livelihood.kernel.lights import Light
from livelihood.kernel.methods import require_GET
from livelihood.kernel.paging import PUBLIC_SIZE, paginate
from livelihood.web import geojson, threads
from livelihood.web.decorators import cycle_view, found, public_page
from projects import selectors
from projects.filters import SiteFilter, progress_place, site_filters
from projects.lights import GRAVITY
from projects.models import Site
from projects.selectors import Box, ProgressTally, pictures
from projects.states import ROLL_UP, IndicatorKind, SiteState

REPORTS_SHOWN = 10
WHOLE_WORLD = Box(-180.0, -90.0, 180.0, 90.0)
MOST_ZOOM = 18


@public_page
@require_GET
@cycle_view
def projects(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show list one by aspect, each project with its light and figures."""
    parameters.only(request.GET)
    lit = selectors.lit_projects(cycle, on=timezone.localdate())
    ordered = sorted(lit, key=lambda one: one.project.aspect_number)
    together = groupby(ordered, key=lambda one: (one.project.aspect_number, one.project.aspect_name))
    context = {
        "aspects": [(number, name, list(of_aspect)) for (number, name), of_aspect in together],
        "count": len(lit),
        "lights": [(light, sum(one.light == light for one in lit)) for light in Light],
    }
    return render(request, "projects/project_list.html", context)


@public_page
@require_GET
@cycle_view
def project(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show one promise: what, how much, where, how far."""
    project = found(selectors.find_project(cycle, pk))
    lit = selectors.Lamp(cycle, timezone.localdate()).project(selectors.delivered_project(project))
    shares = selectors.shares_of(project)
    reports = list(selectors.reports_of_project(project, limit=REPORTS_SHOWN))
    context = {
        "project": project,
        "lit": lit,
        "indicators": [(one, shares[one.indicator.pk]) for one in lit.indicators],
        "sites": selectors.sites_for(cycle, project=project)[:10],
        "standards": selectors.standards_of(cycle).filter(
            Exists(Site.objects.filter(standard=OuterRef("pk"), project=project))
        ),
        "reports": reports,
        "is_partly_invented": cycle.is_demo and not all(report.source for report in reports),
        "thread": threads.of(project),
        "answer_url": _survey_address("surveys:answer_project", cycle, pk),
    }
    return render(request, "projects/project_detail.html", context)


@public_page
@require_GET
@cycle_view
def standards(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show list two."""
    return render(request, "projects/standard_list.html", {"standards": selectors.standards_of(cycle)})


@public_page
@require_GET
@cycle_view
def standard(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show one standard in plain words."""
    standard = found(selectors.find_standard(cycle, pk))
    context = {
        "standard": standard,
        "lines": standard.lines.order_by("number"),
        "site_count": Site.objects.filter(standard=standard).count(),
    }
    return render(request, "projects/standard_detail.html", context)


@public_page
@require_GET
@cycle_view
def sites(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the sites, the same ones as list and as map."""
    filters, order = site_filters(request, Site.objects.for_cycle(cycle))
    page = paginate(filters.listed, order, request.GET, size=PUBLIC_SIZE, joined=selectors.NAMES)
    context = site_list_context(cycle, page, filters) | {
        **_map(cycle, filters),
    }
    return render(request, "projects/site_list.html", context)


def site_list_context(cycle: Cycle, page: Any, filters: StrictFilterSet) -> dict[str, Any]:
    """Return what every list of sites shows: the page, the count, the chips."""
    total, counts = _site_counts(cycle, filters)
    project = filters.form.cleaned_data["project"]
    listed = selectors.find_project(cycle, project) if project is not None else None
    return {
        "page": page,
        "count": total,
        "lights": with_counts(Light.choices, counts.get("light")),
        "states": with_counts(SiteState.choices, counts.get("state")),
        "areas": with_counts(cycles.area_choices(cycle), counts.get("area")),
        "project": listed,
    }


def _site_counts(cycle: Cycle, filters: StrictFilterSet) -> tuple[int, Mapping[str, Mapping[str, int]]]:
    """Return how many sites are asked for, and how many each chip would show: of all sites from the summary rows."""
    if filters.chosen:
        by = {"area": child_towards(cycle.area, "area__"), "light": F("light"), "state": F("state")}
        return filters.count, filters.counts(by)
    counts = selectors.site_counts(cycle)
    areas = {area.code: sites.total for area, sites in selectors.sites_by_area(cycle)}
    states = {state.value: getattr(counts, state.value) for state in SiteState}
    return counts.total, {"area": areas, "light": counts.lights, "state": states}


def _map(cycle: Cycle, filters: StrictFilterSet) -> dict[str, Any]:
    """Address what a map of the sites shows, and name the area above if its outline stands for the year's."""
    place = filters.form.cleaned_data["area"]
    drawn = outlines.drawn_for(cycle.area, cycle.area)
    around = drawn.around if drawn else None
    chosen = f"?{urlencode({'area': place.code})}" if place else ""
    return {
        "points_url": f"{cycle.address('projects:points')}?{urlencode(filters.chosen)}",
        "outlines_url": f"{cycle.address('projects:areas')}{chosen}" if drawn else "",
        "outlines_credit": pictures.outlines_of(drawn.credit) if drawn and drawn.credit else "",
        "outlined": around if around and around.depth < cycle.area.depth else None,
        "has_no_outlines": drawn is None,
    }


@public_page
@require_GET
@cycle_view
def areas(request: HttpRequest, cycle: Cycle) -> JsonResponse:
    """Answer the outlines that the map of an area shows, as GeoJSON: each with the share of its sites completed."""
    parameters.only(request.GET, "area")
    place, _aspect = progress_place(request, cycle)
    shown = selectors.areas_on_map(cycle, place)
    steps = spread([one.share for one in shown])
    features = [
        geojson.feature(
            one.geometry,
            code=one.area.code,
            name=one.area.name,
            text=_completed(one),
            step=step,
            is_chosen=one.is_chosen,
            url=f"{cycle.address('projects:sites')}?{urlencode({'area': one.area.code})}" if one.sites else "",
        )
        for one, step in zip(shown, steps.steps, strict=True)
    ]
    return geojson.answer(features, steps=steps.ranges)


def _completed(one: selectors.AreaOnMap) -> str:
    """Say how far an area is."""
    if one.sites is None:
        return _("%(area)s: no sites are known") % {"area": one.area.name}
    return _("%(area)s: %(finished)s of %(total)s sites completed (%(share)s)") % {
        "area": one.area.name,
        "finished": written(one.sites.finished),
        "total": written(one.sites.total),
        "share": in_percent(one.sites.finished, one.sites.total),
    }


@public_page
@require_GET
@cycle_view
def points(request: HttpRequest, cycle: Cycle) -> JsonResponse:
    """Answer what a piece of the map shows, as GeoJSON: single sites, and clusters of close ones."""
    chosen = SiteFilter.on_page(request, Site.objects.for_cycle(cycle), "bbox", "zoom").qs
    zoom = parameters.whole(request.GET, "zoom") or 0
    singles, clusters = selectors.on_map(chosen, _box(request), min(zoom, MOST_ZOOM))
    features = [
        geojson.point(
            float(site.longitude or 0),
            float(site.latitude or 0),
            title=site.name,
            light=site.light,
            url=cycle.address("projects:site", pk=site.pk),
        )
        for site in singles
    ]
    features += [
        geojson.point(
            cluster.longitude,
            cluster.latitude,
            count=cluster.count,
            lights=cluster.lights,
            title=_gathered(cluster.lights),
            bbox=[cluster.box.west, cluster.box.south, cluster.box.east, cluster.box.north],
        )
        for cluster in clusters
    ]
    return geojson.answer(features)


def _gathered(lights: Mapping[Light, int]) -> str:
    """Say how many sites of each light stand close together, the gravest first."""
    total = sum(lights.values())
    count = ngettext("%(count)s site", "%(count)s sites", total) % {"count": written(total)}
    of_each = [f"{light.label} {written(lights[light])}" for light in reversed(GRAVITY) if light in lights]
    return " · ".join([count, *of_each])


def _box(request: HttpRequest) -> Box:
    """Read bbox=west,south,east,north; without one, the whole world is meant.

    :raises BadParameters: no four numbers in this order.
    """
    given = parameters.text(request.GET, "bbox", most=200)
    if not given:
        return WHOLE_WORLD
    with suppress(ValueError):
        west, south, east, north = (float(part) for part in given.split(","))
        if west <= east and south <= north:  # neither where one is no number; beyond the world there is nothing
            return Box(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
    raise parameters.refused(request.GET, "bbox", _("This must be four numbers: west, south, east, north."))


@public_page
@require_GET
@cycle_view
def site(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show one place: where, to which standard, until when, by whom, how far, and why its light."""
    site = found(selectors.find_site(cycle, pk))
    context = {
        "site": site,
        "why": selectors.why_light(site, timezone.localdate()),
        "lines": site.standard.lines.order_by("number") if site.standard else (),
        "reports": selectors.reports_of_site(site)[:REPORTS_SHOWN],
        "inspections": selectors.inspections_of(site),
        "notices": selectors.notices_of(site),
        "thread": threads.of(site),
        "qr_url": f"{settings.SITE_URL}{cycle.address('projects:site', pk=pk)}",
        "answer_url": _survey_address("surveys:answer_site", cycle, pk),
    }
    return render(request, "projects/site_detail.html", context)


def _survey_address(name: str, cycle: Cycle, pk: int) -> str:
    """Address the survey's form; a later room, so it is known by its name alone, and may be absent."""
    try:
        return cycle.address(name, pk=pk)
    except NoReverseMatch:
        return ""


@public_page
@require_GET
@cycle_view
def progress(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show figures by aspect and area, drilled down to the sites; every figure says how it is computed."""
    area, aspect = progress_place(request, cycle)
    by_aspect = selectors.progress_by_aspect(cycle, area)
    chosen = next((tally for tally in by_aspect if tally.key == str(aspect)), None)
    if aspect is not None:
        found(chosen)
    by_area = selectors.progress_by_area(cycle, area, aspect=aspect)
    context = {
        **_pictures(cycle, area, [chosen] if chosen else by_aspect, by_area, timezone.localdate()),
        "place": area,
        "parents": _path(cycle, area),
        "aspect": chosen,
        "by_aspect": by_aspect,
        "by_area": [tally for tally in by_area if tally.indicators or tally.sites.total],
        "lit": selectors.progress_of_aspect(cycle, area, aspect=aspect, on=timezone.localdate()) if aspect else (),
        "rules": [(kind.label, ROLL_UP[kind]) for kind in IndicatorKind],
        "has_sites": any(tally.sites.total for tally in [*by_aspect, *by_area]),
        "as_of": selectors.last_report(cycle),
    }
    return render(request, "projects/progress_detail.html", context)


def _pictures(
    cycle: Cycle, area: Area, aspects: Sequence[ProgressTally], areas: Sequence[ProgressTally], on: date
) -> dict[str, object]:
    """Draw the sites of an area: all of them, by aspect, and by the area in which they lie. aspects: those shown."""
    passed = selectors.time_passed(cycle, on)
    whole = area.pk == cycle.area_id
    sites = sum((tally.sites for tally in aspects), selectors.SiteCounts())
    of_one = {"aspect": aspects[0].key} if len(aspects) == 1 else {}
    by_aspect = [
        pictures.SiteGroup(one.name, one.sites, f"?{urlencode({'area': area.code, 'aspect': one.key})}")
        for one in aspects
    ]
    by_area = [pictures.SiteGroup(one.name, one.sites, f"?{urlencode({'area': one.key, **of_one})}") for one in areas]
    return {
        "sites_chart": None if of_one else pictures.sites_bar(cycle, sites, passed, area=None if whole else area),
        "aspects_chart": None if of_one else pictures.groups_chart("by-aspect", by_aspect, passed, heading=_("Aspect")),
        "areas_chart": pictures.groups_chart("by-area", by_area, passed, heading=_("Area")),
        "map_chart": None if of_one else pictures.areas_map(selectors.areas_on_map(cycle, area), passed, "?"),
    }


def _path(cycle: Cycle, area: Area) -> list[Area]:
    """Return the areas from the year's down to the one before `area`."""
    above: list[Area] = []
    while area.pk != cycle.area_id and area.parent:
        area = area.parent
        above.insert(0, area)
    return above
