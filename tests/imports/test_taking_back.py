"""A long import is taken back by a worker: seen to be, once however often it is asked for, and never by halves."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.imports import services, tasks
from livelihood.imports.models import Import
from livelihood.imports.services import taking_back
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.text import BadText
from projects.models import Site
from tests.factories.frame import CityFactory, official, signed_in
from tests.imports.test_kills import held, is_done, waits_for
from tests.imports.tools import csv_of, people_file, read, receive, write
from tests.projects.conftest import AT
from tests.workers import Worker, eventually, wipe_redis

pytestmark = pytest.mark.django_db
ROWS = 150


@pytest.fixture(autouse=True)
def by_a_worker(monkeypatch) -> None:
    monkeypatch.setattr(taking_back, "TAKEN_BACK_AT_ONCE", 0)


@pytest.fixture
def written(scene) -> Import:
    return write(scene, read(scene, receive(scene, csv_of(scene, {}))))


@pytest.fixture
def desk(scene) -> Client:
    return signed_in(scene.office)


def address(name: str, batch: Import) -> str:
    return reverse(f"imports:{name}", kwargs={"pk": batch.pk})


def test_a_long_list_is_taken_back_by_a_worker_who_is_seen_to_work(scene, written, desk):
    assert address("take_back", written) in desk.get(address("import", written)).content.decode()

    for _again in range(2):
        assert desk.post(address("take_back", written), {"reason": "传错了"}).status_code == 302
    page, work = (desk.get(url).content.decode() for url in (address("import", written), reverse("portal:my_work")))

    assert ("data-progress" in page, address("take_back", written) in page) == (True, False)
    assert f'href="{address("import", written)}"' in work
    assert (Site.objects.filter(key="B").count(), Job.objects.count()) == (1, 1)

    for _again in range(2):
        tasks.take_back_import(job_id=Job.objects.get().pk)
    written.refresh_from_db()

    assert (written.state, written.reason, Site.objects.filter(key="B").count()) == ("taken_back", "传错了", 0)
    assert (Job.objects.get().state, Job.objects.get().attempts) == (JobState.DONE, 1)
    assert "data-progress" not in desk.get(address("import", written)).content.decode()
    assert address("import", written) not in desk.get(reverse("portal:my_work")).content.decode()


def test_without_a_reason_nobody_is_asked_to_take_it_back(scene, written):
    with pytest.raises(BadText):
        services.ask_for_taking_back(batch=written, reason=" ", by=scene.office, at=AT)
    assert not Job.objects.exists()


def test_what_was_refused_may_be_asked_for_again(scene, written, desk):
    services.ask_for_taking_back(batch=written, reason="传错了", by=scene.office, at=AT)
    mandates = Mandate.objects.filter(user=scene.office)
    mandates.update(ends_on=AT.date().replace(year=AT.year - 1))

    tasks.take_back_import(job_id=Job.objects.get().pk)
    mandates.update(ends_on=None)
    page = desk.get(address("import", written)).content.decode()

    assert Job.objects.get().state == JobState.FAILED
    assert str(Job.objects.get().problem) in page
    assert Site.objects.filter(key="B").exists()
    assert address("take_back", written) in page
    desk.post(address("take_back", written), {"reason": "传错了"})
    tasks.take_back_import(job_id=Job.objects.latest("pk").pk)
    assert (Job.objects.count(), Site.objects.filter(key="B").exists()) == (2, False)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_while_it_takes_back_leaves_all_and_the_next_takes_back_once(tmp_path: Path):
    wipe_redis()
    area = CityFactory()
    admin = official(Role.ADMINISTRATOR, area)
    batch = services.receive_import(
        kind="people", area=area, cycle=None, file=people_file(ROWS), file_name="人员.csv", by=admin, at=AT
    )
    batch = services.preview_import(batch=batch, by=admin, at=AT)
    batch = services.write_import(batch=batch, by=admin, at=AT)
    first = User.objects.get(username="p00000")
    with Worker(tmp_path / "log") as worker:
        with held("accounts_mandate", first.mandates.get().pk):
            job = services.ask_for_taking_back(batch=batch, reason="传错了", by=admin, at=AT)
            assert job is not None
            eventually(lambda: waits_for(job.pk))
            worker.kill_children()
            assert (User.objects.count(), Import.objects.get().state) == (1 + ROWS, ImportState.WRITTEN)
        eventually(lambda: is_done(job.pk))

    assert (User.objects.count(), Mandate.objects.count()) == (1, 1)
    assert (Import.objects.get().state, Job.objects.get().attempts) == (ImportState.TAKEN_BACK, 2)
