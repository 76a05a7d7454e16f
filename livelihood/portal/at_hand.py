"""What the desk of a year offers throughout a phase, beside what waits for a person: as data, under rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Text
from livelihood.web.work import WorkItem
from proposals import rules as proposals
from proposals.states import Channel

Rule = Callable[[User, Cycle, datetime], bool]


@dataclass(frozen=True, slots=True)
class AtHand:
    """Something that can be done throughout a phase. rule: to whom it is offered, and in which years."""

    label: Text
    name: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class PossibleStep:
    """The same for one person in one year."""

    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """What the desk of a year shows as to be done now. work: what waits; offers: what is always possible.

    The first of them is the one main action; the step to the next phase never is. dates: what only bears a day, and
    has no page but this desk.
    """

    work: list[WorkItem]
    dates: list[WorkItem]
    offers: list[PossibleStep]


def _holds(permission: Permission) -> Rule:
    return lambda user, cycle, at: accounts.has(user, permission, cycle.area, at)


def _prepares(mode: DecisionMode, permission: Permission) -> Rule:
    return lambda user, cycle, at: cycle.decision_mode == mode and accounts.has(user, permission, cycle.area, at)


P = Permission
AT_HAND: dict[Phase, tuple[AtHand, ...]] = {
    Phase.SOLICIT: (
        AtHand(
            _("Enter a suggestion that came another way"),
            "proposals:suggestion_enter",
            lambda user, cycle, at: proposals.may_suggest(user, cycle, Channel.COUNTER, at).ok,
        ),
        AtHand(_("Prepare the vote"), "voting:rounds", _prepares(DecisionMode.VOTE, P.PREPARE_ROUND)),
    ),
    Phase.PLAN: (
        AtHand(
            _("Draft a candidate"),
            "proposals:candidate_draft",
            lambda user, cycle, at: proposals.may_plan(user, cycle, at).ok,
        ),
        AtHand(_("Prepare the vote"), "voting:rounds", _prepares(DecisionMode.VOTE, P.PREPARE_ROUND)),
    ),
    Phase.DECIDE: (
        AtHand(_("See the voting rounds"), "voting:rounds", _prepares(DecisionMode.VOTE, P.READ_DESK)),
        AtHand(_("See the review"), "voting:review", _prepares(DecisionMode.REVIEW, P.READ_DESK)),
    ),
    Phase.DELIVER: (
        AtHand(_("Report progress"), "projects:grid", _holds(P.REPORT_PROGRESS)),
        AtHand(_("Keep the project list"), "projects:desk_projects", _holds(P.MANAGE_PROJECTS)),
        AtHand(_("See the sites"), "projects:desk_sites", _holds(P.SUPERVISE)),
    ),
    Phase.EVALUATE: (
        AtHand(_("Run surveys"), "surveys:desk_surveys", _holds(P.RUN_SURVEYS)),
        AtHand(_("Build reports"), "reports:desk_reports", _holds(P.BUILD_REPORTS)),
    ),
}
"""In each phase what is most often done stands first; a draft and a closed year offer nothing."""


def to_do(user: User, cycle: Cycle, at: datetime, *, waiting: Iterable[WorkItem]) -> ToDo:
    """Return what a person can do in the present phase of a year.

    waiting: what waits for the person in all years, the last days of phases too.
    """
    desk = cycle.address("portal:desk")
    here = [item for item in waiting if item.url.startswith(desk) and not item.waits_for_others]
    work, dates = ([item for item in here if (item.url == desk) is is_date] for is_date in (False, True))
    offered = AT_HAND.get(Phase(cycle.phase), ())
    offers = [PossibleStep(one.label, cycle.address(one.name)) for one in offered if one.rule(user, cycle, at)]
    return ToDo(work, dates, offers)
