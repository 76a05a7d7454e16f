"""Work on all sites at once: import, recount, report."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.db import connection
from django.utils import timezone

from livelihood.accounts.importers import PEOPLE
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from projects import services
from projects.exporters import HEADINGS
from projects.reports import selectors as reports
from projects.reports import services as reporting
from projects.reports.states import Language
from tests.bench import scene as scenes
from tests.bench.figure import Figure, compared, in_turns
from tests.bench.scene import Scene
from tests.bench.work import Work, run

TIMES = 10
"""So many times the rows of a small import has the large one that it is compared with."""

GROUPED = "SELECT indicator_id, area_id, count(*), sum(quantity_done) FROM projects_site GROUP BY indicator_id, area_id"

BARE_SITES = """
DROP TABLE IF EXISTS bare_sites;
CREATE TABLE bare_sites (
    project text, indicator text, key text, name text, area text, address text, longitude text, latitude text,
    starts_on date, due_on date, quantity_planned numeric
);
GRANT SELECT, INSERT ON bare_sites TO livelihood_application
"""
BARE_PEOPLE = """
DROP TABLE IF EXISTS bare_people;
CREATE TABLE bare_people (username text, name text, role text, area text, starts_on date, phone text, email text);
GRANT SELECT, INSERT ON bare_people TO livelihood_application
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
    books = [_sites_book(folder, cycle, sites) for cycle in cycles]
    given = iter(zip(books, cycles, strict=True))

    def ours() -> Work:
        book, cycle = next(given)
        return run("import_sites", book, cycle.pk, scene.office.pk)

    works = in_turns(len(cycles), ours, lambda: _copied(BARE_SITES, "bare_sites", books[0]))
    yield from _imported("import_sites", f"Import of {sites:,} sites", sites, *works)


def people(scene: Scene, folder: Path, count: int, rounds: int) -> Iterator[Figure]:
    """Import workbooks of people whom nobody knows yet, against reading one and COPY."""
    books = [_people_book(folder, f"round{number}", count) for number in range(rounds)]
    given = iter(books)
    works = in_turns(
        rounds,
        lambda: run("import_people", next(given), scene.province.pk, scene.administrator.pk),
        lambda: _copied(BARE_PEOPLE, "bare_people", books[0]),
    )
    yield from _imported("import_people", f"Import of {count:,} people", count, *works)


def import_growth(scene: Scene, folder: Path, sites: int, count: int, rounds: int) -> Iterator[Figure]:
    """Import a tenth of the rows, and all of them: ten times as many take about ten times as long."""
    years = iter(range(scene.this_year + 2, scene.this_year + 2 + 2 * rounds))
    starts = iter(range(2 * rounds))

    def of_sites(rows: int) -> Work:
        cycle = scenes.delivering(scene, next(years), rows)
        return run("import_sites", _sites_book(folder, cycle, rows), cycle.pk, scene.office.pk)

    def of_people(rows: int) -> Work:
        book = _people_book(folder, f"growth{next(starts)}", rows)
        return run("import_people", book, scene.province.pk, scene.administrator.pk)

    for kind, rows, work in (("sites", sites, of_sites), ("people", count, of_people)):
        few = rows // TIMES
        ours, bares = in_turns(rounds, partial(work, rows), partial(work, few))
        yield compared(
            f"growth_import_{kind}", f"Import of {rows:,} {kind} from XLSX, {TIMES} times as many", "s",
            [work.seconds for work in ours], [work.seconds for work in bares],
            limit_is=f"import of {few:,}",
        )  # fmt: skip


def _sites_book(folder: Path, cycle: Cycle, sites: int) -> Path:
    path = folder / f"sites-{cycle.year}.xlsx"
    scenes.write_workbook(path, HEADINGS, scenes.site_rows(sites, cycle.year))
    return path


def _people_book(folder: Path, start: str, count: int) -> Path:
    path = folder / f"people-{start}.xlsx"
    headings = {name: column.heading for name, column in PEOPLE.by_name.items()}
    scenes.write_workbook(path, headings, scenes.people_rows(count, start))
    return path


def _copied(tables: str, table: str, book: Path) -> Work:
    """Read a workbook and copy its rows into a table that is made for it."""
    with connection.cursor() as cursor:
        cursor.execute(tables)
    return run("copy_rows", book, table)


def _imported(name: str, what: str, rows: int, works: list[Work], bares: list[Work]) -> Iterator[Figure]:
    """Say what imports and bare copies take, that were made in turns.

    :raises RuntimeError: rows were lost.
    """
    if {work.result for work in (*works, *bares)} != {rows}:
        raise RuntimeError("Rows were lost on the way")
    limit_is = "calamine reads the file, COPY into a table without index or rule"
    yield compared(
        name, f"{what} from XLSX: received, previewed, written", "s",
        [work.seconds for work in works], [work.seconds for work in bares],
        limit_is=limit_is,
    )  # fmt: skip
    yield compared(
        f"{name}_memory", "Its process at most", "MB",
        [work.peak_mb for work in works], [work.peak_mb for work in bares],
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


def list_file(scene: Scene, cycle: Cycle, folder: Path, rounds: int) -> Iterator[Figure]:
    """Write the list of all sites as the workbook that a page offers, against bare rows."""
    sites = cycle.sites.count()
    ours, bares = in_turns(
        rounds,
        lambda: run("list_xlsx", cycle.pk, scene.office.pk),
        lambda: run("bare_xlsx", sites, folder / "bare.xlsx"),
    )
    if {work.result for work in ours} != {sites}:
        raise RuntimeError("Rows were lost on the way")
    limit_is = "as many rows of a similar width by bare xlsxwriter"
    yield compared(
        "list_xlsx", f"List of {sites:,} sites as XLSX, asked for and written by the worker", "s",
        [work.seconds for work in ours], [work.seconds for work in bares], limit_is=limit_is,
    )  # fmt: skip
    yield compared(
        "list_xlsx_memory", "Its process at most", "MB",
        [work.peak_mb for work in ours], [work.peak_mb for work in bares], limit_is=limit_is,
    )  # fmt: skip


def report(scene: Scene, cycle: Cycle, folder: Path, rounds: int) -> Iterator[Figure]:
    """Announce a year and build its report, against an empty document and bare rows."""
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.EVALUATE)
    cycle.refresh_from_db()
    now = timezone.now()
    announced, copied = in_turns(
        rounds,
        lambda: run("announce", cycle.pk, scene.office.pk),
        lambda: run("copied_sites", cycle.pk),
    )
    if {work.result for work in announced} != {work.result for work in copied}:
        raise RuntimeError("Sites were lost on the way")
    yield compared(
        "announcing", f"A year with {announced[0].result:,} sites announced", "s",
        [work.seconds for work in announced], [work.seconds for work in copied],
        limit_is="the same sites copied into a bare table",
    )  # fmt: skip
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
