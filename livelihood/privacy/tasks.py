"""By the clock: what is over its period is forgotten."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="privacy.forget_overdue")
def forget_overdue() -> dict[str, int]:
    """Forget what is over its period."""
    from livelihood.privacy import services  # noqa: PLC0415 -- leaf

    return services.forget_overdue(at=timezone.now())
