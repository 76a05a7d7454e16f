"""The two halves of the key to a sealed round: drawn, tried, and put in when voting has closed (ADR 54)."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.verdict import require
from voting import rules
from voting.acts import VotingAct
from voting.models import GivenHalf, KeyHalf, Round
from voting.record import hash_of
from voting.schemes import envelopes, sealed
from voting.services import _shared as shared
from voting.tally import Mark


class WrongHalf(InvalidInput):
    """What was typed is no half of the key to this round, or not the half that this person holds."""

    code = "wrong_half"


@transaction.atomic
def draw_half(*, round_: Round, number: int, by: User, at: datetime, seen: str | None = None) -> tuple[KeyHalf, str]:
    """Draw a half of the key, and return it with what its holder writes down: this once, as it is kept nowhere.

    number: 1 or 2. seen: public key of the half that the page showed, empty for none; None: no page stands between.

    :raises NotAllowed: no scrutineer, the round is not sealed or has opened, or this person holds the other half.
    :raises Conflict: the half was drawn since the page was shown.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_draw_half(by, round_, number, at))
    half = KeyHalf.objects.filter(round=round_, number=number).first() or KeyHalf(round=round_, number=number)
    if seen not in (None, half.public_key):
        raise Conflict(
            _("This half was drawn since you opened the page. What you see now is good; draw it anew if not.")
        )
    before, typed = half.public_key, envelopes.draw_half()
    half.public_key, half.holder, half.drawn_at, half.tried_at = _public(_read(typed)), by, at, None
    half.save(update_fields=["public_key", "holder", "drawn_at", "tried_at"] if half.pk else None)
    record(VotingAct.HALF_DRAWN, round_, by=by, at=at, half=number, public_key=_changed(before, half.public_key))
    return half, typed


@transaction.atomic
def try_half(*, round_: Round, typed: str, by: User, at: datetime) -> KeyHalf:
    """Note that the holder of a half has it on paper, as they have typed it back. Typed once more it changes nothing.

    :raises NotAllowed: no scrutineer, the round has opened, or this person holds no half.
    :raises WrongHalf: it is mistyped, or another half.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_try_half(by, round_, at))
    half = KeyHalf.objects.get(round=round_, holder=by)
    if half.public_key != _public(_read(typed)):
        raise WrongHalf(_("This is not your half as it was drawn last. Look for the newest paper, or draw it anew."))
    if half.tried_at is None:
        half.tried_at = at
        half.save(update_fields=["tried_at"])
        record(VotingAct.HALF_TRIED, round_, by=by, at=at, half=half.number)
    return half


@transaction.atomic
def hand_in_half(*, round_: Round, typed: str, by: User, at: datetime) -> Round:
    """Put in a half after closing; the second one opens the ballots.

    Of the first half no more is kept than what it gives on the envelopes of this round, which are mixed, and only until
    the second comes, where no log has it.

    :raises NotAllowed: no scrutineer, not the time for it, or this person holds or has put in the other half.
    :raises WrongHalf: it is mistyped, or no half of this key.
    :raises Conflict: this half was put in by somebody else.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_hand_in_half(by, round_, at))
    private = _read(typed)
    both = list(KeyHalf.objects.filter(round=round_).order_by("number"))
    half = next((one for one in both if one.public_key == _public(private)), None)
    if half is None:
        raise WrongHalf(
            _("This is no half of the key to this round. Look for the paper that was tried before opening.")
        )
    (other,) = (one for one in both if one.number != half.number)
    if other.holder_id == by.pk:
        raise NotAllowed(rules.HOLDS_OTHER)
    former = GivenHalf.objects.filter(half__round=round_).first()
    if former is not None and former.half_id == half.pk:
        raise Conflict(_("This half was put in already. The other one is still missing."))
    given, envelopes_hash = sealed.opened_with(round_, private), hash_of(sealed.fingerprints(round_))
    record(VotingAct.HALF_HANDED_IN, round_, by=by, at=at, half=half.number, envelopes_hash=envelopes_hash)
    if former is None:
        GivenHalf.objects.create(half=half, given=b"".join(given).hex(), given_at=at, given_by=by)
        return round_
    half.handed_in_at, half.handed_in_by = at, by
    other.handed_in_at, other.handed_in_by = former.given_at, former.given_by
    for one in both:
        one.save(update_fields=["handed_in_at", "handed_in_by"])
    before = bytes.fromhex(former.given)
    size = len(before) // len(given)
    waited = [before[place : place + size] for place in range(0, len(before), size)]
    _open(round_, [waited, given] if other.number < half.number else [given, waited], by=by, at=at)
    return round_


def _open(round_: Round, given: list[list[bytes]], *, by: User, at: datetime) -> None:
    ballots = sealed.opened(round_, given)
    with connection.cursor() as cursor:
        # Not by the ORM: a function of the database, as the application may write no ballot itself.
        cursor.execute(
            "SELECT voting_open_sealed(%s, %s, %s)",
            [round_.pk, [marks for marks, _receipt in ballots], [receipt for _marks, receipt in ballots]],
        )
    unreadable = sum(Mark.SPOILT in marks for marks, _receipt in ballots)
    record(VotingAct.BALLOTS_OPENED, round_, by=by, at=at, opened=len(ballots), unreadable=unreadable)


def _changed(before: str, after: str) -> str | list[str]:
    return [before, after] if before else after


def _public(private: envelopes.PrivateKey) -> str:
    return envelopes.public_of(private).hex()


def _read(typed: str) -> envelopes.PrivateKey:
    """Return the private key that a half stands for.

    :raises WrongHalf: it is mistyped.
    """
    private = envelopes.read_half(typed)
    if private is None:
        raise WrongHalf(
            _("Something is mistyped. A half has seven groups of four characters; compare each with the paper.")
        )
    return private
