"""The clock of what people are told."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="portal.tell_of_the_journal")
def tell_of_the_journal() -> int:
    """Tell what the journal says."""
    from livelihood.portal import services  # noqa: PLC0415 -- leaf

    return services.tell_of_the_journal(at=timezone.now())


@shared_task(name="portal.tell_what_is_due")
def tell_what_is_due() -> int:
    """Tell what is due."""
    from livelihood.portal import services  # noqa: PLC0415 -- leaf

    return services.tell_what_is_due(at=timezone.now())
