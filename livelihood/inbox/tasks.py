"""The clock of what goes out."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="inbox.make_digests")
def make_digests() -> int:
    """Have the daily mails sent."""
    from livelihood.inbox import services  # noqa: PLC0415 -- leaf

    return services.make_digests(at=timezone.now())


@shared_task(name="inbox.send_due")
def send_due() -> int:
    """Send what waits."""
    from livelihood.inbox import services  # noqa: PLC0415 -- leaf

    return services.send_due(at=timezone.now())
