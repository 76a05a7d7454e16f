"""A flood of casts, half of them conflicting: one ballot for each deputy, one clear answer to each cast.

Without the lock on the roll entry several casts of one deputy find that they have not voted, and all go into the urn.
"""

import random
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import pytest

from livelihood.audit.models import Entry
from livelihood.kernel.errors import NotAllowed
from tests import journal
from tests.factories.frame import NOW
from tests.factories.voting import Plenary, in_urn, plenary
from tests.threads import at_once
from voting import rules
from voting.models import Ballot, OptionResult, RollEntry, RoundResult
from voting.tally import Mark

pytestmark = pytest.mark.django_db(transaction=True)

CANDIDATES = 6


@dataclass(frozen=True)
class Cast:
    """What one press of the button sends; deputy: place in the list."""

    deputy: int
    letters: str
    key: str


@pytest.mark.parametrize(
    ("deputies", "casts", "connections"),
    [
        pytest.param(60, 800, 24, id="short"),
        pytest.param(700, 10_000, 48, id="long", marks=pytest.mark.slow),
    ],
)
def test_a_flood_of_casts_gives_one_ballot_and_one_answer_each(deputies: int, casts: int, connections: int):
    session = plenary(candidates=CANDIDATES, deputies=deputies, method={"most_approvals": None})
    everybody = range(deputies)

    answers = cast_all(session, flood(deputies, casts), connections)

    codes: dict[Cast, set[str]] = defaultdict(set)
    for cast, answer in answers:
        if isinstance(answer, str):
            codes[cast].add(answer)
    receipts = {cast: code for cast, found in codes.items() for code in found}
    has_voted = rules.may_cast(session.deputies[0], session.round, session.entry(session.deputies[0]), NOW).reason
    assert len(answers) == casts
    assert sorted(cast.deputy for cast, found in codes.items() for _code in found) == list(everybody)
    assert {type(answer) for cast, answer in answers if cast not in receipts} == {NotAllowed}, answers
    assert all(answer == receipts[cast] for cast, answer in answers if cast in receipts)
    assert {str(answer) for cast, answer in answers if cast not in receipts} == {str(has_voted)}
    ballots = sorted((code, cast.letters) for cast, code in receipts.items())
    assert sorted(in_urn("receipt", "marks")) == ballots

    again = {cast: session.cast(session.deputies[cast.deputy], cast.letters, cast.key) for cast in receipts}

    assert again == receipts
    assert len(in_urn()) == Entry.objects.filter(act="ballot.cast").count() == deputies

    session.finish()

    columns = [Counter(letters[place] for _code, letters in ballots) for place in range(CANDIDATES)]
    counts = OptionResult.objects.order_by("option__number").values_list("approve", "oppose", "abstain", "blank")
    assert sorted(Ballot.objects.values_list("receipt", "marks")) == ballots
    assert RollEntry.objects.filter(has_voted=True).count() == RoundResult.objects.get().returned == deputies
    assert list(counts) == [tuple(column[mark] for mark in "ynab") for column in columns]
    assert journal.is_whole()


def flood(deputies: int, casts: int) -> list[Cast]:
    """Return casts in groups by deputy: half of each the same cast sent again, half other marks under another key."""
    draw, letters = random.Random(20261122), Mark.APPROVE + Mark.OPPOSE + Mark.ABSTAIN
    sent = []
    for deputy in range(deputies):
        first = Cast(deputy, "".join(draw.choices(letters, k=CANDIDATES)), str(uuid.uuid4()))
        tries = [first]
        for number in range(1, len(range(deputy, casts, deputies))):
            other = first.letters.translate(str.maketrans(letters, letters[1:] + letters[0]))
            tries.append(Cast(deputy, other, str(uuid.uuid4())) if number % 2 else first)
        draw.shuffle(tries)
        sent += tries
    return sent


def cast_all(session: Plenary, sent: list[Cast], connections: int) -> list[tuple[Cast, object]]:
    """Send the casts from so many connections at once, each taking the next one; return what answered each."""
    waiting: SimpleQueue[Cast] = SimpleQueue()
    for cast in sent:
        waiting.put(cast)
    answers: list[tuple[Cast, object]] = []

    def send() -> None:
        while True:
            try:
                cast = waiting.get_nowait()
            except Empty:
                return
            try:
                answer: object = session.cast(session.deputies[cast.deputy], cast.letters, cast.key)
            except Exception as error:  # noqa: BLE001 -- what a cast ended with is its answer
                answer = error
            answers.append((cast, answer))

    assert at_once(*[send] * connections) == [None] * connections
    return answers
