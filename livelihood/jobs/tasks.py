"""The clock of long work."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

WORKER_SEEN_KEY = "worker:seen"


@shared_task(name="jobs.sweep")
def sweep() -> int:
    """Send again what waits too long."""
    from livelihood.jobs import services  # noqa: PLC0415 -- leaf

    return services.sweep(at=timezone.now())


@shared_task(name="jobs.heartbeat")
def heartbeat() -> None:
    """Leave a mark that a worker lives; read by /health/ready."""
    cache.set(WORKER_SEEN_KEY, timezone.now().isoformat(), timeout=3600)
