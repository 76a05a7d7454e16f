"""Tasks that only tests know; a worker includes this module. Each leaves a journal entry each time it is done."""

import time

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from livelihood.audit.services import record
from livelihood.jobs import services
from livelihood.jobs.models import Job
from livelihood.kernel.errors import InvalidInput
from tests.journal import TriedAct


def note(job: Job, progress: services.Progress) -> dict[str, int]:
    progress(1, 1)
    record(TriedAct.JOB_WORKED, job, by=None, at=timezone.now())
    return {"rows": 3}


def note_slowly(job: Job, progress: services.Progress) -> dict[str, int]:
    """Write, say that half is done, and end only when the test opens the gate."""
    record(TriedAct.JOB_WORKED, job, by=None, at=timezone.now())
    progress(1, 2)
    deadline = time.monotonic() + 60
    while not cache.get("gate:open") and time.monotonic() < deadline:
        time.sleep(0.02)
    return {"rows": 3}


def refuse(job: Job, progress: services.Progress) -> dict[str, int]:
    record(TriedAct.JOB_WORKED, job, by=None, at=timezone.now())
    raise InvalidInput("Row 7: the quantity is missing.")


def break_down(job: Job, progress: services.Progress) -> dict[str, int]:
    record(TriedAct.JOB_WORKED, job, by=None, at=timezone.now())
    raise ZeroDivisionError("13800138000")


@shared_task(name="tests.note")
def note_task(job_id: int) -> None:
    services.execute(job_id, note)


@shared_task(name="tests.note_slowly")
def note_slowly_task(job_id: int) -> None:
    services.execute(job_id, note_slowly)


@shared_task(name="tests.refuse")
def refuse_task(job_id: int) -> None:
    services.execute(job_id, refuse)


@shared_task(name="tests.break_down")
def break_down_task(job_id: int) -> None:
    services.execute(job_id, break_down)
