"""Every published session whose candidates and seats are known, held as a round of its own size."""

import random

import pytest

from livelihood.portal import facts
from tests.factories.voting import plenary
from tests.voting.records import record_of
from voting import exporters, record, verifier
from voting.models import Round

SESSIONS = [session for session in facts.vote_sessions() if session.candidates and session.seats]
EVERYBODY = 60
"""Deputies of a session that published no number."""


def deputies(session: facts.VoteSessionFact) -> tuple[int, int, int]:
    """Return deputies in term, deputies present and ballots returned, as published or as nearly as they can be told."""
    present = session.deputies_present or session.ballots_returned or session.deputies_in_term or EVERYBODY
    return session.deputies_in_term or present, present, session.ballots_returned or present


def ballots(session: facts.VoteSessionFact, number: int) -> list[str]:
    """Draw ballots: later candidates are less liked; never more approvals than seats."""
    drawn = random.Random(session.source_id)
    return [ballot(session, drawn) for _ in range(number)]


def ballot(session: facts.VoteSessionFact, drawn: random.Random) -> str:
    candidates, seats = session.candidates or 0, session.seats or 0
    left = seats
    marks = []
    for place in range(candidates):
        likes = drawn.random() < 0.97 - 0.3 * place / candidates
        marks.append("y" if likes and left else drawn.choice("na"))
        left -= marks[-1] == "y"
    return "".join(marks)


def name(session: facts.VoteSessionFact) -> str:
    return f"{session.region}-{session.year}"


def test_sessions_found_are_as_many_as_published():
    assert len(SESSIONS) == 27
    assert sum((session.candidates or 0) > (session.seats or 0) for session in SESSIONS) == 25


@pytest.mark.parametrize("session", SESSIONS, ids=name)
def test_session_is_counted_alike_by_both_programs(session):
    in_term, present, returned = deputies(session)
    cast = ballots(session, returned)

    whole = record_of(
        cast,
        options=session.candidates,
        seats=session.seats,
        most_approvals=session.seats,
        in_term=in_term,
        present=present,
    )

    figures = whole["figures"]
    assert (figures["in_term"], figures["present"], figures["returned"]) == (in_term, present, returned)
    assert (figures["valid"], figures["invalid"]) == (returned, 0)
    assert figures["needed"] == in_term // 2 + 1
    assert len(whole["elected"]) + figures["tied_seats"] + figures["shortfall"] == session.seats
    assert [total["approve"] for total in whole["totals"]] == [
        sum(marks[place] == "y" for marks in cast) for place in range(session.candidates)
    ]
    data = record.canonical(whole)
    assert record.problems(record.parse(data)) == verifier.verify(data) == []


@pytest.mark.parametrize("session", SESSIONS, ids=name)
def test_tie_at_the_last_seat_of_a_session_is_reported(session):
    in_term, present, returned = deputies(session)
    sure = "y" * (session.seats - 1)
    rest = session.candidates - len(sure)
    # All approve what is sure; the first deputy alone opposes the rest, which are therefore equal at the last seat.
    cast = [sure + "n" * rest] + [sure + "y" * rest] * (returned - 1)

    whole = record_of(cast, options=session.candidates, seats=session.seats, in_term=in_term, present=present)

    numbers = list(range(1, session.candidates + 1))
    if rest == 1:
        assert (whole["elected"], whole["tied"]) == (numbers, [])
    else:
        assert (whole["elected"], whole["tied"]) == (numbers[: session.seats - 1], numbers[session.seats - 1 :])
        assert whole["figures"]["tied_seats"] == 1
    assert verifier.verify(record.canonical(whole)) == []


def test_published_counts_elect_what_was_elected():
    # Beipo 2019: 7 of 7 passed; the two published counts are 51:0:0.
    counts = [fact for fact in facts.vote_counts() if fact.region == "遂溪县北坡镇"]
    session = facts.vote_session("遂溪县北坡镇", 2019)
    cast = ["y" * 7] * (session.deputies_present or 0)

    whole = record_of(cast, options=7, seats=7)

    assert [(fact.approve, fact.oppose, fact.abstain) for fact in counts] == [(51, 0, 0)] * 2
    assert {(total["approve"], total["oppose"], total["abstain"]) for total in whole["totals"]} == {(51, 0, 0)}
    assert whole["elected"] == [1, 2, 3, 4, 5, 6, 7]


def test_published_count_of_two_projects_needs_a_majority_of_those_present():
    # Dongyang 2017: 281 to 1 and 276 to 6 of 282.
    cast = ["yy"] * 275 + ["ny", "yn", "yn", "yn", "yn", "yn", "yn"]

    whole = record_of(cast, options=2, seats=2, denominator="present")

    assert [(total["approve"], total["oppose"]) for total in whole["totals"]] == [(281, 1), (276, 6)]
    assert (whole["figures"]["needed"], whole["elected"]) == (142, [1, 2])


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("session", SESSIONS, ids=name)
def test_session_is_held_as_a_round_from_draft_to_announcement(session):
    _in_term, present, returned = deputies(session)
    cast = ballots(session, returned)

    held = plenary(candidates=session.candidates, seats=session.seats, deputies=present)
    for deputy, marks in zip(held.deputies, cast, strict=False):
        held.cast(deputy, marks)
    held.finish()

    whole = exporters.round_record(Round.objects.get(pk=held.round.pk))
    # The roll holds those present; who stayed away is not known.
    expected = record_of(
        cast, options=session.candidates, seats=session.seats, most_approvals=session.seats, in_term=present
    )
    assert (whole["figures"], whole["totals"]) == (expected["figures"], expected["totals"])
    assert sorted(ballot["marks"] for ballot in whole["ballots"]) == sorted(cast)
    assert verifier.verify(record.canonical(whole)) == []
