import json
from pathlib import Path

import pytest
from django.urls import reverse

from tests.factories.voting import plenary
from voting import exporters, record, verifier
from voting.states import RoundState

pytestmark = pytest.mark.django_db


def address(name, round_):
    cycle = round_.cycle
    return reverse(f"voting:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, "number": round_.number})


@pytest.fixture
def announced():
    congress = plenary(deputies=3)
    for deputy, letters in zip(congress.deputies, ("yyn", "yny", "yyb"), strict=True):
        congress.cast(deputy, letters)
    congress.finish()
    return congress.round


def test_the_record_on_the_page_is_the_record_of_the_round(client, announced):
    response = client.get(address("record", announced))

    assert response["Content-Type"] == "application/json"
    assert response.content == record.canonical(exporters.round_record(announced))
    assert record.problems(json.loads(response.content)) == []
    assert response.cookies == {}


def test_an_announced_round_is_handed_out_as_an_approval_election(client, announced):
    response = client.get(address("record_pb", announced))

    assert response.content.decode() == exporters.round_pb(announced)


@pytest.mark.parametrize("name", ["record", "record_pb"])
@pytest.mark.parametrize("until", [RoundState.DRAFT, RoundState.OPEN])
def test_nothing_of_a_round_is_handed_out_before_it_is_announced(client, name, until):
    congress = plenary(until=until)

    assert client.get(address(name, congress.round)).status_code == 404


def test_nothing_of_a_rehearsal_is_handed_out(client):
    congress = plenary(deputies=3, is_rehearsal=True)
    congress.finish()

    assert client.get(address("record", congress.round)).status_code == 404


def test_counts_that_are_kept_back_leave_by_no_door(client):
    congress = plenary(deputies=3, method={"publishes_counts": False})
    for deputy in congress.deputies:
        congress.cast(deputy, "yyn")
    congress.finish()

    published = json.loads(client.get(address("record", congress.round)).content)

    assert "ballots" not in published
    assert client.get(address("record_pb", congress.round)).status_code == 403


def test_the_program_that_checks_is_the_one_of_the_portal(client):
    assert client.get("/voting/verifier.py").content == Path(verifier.__file__).read_bytes()


def test_the_limits_of_the_vote_are_said_in_both_languages(client):
    assert "<h1>" in client.get("/voting/threats/").content.decode()
    assert 'lang="en"' in client.get("/en/voting/threats/").content.decode()
