"""Asking for long work, and doing it once."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from celery import current_app
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from livelihood.jobs.models import UNFINISHED, Job, JobState
from livelihood.kernel.errors import DomainError, Text
from livelihood.kernel.messages import freeze

if TYPE_CHECKING:
    from livelihood.accounts.models import User
    from livelihood.cycles.models import Cycle

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

MOST_ATTEMPTS = 3
"""A job whose worker died or whose database failed is tried this often before it counts as failed."""

ADVISORY_SPACE = 7_201
"""First key of the advisory locks that stand for running jobs; the second is the job's id."""


class TryAgain(Exception):
    """What the work needs does not answer at the moment; the sweep sends it again."""


@transaction.atomic
def enqueue(
    task: str,
    *,
    key: str,
    by: "User | None",
    at: datetime,
    cycle: "Cycle | None" = None,
    arguments: dict[str, Any] | None = None,
) -> Job:
    """Ask for a piece of work; asking twice with the same key gives the same job.

    task: name of a Celery task that takes `job_id` and calls `execute`.
    key: what makes the work the same; unique over all jobs.
    arguments: JSON that the work needs.
    """
    job, created = Job.objects.get_or_create(
        key=key,
        defaults={
            "task": task,
            "cycle": cycle,
            "arguments": arguments or {},
            "requested_at": at,
            "requested_by": by,
        },
    )
    if created:
        transaction.on_commit(lambda: send(job))
    return job


def send(job: Job) -> None:
    """Hand a job to a worker; a broker that is down is no loss, the sweep sends it again."""
    try:
        current_app.send_task(job.task, kwargs={"job_id": job.pk}, retry=False)
    except (BrokerError, RedisError) as error:
        logger.warning("Job %s waits for the broker: %s", job.pk, type(error).__name__)


def sweep(*, at: datetime, older_than: timedelta = timedelta(seconds=20)) -> int:
    """Send again what waits or seems to run since longer than `older_than`; return how many.

    Sending a job that really runs is harmless: it holds its advisory lock.
    """
    jobs = list(
        Job.objects.filter(
            state__in=UNFINISHED,
            requested_at__lt=at - older_than,
        ).order_by("pk")[:100]
    )
    for job in jobs:
        send(job)
    return len(jobs)


def execute(
    job_id: int, work: Callable[[Job, Progress], dict[str, Any]], *, most_attempts: int = MOST_ATTEMPTS
) -> None:
    """Do a job's work exactly once, with its outcome on the row.

    work: does the job in the transaction it is called in and returns the result to keep; it reports `progress(done,
    total)`. Its effect and the job's end are one commit. A DomainError ends the job as failed with its message, any
    other error at once as a fault of ours; only a failing database, a worker that died and TryAgain are tried again, up
    to most_attempts times.
    """
    with _advisory_lock(job_id) as mine:
        if not mine:
            return
        job = Job.objects.filter(pk=job_id, state__in=UNFINISHED).first()
        if job is None:
            return
        if job.attempts >= most_attempts:
            _fail(job, format_lazy(_("The work broke off {count} times and was given up."), count=job.attempts))
            return
        job.state, job.started_at, job.attempts = JobState.RUNNING, timezone.now(), job.attempts + 1
        job.save(update_fields=["state", "started_at", "attempts"])
        try:
            with transaction.atomic():
                job.result = work(job, lambda done, total: _report(job_id, done, total))
                _finish(job, JobState.DONE)
        except DomainError as error:
            _fail(job, error.text)
        except OperationalError:
            # Left as running: the sweep sends it again, on a connection that works.
            logger.exception("The database failed during job %s", job_id)
        except TryAgain as error:
            logger.warning("Job %s is tried again: %s", job_id, error)
        except Exception as error:
            logger.exception("Unable to finish job %s", job_id)
            fault = _("A fault of the portal ({name}); it has been recorded.")
            _fail(job, format_lazy(fault, name=type(error).__name__))


def _fail(job: Job, reason: Text) -> None:
    job.result, job.error = {}, freeze(reason)
    _finish(job, JobState.FAILED)


def _finish(job: Job, state: JobState) -> None:
    job.state, job.finished_at = state, timezone.now()
    job.save(update_fields=["state", "finished_at", "result", "error"])


def _report(job_id: int, done: int, total: int) -> None:
    """Keep the progress where readers see it before the work commits; it is a courtesy, and work goes on without."""
    with suppress(RedisError):
        cache.set(f"job:{job_id}", (done, total), timeout=3600)


def progress(job: Job) -> tuple[int, int]:
    """Return (done, total) as last reported; (0, 0) when unknown."""
    with suppress(RedisError):
        return cache.get(f"job:{job.pk}", (0, 0))
    return (0, 0)


@contextmanager
def _advisory_lock(job_id: int) -> Iterator[bool]:
    """Hold the job's lock on this connection; a dead worker's connection closes and so frees it."""
    with connection.cursor() as cursor:
        # Not by the ORM: a lock of the session, upon a number and not upon a row.
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY_SPACE, job_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine:
            _unlock(job_id)


def _unlock(job_id: int) -> None:
    try:
        with connection.cursor() as cursor:
            # Not by the ORM, as above.
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY_SPACE, job_id])
    except (InterfaceError, OperationalError):
        connection.close()  # the lock went with the session
