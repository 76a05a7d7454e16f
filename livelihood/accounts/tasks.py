"""Work on people outside the request."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="accounts.send_mail")
def send_mail(*, job_id: int) -> None:
    """Send one mail."""
    from livelihood.accounts import services  # noqa: PLC0415 -- leaf

    services.run_send(job_id, at=timezone.now())
