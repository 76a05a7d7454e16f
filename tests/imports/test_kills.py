"""A worker that dies while it reads or writes a file has done nothing; its work is done once, by the next."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.imports import services
from livelihood.imports.acts import ImportAct
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.services import previewing, writing
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job, JobState
from projects.models import Site
from projects.services import recount_figures
from tests.factories.frame import official
from tests.factories.voting import plenary
from tests.imports.tools import counts, csv_of, people_file, read, receive
from tests.projects.conftest import AT, Scene
from tests.threads import how_many_wait
from tests.workers import Worker, eventually, wipe_redis
from voting.models import RollEntry
from voting.states import RoundState

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

    A year and a person are held as acts hold them: a job that refers to them can be asked for all the same.
    """
    strength = "NO KEY UPDATE" if table in {"cycles_cycle", "accounts_user"} else "UPDATE"
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


def of_people(scene: Scene) -> tuple[Import, User, tuple[str, int]]:
    """Preview a sheet of people; return it, who writes it, and what writing locks first."""
    city = scene.cycle.area
    by = official(Role.ADMINISTRATOR, city)
    batch = services.receive_import(
        kind="people", area=city, cycle=None, file=people_file(ROWS), file_name="表.csv", by=by, at=AT
    )
    return services.preview_import(batch=batch, by=by, at=AT), by, ("accounts_user", by.pk)


def of_a_roll(_scene: Scene) -> tuple[Import, User, tuple[str, int]]:
    """Preview a roll of deputies whom nobody knows, as above."""
    session = plenary(deputies=0, until=RoundState.DRAFT)
    lines = ["用户名,姓名,代表团", *(f"p{number:05},人员{number},第一代表团" for number in range(ROWS))]
    batch = services.receive_import(
        kind="roll", area=session.cycle.area, cycle=session.cycle, target=str(session.round.number),
        file=io.BytesIO("\n".join(lines).encode()), file_name="表.csv", by=session.staff, at=AT,
    )  # fmt: skip
    batch = services.preview_import(batch=batch, by=session.staff, at=AT)
    return batch, session.staff, ("voting_round", session.round.pk)


def standing() -> tuple[int, int, int]:
    """Count the accounts of a sheet, their mandates and their lines on a roll."""
    mine = User.objects.filter(username__regex=r"^p\d{5}$")
    return (
        mine.count(),
        Mandate.objects.filter(user__in=mine).count(),
        RollEntry.objects.filter(deputy__in=mine).count(),
    )


@pytest.mark.slow
@pytest.mark.parametrize("is_late", [False, True], ids=["before it has written", "when all is written"])
@pytest.mark.parametrize("previewed", [of_people, of_a_roll])
def test_people_and_rolls_are_whole_or_not_there_when_their_worker_dies(scene, tmp_path: Path, previewed, is_late):
    batch, by, first = previewed(scene)
    assert counts(batch) == (ROWS, 0, 0, 0)
    last = "imports_importpage", batch.pages.filter(section="new").order_by("pk")[0].pk
    with Worker(tmp_path / "log") as worker:
        with held(*(last if is_late else first)):
            job = services.ask_for_writing(batch=batch, by=by, at=AT)
            assert job is not None
            eventually(lambda: waits_for(job.pk))
            worker.kill_children()
            assert (standing(), Import.objects.get().state) == ((0, 0, 0), ImportState.PREVIEWED)
        eventually(lambda: is_done(job.pk))

    assert standing() == (ROWS, ROWS, ROWS if batch.kind == "roll" else 0)
    assert Import.objects.get().state == ImportState.WRITTEN
    assert Entry.objects.filter(act=ImportAct.WRITTEN).count() == 1
    assert Job.objects.get().attempts == 2
