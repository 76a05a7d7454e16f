"""The screen of the hall: what it shows of a result, and when."""

import pytest
from django.utils import translation

from tests.factories.voting import plenary

pytestmark = pytest.mark.django_db


def screen(client, session):
    client.force_login(session.staff)
    with translation.override("en"):
        return client.get(session.cycle.address("voting:hall", number=session.round.number))


def test_the_hall_sees_the_picture_of_the_decision_once_it_is_announced_and_not_before(client):
    session = plenary(deputies=4)
    session.fill_urn(["yyn", "yyn", "ynn", "nnn"])
    before = screen(client, session)

    session.finish()
    after = screen(client, session)

    assert before.context["result_chart"] is None
    assert "approvals" not in before.content.decode()
    assert after.context["result_chart"].title == "1 of 3 candidates are chosen, each with 3 approvals"
    assert "round-1-approvals" in after.content.decode()
