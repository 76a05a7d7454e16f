"""The two tasks of reports: announcing a year of many sites, and building the files of a report."""

from celery import shared_task
from django.utils import timezone

ANNOUNCE = "reports.announce"


@shared_task(name=ANNOUNCE)
def announce(*, job_id: int) -> None:
    """Announce a year of many sites."""
    from projects.reports import services  # noqa: PLC0415 -- leaf

    services.run_announce(job_id, at=timezone.now())


@shared_task(name="reports.build_report")
def build_report(*, job_id: int) -> None:
    """Build the files of a report from its frozen figures."""
    from projects.reports import services  # noqa: PLC0415 -- leaf

    services.run_build(job_id, at=timezone.now())
