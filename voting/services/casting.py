"""The ballot's way from a deputy's hand into the urn."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import entry_of
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.rows import insertion
from livelihood.kernel.verdict import require
from voting import rules
from voting.acts import VotingAct
from voting.models import RollEntry, Round
from voting.schemes import InvalidBallot, Sent, scheme_of
from voting.services import _shared as shared


class RepeatedBallot(InvalidInput):
    """The key of a ballot page came again with other choices."""

    code = "repeated_key"
    message = _("Your ballot has arrived with other choices than these. It can be neither changed nor taken back.")


@dataclass(frozen=True, slots=True)
class BallotReceipt:
    """What a deputy takes away: the code under which the ballot is found after the announcement. round: as it stood."""

    code: str
    round: Round


@transaction.atomic
def cast_ballot(
    *, round_id: int, sent: Sent, key: str, by: User, at: datetime, card: int | None = None, machine: int | None = None
) -> BallotReceipt:
    """Put a deputy's ballot into the urn and, apart from it, note that they have voted.

    round_id: read first under its lock, so that a whole congress that casts at once reads it once each.
    sent: what the ballot page sent; the scheme of the round reads it.
    key: a random UUID drawn by the ballot page; the same key with the same ballot gives the same receipt and writes
    nothing, as long as voting has not closed.
    at: when; kept in the journal beside the deputy, never on the ballot.
    card: which of the deputy's cards began this sign-in; None for one by password.
    machine: of the hall, at which they came in.

    :raises NotAllowed: voting is not open, or the deputy is not on the roll, not signed in or has voted, or another
        card was issued since the one of this sign-in.
    :raises InvalidBallot: a missing or unknown option, more approvals than allowed, or lines that must not be blank.
    :raises RepeatedBallot: this page's ballot has arrived already, with other choices.
    """
    entry = shared.lock_line(round_id, by)
    if entry is None:
        raise NotAllowed(rules.NOT_ON_ROLL)
    round_ = entry.round
    scheme = scheme_of(round_)
    key = _checked_key(key)
    if entry.has_voted and (earlier := scheme.recall(entry, key)):
        if earlier.content != scheme.read(round_, sent, key):
            raise RepeatedBallot
        return BallotReceipt(earlier.receipt, round_)
    require(rules.may_cast(by, round_, entry, at, card))
    cast = scheme.cast(entry, scheme.read(round_, sent, key), key)
    _note_vote(entry, machine, by=by, at=at)
    return BallotReceipt(cast.receipt, round_)


def _note_vote(entry: RollEntry, machine: int | None, *, by: User, at: datetime) -> None:
    """Write on the roll and into the journal that a deputy has voted."""
    where = {} if machine is None else {"machine": machine}
    noted = entry_of(
        VotingAct.BALLOT_CAST, entry, by=by, at=at, cycle_id=entry.round.cycle_id, round=entry.round_id, **where
    )
    row, values = insertion(noted)
    with connection.cursor() as cursor:
        # Not by the ORM: it would send two statements, and each deputy waits for both.
        cursor.execute(
            "WITH voted AS (UPDATE voting_rollentry SET has_voted = true WHERE id = %s RETURNING id)"  # noqa: S608
            f" {row} FROM voted",
            [entry.pk, *values],
        )
    entry.has_voted = True


def _checked_key(key: str) -> str:
    try:
        return str(uuid.UUID(key))
    except ValueError:
        raise InvalidBallot(_("The ballot lacks its key. Open the ballot page again.")) from None
