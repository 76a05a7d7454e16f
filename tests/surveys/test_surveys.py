"""Running surveys: services.surveys."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, IllegalMove, InvalidInput, NotAllowed
from livelihood.kernel.numbers import hash_code, opaque_id
from projects.surveys import selectors
from projects.surveys.models import Aggregate, Draw, Invitation, Question, Receipt, Response, Survey
from projects.surveys.services import surveys
from projects.surveys.states import Grade, SurveyState, Target
from tests import databases
from tests.factories.frame import NOW, CountyFactory, CycleFactory, official
from tests.factories.surveys import SurveyFactory, invite, office, project_in, say, site_of

pytestmark = pytest.mark.django_db


def create(cycle, by, **changes):
    values: dict[str, Any] = {
        "target": Target.SITE,
        "title": "点位满意度",
        "question_zh": "您对它满意吗？",
        "opens_on": date(2024, 11, 1),
        "closes_on": date(2024, 11, 30),
    }
    return surveys.create_survey(cycle=cycle, by=by, at=NOW, **(values | changes))


@pytest.fixture
def cycle():
    return CycleFactory(phase=Phase.EVALUATE)


@pytest.fixture
def manager(cycle):
    return official(Role.LIVELIHOOD_OFFICE, cycle.area)


def test_create_survey_prepares_a_draft_with_one_question(cycle, manager):
    survey = create(cycle, manager, smallest_shown=8)

    assert Survey.objects.values_list("cycle", "target", "title", "state", "smallest_shown", "created_by").get() == (
        cycle.pk, Target.SITE, "点位满意度", SurveyState.DRAFT, 8, manager.pk,
    )  # fmt: skip
    assert Question.objects.values_list("survey", "number", "kind", "text_zh").get() == (
        survey.pk, 1, "three_grade", "您对它满意吗？",
    )  # fmt: skip
    assert Entry.objects.values_list("act", "cycle_id", "actor_id").get() == ("survey.created", cycle.pk, manager.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \u200b"}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"question_zh": ""}, "question_zh"),
        ({"question_en": "x" * 301}, "question_en"),
        ({"closes_on": date(2024, 10, 31)}, "closes_on"),
        ({"smallest_shown": 0}, "smallest_shown"),
    ],
)
def test_create_survey_refuses_bad_input(cycle, manager, changes, field):
    with pytest.raises(InvalidInput) as refusal:
        create(cycle, manager, **changes)

    assert refusal.value.field == field
    assert not Survey.objects.exists()


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.DELIVER, Phase.EVALUATE}))
def test_surveys_have_their_time_of_year(cycle, manager, phase):
    cycle.phase = phase
    cycle.save(update_fields=["phase"])

    with pytest.raises(NotAllowed):
        create(cycle, manager)

    assert not Survey.objects.exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.LIVELIHOOD_OFFICE}))
def test_only_the_livelihood_office_runs_surveys(cycle, role):
    with pytest.raises(NotAllowed):
        create(cycle, official(role, cycle.area))

    assert not Survey.objects.exists()


def test_a_survey_lives_from_draft_to_frozen(cycle, manager):
    survey = create(cycle, manager)

    for act, state in (
        (surveys.open_survey, SurveyState.OPEN),
        (surveys.close_survey, SurveyState.CLOSED),
        (surveys.freeze_survey, SurveyState.FROZEN),
    ):
        act(survey=survey, by=manager, at=NOW)
        survey.refresh_from_db()
        assert survey.state == state

    assert list(Entry.objects.order_by("pk").values_list("act", flat=True)) == [
        "survey.created", "survey.opened", "survey.closed", "survey.frozen",
    ]  # fmt: skip
    assert (survey.opened_by, survey.closed_by, survey.frozen_by) == (manager, manager, manager)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (SurveyState.DRAFT, surveys.close_survey),
        (SurveyState.DRAFT, surveys.freeze_survey),
        (SurveyState.OPEN, surveys.open_survey),
        (SurveyState.OPEN, surveys.freeze_survey),
        (SurveyState.CLOSED, surveys.open_survey),
        (SurveyState.CLOSED, surveys.close_survey),
    ],
)
def test_no_step_is_left_out_or_repeated(state, act):
    survey = SurveyFactory(state=state)

    with pytest.raises(IllegalMove):
        act(survey=survey, by=office(survey), at=NOW)

    survey.refresh_from_db()
    assert survey.state == state
    assert not Entry.objects.exists()


def test_two_surveys_about_the_same_kind_of_thing_are_not_open_at_once(cycle, manager):
    SurveyFactory(cycle=cycle, target=Target.SITE)
    second = create(cycle, manager)

    with pytest.raises(Conflict):
        surveys.open_survey(survey=second, by=manager, at=NOW)

    second.refresh_from_db()
    assert second.state == SurveyState.DRAFT
    with databases.as_superuser(), pytest.raises(IntegrityError, match="one_open_per_target"), transaction.atomic():
        Survey.objects.filter(pk=second.pk).update(state=SurveyState.OPEN)


def test_draw_invitations_keeps_hashes_only():
    survey = SurveyFactory()

    codes = invite(survey, 7)

    assert len(set(codes)) == 7
    assert set(Invitation.objects.values_list("code_hash", "is_used")) == {
        (hash_code(code, purpose=selectors.INVITATION_PURPOSE), False) for code in codes
    }
    assert Draw.objects.values_list("area", "invited", "answered").get() == (survey.cycle.area_id, 7, 0)
    written = str(Entry.objects.values_list("detail", flat=True).get(act="survey.invitations_drawn"))
    assert not any(code in written for code in codes)


def test_a_draw_form_sent_twice_draws_once():
    survey, key = SurveyFactory(), opaque_id()
    by = office(survey)
    surveys.draw_invitations(survey=survey, area=survey.cycle.area, count=5, key=key, by=by, at=NOW)

    with pytest.raises(Conflict):
        surveys.draw_invitations(survey=survey, area=survey.cycle.area, count=5, key=key, by=by, at=NOW)

    assert Invitation.objects.count() == 5


def test_draw_invitations_refuses_what_does_not_fit():
    survey = SurveyFactory(target=Target.PROJECT)
    by, area = office(survey), survey.cycle.area
    project, other = project_in(survey.cycle), project_in(CycleFactory())
    wrong: list[dict[str, Any]] = [
        {"area": CountyFactory(), "project": project},
        {"count": 4, "project": project},
        {"count": surveys.MOST_INVITATIONS + 1, "project": project},
        {},
        {"project": other},
        {"site": site_of(project)},
    ]

    for changes in wrong:
        with pytest.raises(InvalidInput):
            surveys.draw_invitations(
                **({"survey": survey, "area": area, "count": 5, "key": opaque_id(), "by": by, "at": NOW} | changes)
            )

    assert not Draw.objects.exists()
    assert not Invitation.objects.exists()


def test_nobody_is_invited_to_a_closed_survey():
    survey = SurveyFactory(state=SurveyState.CLOSED)

    with pytest.raises(NotAllowed):
        invite(survey)

    assert not Invitation.objects.exists()


def test_closing_counts_the_rest_and_removes_codes_and_receipts():
    survey = SurveyFactory(target=Target.PROJECT)
    project = project_in(survey.cycle)
    invite(survey, project=project)
    say(survey, Grade.DISSATISFIED, project=project)

    surveys.close_survey(survey=survey, by=office(survey), at=NOW)

    assert Response.objects.count() == 1
    assert Aggregate.objects.values_list("dissatisfied", "n").get(project__isnull=True) == (1, 1)
    assert not Invitation.objects.exists()
    assert not Receipt.objects.exists()
    assert Draw.objects.values_list("invited", "answered").get() == (5, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE surveys_survey SET title = 'x'",
        "DELETE FROM surveys_survey",
        "UPDATE surveys_aggregate SET satisfied = 9",
        "DELETE FROM surveys_aggregate",
        "UPDATE surveys_response SET grade = 'dissatisfied'",
        "DELETE FROM surveys_response",
        "UPDATE surveys_draw SET answered = 0",
        """INSERT INTO surveys_response (id, survey_id, channel, grade, comment, day)
           SELECT gen_random_uuid(), survey_id, channel, grade, comment, day FROM surveys_response LIMIT 1""",
    ],
)
def test_the_database_keeps_frozen_figures(statement):
    survey = SurveyFactory(target=Target.PROJECT)
    project = project_in(survey.cycle)
    invite(survey, project=project)
    say(survey, project=project)
    by = office(survey)
    surveys.close_survey(survey=survey, by=by, at=NOW)
    surveys.freeze_survey(survey=survey, by=by, at=NOW)
    before = list(Aggregate.objects.order_by("pk").values())

    with (
        databases.as_superuser(),
        pytest.raises(IntegrityError, match="is frozen"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert list(Aggregate.objects.order_by("pk").values()) == before
    assert [row["satisfied"] for row in before] == [1, 1]
