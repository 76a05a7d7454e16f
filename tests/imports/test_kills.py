"""A worker that dies while it reads or writes a file has done nothing; its work is done once, by the next.

Of every kind of sheet: as soon as it waits for the first row that writing locks, and when all is done but the last.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.db.models import QuerySet

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.imports import services
from livelihood.imports.acts import ImportAct
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.services import previewing, writing
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.sheets.handling import handlers
from projects.models import Site
from projects.services import recount_figures
from tests.factories.frame import CityFactory, CountyFactory, official
from tests.factories.voting import plenary
from tests.imports.tools import csv_of, people_file
from tests.projects.conftest import AT, Scene
from tests.threads import how_many_wait
from tests.workers import Worker, eventually, wipe_redis
from voting.models import RollEntry
from voting.states import RoundState

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 120


class Brought(NamedTuple):
    """A file of so many rows, who brings it, what writing locks first, and what writing makes, once for each row."""

    batch: Import
    by: User
    first: tuple[str, int]
    makes: tuple[QuerySet[Any], ...]


def receive(kind: str, place: Area | Cycle, by: User, file: io.BytesIO, target: str = "") -> Import:
    cycle = place if isinstance(place, Cycle) else None
    area = place.area if isinstance(place, Cycle) else place
    return services.receive_import(
        kind=kind, area=area, cycle=cycle, target=target, file=file, file_name="表.csv", by=by, at=AT
    )


def lines(head: str, line: str) -> io.BytesIO:
    """Return a CSV file. line: of which each row has its own number in place of {}."""
    return io.BytesIO("\n".join([head, *(line.format(f"{number:03}") for number in range(1, ROWS + 1))]).encode())


def of_sites(scene: Scene) -> Brought:
    file = csv_of(scene, *({"key": f"K{number}"} for number in range(ROWS)))
    made = Site.objects.filter(key__startswith="K")
    batch = receive("sites", scene.cycle, scene.office, file)
    return Brought(batch, scene.office, ("cycles_cycle", scene.cycle.pk), (made,))


def of_areas(_scene: Scene) -> Brought:
    city = CityFactory(code="330200", slug="ningbo", name_zh="宁波市")
    CountyFactory(parent=city, code="330299", slug="other-county", name_zh="某县")
    by, file = official(Role.ADMINISTRATOR, city), lines("区划代码,名称", "330299{0},乡镇{0}")
    made = Area.objects.filter(code__startswith="330299", level="township")
    return Brought(receive("areas", city, by, file), by, ("cycles_area", city.pk), (made,))


def of_organisations(scene: Scene) -> Brought:
    city = scene.cycle.area
    by, file = official(Role.ADMINISTRATOR, city), lines("单位名称,简称", "第{0}单位,单位{0}")
    made = Organisation.objects.filter(name_zh__regex=r"^第\d{3}单位$", aliases__name__startswith="单位")
    return Brought(receive("organisations", city, by, file), by, ("cycles_area", city.pk), (made,))


def of_people(scene: Scene) -> Brought:
    city = scene.cycle.area
    by = official(Role.ADMINISTRATOR, city)
    return Brought(receive("people", city, by, people_file(ROWS)), by, ("accounts_user", by.pk), accounts()[:2])


def of_roll(_scene: Scene) -> Brought:
    session = plenary(deputies=0, until=RoundState.DRAFT)
    file = lines("用户名,姓名,代表团", "p00{0},人员{0},第一代表团")
    batch = receive("roll", session.cycle, session.staff, file, str(session.round.number))
    return Brought(batch, session.staff, ("voting_round", session.round.pk), accounts())


def accounts() -> tuple[QuerySet[Any], ...]:
    """Return the accounts of a sheet, their mandates and their lines on a roll."""
    mine = User.objects.filter(username__regex=r"^p\d{5}$")
    return mine, Mandate.objects.filter(user__in=mine), RollEntry.objects.filter(deputy__in=mine)


KINDS: dict[str, Callable[[Scene], Brought]] = {
    "areas": of_areas, "organisations": of_organisations, "people": of_people, "roll": of_roll, "sites": of_sites,
}  # fmt: skip


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Worker]:
    """Start one worker for all, with nothing in Redis from a test before."""
    wipe_redis()
    with Worker(tmp_path_factory.mktemp("worker") / "log") as one:
        yield one


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    """Let a worker do everything."""
    monkeypatch.setattr(previewing, "PREVIEWED_AT_ONCE", 1)
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 0)


@contextmanager
def held_by(statement: str, *values: Any) -> Iterator[None]:
    """Hold something from another connection, so that a worker comes as far as it and no further."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(statement, values)
        yield
        other.rollback()
    finally:
        other.close()


