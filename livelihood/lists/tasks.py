"""Beside the request: long lists as files; by the clock: old ones are forgotten."""

from celery import shared_task
from django.utils import timezone

WRITE_FILE = "lists.write_file"


@shared_task(name=WRITE_FILE)
def write_file(*, job_id: int) -> None:
    """Write a long list as a file."""
    from livelihood.lists import services  # noqa: PLC0415 -- leaf

    services.run_write_file(job_id, at=timezone.now())


@shared_task(name="lists.forget_files")
def forget_files() -> int:
    """Forget the files that are kept long enough."""
    from livelihood.lists import services  # noqa: PLC0415 -- leaf

    return services.forget_files(at=timezone.now())
