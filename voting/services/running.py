"""Running a round: what the presiding officer proposes and a scrutineer confirms, and what one alone may do."""

from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import YES, require
from voting import rules, selectors
from voting.acts import VotingAct
from voting.models import PaperReading, Round, TwoPersonStep
from voting.schemes import scheme_of
from voting.services import _shared as shared
from voting.services import after_closing
from voting.services.locking import ROLL_DIFFERS
from voting.states import VOTING, Step

NOTE_LENGTH = 300
CLOSES_WITHOUT_QUORUM = _(
    "{reason} Such a round chooses nothing: declare it void, or propose to close it and note here why."
)

OTHERS_ABSENT = _(
    "Others are absent than when closing was proposed: somebody was signed in since, or signed out. Refuse this step; "
    "the presiding officer looks at the list again and proposes anew."
)


@transaction.atomic
def propose_step(*, round_: Round, step: Step, by: User, at: datetime, note: str = "") -> TwoPersonStep:
    """Propose to lock the roll, open, close, announce, void or move a round to paper; who confirms it does it.

    note: why a round is void or moves to paper (required there); the number of the announcement, if it has one; for
    closing without the quorum (required there), that this is known: such a round chooses nothing, and may as well be
    declared void; for a roll that differs from what is known otherwise (required there), why it is right.

    :raises NotAllowed: not the presiding officer, or for the roll congress staff; the round is not ready, or another
        step waits.
    :raises BadText: no reason for a round that is void or moves to paper.
    :raises InvalidInput: closing without quorum, or locking a roll that differs, without a word on it.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_propose_step(by, round_, step, at))
    least = 4 if step in (Step.VOID, Step.MOVE_TO_PAPER) else 0
    note = clean_text(note, min_length=least, max_length=NOTE_LENGTH, multiline=False, field="note")
    quorum = rules.keeps_quorum(round_) if step == Step.CLOSE else YES
    if not quorum and not note:
        raise InvalidInput(format_lazy(CLOSES_WITHOUT_QUORUM, reason=quorum.reason), field="note")
    if step == Step.LOCK_ROLL and not note and not selectors.roll_check(round_, at).agrees:
        raise InvalidInput(ROLL_DIFFERS, field="note")
    proposed = TwoPersonStep.objects.create(
        round=round_,
        step=step,
        note=note,
        absent=selectors.absent_numbers(round_) if step == Step.CLOSE else [],
        proposed_at=at,
        proposed_by=by,
    )
    said = {"is_quorate": bool(quorum)} if step == Step.CLOSE else {}
    record(VotingAct.ROUND_STEP_PROPOSED, round_, by=by, at=at, step=str(step), note=note, **said)
    return proposed


@transaction.atomic
def withdraw_step(*, round_: Round, by: User, at: datetime) -> None:
    """Take the waiting step back (presiding officer) or refuse it (scrutineer).

    :raises NotAllowed: neither of the two, or nothing waits.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_withdraw_step(by, round_, at))
    waiting = shared.waiting_step(round_)
    waiting.withdrawn_at, waiting.withdrawn_by = at, by
    waiting.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record(VotingAct.ROUND_STEP_WITHDRAWN, round_, by=by, at=at, step=waiting.step)


@transaction.atomic
def open_round(*, round_: Round, by: User, at: datetime, shown: int | None = None) -> Round:
    """Open the vote, as the second person.

    shown: key of the proposal as it was read.

    :raises NotAllowed: no scrutineer, nothing proposed, or the quorum is not reached.
    """
    round_ = shared.lock_round(round_)
    shared.confirm(round_, Step.OPEN, shown=shown, by=by, at=at)
    shared.move(round_, "open", act="opened", by=by, at=at)
    record(VotingAct.ROUND_OPENED, round_, by=by, at=at)
    return round_


@transaction.atomic
def pause_round(*, round_: Round, by: User, at: datetime) -> Round:
    """Stop taking ballots for a while; what is in the urn stays.

    :raises NotAllowed: not the presiding officer, or voting is not open.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_pause_round(by, round_, at))
    shared.move(round_, "pause", by=by, at=at)
    record(VotingAct.ROUND_PAUSED, round_, by=by, at=at)
    return round_


@transaction.atomic
def resume_round(*, round_: Round, by: User, at: datetime) -> Round:
    """Take ballots again after a pause.

    :raises NotAllowed: not the presiding officer, or voting is not paused.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_resume_round(by, round_, at))
    shared.move(round_, "resume", by=by, at=at)
    record(VotingAct.ROUND_RESUMED, round_, by=by, at=at)
    return round_


@transaction.atomic
def close_round(*, round_: Round, by: User, at: datetime, shown: int | None = None) -> Round:
    """Close the vote, as the second person, and cut every tie between roll and ballots.

    Waits for casts that are under way; those that come after it are refused.

    shown: key of the proposal as it was read.

    :raises NotAllowed: no scrutineer, nothing proposed, the quorum was lost since and the proposal does not say so, or
        so few ballots of one kind are out that they would be recognised.
    :raises Conflict: others are absent than when closing was proposed; or the urn does not hold as many ballots as
        deputies have voted, and the round can only be void.
    """
    round_ = shared.lock_round(round_)
    proposed, quorum = shared.confirm(round_, Step.CLOSE, shown=shown, by=by, at=at), rules.keeps_quorum(round_)
    if not quorum and not proposed.note:
        raise NotAllowed(format_lazy(CLOSES_WITHOUT_QUORUM, reason=quorum.reason))
    if proposed.absent != selectors.absent_numbers(round_):
        raise Conflict(OTHERS_ABSENT)
    voted = round_.roll.filter(has_voted=True).count()
    shared.move(round_, "close", act="closed", by=by, at=at)
    if scheme_of(round_).close(round_) != voted:
        raise Conflict(_("The urn does not hold as many ballots as deputies have voted. Declare the round void."))
    after_closing.have_log_let_go(round_, at=at)
    record(
        VotingAct.ROUND_CLOSED,
        round_,
        by=by,
        at=at,
        voted=voted,
        present=round_.roll.filter(signed_in_at__isnull=False).count(),
        is_quorate=bool(quorum),
        note=proposed.note,
    )
    return round_


@transaction.atomic
def void_round(*, round_: Round, by: User, at: datetime, shown: int | None = None) -> Round:
    """Declare a round void, as the second person. Ballots still in the urn are destroyed; the journal keeps the rest.

    shown: key of the proposal as it was read.

    :raises NotAllowed: no scrutineer, nothing proposed, or the round is finished.
    """
    round_ = shared.lock_round(round_)
    reason = shared.confirm(round_, Step.VOID, shown=shown, by=by, at=at).note
    was_voting = round_.state in VOTING
    shared.move(round_, "void", act="voided", by=by, at=at, void_reason=reason)
    if was_voting:
        scheme_of(round_).discard(round_)
        after_closing.have_log_let_go(round_, at=at)
    PaperReading.objects.filter(stack__round=round_).delete()
    record(VotingAct.ROUND_VOIDED, round_, by=by, at=at, reason=reason)
    return round_