def held(table: str, pk: int) -> AbstractContextManager[None]:
    """Hold a row. A year, a person and an area as acts hold them: a job that refers to them can be asked for."""
    strength = "NO KEY UPDATE" if table in {"cycles_cycle", "accounts_user", "cycles_area"} else "UPDATE"
    return held_by(f"SELECT FROM {table} WHERE id = %s FOR {strength}", pk)


def waits_for(pk: int) -> bool:
    """Say whether a worker waits for a lock in the middle of a job."""
    return bool(how_many_wait()) and Job.objects.get(pk=pk).state == JobState.RUNNING


def is_done(pk: int) -> bool:
    return Job.objects.get(pk=pk).state == JobState.DONE


def dies_once(
    worker: Worker, hold: AbstractContextManager[None], ask: Callable[[], Job | None], harmed: Callable[[], object]
) -> None:
    """Let a job come as far as what is held, kill its process, and wait until the next has done it."""
    with hold:
        job = ask()
        assert job is not None
        eventually(lambda: waits_for(job.pk))
        worker.kill_children()
        assert not harmed()
    eventually(lambda: is_done(job.pk))
    assert Job.objects.get(pk=job.pk).attempts == 2


def standing(one: Brought) -> list[int]:
    return [made.count() for made in one.makes]


def test_every_kind_is_tried():
    assert set(KINDS) == set(handlers())


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_that_dies_while_it_reads_leaves_nothing_and_the_next_reads_once(scene, worker: Worker, kind):
    """It dies when everything is planned and the first page is to be kept."""
    one = KINDS[kind](scene)
    hold = held_by("LOCK TABLE imports_importpage IN SHARE MODE")

    dies_once(
        worker, hold, lambda: services.ask_for_preview(batch=one.batch, by=one.by, at=AT),
        lambda: ImportPage.objects.exists() or Import.objects.get().state != ImportState.RECEIVED,
    )  # fmt: skip

    batch = Import.objects.get()
    assert (batch.state, batch.counts["new"], batch.counts["wrong"]) == (ImportState.PREVIEWED, ROWS, 0)
    assert sum(map(len, batch.pages.filter(section="new").values_list("rows", flat=True))) == ROWS


@pytest.mark.parametrize(("kind", "stage"), [*product(KINDS, ["first", "last"]), ("sites", "checked")])
def test_a_worker_that_dies_while_it_writes_leaves_nothing_and_the_next_writes_once(scene, worker: Worker, kind, stage):
    """It dies as soon as it has begun, when rows of sites are being checked, or when all is written but the pages."""
    one = KINDS[kind](scene)
    batch = services.preview_import(batch=one.batch, by=one.by, at=AT)
    places = {
        "first": one.first,
        "checked": ("projects_indicator", scene.indicator.pk),
        "last": ("imports_importpage", batch.pages.filter(section="new").order_by("pk")[0].pk),
    }

    dies_once(
        worker, held(*places[stage]), lambda: services.ask_for_writing(batch=batch, by=one.by, at=AT),
        lambda: any(standing(one)) or Import.objects.get().state != ImportState.PREVIEWED,
    )  # fmt: skip

    assert standing(one) == [ROWS] * len(one.makes)
    assert Import.objects.get().state == ImportState.WRITTEN
    assert Entry.objects.filter(act=ImportAct.WRITTEN).count() == 1
    assert recount_figures() == []
