"""How the pages of sites grow with the years: one year of them, then ten, by the time the database takes for a page."""

from collections.abc import Iterator

from django.db import connection

from livelihood.cycles.models import Cycle
from projects.models import Project
from tests.bench import bulk
from tests.bench import scene as scenes
from tests.bench.figure import Figure, grown
from tests.bench.growth import opened
from tests.bench.scene import Scene

YEARS = 10
PAGES = {
    "list": "{year}sites/",
    "light": "{year}sites/?light=red",
    "common word": "{year}sites/?q=人民路",
    "rare word": "{year}sites/?q=P000001",
    "no such word": "{year}sites/?q=没有这个词",
    "project": "{year}projects/{project}/",
    "progress": "{year}progress/",
    "map": "{year}sites/points.geojson",
    "home": "{year}",
    "api": "/api/v1/sites/?page_size=200",
    "api common word": "/api/v1/sites/?q=人民路",
}
COPY_YEAR = """
INSERT INTO projects_site (
    cycle_id, project_id, indicator_id, area_id, key, name, address, source, longitude, latitude, starts_on, due_on,
    quantity_planned, quantity_done, state, light, light_reason
)
SELECT project.cycle_id, project.id, indicator.id, site.area_id, site.key, site.name, site.address, site.source,
    site.longitude, site.latitude, (site.starts_on + make_interval(years => %(years)s))::date,
    (site.due_on + make_interval(years => %(years)s))::date, site.quantity_planned, 0, 'planned', 'grey', 'not_due'
FROM projects_site AS site
JOIN projects_project AS original ON original.id = site.project_id
JOIN projects_project AS project ON project.number = original.number AND project.cycle_id = %(to)s
JOIN projects_indicator AS indicator ON indicator.project_id = project.id
WHERE site.cycle_id = %(from)s
"""
"""Not by the services, which would take minutes for nine years: what is measured here is reading."""
REPORTS = """
INSERT INTO projects_progressreport (
    indicator_id, site_id, area_id, quantity, reported_on, note, source, idempotency_key, reported_at, reported_by_id
)
SELECT indicator_id, id, area_id, 1, due_on - number, '', '', 'bench' || id || ':' || number, now(), %s
FROM projects_site, generate_series(1, 12) AS number WHERE cycle_id = %s
"""


def growth(scene: Scene, cycle: Cycle, sites: int) -> Iterator[Figure]:
    """Open every page with one year of sites in the table, then with ten.

    cycle: a year of sites, imported and with some progress.
    """
    with connection.cursor() as cursor:
        cursor.execute(REPORTS, [scene.office.pk, cycle.pk])
        cursor.execute("VACUUM ANALYZE")
    addresses = _addresses(cycle)
    one = opened(addresses)
    for back in range(1, YEARS):
        year = cycle.year - back
        other = Cycle.objects.filter(area=cycle.area, year=year).first() or scenes.delivering(scene, year, sites)
        if not other.sites.exists():
            with connection.cursor() as cursor:
                cursor.execute(COPY_YEAR, {"years": -back, "to": other.pk, "from": cycle.pk})
                cursor.execute(bulk.PROGRESS, [other.pk])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    yield from grown("growth_sites", f"from 1 to {YEARS} years of {sites:,} sites", one, opened(addresses))


def _addresses(cycle: Cycle) -> dict[str, str]:
    project = Project.objects.for_cycle(cycle).order_by("number")[:1].get()
    year = f"/{cycle.area.slug}/{cycle.year}/"
    return {name: path.format(year=year, project=project.pk) for name, path in PAGES.items()}
