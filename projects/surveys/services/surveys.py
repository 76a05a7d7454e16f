"""Running a survey from its draft to its frozen figures."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.moves import check_move
from livelihood.kernel.numbers import hash_code, make_code
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from projects.models import Project, Site
from projects.surveys import rules, selectors
from projects.surveys.acts import SurveyAct
from projects.surveys.models import (
    SMALLEST_BATCH,
    SMALLEST_SHOWN,
    Draw,
    Invitation,
    Question,
    Receipt,
    Response,
    Survey,
)
from projects.surveys.services import figures
from projects.surveys.states import SURVEY_MOVES, SurveyState, Target

MOST_INVITATIONS = 5000
"""At once; more are drawn by drawing again."""


@transaction.atomic
def create_survey(
    *,
    cycle: Cycle,
    target: Target,
    title: str,
    question_zh: str,
    opens_on: date,
    closes_on: date,
    by: User,
    at: datetime,
    question_en: str = "",
    smallest_shown: int = SMALLEST_SHOWN,
) -> Survey:
    """Prepare a survey with its one question of three grades.

    opens_on, closes_on: first and last day on which it may be answered.
    smallest_shown: answers from which on percentages are shown; at least 1.

    :raises NotAllowed: not this office's survey, or not the time of year.
    :raises InvalidInput: an empty title or question, dates out of order, or a threshold below 1.
    """
    require(rules.may_run_surveys(by, cycle, at))
    if closes_on < opens_on:
        raise InvalidInput(_("The last day lies before the first."), field="closes_on")
    if smallest_shown < 1:
        raise InvalidInput(_("Write a number of 1 or more."), field="smallest_shown")
    survey = Survey.objects.create(
        cycle=cycle,
        target=target,
        title=clean_text(title, min_length=1, max_length=200, multiline=False, field="title"),
        opens_on=opens_on,
        closes_on=closes_on,
        smallest_shown=smallest_shown,
        created_at=at,
        created_by=by,
    )
    Question.objects.create(
        survey=survey,
        text_zh=clean_text(question_zh, min_length=1, max_length=200, multiline=False, field="question_zh"),
        text_en=clean_text(question_en, max_length=300, multiline=False, field="question_en"),
    )
    record(SurveyAct.SURVEY_CREATED, survey, by=by, at=at, target=str(target))
    return survey


@transaction.atomic
def open_survey(*, survey: Survey, by: User, at: datetime) -> Survey:
    """Let people answer; from now on question and dates stay as they are.

    :raises NotAllowed: not this office's survey, or not the time of year.
    :raises IllegalMove: not a draft.
    :raises Conflict: another survey about the same kind of thing is open.
    """
    survey, state = _checked_move(survey, "open", by, at)
    if Survey.objects.for_cycle(survey.cycle).filter(target=survey.target, state=SurveyState.OPEN).exists():
        raise Conflict(_("Another survey that asks about this is open. Close it first."))
    survey.state, survey.opened_at, survey.opened_by = state, at, by
    survey.save(update_fields=["state", "opened_at", "opened_by"])
    record(SurveyAct.SURVEY_OPENED, survey, by=by, at=at)
    return survey


@transaction.atomic
def close_survey(*, survey: Survey, by: User, at: datetime) -> Survey:
    """Take no more answers, count the last ones, and remove what could still be paired with an answer.

    :raises NotAllowed: not this office's survey, or not the time of year.
    :raises IllegalMove: not open.
    """
    survey, state = _checked_move(survey, "close", by, at)
    survey.state, survey.closed_at, survey.closed_by = state, at, by
    survey.save(update_fields=["state", "closed_at", "closed_by"])
    figures.take_in(survey, at=at)
    Response.objects.rewrite_in_random_order(survey)
    Invitation.objects.filter(draw__survey=survey).delete()
    Receipt.objects.filter(survey=survey).delete()
    record(SurveyAct.SURVEY_CLOSED, survey, by=by, at=at)
    return survey


@transaction.atomic
def freeze_survey(*, survey: Survey, by: User, at: datetime) -> Survey:
    """Count everything once more and fix the figures; the database refuses any later change of them.

    :raises NotAllowed: not this office's survey, or not the time of year.
    :raises IllegalMove: not closed.
    """
    survey, state = _checked_move(survey, "freeze", by, at)
    answers = figures.count_all(survey, at=at)
    survey.state, survey.frozen_at, survey.frozen_by = state, at, by
    survey.save(update_fields=["state", "frozen_at", "frozen_by"])
    record(SurveyAct.SURVEY_FROZEN, survey, by=by, at=at, answers=answers)
    return survey


@transaction.atomic
def draw_invitations(
    *,
    survey: Survey,
    area: Area,
    count: int,
    key: str,
    by: User,
    at: datetime,
    project: Project | None = None,
    site: Site | None = None,
) -> list[str]:
    """Make new codes for people of an area and return them, this once: only their hashes are kept.

    count: SMALLEST_BATCH to MOST_INVITATIONS; fewer people could be told apart.
    key: of the form, so that sending it twice draws once.
    project, site: what they are asked about, as the survey's target says.

    :raises NotAllowed: not this office's survey, or it is closed.
    :raises InvalidInput: an area outside, a count out of range, or the wrong kind of thing.
    :raises Conflict: this form was sent before.
    """
    survey = Survey.objects.select_for_update(of=("self",)).select_related("cycle__area").get(pk=survey.pk)
    require(rules.may_draw_invitations(by, survey, at))
    if not survey.cycle.area.contains(area):
        raise InvalidInput(_("This area lies outside the area of the survey."), field="area")
    if not SMALLEST_BATCH <= count <= MOST_INVITATIONS:
        raise InvalidInput(
            _("Draw from %(least)d to %(most)d codes at once.") % {"least": SMALLEST_BATCH, "most": MOST_INVITATIONS},
            field="count",
        )
    project, site = subject_of(survey, project=project, site=site)
    if Draw.objects.filter(key=key).exists():
        raise Conflict(_("These codes have been drawn already. They cannot be shown again; draw new ones if need be."))
    draw = Draw.objects.create(
        survey=survey, area=area, project=project, site=site, invited=count, key=key, drawn_at=at, drawn_by=by
    )
    codes = [make_code() for _number in range(count)]
    Invitation.objects.bulk_create(
        [Invitation(draw=draw, code_hash=hash_code(code, purpose=selectors.INVITATION_PURPOSE)) for code in codes]
    )
    record(SurveyAct.SURVEY_INVITATIONS_DRAWN, survey, by=by, at=at, area=area.code, count=count)
    return codes


def subject_of(survey: Survey, *, project: Project | None, site: Site | None) -> tuple[Project | None, Site | None]:
    """Return what an answer to this survey about these things is kept with: project and site.

    :raises InvalidInput: the survey asks about something else, or they belong to another year.
    """
    asked = Target.SITE if site else Target.PROJECT if project else Target.CYCLE
    thing = site or project
    if asked != survey.target or (thing and thing.cycle_id != survey.cycle_id):
        raise InvalidInput(_("This survey does not ask about that."))
    return (site.project, site) if site else (project, None)


def _checked_move(survey: Survey, verb: str, by: User, at: datetime) -> tuple[Survey, str]:
    """Lock the survey against answers and other moves, and return it with the state the verb leads to.

    :raises NotAllowed: not this office's survey, or not the time of year.
    :raises IllegalMove: the verb does not lead on from here.
    """
    survey = Survey.objects.select_for_update(of=("self",)).select_related("cycle__area").get(pk=survey.pk)
    require(rules.may_run_surveys(by, survey.cycle, at))
    return survey, check_move(SURVEY_MOVES, survey.state, verb)
