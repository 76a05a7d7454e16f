"""What an attacker who reads the whole database gets of an open vote: of a plain one all, of a sealed one nothing.

The attacker joins deputies and ballots by the transaction that wrote both, keeps a copy of it, and reads the record
when it is published. With one half of the key that is still nothing; with both it is everything, so the test has
something to find.
"""

import base64
from functools import partial

import pytest

from livelihood.kernel.errors import NotAllowed
from tests.factories.frame import NOW
from tests.factories.voting import Plenary, plenary
from tests.threads import at_once
from tests.voting.sealing import SEALED, cast_sealed, sealed_in_browser
from tests.voting.test_record import reread
from tests.voting.test_secrecy import pattern, rows, sample_everything, sampled, secret, tables_with
from voting import exporters, services
from voting.models import Ballot
from voting.schemes import envelopes
from voting.services import WrongHalf
from voting.states import Step

pytestmark = pytest.mark.django_db(transaction=True)

JOIN = "SELECT e.number, u.marks FROM voting_rollentry e JOIN voting_urnballot u ON u.xmin = e.xmin ORDER BY 1"
CANDIDATES, DEPUTIES = 6, 12


def all_voted(method: dict[str, str]) -> tuple[Plenary, list[str]]:
    """Give an open round in which all have voted, each in another way: by turns sealed in the browser and without."""
    session = plenary(candidates=CANDIDATES, seats=6, deputies=DEPUTIES, method=method)
    receipts = []
    for number, deputy in enumerate(session.deputies):
        if method and number % 2:
            envelope, receipt = sealed_in_browser(session, pattern(number))
            cast_sealed(session, deputy, envelope)
        else:
            receipt = session.cast(deputy, pattern(number))
        receipts.append(receipt)
    sample_everything()
    return session, receipts


def read_with(envelope: str, halves: list[str]) -> str | None:
    """Return what an attacker reads of an envelope who has these halves in their places."""
    sealed = base64.b64decode(envelope)
    point, privates = sealed[: envelopes.POINT_LENGTH], [one for half in halves if (one := envelopes.read_half(half))]
    publics = [bytes.fromhex(key) for (key,) in rows("SELECT public_key FROM voting_keyhalf ORDER BY number")]
    key, _receipt = envelopes.keys_of(point, publics, [envelopes.shared_secret(one, point) for one in privates])
    return envelopes.unseal(sealed, key)


def test_of_a_plain_vote_that_is_open_the_attacker_reads_all():
    all_voted({})

    assert dict(rows(JOIN)) == {number + 1: pattern(number) for number in range(DEPUTIES)}


def test_of_a_sealed_vote_the_attacker_reads_nothing_before_and_after_closing():
    session, receipts = all_voted(SEALED)
    (_first, one), (_second, two) = session.halves
    hidden = secret(receipts)

    copy = dict(rows(JOIN))
    assert len(copy) == len(set(copy.values())) == DEPUTIES  # whose envelope is whose is known
    assert tables_with(hidden) == set()
    assert not hidden.search(sampled())
    assert {len(envelope) for envelope in copy.values()} == {116}
    for halves in ([one, one], [two, two], [one, envelopes.draw_half()], [envelopes.draw_half(), two]):
        assert {read_with(envelope, halves) for envelope in copy.values()} == {None}

    session.step(Step.CLOSE)
    assert tables_with(hidden) == set()
    session.announce()
    whole = exporters.round_record(reread(session))
    assert sorted(ballot["receipt"] for ballot in whole["ballots"]) == sorted(receipts)
    assert not [envelope for envelope in copy.values() if hidden.search(envelope)]
    assert tables_with(hidden) == {"voting_ballot"}
    kept = dict(rows("SELECT id::text, envelope FROM voting_sealedballot"))
    assert sorted(kept.values()) == sorted(copy.values())
    assert not kept.keys() & {key for (key,) in rows("SELECT id::text FROM voting_ballot")}
    assert {number: read_with(envelope, [one, two]) for number, envelope in copy.items()} == {
        number + 1: pattern(number) for number in range(DEPUTIES)
    }


def test_row_metadata_joins_neither_envelopes_nor_ballots_with_anybody():
    session, _receipts = all_voted(SEALED)
    order = [envelope for _number, envelope in rows(JOIN)]
    session.step(Step.CLOSE)
    session.open_ballots()

    places = [order.index(envelope) for (envelope,) in rows("SELECT envelope FROM voting_sealedballot ORDER BY ctid")]
    people = {xmin for (xmin,) in rows("SELECT xmin::text FROM voting_rollentry")}
    for table in ("voting_sealedballot", "voting_ballot"):
        written = {xmin for (xmin,) in rows(f"SELECT xmin::text FROM {table}")}  # noqa: S608 -- our own
        assert len(written) == 1
        assert not written & people
    assert places != sorted(places)


def test_two_who_put_their_halves_in_at_once_open_the_ballots_once():
    session, _receipts = all_voted(SEALED)
    session.step(Step.CLOSE)

    answers = at_once(*(
        partial(services.hand_in_half, round_=session.round, typed=typed, by=by, at=NOW)
        for by, typed in [*session.halves, *session.halves]
    ))  # fmt: skip

    assert sum(not isinstance(answer, Exception) for answer in answers) == 2
    assert all(isinstance(answer, (NotAllowed, WrongHalf)) for answer in answers if isinstance(answer, Exception))
    assert Ballot.objects.count() == DEPUTIES
    services.count_round(round_=session.round, by=session.chair, at=NOW)
