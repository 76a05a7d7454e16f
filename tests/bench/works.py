"""The pieces of heavy work and, beside each, the least that could be done instead."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import xlsxwriter
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from python_calamine import load_workbook

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.imports import services as imports
from livelihood.kernel.listings import listings
from livelihood.kernel.sheets.handling import handlers
from livelihood.kernel.typesetting import typeset
from livelihood.lists import services as lists
from livelihood.lists.states import ListFormat
from projects.models import Site
from projects.reports import selectors as reports
from projects.reports import services as reporting
from projects.reports.exporters import pdf, workbook
from projects.reports.models import Report

ROW = (
    *(7, "第7项民生实事", "新建数量", "P012345", "上城区第12345号点位", "330102", "上城区", "", "个", 1, 1),
    *("2025-10-01", "已验收", "2025-09-30", "已按标准验收。", ""),
)
"""One site as the workbook of a report writes it."""


def check_sheet(kind: str, path: str, into: str) -> str:
    """Read a sheet and write down what it holds, as the command does; return why it is refused, "" where it is read."""
    with Path(into).open("w", encoding="utf-8") as answer:
        try:
            call_command("check_sheet", kind, path, stdout=answer, stderr=io.StringIO())
        except CommandError as refused:
            return str(refused)
    return ""


def import_sites(path: str, cycle_id: str, user_id: str) -> int:
    """Take a workbook in, preview it and write it, as the pages do; return how many sites the year has."""
    cycle = Cycle.objects.select_related("area").get(pk=cycle_id)
    _import("sites", path, cycle.area, cycle, user_id)
    return Site.objects.for_cycle(cycle).count()


def import_people(path: str, area_id: str, user_id: str) -> int:
    """Take a workbook of people in, preview it and write it; return how many accounts came of it."""
    before = User.objects.count()
    _import("people", path, Area.objects.get(pk=area_id), None, user_id)
    return User.objects.count() - before


def _import(kind: str, path: str, area: Area, cycle: Cycle | None, user_id: str) -> None:
    by, at = User.objects.get(pk=user_id), timezone.now()
    with Path(path).open("rb") as file:
        batch = imports.receive_import(
            kind=kind, area=area, cycle=cycle, file=file, file_name=f"{kind}.xlsx", by=by, at=at
        )
    batch = imports.preview_import(batch=batch, by=by, at=at)
    imports.write_import(batch=batch, by=by, at=at)


def copy_rows(path: str, table: str) -> int:
    """Read the same workbook by calamine and COPY its rows into a bare table; return how many it holds."""
    buffer = io.StringIO()
    rows = load_workbook(path).get_sheet_by_index(0).iter_rows()
    next(rows)
    csv.writer(buffer).writerows(rows)
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", buffer)
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 -- a name of the bench
        return int(cursor.fetchone()[0])


def report_pdf(report_id: str, path: str) -> int:
    """Write a report as PDF; return its size in bytes."""
    pdf.write(Report.objects.select_related("announcement").get(pk=report_id), Path(path))
    return Path(path).stat().st_size


def empty_pdf(path: str) -> int:
    """Set an empty document with the same fonts at hand; return its size in bytes."""
    source = Path(path).with_suffix(".typ")
    source.write_text('#set document(title: "empty")', encoding="utf-8")
    Path(path).write_bytes(typeset(source, {}, at=timezone.now()))
    return Path(path).stat().st_size


def report_xlsx(report_id: str, path: str) -> int:
    """Write a report as a workbook; return its size in bytes."""
    report = Report.objects.select_related("announcement").get(pk=report_id)
    workbook.write(report, Path(path), progress=lambda done: None)
    return Path(path).stat().st_size


def list_xlsx(cycle_id: str, user_id: str) -> int:
    """Ask for the list of all sites as a workbook and write it, as the worker does; return how many rows it has."""
    cycle, by = Cycle.objects.select_related("area").get(pk=cycle_id), User.objects.get(pk=user_id)
    listing, now = listings()["sites-of-desk"], timezone.now()
    rows = Site.objects.for_cycle(cycle).order_by("pk")
    lists.forget_files(at=now + timedelta(days=365))  # or the file of the round before is given again
    file = lists.ask_for_file(listing=listing, place=cycle, rows=rows, file_format=ListFormat.XLSX, by=by, at=now)
    lists.run_write_file(file.job_id, at=timezone.now())
    file.refresh_from_db()
    if file.content is None:
        raise RuntimeError(file.job.problem)
    return file.count


def announce(cycle_id: str, user_id: str) -> int:
    """Announce a year, as the job does that a page asks for, and take it back; return how many sites are announced."""
    cycle, by = Cycle.objects.select_related("area").get(pk=cycle_id), User.objects.get(pk=user_id)
    with transaction.atomic():
        announcement = reporting.publish_announcement(
            cycle=cycle, basis=reports.basis_of(cycle), by=by, at=timezone.now()
        )
        sites: int = announcement.sites.count()
        transaction.set_rollback(True)
    return sites


def copied_sites(cycle_id: str) -> int:
    """Copy the sites of a year into a bare table; return how many they are."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE copied AS SELECT * FROM projects_site WHERE cycle_id = %s", [cycle_id])
        cursor.execute("SELECT count(*) FROM copied")
        return int(cursor.fetchone()[0])


def bare_xlsx(rows: str, path: str) -> int:
    """Write the same row as often as a report has sites; return the size in bytes."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number in range(int(rows)):
        sheet.write_row(number, 0, ROW)
    book.close()
    return Path(path).stat().st_size


LOADED = {"import_sites": handlers, "import_people": handlers, "list_xlsx": listings}
"""What is loaded before the clock starts, as a worker loads it once: the modules of all kinds of sheets and lists."""
