"""The bookkeeping of long work, in one process; tests/jobs/test_worker.py has the real workers."""

import contextlib
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, connection, connections, transaction
from redis.exceptions import ConnectionError as RedisConnectionError

from livelihood.audit.models import Entry
from livelihood.jobs import pulse, services
from livelihood.jobs.models import Job, JobState
from tests import databases
from tests.factories.frame import NOW, CycleFactory, UserFactory
from tests.jobs import work
from tests.workers import environment

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was handed to the broker instead of being handed to it: (task, job)."""
    messages: list[tuple[str, int]] = []

    def send_task(name: str, kwargs: dict[str, int], **_: object) -> None:
        messages.append((name, kwargs["job_id"]))

    monkeypatch.setattr(current_app, "send_task", send_task)
    return messages


@pytest.fixture
def redis_down(settings) -> None:
    """A Redis that refuses connections."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}


def ask(key: str = "report 7", **values: Any) -> Job:
    return services.enqueue("tests.note", key=key, by=None, at=NOW, **values)


@pytest.mark.django_db(transaction=True)
def test_enqueue_keeps_who_asked_for_what_and_sends_it(sent):
    cycle, person = CycleFactory(), UserFactory()

    job = services.enqueue("tests.note", key="report 7", by=person, at=NOW, cycle=cycle, arguments={"report": 7})

    stored = Job.objects.get()
    assert (stored.task, stored.key, stored.arguments) == ("tests.note", "report 7", {"report": 7})
    assert (stored.requested_by, stored.requested_at, stored.cycle) == (person, NOW, cycle)
    assert (stored.state, stored.attempts) == (JobState.WAITING, 0)
    assert sent == [("tests.note", job.pk)]


@pytest.mark.django_db(transaction=True)
def test_asking_twice_with_the_same_key_is_one_job_sent_once(sent):
    first, second = ask(), ask()

    assert first == second
    assert Job.objects.count() == 1
    assert sent == [("tests.note", first.pk)]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_neither_kept_nor_sent(sent):
    with transaction.atomic():
        ask()
        transaction.set_rollback(True)

    assert not Job.objects.exists()
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_does_not_hinder_the_asking():
    asking = """
import django
django.setup()
from django.utils import timezone
from livelihood.jobs import services
services.enqueue("tests.note", key="report 7", by=None, at=timezone.now())
"""

    done = subprocess.run(
        [sys.executable, "-c", asking],
        env=environment() | {"REDIS_URL": NOWHERE},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    job = Job.objects.get()
    assert (done.returncode, job.key, job.state) == (0, "report 7", JobState.WAITING)
    assert f"Job {job.pk} waits for the broker: OperationalError" in done.stderr


@pytest.mark.django_db(transaction=True)
def test_a_job_waits_for_a_broker_that_is_down(monkeypatch, caplog):
    def refuse(*_: object, **__: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(current_app, "send_task", refuse)

    job = ask()

    assert Job.objects.get(pk=job.pk).state == JobState.WAITING
    assert f"Job {job.pk} waits for the broker: ConnectionError" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_lock_whose_connection_is_gone_is_free():
    with services._advisory_lock(7) as mine:
        assert mine
        connection.connection.close()

    with services._advisory_lock(7) as again:
        assert again


@pytest.mark.django_db
def test_sweep_sends_what_waits_or_runs_too_long_and_nothing_else(sent):
    old, running, done, failed = (ask(key) for key in ("old", "running", "done", "failed"))
    fresh = services.enqueue("tests.note", key="fresh", by=None, at=NOW + timedelta(seconds=50))
    for job, state in ((running, JobState.RUNNING), (done, JobState.DONE), (failed, JobState.FAILED)):
        Job.objects.filter(pk=job.pk).update(state=state)

    count = services.sweep(at=NOW + timedelta(seconds=60))

    assert count == 2
    assert sent == [("tests.note", old.pk), ("tests.note", running.pk)]
    assert fresh.state == JobState.WAITING


@pytest.mark.django_db(transaction=True)
def test_execute_keeps_result_and_times(sent):
    job = ask()

    services.execute(job.pk, work.note)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.result, job.problem) == (JobState.DONE, 1, {"rows": 3}, "")
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.requested_at < job.started_at <= job.finished_at


@pytest.mark.django_db(transaction=True)
def test_execute_does_nothing_when_done_or_unknown(sent):
    job = ask()
    services.execute(job.pk, work.note)

    services.execute(job.pk, work.note)
    services.execute(job.pk + 1, work.note)

    assert Entry.objects.filter(act="job.worked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_execute_leaves_a_job_to_the_one_who_has_it(sent):
    job = ask()
    elsewhere = connections.create_connection("default")
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [services.ADVISORY_SPACE, job.pk])

    services.execute(job.pk, work.note)

    elsewhere.close()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert not Entry.objects.filter(act="job.worked").exists()


@pytest.mark.django_db(transaction=True)
def test_execute_frees_the_lock_whatever_happens(sent):
    for number, act in enumerate((work.note, work.refuse, work.break_down)):
        services.execute(ask(key=str(number)).pk, act)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [services.ADVISORY_SPACE]
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_execute_tries_a_failing_database_three_times(sent):
    job = ask()

    def deadlocked(job, progress):
        raise OperationalError("deadlock detected")

    for attempt in (1, 2, 3):
        services.execute(job.pk, deadlocked)
        job.refresh_from_db()
        assert (job.state, job.attempts) == (JobState.RUNNING, attempt)
    services.execute(job.pk, deadlocked)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.problem) == (JobState.FAILED, 3, "工作中断了 3 次，已放弃。")


@pytest.mark.django_db(transaction=True)
def test_execute_survives_the_loss_of_its_connection(sent):
    job = ask()

    def cut(job, progress):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (own,) = cursor.fetchone()
        with contextlib.closing(databases.connect()) as elsewhere, elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [own])
        return work.note(job, progress)

    services.execute(job.pk, cut)
    services.execute(job.pk, work.note)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert Entry.objects.filter(act="job.worked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_progress_is_a_courtesy(sent, redis_down):
    job = ask()
    with pytest.raises(RedisConnectionError):
        cache.get("anything")

    services.execute(job.pk, work.note)

    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert services.progress(job) == (0, 0)


def test_a_worker_is_seen_for_a_minute():
    pulse.leave(at=NOW)

    within = timedelta(minutes=1)
    assert pulse.seen(at=NOW + timedelta(seconds=60), within=within)
    assert not pulse.seen(at=NOW + timedelta(seconds=61), within=within)


def test_no_worker_is_seen_where_none_ever_was():
    cache.delete(pulse.SEEN_KEY)

    assert not pulse.seen(at=NOW, within=timedelta(minutes=1))
