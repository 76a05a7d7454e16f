"""The ballot's way from a deputy's hand into the urn."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.verdict import require
from voting import rules, selectors
from voting.models import Round
from voting.schemes import scheme_of
from voting.services import _shared as shared
from voting.states import BallotForm, BlankRule
from voting.tally import Mark, encode


class InvalidBallot(InvalidInput):
    """A ballot that the rules of the round do not take."""

    code = "invalid_ballot"


class RepeatedKey(InvalidInput):
    """The key of a ballot page came again with other choices."""

    code = "repeated_key"
    message = _("Your ballot has arrived with other choices than these. It can be neither changed nor taken back.")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a deputy takes away: the code under which the ballot is found after the announcement. round: as it stood."""

    code: str
    round: Round


@transaction.atomic
def cast_ballot(*, round_: Round, marks: Mapping[int, Mark], key: str, by: User, at: datetime) -> Receipt:
    """Put a deputy's ballot into the urn and, apart from it, note that they have voted.

    marks: option id → mark, one for every option of the round. A line left blank is a mark of its own, so that a
    ballot of which a part was lost on its way is never taken for one with blank lines.
    key: a random UUID drawn by the ballot page; the same key with the same marks gives the same receipt and writes
    nothing, as long as voting has not closed.
    at: when; kept in the journal beside the deputy, never on the ballot.

    :raises NotAllowed: voting is not open, or the deputy is not on the roll, not signed in or has voted.
    :raises InvalidBallot: a missing or unknown option, more approvals than allowed, or lines that must not be blank.
    :raises RepeatedKey: this page's ballot has arrived already, with other marks.
    """
    entry = shared.lock_line(round_, by)
    if entry is None:
        raise NotAllowed(rules.NOT_ON_ROLL)
    round_ = entry.round
    scheme = scheme_of(round_)
    key = _checked_key(key)
    if entry.has_voted and (earlier := scheme.recall(entry, key)):
        if earlier.marks != _letters(round_, marks):
            raise RepeatedKey
        return Receipt(earlier.receipt, round_)
    require(rules.may_cast(by, round_, entry, at))
    cast = scheme.cast(entry, check_marks(round_, marks), key)
    entry.has_voted = True
    entry.save(update_fields=["has_voted"])
    record("ballot.cast", entry, by=by, at=at, cycle_id=round_.cycle_id, round=round_.pk)
    return Receipt(cast.receipt, round_)


def check_marks(round_: Round, marks: Mapping[int, Mark]) -> str:
    """Return the marks as letters, in order of option number, when the rules take them.

    :raises InvalidBallot: they do not.
    """
    method, letters = round_.method, _letters(round_, marks)
    approvals, limit = letters.count(Mark.APPROVE), method.most_approvals
    if Mark.SPOILT in letters:
        raise InvalidBallot(_("The booth takes no invalid ballot."))
    if limit is not None and approvals > limit:
        too_many = _("Too many approvals: {approvals}. At most {limit} are possible; take some back.")
        if method.form != BallotForm.EACH:
            too_many = _("Too many are chosen: {approvals}. At most {limit} are possible; take some back.")
        raise InvalidBallot(format_lazy(too_many, approvals=approvals, limit=limit))
    if method.form == BallotForm.EXACTLY and approvals != limit:
        problem = _("Chosen: {approvals}. Exactly {limit} are asked for.")
        raise InvalidBallot(format_lazy(problem, approvals=approvals, limit=limit))
    if method.form != BallotForm.EACH and set(letters) - {Mark.APPROVE, Mark.BLANK}:
        raise InvalidBallot(_("This ballot knows ticks only."))
    if method.form == BallotForm.EACH and method.blank == BlankRule.BALLOT_INVALID and Mark.BLANK in letters:
        raise InvalidBallot(_("Every candidate needs a mark: a line left blank would make the ballot invalid."))
    return letters


def _letters(round_: Round, marks: Mapping[int, Mark]) -> str:
    options = selectors.option_ids(round_)
    if set(marks) - set(options):
        raise InvalidBallot(_("This ballot names a candidate that does not stand in this round."))
    if len(marks) < len(options):
        raise InvalidBallot(_("Part of this ballot was lost on its way. Nothing was cast; check it and send it again."))
    return encode(options, marks)


def _checked_key(key: str) -> str:
    try:
        return str(uuid.UUID(key))
    except ValueError:
        raise InvalidBallot(_("The ballot lacks its key. Open the ballot page again.")) from None
