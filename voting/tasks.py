"""What is done beside the request: the log of the database lets go of an urn that was emptied."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def let_go_soon() -> None:
    """Have the log let go after the commit; a lost message loses nothing, as the clock looks every minute."""
    transaction.on_commit(_let_go_soon)


def _let_go_soon() -> None:
    try:
        let_go_of_logs.apply_async(retry=False)
    except (RedisError, OperationalError):
        logger.warning("The log waits for the clock")


@shared_task(name="voting.let_go_of_logs")
def let_go_of_logs() -> None:
    """Let go of what is due."""
    from voting.services import after_closing  # noqa: PLC0415 -- leaf

    now = timezone.now()
    for check in after_closing.due(now):
        after_closing.let_go_of_log(check=check, at=now)
