"""Sending mail, by a worker."""

from datetime import datetime
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMessage

from livelihood.accounts import letters
from livelihood.accounts.models import User
from livelihood.accounts.services.codes import mail_code
from livelihood.accounts.states import Letter
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job

MOST_ATTEMPTS = 40
"""A mail server that does not answer is asked again for some twenty minutes."""


def run_send(job_id: int, *, at: datetime) -> None:
    """Send one mail; a code is made only now, so that it stands nowhere but in the mail."""
    jobs.execute(job_id, lambda job, _progress: _send(job, at), most_attempts=MOST_ATTEMPTS)


def _send(job: Job, at: datetime) -> dict[str, Any]:
    letter = Letter(job.arguments["letter"])
    user = User.objects.filter(username=job.arguments["username"]).first()
    if user is None or not user.mail or (letter is Letter.CODE and not user.is_active):
        return {"sent": False}
    slip = mail_code(user=user, by=job.requested_by, at=at) if letter is Letter.CODE else None
    subject, body = letters.text_of(letter, user, slip, at=job.requested_at)
    try:
        EmailMessage(subject=subject, body=body, to=[user.mail]).send()
    except SMTPRecipientsRefused:
        return {"sent": False}
    except (SMTPException, OSError) as error:
        raise jobs.TryAgain(type(error).__name__) from error
    return {"sent": True}
