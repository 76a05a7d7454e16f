"""How the pages of sites grow with the years: one year of them, then ten, by the time the database takes for a page."""

from collections.abc import Iterator

from django.db import connection

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from projects.models import Project, Site
from tests.bench import scene as scenes
from tests.bench.figure import Figure, grown
from tests.bench.growth import opened
from tests.bench.place import settle
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
    "api no such word": "/api/v1/sites/?q=没有这个词",
    "search": "/search/?q=人民路",
    "search no such word": "/search/?q=没有这个词",
}
REPLACED = {
    "cycle_id": "project.cycle_id",
    "project_id": "project.id",
    "indicator_id": "indicator.id",
    "starts_on": "(site.starts_on + make_interval(years => %(years)s))::date",
    "due_on": "(site.due_on + make_interval(years => %(years)s))::date",
}
"""Columns of a site that differ in another year; the others are copied as they are."""
COPY_YEAR = """
INSERT INTO projects_site ({columns})
SELECT {values} FROM projects_site AS site
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
    report_often(cycle, by=scene.office)
    settle()
    addresses = _addresses(cycle)
    one = opened(addresses)
    for back in range(1, YEARS):
        year = cycle.year - back
        other = Cycle.objects.filter(area=cycle.area, year=year).first() or scenes.delivering(scene, year, sites)
        if not other.sites.exists():
            copy_year(cycle, other)
    settle()
    yield from grown("growth_sites", f"from 1 to {YEARS} years of {sites:,} sites", one, opened(addresses))


def report_often(cycle: Cycle, *, by: User) -> None:
    """Let every site of a year have twelve reports."""
    with connection.cursor() as cursor:
        cursor.execute(REPORTS, [by.pk, cycle.pk])


def copy_year(cycle: Cycle, other: Cycle) -> None:
    """Give a year the sites of another, under projects of the same numbers."""
    columns = [str(field.column) for field in Site._meta.concrete_fields if not (field.primary_key or field.generated)]
    values = [REPLACED.get(column, f"site.{column}") for column in columns]
    copy = COPY_YEAR.format(columns=", ".join(columns), values=", ".join(values))
    with connection.cursor() as cursor:
        cursor.execute(copy, {"years": other.year - cycle.year, "to": other.pk, "from": cycle.pk})


def _addresses(cycle: Cycle) -> dict[str, str]:
    project = Project.objects.for_cycle(cycle).order_by("number")[:1].get()
    year = f"/{cycle.area.slug}/{cycle.year}/"
    return {name: path.format(year=year, project=project.pk) for name, path in PAGES.items()}
