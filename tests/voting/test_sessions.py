"""Every published session, held as a round of its own size.

What a source does not give is assumed as little as can be, by `meeting`, and nothing that it gives is changed:

- candidates: a fifth more than the seats, the least of a differential vote; seats: as many fewer than the candidates;
  where both are missing, 12 for 10 as in most sessions;
- deputies in term: those present, as nobody is known to have stayed away; deputies present: those in term;
  where both are missing, EVERYBODY;
- ballots returned: one from each deputy present.

Sources hardly publish rules and no ballots: both are invented, `RULES` so that every rule is met by some session.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from livelihood.demo import facts
from tests.factories.voting import Plenary, plenary
from tests.voting.papers import count, enter_twice, merge
from tests.voting.records import record_of
from voting import exporters, record, verifier
from voting.models import PaperReading, PaperStack, Round
from voting.states import RoundState, Step

SESSIONS = facts.vote_sessions()
EVERYBODY = 60
BY_SERVICE = 20
"""So many ballots of a session go in by the act of a deputy or a teller, as each of the others would; those as rows."""

RULES: dict[str, dict[str, Any]] = {
    "杭州市滨江区-2017": {"form": "at_most"},
    "东阳市-2017": {"denominator": "present"},
    "文成县-2019": {"over_vote": "approvals_void"},
    "连云港市赣榆区-2020": {"form": "exactly", "denominator": "present"},
    "重庆市江津区四屏镇-2023": {"denominator": "returned"},
    "泉州市丰泽区-2024": {"form": "exactly"},
    "济南市-2024": {"publishes_counts": False},
    "海南省-2024": {"publishes_counts": False, "denominator": "returned"},
    "海口市美兰区-2025": {"form": "at_most", "publishes_counts": False},
    "丽水市-2025": {"denominator": "returned"},
}


def name(session: facts.VoteSessionFact) -> str:
    return f"{session.region}-{session.year}"


@dataclass(frozen=True)
class Meeting:
    """A session with nothing missing. rules: those other than the usual ones."""

    candidates: int
    seats: int
    in_term: int
    present: int
    returned: int
    is_on_paper: bool
    rules: dict[str, Any] = field(default_factory=dict)

    def rule(self, name: str) -> Any:
        usual = {"form": "each", "denominator": "in_term", "over_vote": "ballot_invalid", "publishes_counts": True}
        return (usual | self.rules)[name]

    def record(self, ballots: Sequence[str], **values: Any) -> record.Content:
        return record_of(
            ballots,
            options=self.candidates,
            seats=self.seats,
            in_term=self.in_term,
            present=self.present,
            on_paper=len(ballots) if self.is_on_paper else 0,
            **{"most_approvals": self.seats, **self.rules, **values},
        )


def meeting(session: facts.VoteSessionFact) -> Meeting:
    seats = session.seats or (session.candidates or 12) * 10 // 12
    present = session.deputies_present or session.deputies_in_term or EVERYBODY
    return Meeting(
        candidates=session.candidates or -(-seats * 12 // 10),
        seats=seats,
        in_term=session.deputies_in_term or present,
        present=present,
        returned=session.ballots_returned or present,
        is_on_paper="paper" in session.method,
        rules=RULES.get(name(session), {}),
    )


def ballots(session: facts.VoteSessionFact) -> list[str]:
    """Draw what is returned: later candidates are less liked. The booth takes what the rules allow; a box takes all."""
    drawn, held = random.Random(session.source_id), meeting(session)
    cast = [ballot(held, drawn) for _ in range(held.returned)]
    if held.is_on_paper:
        cast[::25] = ["y" * held.candidates] * len(cast[::25])
        cast[1::25] = ["x" * held.candidates] * len(cast[1::25])
    return cast


def ballot(held: Meeting, drawn: random.Random) -> str:
    liked = sorted(range(held.candidates), key=lambda place: drawn.random() + place / held.candidates)
    fewest = held.seats if held.rule("form") == "exactly" else held.seats - held.seats // 4
    approved = set(liked[: drawn.randint(fewest, held.seats)])
    others = "nab" if held.rule("form") == "each" else "b"
    return "".join("y" if place in approved else drawn.choice(others) for place in range(held.candidates))


def is_invalid(held: Meeting, marks: str) -> bool:
    return "x" in marks or (marks.count("y") > held.seats and held.rule("over_vote") == "ballot_invalid")


def approvals(held: Meeting, cast: Sequence[str]) -> list[int]:
    """Count what approves each candidate by the plainest means."""
    valid = [marks for marks in cast if "x" not in marks and marks.count("y") <= held.seats]
    return [sum(marks[place] == "y" for marks in valid) for place in range(held.candidates)]


def test_sessions_are_held_with_every_figure_that_is_published():
    pairs = {
        "candidates": "candidates",
        "seats": "seats",
        "deputies_in_term": "in_term",
        "deputies_present": "present",
        "ballots_issued": "present",
        "ballots_returned": "returned",
    }
    published = dict.fromkeys(pairs, 0)
    for session in SESSIONS:
        for published_as, held_as in pairs.items():
            figure = getattr(session, published_as)
            published[published_as] += figure is not None
            assert figure in (None, getattr(meeting(session), held_as)), name(session)

    assert len({name(session) for session in SESSIONS}) == len(SESSIONS) == 42
    assert published == {
        "candidates": 29,
        "seats": 39,
        "deputies_in_term": 5,
        "deputies_present": 20,
        "ballots_issued": 2,
        "ballots_returned": 2,
    }
    assert set(RULES) <= {name(session) for session in SESSIONS}
    assert [name(session) for session in SESSIONS if meeting(session).in_term > meeting(session).present] == [
        "文成县-2019",
        "临海市-2022",
        "覃塘区樟木镇-2024",
        "丽水市-2025",
    ]


@pytest.mark.parametrize("session", SESSIONS, ids=name)
def test_session_is_counted_alike_by_both_programs(session):
    held, cast = meeting(session), ballots(session)
    invalid = sum(is_invalid(held, marks) for marks in cast)

    whole = held.record(cast)

    figures = whole["figures"]
    assert (figures["in_term"], figures["present"], figures["returned"]) == (held.in_term, held.present, held.returned)
    assert (figures["valid"], figures["invalid"]) == (held.returned - invalid, invalid)
    assert figures["needed"] == getattr(held, held.rule("denominator")) // 2 + 1
    assert len(whole["elected"]) + figures["tied_seats"] + figures["shortfall"] == held.seats
    assert [total["approve"] for total in whole["totals"]] == approvals(held, cast)
    data = record.canonical(whole)
    assert record.problems(record.parse(data)) == verifier.verify(data) == []


@pytest.mark.parametrize("session", SESSIONS, ids=name)
def test_tie_at_the_last_seat_of_a_session_is_reported(session):
    held = meeting(session)
    sure = "y" * (held.seats - 1)
    rest = held.candidates - len(sure)
    # All approve what is sure; the first deputy alone opposes the rest, which are therefore equal at the last seat.
    cast = [sure + "n" * rest] + [sure + "y" * rest] * (held.returned - 1)

    whole = held.record(cast, form="each", most_approvals=None)

    numbers = list(range(1, held.candidates + 1))
    if rest == 1:
        assert (whole["elected"], whole["tied"]) == (numbers, [])
    else:
        assert (whole["elected"], whole["tied"]) == (numbers[: held.seats - 1], numbers[held.seats - 1 :])
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
    held, cast = meeting(session), ballots(session)
    congress = plenary(
        candidates=held.candidates,
        seats=held.seats,
        deputies=held.in_term,
        method={"most_approvals": held.seats, **held.rules},
        until=RoundState.DRAFT,
    )

    congress.open(present=held.present)
    if held.is_on_paper:
        vote_on_paper(congress, cast)
    else:
        vote_in_the_booth(congress, cast)
    congress.announce()

    round_ = Round.objects.get(pk=congress.round.pk)
    whole, expected, shown = exporters.full_record(round_), held.record(cast), exporters.round_record(round_)
    assert (whole["figures"], whole["totals"]) == (expected["figures"], expected["totals"])
    assert (whole["elected"], whole["tied"]) == (expected["elected"], expected["tied"])
    assert sorted(ballot["marks"] for ballot in whole["ballots"]) == sorted(cast)
    assert ("ballots" in shown, "totals" in shown) == (held.rule("publishes_counts"),) * 2
    assert verifier.verify(record.canonical(whole)) == verifier.verify(record.canonical(shown)) == []


def vote_in_the_booth(congress: Plenary, cast: Sequence[str]) -> None:
    for deputy, marks in zip(congress.deputies[:BY_SERVICE], cast, strict=False):
        congress.cast(deputy, marks)
    congress.fill_urn(cast[BY_SERVICE:])
    congress.step(Step.CLOSE)


def vote_on_paper(congress: Plenary, cast: Sequence[str]) -> None:
    congress.step(Step.MOVE_TO_PAPER, "本次会议使用纸质表决票")
    congress.step(Step.CLOSE)
    count(congress, len(cast))
    enter_twice(congress, *cast[:BY_SERVICE])
    stack = PaperStack.objects.get(round=congress.round)
    PaperReading.objects.bulk_create(
        PaperReading(stack=stack, number=number, hand=hand, teller=teller, marks=marks)
        for number, marks in enumerate(cast[BY_SERVICE:], start=BY_SERVICE + 1)
        for hand, teller in enumerate((congress.staff, congress.scrutineer), start=1)
    )
    merge(congress)
