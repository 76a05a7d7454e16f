import json
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from tests.factories.frame import signed_in
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


def rehearsed(**arguments):
    """Hold a rehearsal to its end; return it with the codes of its ballots."""
    congress = plenary(deputies=3, is_rehearsal=True, **arguments)
    codes = [congress.cast(deputy, "yyn") for deputy in congress.deputies]
    congress.finish()
    return congress, codes


@pytest.mark.parametrize("name", ["record", "record_pb", "ballots"])
def test_nothing_of_a_rehearsal_is_handed_out(client, name):
    congress, _codes = rehearsed()

    assert client.get(address(name, congress.round)).status_code == 404
    assert signed_in(congress.scrutineer).get(address(name, congress.round)).status_code == 404


def test_a_rehearsal_shows_its_ballots_and_its_record_at_the_desk_alone(client):
    congress, codes = rehearsed()
    desk = signed_in(congress.scrutineer)

    round_page = desk.get(address("round", congress.round)).content.decode()
    ballots = desk.get(address("rehearsal_ballots", congress.round)).content.decode()
    published = desk.get(address("rehearsal_record", congress.round))

    for page in (round_page, ballots):
        assert 'class="stamp"' in page
    for name in ("rehearsal_ballots", "rehearsal_record"):
        assert address(name, congress.round) in round_page
        assert signed_in(congress.deputies[0]).get(address(name, congress.round)).status_code == 403
        assert client.get(address(name, congress.round)).status_code == 302
    assert all(code in ballots for code in codes)
    assert verifier.verify(published.content) == []
    assert json.loads(published.content)["round"]["is_rehearsal"] is True


def test_a_rehearsal_that_keeps_its_counts_back_shows_its_extract_alone():
    congress, codes = rehearsed(method={"publishes_counts": False})
    desk = signed_in(congress.scrutineer)

    assert (
        address("rehearsal_ballots", congress.round) not in desk.get(address("round", congress.round)).content.decode()
    )
    assert desk.get(address("rehearsal_ballots", congress.round)).status_code == 403
    published = json.loads(desk.get(address("rehearsal_record", congress.round)).content)
    assert (published["receipts"], "ballots" in published) == (sorted(codes), False)


@pytest.mark.parametrize(
    ("is_rehearsal", "says"), [(True, "can be read once it is announced"), (False, "This was no rehearsal")]
)
def test_the_desk_is_told_why_there_is_no_record_of_a_rehearsal(is_rehearsal, says):
    congress = plenary(deputies=3, is_rehearsal=is_rehearsal)
    desk = signed_in(congress.staff)

    for name in ("rehearsal_ballots", "rehearsal_record"):
        with translation.override("en"):
            refusal = desk.get(address(name, congress.round))
        assert refusal.status_code == 403
        assert says in refusal.content.decode()


def test_the_decision_says_that_all_can_be_counted_again_only_where_it_can(client):
    for publishes in (True, False):
        congress = plenary(deputies=3, method={"publishes_counts": publishes})
        congress.finish()
        cycle = congress.cycle
        with translation.override("en"):
            at = reverse("voting:decision", kwargs={"area": cycle.area.slug, "year": cycle.year})
            page = " ".join(client.get(at).content.decode().split())

        assert ("the record holds every ballot" in page) is publishes
        assert ("nobody outside can count again" in page) is not publishes


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
