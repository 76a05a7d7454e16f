"""The Celery application and the year's clock: everything that happens by time stands here."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livelihood.settings.local")

app = Celery("livelihood")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "a worker lives": {
        "task": "jobs.heartbeat",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "work that waits is sent again": {
        "task": "jobs.sweep",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
}
