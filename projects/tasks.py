"""Beside the request: long lists as files; by the clock: lights and notices."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="projects.refresh_lights")
def refresh_lights() -> int:
    """Compute the lights of all years in delivery for today."""
    from projects.services import lights  # noqa: PLC0415 -- leaf

    return lights.refresh_all_lights(at=timezone.now())


@shared_task(name="projects.issue_notices")
def issue_notices() -> int:
    """Bring every overdue site its notice."""
    from projects.services import notices  # noqa: PLC0415 -- leaf

    return notices.issue_all_notices(at=timezone.now())
