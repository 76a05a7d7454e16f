"""A worker that dies while it reads or writes a file has done nothing; its work is done once, by the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from livelihood.imports import services
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.services import previewing, writing
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job, JobState
from projects.models import Site
from projects.services import recount_figures
from tests.imports.tools import csv_of, read, receive
from tests.projects.conftest import AT
from tests.threads import how_many_wait
from tests.workers import Worker, eventually, wipe_redis

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 150


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    """Let a worker do everything, and nothing wait in Redis from the test before."""
    wipe_redis()
    monkeypatch.setattr(previewing, "PREVIEWED_AT_ONCE", 1)
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 0)


@contextmanager
def held(table: str, pk: int) -> Iterator[None]:
    """Hold a row from another connection, so that a worker comes as far as it and no further.

    A year is held as acts hold it: a job that refers to it can be asked for all the same.
    """
    strength = "NO KEY UPDATE" if table == "cycles_cycle" else "UPDATE"
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"SELECT FROM {table} WHERE id = %s FOR {strength}", [pk])
        yield
        other.rollback()
    finally:
        other.close()


def waits_for(pk: int) -> bool:
    """Say whether a worker waits for a lock in the middle of a job."""
    return bool(how_many_wait()) and Job.objects.get(pk=pk).state == JobState.RUNNING


def is_done(pk: int) -> bool:
    return Job.objects.get(pk=pk).state == JobState.DONE


def test_a_worker_that_dies_while_it_reads_leaves_nothing_and_the_next_reads_once(scene, tmp_path: Path):
    batch = receive(scene, csv_of(scene, *({"key": f"K{n}"} for n in range(ROWS))))
    with Worker(tmp_path / "log") as worker:
        with held("imports_import", batch.pk):
            job = services.ask_for_preview(batch=batch, by=scene.office, at=AT)
            eventually(lambda: waits_for(job.pk))
            worker.kill_children()
        eventually(lambda: is_done(job.pk))

    batch.refresh_from_db()
    assert (batch.state, batch.counts["new"]) == (ImportState.PREVIEWED, ROWS)
    assert sum(map(len, ImportPage.objects.values_list("rows", flat=True))) == ROWS
    assert Job.objects.get().attempts == 2


@pytest.mark.parametrize("table", ["cycles_cycle", "projects_indicator"])
def test_a_worker_that_dies_while_it_writes_leaves_nothing_and_the_next_writes_once(scene, tmp_path: Path, table):
    """It dies as soon as it has begun, or when all rows stand in the table and are being checked."""
    batch = read(scene, receive(scene, csv_of(scene, *({"key": f"K{n}"} for n in range(ROWS)))))
    pk = scene.cycle.pk if table == "cycles_cycle" else scene.indicator.pk
    with Worker(tmp_path / "log") as worker:
        with held(table, pk):
            job = services.ask_for_writing(batch=batch, by=scene.office, at=AT)
            eventually(lambda: waits_for(job.pk))
            worker.kill_children()
            assert (Site.objects.count(), Import.objects.get().state) == (1, ImportState.PREVIEWED)
        eventually(lambda: is_done(job.pk))

    assert Site.objects.count() == 1 + ROWS
    assert Import.objects.get().state == ImportState.WRITTEN
    assert recount_figures() == []
    assert Job.objects.get().attempts == 2
