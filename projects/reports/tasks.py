"""Building reports beside the request."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="reports.build_report")
def build_report(*, job_id: int) -> None:
    """Build the files of a report from its frozen figures."""
    from projects.reports import services  # noqa: PLC0415 -- leaf

    services.run_build(job_id, at=timezone.now())
