"""The clock of long work: gives up what a dead worker left."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="jobs.sweep")
def sweep() -> int:
    """Send again what waits too long."""
    from livelihood.jobs import services  # noqa: PLC0415 -- leaf

    return services.sweep(at=timezone.now())
