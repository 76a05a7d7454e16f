"""Many at once: one ballot for each deputy, one clear answer to each try, nothing lost at the moment of closing.

Without the lock on the roll entry the first test fails, without the one on the round the others do.
"""

import contextlib
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from livelihood.audit.models import Entry
from livelihood.kernel.errors import NotAllowed
from tests import databases, journal
from tests.factories.frame import NOW
from tests.factories.voting import in_urn, plenary
from voting import services
from voting.models import Ballot, RollEntry, RoundResult
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[Any]:
    """Let all acts begin together, each on a connection of its own; return what each gave or raised, in order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            start.wait()
            return act()
        except Exception as error:  # noqa: BLE001 -- the test looks at every kind
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def is_anybody_waiting() -> bool:
    """Say whether a session of this database waits for a lock of another."""
    name = connection.settings_dict["NAME"]
    with contextlib.closing(databases.connect(name)) as apart, apart.cursor() as cursor:
        cursor.execute("SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return cursor.fetchone() is not None


def test_twenty_tries_of_one_deputy_give_one_ballot_and_nineteen_refusals():
    session = plenary()
    deputy = session.deputies[0]

    answers = at_once(*(lambda: session.cast(deputy, "yyn") for _ in range(20)))

    codes = [answer for answer in answers if isinstance(answer, str)]
    refusals = [answer for answer in answers if isinstance(answer, NotAllowed)]
    assert (len(codes), len(refusals)) == (1, 19)
    assert in_urn("receipt") == codes
    assert Entry.objects.filter(act="ballot.cast").count() == 1


def test_one_cast_sent_twenty_times_at_once_has_one_answer():
    session = plenary()
    deputy, key = session.deputies[0], str(uuid.uuid4())

    answers = at_once(*(lambda: session.cast(deputy, "yyn", key=key) for _ in range(20)))

    assert set(answers) == set(in_urn("receipt"))
    assert len(set(answers)) == 1


def test_deputies_vote_side_by_side_without_waiting():
    session = plenary(deputies=12)

    answers = at_once(*(partial(session.cast, deputy, "yyn") for deputy in session.deputies))

    assert len(set(answers)) == 12
    assert set(answers) == set(in_urn("receipt"))
    assert journal.is_whole()


def test_a_cast_that_waits_for_a_new_card_is_refused_with_the_former():
    session = plenary()
    deputy = session.deputies[0]
    services.issue_credential(entry=session.entry(deputy), by=session.staff, at=NOW)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.issue_credential(entry=session.entry(deputy), by=session.staff, at=NOW)
            waiting = pool.submit(at_once, partial(session.cast, deputy, "nnn", card=1))
            while not is_anybody_waiting():
                assert not waiting.done()
        (answer,) = waiting.result()

    assert isinstance(answer, NotAllowed)
    assert not in_urn()
    session.cast(deputy, "yyn", card=2)
    assert in_urn("marks") == ["yyn"]


@pytest.mark.parametrize("_attempt", range(3))
def test_casts_racing_the_close_are_counted_or_refused(_attempt):
    session = plenary(deputies=16)
    services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)
    casts: list[Callable[[], object]] = [partial(session.cast, deputy, "yyn") for deputy in session.deputies]
    casts.insert(8, lambda: services.close_round(round_=session.round, by=session.scrutineer, at=NOW))

    answers = at_once(*casts)

    closed = answers.pop(8)
    codes = {answer for answer in answers if isinstance(answer, str)}
    assert closed.state == RoundState.CLOSED
    assert all(isinstance(answer, str | NotAllowed) for answer in answers)
    assert set(Ballot.objects.values_list("receipt", flat=True)) == codes
    assert RollEntry.objects.filter(has_voted=True).count() == len(codes)
    assert not in_urn()
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    assert RoundResult.objects.get().returned == len(codes)


def test_two_scrutineers_confirm_once():
    session = plenary()
    services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)

    answers = at_once(
        *(lambda: services.close_round(round_=session.round, by=session.scrutineer, at=NOW) for _ in range(4))
    )

    assert sorted(isinstance(answer, NotAllowed) for answer in answers) == [False, True, True, True]
    assert Entry.objects.filter(act="round.closed").count() == 1


def test_rounds_of_two_places_close_at_once_while_a_third_votes():
    first, second, third = plenary(deputies=4), plenary(deputies=4), plenary(deputies=8)
    for session in (first, second):
        for deputy in session.deputies:
            session.cast(deputy, "nyn")
        services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)

    answers = at_once(
        *(partial(services.close_round, round_=s.round, by=s.scrutineer, at=NOW) for s in (first, second)),
        *(partial(third.cast, deputy, "yan") for deputy in third.deputies),
    )

    assert [answer.state for answer in answers[:2]] == [RoundState.CLOSED] * 2
    assert set(in_urn("receipt")) == set(answers[2:])
    assert Ballot.objects.filter(round=first.round).count() == Ballot.objects.filter(round=second.round).count() == 4
