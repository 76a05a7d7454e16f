"""Long work with real workers, killed and restarted; what counts is how often the work's effect is there."""

from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from livelihood.audit.models import Entry
from livelihood.jobs import pulse, services
from livelihood.jobs.models import Job, JobState
from tests.workers import Worker, eventually, wipe_redis

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_broker() -> None:
    """Nothing waits in Redis from the test before."""
    wipe_redis()


def ask(task: str, key: str = "once") -> Job:
    return services.enqueue(task, key=key, by=None, at=timezone.now())


def state(job: Job) -> tuple[JobState, int]:
    job.refresh_from_db()
    return JobState(job.state), job.attempts


def is_in(job: Job, expected: tuple[JobState, int]) -> bool:
    return state(job) == expected


def times_done() -> int:
    return Entry.objects.filter(act="job.worked").count()


def sweep() -> int:
    return services.sweep(at=timezone.now(), older_than=timedelta(0))


def test_a_job_is_done_once_however_often_it_is_sent(worker: Worker):
    job = ask("tests.note")
    services.send(job)

    eventually(lambda: state(job) == (JobState.DONE, 1))
    services.send(job)
    last = ask("tests.note", key="last in the queue")
    eventually(lambda: state(last) == (JobState.DONE, 1))

    assert state(job) == (JobState.DONE, 1)
    assert (job.result, job.problem, services.progress(job)) == ({"rows": 3}, "", (1, 1))
    assert Entry.objects.filter(act="job.worked", subject_id=str(job.pk)).count() == 1


def test_work_whose_process_is_killed_in_the_middle_is_done_once(worker: Worker):
    job = ask("tests.note_slowly")
    eventually(lambda: services.progress(job) == (1, 2))
    assert state(job) == (JobState.RUNNING, 1)

    worker.kill_children()
    cache.set("gate:open", value=True)

    eventually(lambda: state(job) == (JobState.DONE, 2))  # given back to the queue at once, without the sweep

    assert times_done() == 1


def test_work_that_kills_its_process_each_time_is_given_up_and_says_so(worker: Worker):
    job = ask("tests.note_slowly")
    for attempt in range(1, services.MOST_ATTEMPTS + 1):
        eventually(partial(is_in, job, (JobState.RUNNING, attempt)))
        cache.delete(f"job:{job.pk}")
        worker.kill_children()
    eventually(lambda: state(job) == (JobState.FAILED, 3))

    assert job.problem == "工作中断了 3 次，已放弃。"
    assert times_done() == 0


def test_a_wiped_redis_loses_nothing(worker: Worker):
    slow = ask("tests.note_slowly")
    eventually(lambda: services.progress(slow) == (1, 2))
    jobs = [slow, *(ask("tests.note", key=str(number)) for number in range(3))]

    wipe_redis()
    cache.set("gate:open", value=True)
    eventually(lambda: state(slow) == (JobState.DONE, 1))
    sweep()

    eventually(lambda: {state(job) for job in jobs} == {(JobState.DONE, 1)})
    assert times_done() == len(jobs)


def test_a_refusal_ends_the_job_with_its_message_and_leaves_nothing(worker: Worker):
    job = ask("tests.refuse")
    eventually(lambda: state(job) == (JobState.FAILED, 1))

    assert (job.problem, job.result, times_done()) == ("Row 7: the quantity is missing.", {}, 0)


def test_a_fault_ends_the_job_visibly_and_its_text_is_in_no_log(worker: Worker):
    job = ask("tests.break_down")
    eventually(lambda: state(job) == (JobState.FAILED, 1))

    assert (job.problem, times_done()) == ("系统故障（ZeroDivisionError），已记录。", 0)
    log = worker.log.read_text()
    assert '"error": "ZeroDivisionError"' in log
    assert "13800138000" not in log


def test_a_busy_worker_is_seen(worker: Worker):
    job = ask("tests.note_slowly")
    eventually(lambda: services.progress(job) == (1, 2))
    cache.delete(pulse.SEEN_KEY)

    eventually(lambda: pulse.seen(at=timezone.now(), within=settings.WORKER_SEEN_WITHIN))

    assert state(job) == (JobState.RUNNING, 1)
    cache.set("gate:open", value=True)
    eventually(lambda: state(job) == (JobState.DONE, 1))
