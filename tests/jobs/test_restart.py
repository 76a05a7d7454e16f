"""A worker and its children are killed at once, as a power cut does; apart from the tests with a worker beside them."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from livelihood.audit.models import Entry
from livelihood.jobs import services
from livelihood.jobs.models import Job, JobState
from tests.jobs.conftest import INCLUDE
from tests.workers import Worker, eventually, wipe_redis


@pytest.mark.django_db(transaction=True)
def test_work_whose_whole_worker_is_killed_is_done_once_after_the_restart(tmp_path: Path):
    wipe_redis()
    with Worker(tmp_path / "first", include=INCLUDE) as first:
        job = services.enqueue("tests.note_slowly", key="once", by=None, at=timezone.now())
        eventually(lambda: services.progress(job) == (1, 2))

        first.kill()

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.RUNNING, 1)
    assert not Entry.objects.filter(act="job.worked").exists()

    cache.set("gate:open", value=True)
    with Worker(tmp_path / "second", include=INCLUDE):
        assert services.sweep(at=timezone.now(), older_than=timedelta(0)) == 1
        eventually(lambda: Job.objects.get().state == JobState.DONE)

    assert Job.objects.get().attempts == 2
    assert Entry.objects.filter(act="job.worked").count() == 1
