"""The clock of suggestions and their receipts, and of how often letters are read."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="proposals.keep_inquiries_moving")
def keep_inquiries_moving() -> int:
    """Remind of questions to citizens, and end those whose time is over."""
    from proposals import services  # noqa: PLC0415 -- leaf

    return services.keep_inquiries_moving(at=timezone.now())


@shared_task(name="proposals.weigh")
def weigh() -> int:
    """Weigh suggestions that have come, for the order of the queue."""
    from proposals import services  # noqa: PLC0415 -- leaf

    return services.weigh_suggestions(at=timezone.now())


@shared_task(name="proposals.publish_receipts")
def publish_receipts() -> int:
    """Publish the heads of the day."""
    from proposals import services  # noqa: PLC0415 -- leaf

    return services.publish_receipts(at=timezone.now())


@shared_task(name="proposals.keep_letter_views")
def keep_letter_views() -> int:
    """Write down how often letters were opened."""
    from proposals import services  # noqa: PLC0415 -- leaf

    return services.keep_letter_views(at=timezone.now())
