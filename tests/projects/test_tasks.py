from datetime import date

import pytest

from livelihood.celery import app
from livelihood.kernel.lights import Light
from projects import tasks
from projects.models import Notice, Site

pytestmark = pytest.mark.django_db


def test_the_night_turns_lights_and_brings_notices_once(scene):
    Site.objects.update(due_on=date(2025, 1, 2))

    assert (tasks.refresh_lights(), tasks.issue_notices()) == (1, 1)
    assert (tasks.refresh_lights(), tasks.issue_notices()) == (0, 0)

    assert (Site.objects.get().light, Notice.objects.count()) == (Light.RED, 1)


def test_the_clock_knows_the_night_and_lights_come_before_notices():
    times = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}

    lights, notices = times["projects.refresh_lights"], times["projects.issue_notices"]
    assert (lights.hour, notices.hour) == ({0}, {0})
    assert max(lights.minute) < min(notices.minute)
