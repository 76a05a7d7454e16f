"""Beside the request: large files are read, and written."""

from celery import shared_task
from django.utils import timezone

PREVIEW, WRITE = "imports.preview", "imports.write"


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
