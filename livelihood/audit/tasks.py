"""The clock of the journal: seals what was written, every few seconds, and tells its head elsewhere, every day."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="audit.seal")
def seal() -> int:
    """Seal what no sealer has sealed."""
    from livelihood.audit import services  # noqa: PLC0415 -- leaf

    return services.seal()


@shared_task(name="audit.tell_head")
def tell_head() -> str:
    """Write the head of the journal elsewhere."""
    from livelihood.audit import services  # noqa: PLC0415 -- leaf

    return services.tell_head(at=timezone.now())
