"""What the rules of voting have in common: reasons, and the frame of every act."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.verdict import YES, Verdict, no

NOT_YOURS = _("Your role does not include this task in this area.")
NOT_DECIDING = _("This is done in the deciding phase only.")
NOT_BY_VOTE = _("This year's list is reviewed by the two sessions; the deputies do not vote on it.")
NOT_BY_REVIEW = _("This year's list is decided by the deputies' vote; there is no review.")
RULES_LOCKED = _("The rules are locked. A round with other rules is a new round.")
ROLL_LOCKED = _("The roll is locked.")
NOT_NOW = _("This step is not possible in the present state.")


def may_act(user: Person, permission: Permission, cycle: Cycle, mode: DecisionMode, at: datetime) -> Verdict:
    """May: a role in the area, in the deciding phase of a year that is decided this way."""
    if not accounts.has(user, permission, cycle.area, at):
        return no(NOT_YOURS)
    if cycle.decision_mode != mode:
        return no(NOT_BY_VOTE if mode == DecisionMode.VOTE else NOT_BY_REVIEW)
    return YES if cycle.phase == Phase.DECIDE else no(NOT_DECIDING)
