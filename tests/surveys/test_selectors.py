"""What the room says of itself: thread, unfinished business, work, rules."""

from datetime import timedelta

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from projects.surveys import rules, selectors
from projects.surveys.aggregation import Counts
from projects.surveys.services import figures, surveys
from projects.surveys.states import Grade, SurveyChannel, SurveyState, Target
from tests.factories.frame import NOW, official
from tests.factories.surveys import SurveyFactory, office, project_in, say, site_of

pytestmark = pytest.mark.django_db


def test_what_was_said_of_the_sites_of_a_project():
    survey = SurveyFactory(target=Target.SITE)
    project = project_in(survey.cycle)
    site = site_of(project)
    say(survey, Grade.SATISFIED, site=site)
    say(survey, Grade.DISSATISFIED, site=site_of(project, "S2"))
    figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)

    (of_project,) = selectors.satisfaction_of_project(project)

    assert (of_project.channel, of_project.counts, of_project.satisfied) == (SurveyChannel.QR, Counts(1, 0, 1), None)


def test_the_year_cannot_end_with_figures_that_still_change():
    survey = SurveyFactory(title="还没定稿")
    SurveyFactory(cycle=survey.cycle, state=SurveyState.DRAFT)
    by = office(survey)

    assert [str(issue) for issue in selectors.unfinished_business(survey.cycle, Phase.EVALUATE)] == [
        "调查“还没定稿”的数据尚未定稿。"
    ]
    assert selectors.unfinished_business(survey.cycle, Phase.DELIVER) == []

    surveys.close_survey(survey=survey, by=by, at=NOW)
    surveys.freeze_survey(survey=survey, by=by, at=NOW)
    assert selectors.unfinished_business(survey.cycle, Phase.EVALUATE) == []


def test_work_waits_for_who_runs_surveys_only():
    survey = SurveyFactory(title="公众评价")

    (item,) = selectors.work_for(office(survey), NOW)

    assert (str(item.title), item.due, item.url) == (
        "结束调查“公众评价”", survey.closes_on, f"/desk/{survey.cycle.area.slug}/2025/surveys/",
    )  # fmt: skip
    assert selectors.work_for(official(Role.AUDITOR, survey.cycle.area), NOW) == []
    assert selectors.work_for(office(SurveyFactory(state=SurveyState.DRAFT)), NOW) == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("phase", list(Phase))
def test_may_run_surveys(role, phase):
    survey = SurveyFactory(cycle__phase=phase, state=SurveyState.DRAFT)
    person = official(role, survey.cycle.area)
    may = role == Role.LIVELIHOOD_OFFICE and phase in {Phase.DELIVER, Phase.EVALUATE}

    assert rules.may_run_surveys(person, survey.cycle, NOW).ok is may
    assert rules.may_move(person, survey, "open", NOW).ok is may
    assert rules.may_draw_invitations(person, survey, NOW).ok is may


@pytest.mark.parametrize("state", list(SurveyState))
def test_what_may_be_done_in_each_state(state):
    survey = SurveyFactory(state=state)
    person = office(survey)

    assert {verb for verb in ("open", "close", "freeze") if rules.may_move(person, survey, verb, NOW)} == {
        SurveyState.DRAFT: {"open"}, SurveyState.OPEN: {"close"}, SurveyState.CLOSED: {"freeze"},
        SurveyState.FROZEN: set(),
    }[state]  # fmt: skip
    assert rules.may_draw_invitations(person, survey, NOW).ok is (state in {SurveyState.DRAFT, SurveyState.OPEN})
    assert rules.may_recount_survey(person, survey, NOW).ok is (state in {SurveyState.OPEN, SurveyState.CLOSED})


def test_may_answer_from_the_first_day_to_the_last():
    survey = SurveyFactory()

    assert not rules.may_answer(None, NOW)
    assert [rules.may_answer(survey, NOW + timedelta(days=days)).ok for days in (-32, -31, 29, 30)] == [
        False, True, True, False,
    ]  # fmt: skip
