"""Work on all sites at once: import, recount, report."""

import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.utils import timezone

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from projects import services
from projects.reports import selectors as reports
from projects.reports import services as reporting
from projects.reports.states import Language
from tests.bench import scene as scenes
from tests.bench.figure import Figure, compared, in_turns
from tests.bench.scene import Scene
from tests.bench.work import Work, run

GROUPED = "SELECT indicator_id, area_id, count(*), sum(quantity_done) FROM projects_site GROUP BY indicator_id, area_id"

BARE = """
DROP TABLE IF EXISTS bare_sites;
CREATE TABLE bare_sites (
    project text, indicator text, key text, name text, area text, address text, longitude text, latitude text,
    starts_on date, due_on date, quantity_planned numeric
);
GRANT SELECT, INSERT ON bare_sites TO livelihood_application
"""
"""Made by the superuser: the processes that are measured have the rights of the application."""

PROGRESS = """
UPDATE projects_site SET
    state = (ARRAY['planned', 'under_way', 'completed', 'accepted'])[1 + mod(id, 4)],
    quantity_done = CASE WHEN mod(id, 4) > 1 THEN quantity_planned ELSE 0 END
WHERE cycle_id = %s
"""


def imports(scene: Scene, cycles: list[Cycle], folder: Path, sites: int) -> Iterator[Figure]:
    """Import a workbook of each year, as a date of another would be asked about, against reading one and COPY."""
    books = [(folder / f"sites-{cycle.year}.xlsx", cycle.pk) for cycle in cycles]
    for (book, _key), cycle in zip(books, cycles, strict=True):
        scenes.write_workbook(book, cycle, sites)
    given = iter(books)

    def bare() -> Work:
        with connection.cursor() as cursor:
            cursor.execute(BARE)
        return run("copy_sites", books[0][0])

    ours, bares = in_turns(len(cycles), lambda: run("import_sites", *next(given), scene.office.pk), bare)
    if {work.result for work in (*ours, *bares)} != {sites}:
        raise RuntimeError("Sites were lost on the way")
    limit_is = "calamine reads the file, COPY into a table without index or rule"
    yield compared(
        "import_sites", f"Import of {sites:,} sites from XLSX: received, previewed, written", "s",
        [work.seconds for work in ours], [work.seconds for work in bares],
        limit_is=limit_is,
    )  # fmt: skip
    yield compared(
        "import_sites_memory", "Its process at most", "MB",
        [work.peak_mb for work in ours], [work.peak_mb for work in bares],
        limit_is=limit_is,
    )  # fmt: skip


def make_progress(cycle: Cycle) -> None:
    """Bring the sites of a year to different states and lights."""
    with connection.cursor() as cursor:
        cursor.execute(PROGRESS, [cycle.pk])
    services.refresh_lights(cycle=cycle, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def recount(rounds: int) -> Iterator[Figure]:
    """Count all figures anew and compare them with the stored ones, against a bare GROUP BY."""

    def ours() -> float:
        started = time.perf_counter()
        differences = services.recount_figures()
        seconds = time.perf_counter() - started
        if differences:
            raise RuntimeError(f"Figures are wrong: {differences[:3]}")
        return seconds

    def bare() -> float:
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(GROUPED)
            cursor.fetchall()
        return time.perf_counter() - started

    values, limits = in_turns(rounds, ours, bare)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM projects_site")
        sites = cursor.fetchone()[0]
    yield compared(
        "recount", f"Recount of all figures from {sites:,} sites, equal to the stored ones", "s",
        values, limits, limit_is="the same sites by a bare GROUP BY",
    )  # fmt: skip


def report(scene: Scene, cycle: Cycle, folder: Path, rounds: int) -> Iterator[Figure]:
    """Announce a year and build its report, against an empty document and bare rows."""
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.EVALUATE)
    cycle.refresh_from_db()
    now = timezone.now()
    basis = reports.basis_of(cycle)
    announcement = reporting.publish_announcement(cycle=cycle, basis=basis, by=scene.office, at=now)
    asked = reporting.request_report(cycle=cycle, language=Language.CHINESE, by=scene.office, at=now)
    sites = announcement.sites.count()
    pdf, empty, xlsx, rows = in_turns(
        rounds,
        lambda: run("report_pdf", asked.pk, folder / "report.pdf"),
        lambda: run("empty_pdf", folder / "empty.pdf"),
        lambda: run("report_xlsx", asked.pk, folder / "report.xlsx"),
        lambda: run("bare_xlsx", sites, folder / "bare.xlsx"),
    )
    for name, what, works, limit_is, limits in (
        ("report_pdf", "PDF", pdf, "an empty document set by typst with the same fonts", empty),
        ("report_xlsx", "XLSX", xlsx, "as many rows of the same width by bare xlsxwriter", rows),
    ):
        yield compared(
            name, f"Year-end report on {sites:,} sites: {what}", "s",
            [work.seconds for work in works], [work.seconds for work in limits],
            limit_is=limit_is,
        )  # fmt: skip
        yield compared(
            f"{name}_memory", "Its process at most", "MB",
            [work.peak_mb for work in works], [work.peak_mb for work in limits],
            limit_is=limit_is,
        )  # fmt: skip
