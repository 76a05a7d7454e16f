"""Beside the request: large files are read, written, and taken back."""

from celery import shared_task
from django.utils import timezone

PREVIEW, WRITE, TAKE_BACK = "imports.preview", "imports.write", "imports.take_back"


@shared_task(name=PREVIEW)
def preview_import(*, job_id: int) -> None:
    """Read a large file and say what writing it would do."""
    from livelihood.imports import services  # noqa: PLC0415 -- leaf

    services.run_preview(job_id, at=timezone.now())


@shared_task(name=WRITE)
def write_import(*, job_id: int) -> None:
    """Write what a preview has shown."""
    from livelihood.imports import services  # noqa: PLC0415 -- leaf

    services.run_write(job_id, at=timezone.now())


@shared_task(name=TAKE_BACK)
def take_back_import(*, job_id: int) -> None:
    """Put back what was before an import."""
    from livelihood.imports import services  # noqa: PLC0415 -- leaf

    services.run_taking_back(job_id, at=timezone.now())
