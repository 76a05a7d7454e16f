"""What is to be written to people: a row first, that a worker sends (`sending`)."""

from datetime import datetime

from django.conf import settings

from livelihood.accounts.models import User
from livelihood.accounts.states import Letter
from livelihood.jobs import services as jobs

SAME_WISH = 15 * 60
"""Seconds within which asking for a code again is the same wish."""


def is_mail_sent() -> bool:
    """Say whether this installation sends mail."""
    return bool(settings.MAIL_FROM)


def notify(user: User, letter: Letter, *, by: User | None, at: datetime) -> None:
    """Write to somebody what has happened to their account, where mail is sent and an address is known."""
    if is_mail_sent() and user.mail:
        ask_for_mail(letter, user.username, by=by, at=at)


def ask_for_mail(letter: Letter, username: str, *, by: User | None, at: datetime) -> None:
    """Ask for a mail to whoever has this user name; without one, nothing comes of it."""
    moment = int(at.timestamp()) // SAME_WISH if letter is Letter.CODE else at.timestamp()
    jobs.enqueue(
        "accounts.send_mail",
        key=f"mail:{letter}:{username}:{moment}",
        by=by,
        at=at,
        arguments={"letter": letter, "username": username},
    )
