"""Who may run surveys, and when they may be answered."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.verdict import YES, Verdict, no
from projects.surveys.models import Survey
from projects.surveys.states import SURVEY_MOVES, SurveyState

PHASES = frozenset({Phase.DELIVER, Phase.EVALUATE})


def may_run_surveys(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: the livelihood office of the area, while projects are delivered or judged."""
    if not accounts.has(user, Permission.RUN_SURVEYS, cycle.area, at):
        return no(_("Only the livelihood office of this area runs its surveys."))
    if cycle.phase not in PHASES:
        return no(_("Surveys are held while projects are delivered or judged."))
    return YES


def may_read_surveys(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: everyone who works at this area's desk."""
    if accounts.has(user, Permission.READ_DESK, cycle.area, at):
        return YES
    return no(_("Only those who work at this area's desk may see this page."))


def may_move(user: Person, survey: Survey, verb: str, at: datetime) -> Verdict:
    """May: who runs surveys, by a verb that leads on from where the survey stands."""
    verdict = may_run_surveys(user, survey.cycle, at)
    if verdict and (survey.state, verb) not in SURVEY_MOVES:
        return no(_("This step is not possible in the present state."))
    return verdict


def may_draw_invitations(user: Person, survey: Survey, at: datetime) -> Verdict:
    """May: who runs surveys, before the survey is closed."""
    verdict = may_run_surveys(user, survey.cycle, at)
    if verdict and survey.state not in {SurveyState.DRAFT, SurveyState.OPEN}:
        return no(_("The survey is closed; nobody can be invited any more."))
    return verdict


def may_recount_survey(user: Person, survey: Survey, at: datetime) -> Verdict:
    """May: who runs surveys, until the figures are frozen."""
    verdict = may_run_surveys(user, survey.cycle, at)
    if verdict and survey.state in {SurveyState.DRAFT, SurveyState.FROZEN}:
        return no(_("There is nothing to count anew."))
    return verdict


def may_answer(survey: Survey | None, at: datetime) -> Verdict:
    """May: anyone, while the survey is open, from its first to its last day."""
    if survey is None or survey.state != SurveyState.OPEN:
        return no(_("No survey is open here now."))
    day = timezone.localdate(at)
    if day < survey.opens_on:
        return no(_("The survey has not begun yet."))
    if day > survey.closes_on:
        return no(_("The survey has ended."))
    return YES
