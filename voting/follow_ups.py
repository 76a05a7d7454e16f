"""What may follow a finished round, whoever asks: one round at most, for its tie, its open seats, or as it is void."""

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.verdict import YES, Verdict, no
from voting.models import Round
from voting.states import RoundKind, RoundState, ShortfallRule, TieRule


def run_off(round_: Round) -> Verdict:
    """Say whether a run-off can be begun for a round's tie."""
    return goes_to_run_off(round_) and _has_none(round_)


def goes_to_run_off(round_: Round) -> Verdict:
    """Say whether a round left a tie that a run-off settles, be it begun or not."""
    if round_.state != RoundState.ANNOUNCED or not round_.result.tied_seats:
        return no(_("There is no announced tie."))
    if round_.method.tie != TieRule.RUN_OFF:
        return no(_("The rules leave a tied seat open."))
    if _run_offs_up_to(round_) >= round_.method.run_off_limit:
        return no(_("The rules allow no further run-off."))
    return YES


def repeat(round_: Round) -> Verdict:
    """Say whether a round is voted again: it is void, or left seats open and its rules say so."""
    if round_.state == RoundState.VOIDED:
        return _has_none(round_)
    if round_.state != RoundState.ANNOUNCED or not round_.result.shortfall:
        return no(_("No seat stayed open."))
    if round_.method.shortfall != ShortfallRule.VOTE_AGAIN:
        return no(_("The rules leave the remaining seats open."))
    return _has_none(round_)


def _has_none(round_: Round) -> Verdict:
    """Say whether nothing follows yet; what followed and is void is repeated itself, so that a seat is filled once."""
    return YES if not round_.follow_ups.exists() else no(_("The round that follows this one exists already."))


def _run_offs_up_to(round_: Round) -> int:
    """Count the run-offs in the line of a round, itself included; the repeat of a void one adds none."""
    count, current = 0, round_
    while current.parent is not None:
        count, current = count + (current.kind == RoundKind.RUN_OFF), current.parent
    return count
