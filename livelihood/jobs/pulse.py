"""The marks that a worker and the clock leave while they live, busy or idle; read by /health/ready and by pages."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from livelihood.kernel.errors import Text

SEEN_KEY, CLOCK_KEY = "worker:seen", "clock:seen"

NO_WORKER = _(
    "Long work stands still: the part of the portal that does it is not running. "
    "What was asked for is kept, and begins by itself as soon as that part runs again."
)
NO_CLOCK = _(
    "The clock of the portal is not running. "
    "Until it runs again, lights do not follow the calendar, and overdue sites get no notice by themselves."
)


def leave(key: str = SEEN_KEY, *, at: datetime) -> None:
    """Leave the mark; a worker does so in its main process, which answers while its children work."""
    cache.set(key, at.timestamp(), timeout=3600)


def seen(key: str = SEEN_KEY, *, at: datetime, within: timedelta) -> bool:
    """Say whether any worker, or the clock, has left its mark lately."""
    mark = cache.get(key)
    return mark is not None and at.timestamp() - mark <= within.total_seconds()


def standstill(*, at: datetime, with_clock: bool = False) -> Text | None:
    """Say to people what does not go on at the moment, None where all does. Without Redis nothing can be handed over.

    with_clock: also what happens by time alone.
    """
    try:
        if not seen(at=at, within=settings.WORKER_SEEN_WITHIN):
            return NO_WORKER
        return NO_CLOCK if with_clock and not seen(CLOCK_KEY, at=at, within=settings.CLOCK_SEEN_WITHIN) else None
    except RedisError:
        return NO_WORKER
