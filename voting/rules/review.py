"""Who may submit, revise and adopt a list under review, and say what they think of it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.kernel.verdict import YES, Verdict, no
from voting.models import Opinion, Review
from voting.rules._shared import NOT_YOURS, may_act
from voting.states import OpinionState, ReviewState


def may_submit_list(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: the livelihood office, once, while a year that is reviewed is in the deciding phase."""
    verdict = may_act(user, Permission.SUBMIT_FOR_REVIEW, cycle, DecisionMode.REVIEW, at)
    if verdict and Review.objects.filter(cycle=cycle).exists():
        return no(_("The list has been submitted already."))
    return verdict


def may_give_opinion(user: Person, review: Review, at: datetime) -> Verdict:
    """May: deputies and CPPCC members of the area, and congress staff for opinions handed in on paper."""
    if not any(
        accounts.has(user, permission, review.cycle.area, at)
        for permission in (Permission.GIVE_OPINION, Permission.ADOPT_LIST)
    ):
        return no(NOT_YOURS)
    return YES if review.state == ReviewState.SUBMITTED else no(_("The list is adopted; opinions are closed."))


def may_answer_opinion(user: Person, opinion: Opinion, at: datetime) -> Verdict:
    """May: the livelihood office and departments of the area, once."""
    if not accounts.has(user, Permission.ANSWER_OPINIONS, opinion.review.cycle.area, at):
        return no(NOT_YOURS)
    return YES if opinion.state == OpinionState.OPEN else no(_("This opinion has its answer."))


def may_revise_list(user: Person, review: Review, at: datetime) -> Verdict:
    """May: the livelihood office, between submission and adoption."""
    verdict = may_act(user, Permission.SUBMIT_FOR_REVIEW, review.cycle, DecisionMode.REVIEW, at)
    if verdict and review.state != ReviewState.SUBMITTED:
        return no(_("The list is adopted and can no longer be revised."))
    return verdict


def may_adopt_list(user: Person, review: Review, at: datetime) -> Verdict:
    """May: congress staff record the adoption, when every opinion has its answer."""
    verdict = may_act(user, Permission.ADOPT_LIST, review.cycle, DecisionMode.REVIEW, at)
    if not verdict:
        return verdict
    if review.state != ReviewState.SUBMITTED:
        return no(_("The list is adopted already."))
    if review.opinions.filter(state=OpinionState.OPEN).exists():
        return no(_("Some opinions wait for an answer."))
    return YES
