"""Counting: services.figures and tasks."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from livelihood.jobs.models import Job
from livelihood.kernel.errors import NotAllowed
from projects.surveys import tasks
from projects.surveys.models import Aggregate, Draw, IncomingResponse, Response, Survey
from projects.surveys.services import answers, figures, surveys
from projects.surveys.states import Grade, SurveyChannel, SurveyState, Target
from tests.factories.frame import NOW
from tests.factories.surveys import SurveyFactory, invite, office, project_in, say, site_of

pytestmark = pytest.mark.django_db


def stored(survey):
    return {
        (row.project_id, row.site_id, row.channel): (row.satisfied, row.basically_satisfied, row.dissatisfied, row.n)
        for row in Aggregate.objects.filter(survey=survey)
    }


def answer_with(codes, grade=Grade.SATISFIED):
    for code in codes:
        answers.answer_by_code(code=code, grade=grade, comment="", at=NOW)


def test_an_arrival_is_added_to_its_site_its_project_and_everything():
    survey = SurveyFactory(target=Target.SITE)
    project = project_in(survey.cycle)
    site = site_of(project)
    say(survey, Grade.SATISFIED, site=site)
    say(survey, Grade.DISSATISFIED, site=site)

    assert figures.aggregate_arrivals(survey_id=survey.pk, at=NOW) == 2
    say(survey, Grade.DISSATISFIED, site=site_of(project, "S2"))
    assert figures.aggregate_arrivals(survey_id=survey.pk, at=NOW) == 1

    assert stored(survey) == {
        (None, None, "qr"): (1, 0, 2, 3),
        (project.pk, None, "qr"): (1, 0, 2, 3),
        (project.pk, site.pk, "qr"): (1, 0, 1, 2),
        (project.pk, site.pk + 1, "qr"): (0, 0, 1, 1),
    }
    assert not IncomingResponse.objects.exists()


def test_counting_twice_counts_nothing_twice():
    survey = SurveyFactory(target=Target.PROJECT)
    say(survey, project=project_in(survey.cycle))
    figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)
    before = stored(survey)

    assert figures.aggregate_arrivals(survey_id=survey.pk, at=NOW) == 0

    assert stored(survey) == before
    assert Response.objects.count() == 1


def test_a_survey_that_is_gone_is_a_clean_exit():
    assert figures.aggregate_arrivals(survey_id=1, at=NOW) == 0
    assert figures.recount_survey(survey_id=1, at=NOW) == 0


def test_answers_by_invitation_wait_until_five_about_the_same_thing_have_come():
    survey = SurveyFactory(target=Target.PROJECT)
    one, two = project_in(survey.cycle, 1), project_in(survey.cycle, 2)
    codes, others = invite(survey, 8, project=one), invite(survey, 8, project=two)
    answer_with(codes[:4])
    answer_with(others[:4])

    assert figures.aggregate_arrivals(survey_id=survey.pk, at=NOW) == 0
    answer_with(codes[4:6], Grade.DISSATISFIED)
    assert figures.aggregate_arrivals(survey_id=survey.pk, at=NOW) == 6

    assert stored(survey) == {
        (None, None, "invitation"): (4, 0, 2, 6),
        (one.pk, None, "invitation"): (4, 0, 2, 6),
    }
    assert IncomingResponse.objects.count() == 4
    assert list(Draw.objects.order_by("pk").values_list("invited", "answered")) == [(8, 6), (8, 4)]


STEPS = st.lists(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from(Grade), st.sampled_from(SurveyChannel)),
        max_size=8,
    ),
    min_size=1,
    max_size=5,
)


@given(steps=STEPS)
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counting_on_arrival_equals_a_full_recount(db, steps):
    """Answers come in any number of batches; sites of two projects, both channels."""
    survey = SurveyFactory(target=Target.SITE)
    projects = [project_in(survey.cycle, number) for number in (1, 2)]
    sites = [[site_of(project, f"S{n}") for n in range(3)] for project in projects]
    for step in steps:
        IncomingResponse.objects.bulk_create(
            IncomingResponse(
                survey=survey, project=projects[p], site=sites[p][s], grade=grade, channel=channel, day=NOW.date()
            )
            for p, s, grade, channel in step
        )
        figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)
    surveys.close_survey(survey=survey, by=office(survey), at=NOW)
    incremental = stored(survey)

    total = figures.recount_survey(survey_id=survey.pk, at=NOW)

    assert stored(survey) == incremental
    assert total == sum(len(step) for step in steps)
    by_hand = Counter(channel for step in steps for *_rest, channel in step)
    assert {scope[2]: counts[3] for scope, counts in incremental.items() if scope[0] is None} == by_hand


def test_a_recount_mends_what_was_wrong():
    survey = SurveyFactory(target=Target.PROJECT)
    project = project_in(survey.cycle)
    say(survey, project=project)
    figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)
    right = stored(survey)
    Aggregate.objects.update(satisfied=7, dissatisfied=7)
    Aggregate.objects.create(survey=survey, channel=SurveyChannel.INVITATION, satisfied=3, counted_at=NOW)

    figures.recount_survey(survey_id=survey.pk, at=NOW)

    assert stored(survey) == right


def test_frozen_figures_are_not_recounted():
    survey = SurveyFactory(target=Target.PROJECT)
    say(survey, project=project_in(survey.cycle))
    by = office(survey)
    surveys.close_survey(survey=survey, by=by, at=NOW)
    surveys.freeze_survey(survey=survey, by=by, at=NOW)
    before = list(Aggregate.objects.order_by("pk").values())

    assert figures.recount_survey(survey_id=survey.pk, at=NOW + timedelta(days=1)) == 0
    with pytest.raises(NotAllowed):
        figures.request_recount(survey=survey, by=by, at=NOW)

    assert list(Aggregate.objects.order_by("pk").values()) == before
    assert not Job.objects.exists()


def test_waiting_answers_are_counted_by_the_clock():
    first, second = SurveyFactory(target=Target.PROJECT), SurveyFactory(target=Target.PROJECT)
    for survey in (first, second):
        say(survey, project=project_in(survey.cycle))

    tasks.aggregate_waiting()

    assert [stored(survey)[None, None, "qr"] for survey in (first, second)] == [(1, 0, 0, 1)] * 2


@pytest.mark.django_db(transaction=True)
def test_arrivals_ask_for_one_count_together(monkeypatch):
    cache.clear()
    asked = []
    monkeypatch.setattr(tasks.aggregate, "apply_async", lambda **options: asked.append(options["kwargs"]))
    survey = SurveyFactory(target=Target.PROJECT)
    project = project_in(survey.cycle)

    for _number in range(3):
        say(survey, project=project)
    assert asked == [{"survey_id": survey.pk}]
    tasks.aggregate(survey_id=survey.pk)
    say(survey, project=project)

    assert asked == [{"survey_id": survey.pk}] * 2
    assert stored(survey)[None, None, "qr"] == (3, 0, 0, 3)


@pytest.mark.django_db(transaction=True)
def test_a_recount_is_a_job():
    survey = SurveyFactory(target=Target.PROJECT)
    say(survey, project=project_in(survey.cycle))
    figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)
    Aggregate.objects.update(satisfied=9)

    job = figures.request_recount(survey=survey, by=office(survey), at=NOW)
    tasks.recount(job_id=job.pk)

    job.refresh_from_db()
    assert (job.state, job.result, job.cycle) == ("done", {"answers": 1}, survey.cycle)
    assert stored(survey)[None, None, "qr"] == (1, 0, 0, 1)


def test_closing_waits_for_nothing_and_leaves_nothing():
    survey = SurveyFactory()
    codes = invite(survey, 6)
    answer_with(codes[:3])

    surveys.close_survey(survey=survey, by=office(survey), at=NOW)

    assert Survey.objects.get().state == SurveyState.CLOSED
    assert stored(survey) == {(None, None, "invitation"): (3, 0, 0, 3)}
    assert not IncomingResponse.objects.exists()
