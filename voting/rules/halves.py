"""Who may draw, try and put in a half of the key to a sealed round."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.kernel.verdict import YES, Verdict, no
from voting import halves
from voting.models import GivenHalf, KeyHalf, Round
from voting.rules._shared import NOT_NOW, may_run
from voting.states import BEFORE_OPENING, RoundState

HOLDS_OTHER = _("You hold the other half of the key. Nobody holds both.")


def may_draw_half(user: Person, round_: Round, number: int, at: datetime) -> Verdict:
    """May: a scrutineer who does not hold the other half, from the locked rules until the vote opens.

    Drawn again it is another half, and the one before is worthless: so one that was lost, or whose holder has left, is
    replaced.
    """
    verdict = _may_use(user, round_, at)
    if not verdict or not isinstance(user, User):
        return verdict
    if round_.state not in (RoundState.RULES_LOCKED, *BEFORE_OPENING):
        return no(NOT_NOW)
    others = KeyHalf.objects.filter(round=round_, holder=user).exclude(number=number)
    return no(HOLDS_OTHER) if others.exists() else YES


def may_try_half(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: a scrutineer who holds a half, until the vote opens."""
    verdict = _may_use(user, round_, at)
    if not verdict or not isinstance(user, User):
        return verdict
    if round_.state not in (RoundState.RULES_LOCKED, *BEFORE_OPENING):
        return no(NOT_NOW)
    held = KeyHalf.objects.filter(round=round_, holder=user).exists()
    return YES if held else no(_("You hold no half of the key. Draw one first."))


def may_hand_in_half(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: a scrutineer who has put in none, when voting has closed and the envelopes wait: each half by another."""
    verdict = _may_use(user, round_, at)
    if not verdict or not isinstance(user, User):
        return verdict
    if round_.state != RoundState.CLOSED or halves.are_in(round_):
        return no(NOT_NOW)
    if GivenHalf.objects.filter(half__round=round_, given_by=user).exists():
        return no(_("You have put in a half. The other one is put in by another scrutineer."))
    return YES


def _may_use(user: Person, round_: Round, at: datetime) -> Verdict:
    verdict = may_run(user, Permission.CONFIRM_ROUND, round_, at)
    return verdict if not verdict or halves.are_used(round_) else no(halves.NOT_SEALED)
