"""What the rules of voting have in common: reasons, and the frame of every act."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import BEFORE_DECISION, DecisionMode, Phase
from livelihood.kernel.errors import Text
from livelihood.kernel.verdict import YES, Verdict, no
from voting.models import Round
from voting.states import SIGNING_IN

NOT_YOURS = _("Your role does not include this task in this area.")
NOT_DECIDING = _("This is done in the deciding phase only.")
NOT_YET = _("This is done in the deciding phase, which has not begun.")
NOT_YET_FROM = _("This is done in the deciding phase; it is planned to begin on {day}.")
NOT_PREPARING = _("A round is prepared from the open letter on, until the list is decided.")
NOT_BY_VOTE = _("This year's list is reviewed by the two sessions; the deputies do not vote on it.")
NOT_BY_REVIEW = _("This year's list is decided by the deputies' vote; there is no review.")
RULES_LOCKED = _("The rules are locked. A round with other rules is a new round.")
ROLL_LOCKED = _("The roll is locked.")
ROLL_PROPOSED = _("Somebody proposes to lock the roll. Have the proposal withdrawn first.")
NOT_NOW = _("This step is not possible in the present state.")


def may_act(user: Person, permission: Permission, cycle: Cycle, mode: DecisionMode, at: datetime) -> Verdict:
    """May: a role in the area, in the deciding phase of a year that is decided this way."""
    verdict = _is_theirs(user, permission, cycle, mode, at)
    return verdict if not verdict or cycle.phase == Phase.DECIDE else no(_not_deciding(cycle))


def may_prepare(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: congress staff, from the letter until the list is decided: rules, roll and rehearsals need no candidates."""
    verdict = _is_theirs(user, Permission.PREPARE_ROUND, cycle, DecisionMode.VOTE, at)
    return verdict if not verdict or _is_prepared(cycle) else no(NOT_PREPARING)


def may_run(user: Person, permission: Permission, round_: Round, at: datetime) -> Verdict:
    """May: a role in the area, a vote in the deciding phase, a rehearsal before it, too."""
    verdict = _is_theirs(user, permission, round_.cycle, DecisionMode.VOTE, at)
    return verdict and is_its_time(round_)


def may_attend(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, from the beginning of sign-in until voting closes."""
    verdict = may_run(user, Permission.HAND_OUT_CARDS, round_, at)
    return verdict if not verdict or round_.state in SIGNING_IN else no(NOT_NOW)


def is_its_time(round_: Round) -> Verdict:
    """Say whether a round can be held now, whoever acts: a vote has its phase, a rehearsal needs none of its own."""
    if round_.is_rehearsal:
        return YES if _is_prepared(round_.cycle) else no(NOT_PREPARING)
    return YES if round_.cycle.phase == Phase.DECIDE else no(_not_deciding(round_.cycle))


def _not_deciding(cycle: Cycle) -> Text:
    """Say from when it is done; where the phase is over, that it had its time."""
    if not _is_prepared(cycle):
        return NOT_DECIDING
    period = cycles.period(cycle, Phase.DECIDE)
    return format_lazy(NOT_YET_FROM, day=date_format(period.starts_on)) if period else NOT_YET


def _is_theirs(user: Person, permission: Permission, cycle: Cycle, mode: DecisionMode, at: datetime) -> Verdict:
    if not accounts.has(user, permission, cycle.area, at):
        return no(NOT_YOURS)
    if cycle.decision_mode != mode:
        return no(NOT_BY_VOTE if mode == DecisionMode.VOTE else NOT_BY_REVIEW)
    return YES


def _is_prepared(cycle: Cycle) -> bool:
    return cycle.phase in (*BEFORE_DECISION, Phase.DECIDE)
