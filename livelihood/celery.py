"""The Celery application and the year's clock: everything that happens by time stands here."""

import logging.config
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import after_task_publish, beat_embedded_init, beat_init, heartbeat_sent, setup_logging
from django.conf import settings
from redis.exceptions import RedisError

from livelihood.jobs import pulse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livelihood.settings.local")

app = Celery("livelihood")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "work that waits is sent again": {
        "task": "jobs.sweep",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    # A process of its own seals every second (docker-compose.yml); this is for where it is missing.
    "the journal is sealed": {"task": "audit.seal", "schedule": 15.0, "options": {"expires": 15}},
    "the journal's head is written elsewhere": {"task": "audit.tell_head", "schedule": crontab(hour=2, minute=50)},
    "lists that were kept long enough are forgotten": {"task": "lists.forget_files", "schedule": crontab(minute=20)},
    "marked workbooks as well": {"task": "imports.forget_marked", "schedule": crontab(minute=25)},
    "answers that wait are counted": {
        "task": "surveys.aggregate_waiting",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    # Begun by closing itself; this is for a message that was lost, and for what could not be let go of at once.
    "the log lets go of closed votes": {
        "task": "voting.let_go_of_logs",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    # livelihood.privacy.selectors says this time, too.
    "personal data over its period is forgotten": {
        "task": "privacy.forget_overdue",
        "schedule": crontab(hour=3, minute=40),
    },
    "readers of letters are counted": {"task": "proposals.keep_letter_views", "schedule": crontab(minute="*/10")},
    # A day's suggestions are whole then.
    "receipts of suggestions are published": {
        "task": "proposals.publish_receipts",
        "schedule": crontab(hour=2, minute=15),
    },
    "people are told what came to them": {
        "task": "portal.tell_of_the_journal",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "what was told goes out": {"task": "inbox.send_due", "schedule": 60.0, "options": {"expires": 60}},
    "people are told what is due": {"task": "portal.tell_what_is_due", "schedule": crontab(hour=7, minute=20)},
    # When most quiet hours end.
    "daily mails are made": {"task": "inbox.make_digests", "schedule": crontab(hour=8, minute=0)},
    "the queue of suggestions is put in order": {
        "task": "proposals.weigh",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "questions to citizens end when their time is over": {
        "task": "proposals.keep_inquiries_moving",
        "schedule": crontab(minute=35),
    },
    "lights of the day": {"task": "projects.refresh_lights", "schedule": crontab(hour=0, minute=10)},
    "overdue sites get their notice": {"task": "projects.issue_notices", "schedule": crontab(hour=0, minute=30)},
}


@setup_logging.connect
def log_as_the_portal_does(**_: Any) -> None:
    """Keep Celery from laying its own format over ours."""
    logging.config.dictConfig(settings.LOGGING)


@heartbeat_sent.connect
def show_that_a_worker_lives(**_: Any) -> None:
    """Leave a mark with each of Celery's own heartbeats, every two seconds, however busy the children are."""
    pulse.leave(at=datetime.now(UTC))


@beat_init.connect
@beat_embedded_init.connect
@after_task_publish.connect(sender="jobs.sweep")
def show_that_the_clock_runs(**_: Any) -> None:
    """Leave a mark when the clock begins, and with the task that nothing else sends, twice a minute."""
    with suppress(RedisError):
        pulse.leave(pulse.CLOCK_KEY, at=datetime.now(UTC))
