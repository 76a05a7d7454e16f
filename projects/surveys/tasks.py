"""Counting answers beside the request: some seconds after one came in, and as a whole."""

import logging

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

GATHER_SECONDS = 2
"""Answers that come within this time are counted together."""


def count_soon(survey_id: int) -> None:
    """Have new answers counted after the commit; a mark in Redis makes many arrivals one task.

    A lost mark or message loses nothing: the inbox is the truth, and the clock looks into it every minute.
    """
    transaction.on_commit(lambda: _count_soon(survey_id))


def _count_soon(survey_id: int) -> None:
    try:
        if cache.add(_mark(survey_id), 1, timeout=60):
            aggregate.apply_async(kwargs={"survey_id": survey_id}, countdown=GATHER_SECONDS, retry=False)
    except (RedisError, OperationalError):
        logger.warning("Survey %s waits for the broker", survey_id)


def _mark(survey_id: int) -> str:
    return f"surveys:dirty:{survey_id}"


@shared_task(name="surveys.aggregate")
def aggregate(*, survey_id: int) -> None:
    """Count what has come in; what comes from now on asks for a count of its own."""
    from projects.surveys.services import figures  # noqa: PLC0415 -- leaf

    cache.delete(_mark(survey_id))
    figures.aggregate_arrivals(survey_id=survey_id, at=timezone.now())


@shared_task(name="surveys.aggregate_waiting")
def aggregate_waiting() -> None:
    """Count what still waits in any inbox, whatever became of its message."""
    from projects.surveys.services import figures  # noqa: PLC0415 -- leaf

    figures.aggregate_waiting(at=timezone.now())


@shared_task(name="surveys.recount")
def recount(*, job_id: int) -> None:
    """Count all answers of a survey anew."""
    from projects.surveys.services import figures  # noqa: PLC0415 -- leaf

    figures.run_recount(job_id)
