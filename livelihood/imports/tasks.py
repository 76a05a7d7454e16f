"""Beside the request: large files are read, marked, written, taken back; by the clock: marked ones are forgotten."""

from celery import shared_task
from django.utils import timezone

PREVIEW, WRITE, TAKE_BACK = "imports.preview", "imports.write", "imports.take_back"
MARK = "imports.mark"
OF_FILES = (PREVIEW, WRITE, TAKE_BACK)


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


@shared_task(name=MARK)
def mark_import(*, job_id: int) -> None:
    """Mark in a large workbook what is to be corrected."""
    from livelihood.imports import services  # noqa: PLC0415 -- leaf

    services.run_marking(job_id, at=timezone.now())


@shared_task(name="imports.forget_marked")
def forget_marked() -> int:
    """Forget the marked workbooks that are kept long enough."""
    from livelihood.imports import services  # noqa: PLC0415 -- leaf

    return services.forget_marked(at=timezone.now())
