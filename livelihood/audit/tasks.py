"""The clock of the journal: seals what was written, every few seconds."""

from celery import shared_task


@shared_task(name="audit.seal")
def seal() -> int:
    """Seal what no sealer has sealed."""
    from livelihood.audit import services  # noqa: PLC0415 -- leaf

    return services.seal()
