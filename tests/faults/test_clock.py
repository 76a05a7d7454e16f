"""The clock of the machine jumps by an hour while people are at it, as after a wrong start or a lost time server.

Played in the process of the test: the clock of PostgreSQL, by which the journal is timed and sealed, stays, as another
machine's does.
"""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from livelihood.accounts.attempts import Attempts
from livelihood.kernel.errors import TooManyAttempts
from projects.surveys.states import Target
from proposals.models import Suggestion
from tests import journal
from tests.factories.frame import NOW, CycleFactory, signed_in
from tests.factories.surveys import SurveyFactory, arrived, project_in, site_of
from tests.factories.voting import code_on, in_urn, plenary
from tests.proposals.pages import answers, at
from voting.models import RollEntry

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("hours", [-1, 1])]


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    cache.clear()
    time_machine.move_to(NOW, tick=False)


def test_a_ballot_that_was_opened_before_is_cast_once(hours: int, time_machine: Any):
    session = plenary()
    deputy = signed_in(session.deputies[0])
    ballot = reverse("voting:ballot", args=[session.round.pk])
    marks = {f"option_{option.pk}": letter for option, letter in zip(session.options, "yyn", strict=True)}
    sent = {"step": "cast", "key": str(uuid.uuid4()), **marks}
    assert deputy.get(ballot).status_code == 200

    time_machine.move_to(NOW + timedelta(hours=hours))
    first = deputy.post(ballot, sent)
    time_machine.move_to(NOW)
    again = deputy.post(ballot, sent)

    assert [answer.status_code for answer in (first, again)] == [200, 200]
    assert code_on(first) == code_on(again)
    assert len(in_urn("receipt")) == RollEntry.objects.filter(has_voted=True).count() == 1
    assert journal.is_whole()


def test_a_suggestion_is_received_once(hours: int, client: Client, time_machine: Any):
    cycle = CycleFactory()
    form = answers(cycle, idempotency_key=uuid.uuid4().hex, step="send")

    time_machine.move_to(NOW + timedelta(hours=hours))
    receipt = client.post(at("suggest", cycle), form)
    time_machine.move_to(NOW)
    again = client.post(at("suggest", cycle), form)

    assert [answer.status_code for answer in (receipt, again)] == [200, 200]
    assert Suggestion.objects.get().number in again.content.decode()
    assert journal.is_whole()


def test_an_answer_to_a_survey_is_received_once(hours: int, client: Client, time_machine: Any):
    survey = SurveyFactory(target=Target.SITE)
    site = site_of(project_in(survey.cycle))
    cycle = survey.cycle
    url = reverse("surveys:answer_site", kwargs={"area": cycle.area.slug, "year": cycle.year, "pk": site.pk})
    (key,) = re.findall(r'name="key" value="([0-9a-z]{20})"', client.get(url).content.decode())

    time_machine.move_to(NOW + timedelta(hours=hours))
    first = client.post(url, {"grade": "satisfied", "comment": "路灯很亮", "key": key})
    time_machine.move_to(NOW)
    again = client.post(url, {"grade": "satisfied", "comment": "路灯很亮", "key": key})

    assert [answer.status_code for answer in (first, again)] == [302, 302]
    assert arrived("comment") == [("路灯很亮",)]


def test_a_door_that_was_closed_opens_by_itself(hours: int):
    """A clock that was put back keeps it closed for as much longer, and says so; one that was put forward opens it."""
    door = Attempts("test.clock", 1, "%(minutes)s")
    door.failed("10.0.0.1", at=NOW)

    if hours > 0:
        door.check("10.0.0.1", at=NOW + timedelta(hours=hours))
    else:
        with pytest.raises(TooManyAttempts, match=r"^75$"):
            door.check("10.0.0.1", at=NOW + timedelta(hours=hours))
    door.check("10.0.0.1", at=NOW + timedelta(minutes=15))
