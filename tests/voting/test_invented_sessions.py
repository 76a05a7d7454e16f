"""Thirteen invented sessions beside the real ones (test_sessions): each shows one rule, its end worked out by hand.

Ballots are written as their number and their marks, in the order of the candidates: 5×yyn are five that approve the
first two and oppose the third. Two are to be chosen of three, and a ballot of the booth approves two at most.
Ends: E elected, T tied at the last seat, C majority reached but others had more, P majority not reached.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.factories.frame import NOW
from tests.factories.voting import Plenary, plenary
from tests.voting.papers import count, enter_twice, hand_out, merge
from tests.voting.records import record_of
from voting import exporters, record, services, verifier
from voting.models import Round
from voting.states import RoundState, Step

ENDS = {"E": "elected", "T": "tied", "C": "not_chosen", "P": "not_passed"}


@dataclass(frozen=True)
class Invented:
    """A session and its end.

    booth, papers: ballots cast, and found in the box. leaves: so many go before the vote closes, without a ballot.
    figures: those that the rule of this session is about. end: of each candidate.
    """

    name: str
    booth: str
    end: str
    approvals: str
    figures: dict[str, Any]
    in_term: int = 9
    present: int = 9
    papers: str = ""
    leaves: int = 0
    rules: dict[str, Any] = field(default_factory=dict)


TIE = Invented(
    "a tie at the last seat is broken by nothing",
    booth="4×yyn 4×yny 1×nyy", approvals="8 5 5", end="E T T", figures={"needed": 5, "tied_seats": 1, "shortfall": 0},
)  # fmt: skip

INVENTED = (
    Invented(
        "more than half of all in term",
        booth="5×yyn 2×yny 2×nyy", approvals="7 7 4", end="E E P", figures={"needed": 5, "valid": 9, "shortfall": 0},
    ),
    Invented(
        "three reach the majority, two with most approvals are chosen",
        booth="4×yyn 3×yny 2×nyy", approvals="7 6 5", end="E E C", figures={"needed": 5, "tied_seats": 0},
    ),
    TIE,
    Invented(
        "all three are equal: both seats are tied",
        booth="3×yyn 3×yny 3×nyy", approvals="6 6 6", end="T T T", figures={"tied_seats": 2, "shortfall": 0},
    ),
    Invented(
        "too few reach the majority: a seat stays open",
        booth="5×ynn 4×nyn", approvals="5 4 0", end="E P P", figures={"needed": 5, "shortfall": 1},
    ),
    Invented(
        "a paper with too many approvals is invalid, and the others are merged with the booth",
        in_term=10, present=10, booth="5×yyn", papers="3×yyn 2×yyy",
        approvals="8 8 0", end="E E P", figures={"on_paper": 5, "valid": 8, "invalid": 2, "needed": 6},
    ),
    Invented(
        "approvals that are too many count as abstentions, and the paper is valid",
        in_term=10, present=10, booth="5×yyn", papers="1×yyn 4×yyy", rules={"over_vote": "approvals_void"},
        approvals="6 6 0", end="E E P", figures={"on_paper": 5, "valid": 10, "invalid": 0, "needed": 6},
    ),
    Invented(
        "two thirds of those in term are just there: the quorum is met",
        present=6, booth="5×yyn 1×nny", approvals="5 5 1", end="E E P", figures={"is_quorate": True, "needed": 5},
    ),
    Invented(
        "one of them leaves: the quorum is missed, and nobody is chosen whatever was voted",
        present=6, leaves=1, booth="5×yyn",
        approvals="5 5 0", end="P P P", figures={"is_quorate": False, "present": 5, "shortfall": 2},
    ),
    Invented(
        "more than half of those present",
        present=7, rules={"denominator": "present"}, booth="4×yyn 3×nny",
        approvals="4 4 3", end="E E P", figures={"needed": 4, "in_term": 9},
    ),
    Invented(
        "more than half of the ballots returned",
        present=8, rules={"denominator": "returned"}, booth="3×yyn 2×nny",
        approvals="3 3 2", end="E E P", figures={"needed": 3, "not_voted": 3, "returned": 5},
    ),
    Invented(
        "at least two thirds of those in term, and just these are enough",
        rules={"threshold_numerator": 2, "threshold_denominator": 3, "is_strict": False}, booth="5×yyn 1×ynn 3×nny",
        approvals="6 5 3", end="E P P", figures={"needed": 6, "shortfall": 1},
    ),
    Invented(
        "lines without a mark count for nothing, and a ballot without any is valid",
        rules={"blank": "not_counted"}, booth="5×yyb 3×ybb 1×bbb",
        approvals="8 5 0", end="E E P", figures={"valid": 9, "blank": 1, "needed": 5},
    ),
)  # fmt: skip

RUN_OFF = "5×yn 4×ny"
"""After the tie: most approvals decide, no majority is asked for."""


def ballots(written: str) -> list[str]:
    return [marks for number, marks in re.findall(r"(\d+)×(\w+)", written) for _ in range(int(number))]


def ends(written: str) -> list[str]:
    return [ENDS[letter] for letter in written.split()]


def name(session: Invented) -> str:
    return session.name


def check(session: Invented, whole: record.Content) -> None:
    assert [total["approve"] for total in whole["totals"]] == [int(number) for number in session.approvals.split()]
    assert [total["outcome"] for total in whole["totals"]] == ends(session.end)
    assert whole["figures"] | session.figures == whole["figures"]
    assert verifier.verify(record.canonical(whole)) == record.problems(whole) == []


def test_there_are_thirteen_and_no_ballot_of_the_booth_approves_more_than_it_may():
    assert len({session.name for session in INVENTED}) == len(INVENTED) == 13
    assert [marks for session in INVENTED for marks in ballots(session.booth) if marks.count("y") > 2] == []


@pytest.mark.parametrize("session", INVENTED, ids=name)
def test_an_invented_session_ends_as_was_worked_out(session):
    cast = ballots(session.papers) + ballots(session.booth)

    whole = record_of(
        cast, options=3, in_term=session.in_term, present=session.present - session.leaves,
        on_paper=len(ballots(session.papers)), **{"most_approvals": 2, **session.rules},
    )  # fmt: skip

    check(session, whole)


@pytest.mark.django_db
@pytest.mark.parametrize("session", INVENTED, ids=name)
def test_it_ends_alike_when_it_is_held(session):
    held = hold(session)

    check(session, exporters.full_record(Round.objects.get(pk=held.round.pk)))


@pytest.mark.django_db
def test_the_tie_is_settled_by_a_run_off():
    held = hold(TIE)
    held.round = services.start_run_off(round_=held.round, by=held.staff, at=NOW)
    services.lock_rules(round_=held.round, by=held.staff, at=NOW)
    held.lock_roll()
    services.open_sign_in(round_=held.round, by=held.staff, at=NOW)
    held.step(Step.OPEN)

    for deputy, marks in zip(held.deputies, ballots(RUN_OFF), strict=True):
        held.cast(deputy, marks)
    held.finish()

    whole = exporters.full_record(Round.objects.get(pk=held.round.pk))
    assert [(total["number"], total["approve"], total["outcome"]) for total in whole["totals"]] == [
        (2, 5, "elected"), (3, 4, "not_chosen"),
    ]  # fmt: skip
    assert verifier.verify(record.canonical(whole)) == []


def hold(session: Invented) -> Plenary:
    held = plenary(deputies=session.in_term, method=session.rules or None, until=RoundState.DRAFT)
    held.open(present=session.present)
    booth, papers = ballots(session.booth), ballots(session.papers)
    hand_out(held, held.deputies[len(booth) : len(booth) + len(papers)])
    for deputy, marks in zip(held.deputies, booth, strict=False):
        held.cast(deputy, marks)
    for deputy in held.deputies[session.present - session.leaves : session.present]:
        services.undo_sign_in(entry=held.entry(deputy), by=held.staff, at=NOW)
    held.step(Step.CLOSE, "会议决定结束投票" if session.leaves else "")
    if papers:
        count(held, len(papers))
        enter_twice(held, *papers)
        merge(held)
    held.announce()
    return held
