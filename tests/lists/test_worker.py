"""A long list written by a real worker process, also when it is killed in the middle."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.listings import listings
from livelihood.lists import services
from livelihood.lists.models import ListFile
from livelihood.lists.states import ListFormat
from projects.models import Site
from tests import databases
from tests.workers import Worker, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_worker_killed_in_mid_file_leaves_one_that_is_written_once(scene, tmp_path):
    worker = Worker(tmp_path / "worker.log")
    file = services.ask_for_file(
        listing=listings()["sites-of-desk"],
        place=scene.cycle,
        rows=Site.objects.for_cycle(scene.cycle).order_by("pk"),
        file_format=ListFormat.CSV,
        by=scene.office,
        at=timezone.now(),
    )

    with worker:
        with transaction.atomic():
            with databases.as_superuser() as cursor:
                cursor.execute("LOCK TABLE lists_listfile IN EXCLUSIVE MODE")
            jobs.send(file.job)  # the worker begins, and waits for the lock
            eventually(lambda: Job.objects.filter(state=JobState.RUNNING).exists())
            worker.kill()
        assert Job.objects.values_list("state", flat=True).get() == JobState.RUNNING

    def written_after_sweeping() -> bool:
        jobs.sweep(at=timezone.now() + timedelta(minutes=1))
        return Job.objects.filter(state=JobState.DONE).exists()

    with worker:
        eventually(written_after_sweeping)

    file = ListFile.objects.get()
    assert (file.job.attempts, file.keys, file.job.result) == (2, None, {"rows": 1})
    assert scene.site.name in bytes(file.content or b"").decode()
