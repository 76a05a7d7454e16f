"""The mark that a worker leaves while it lives, busy or idle; read by /health/ready."""

from datetime import datetime, timedelta

from django.core.cache import cache

SEEN_KEY = "worker:seen"


def leave(*, at: datetime) -> None:
    """Leave the mark; called from the worker's main process, which answers while its children work."""
    cache.set(SEEN_KEY, at.timestamp(), timeout=3600)


def seen(*, at: datetime, within: timedelta) -> bool:
    """Say whether any worker has left its mark lately."""
    mark = cache.get(SEEN_KEY)
    return mark is not None and at.timestamp() - mark <= within.total_seconds()
