from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livelihood.audit.models import Entry
from livelihood.audit.selectors import last_entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import InvalidInput, Moved, NotAllowed
from projects import services
from projects.models import LightRule, Notice, Site
from projects.states import NoticeState, SiteState
from tests.factories.projects import SiteFactory
from tests.projects.conftest import AT
from tests.threads import at_once

pytestmark = pytest.mark.django_db

LATE = date(2025, 5, 31)


@pytest.fixture
def notice(scene):
    Site.objects.update(due_on=LATE)
    services.issue_notices(cycle=scene.cycle, at=AT)
    return Notice.objects.get()


def test_issue_brings_one_notice_for_each_broken_date(scene, notice):
    again = services.issue_notices(cycle=scene.cycle, at=AT)

    assert again == 0
    assert (notice.site_due_on, notice.issued_on, notice.due_on) == (LATE, date(2025, 6, 1), date(2025, 6, 8))
    assert list(Entry.objects.values_list("act", "detail__count")) == [("notices.issued", 1)]


def test_issue_leaves_out_what_is_on_time_finished_or_of_another_year(scene):
    today = date(2025, 6, 1)
    SiteFactory(indicator=scene.indicator, due_on=today)
    for state in (SiteState.COMPLETED, SiteState.ACCEPTED):
        SiteFactory(indicator=scene.indicator, due_on=LATE, state=state)
    SiteFactory(due_on=LATE)

    assert services.issue_notices(cycle=scene.cycle, at=AT) == 0
    assert Notice.objects.count() == 0


def test_issue_takes_the_clock_from_the_rule_and_the_day_from_china(scene):
    LightRule.objects.create(cycle=scene.cycle, notice_days=3)
    Site.objects.update(due_on=LATE)

    before = services.issue_notices(cycle=scene.cycle, at=datetime(2025, 5, 31, 15, 59, tzinfo=UTC))
    after = services.issue_notices(cycle=scene.cycle, at=datetime(2025, 5, 31, 16, 0, tzinfo=UTC))

    assert (before, after) == (0, 1)
    assert Notice.objects.get().due_on == date(2025, 6, 4)


def test_issue_all_looks_at_running_years_only(scene):
    Site.objects.update(due_on=LATE)
    closed = SiteFactory(due_on=LATE, cycle__phase=Phase.CLOSED).cycle
    type(closed).objects.filter(pk=closed.pk).update(phase=Phase.CLOSED)

    assert services.notices.issue_all_notices(at=AT) == 1
    assert Notice.objects.get().site == scene.site


@pytest.mark.django_db(transaction=True)
def test_two_nightly_runs_at_once_bring_one_notice(scene):
    Site.objects.update(due_on=LATE)

    answers = at_once(*[lambda: services.issue_notices(cycle=scene.cycle, at=AT)] * 3)

    assert sorted(answers) == [0, 0, 1]
    assert Notice.objects.count() == 1


def answer(scene, notice, **values):
    given = {"answer": "雨季停工，七月补齐", "by": scene.builder, "at": AT}
    services.answer_notices(notices=[notice], **{**given, **values}).insist()
    notice.refresh_from_db()
    return notice


def test_the_loop_closes_only_when_the_site_is_completed(scene, notice):
    answer(scene, notice)
    with pytest.raises(InvalidInput):
        services.close_notice(notice=notice, finding="已看", by=scene.supervisor, at=AT)
    Site.objects.update(state=SiteState.COMPLETED)

    services.close_notice(notice=notice, finding="已看", by=scene.supervisor, at=AT)

    notice.refresh_from_db()
    assert (notice.state, notice.closed_by, notice.finding) == (NoticeState.CLOSED, scene.supervisor, "已看")


def test_an_answer_that_does_not_do_comes_back_with_a_new_clock(scene, notice):
    answer(scene, notice)

    services.return_notice(notice=notice, finding="缺日期", answer_by=date(2025, 6, 5), by=scene.supervisor, at=AT)

    notice.refresh_from_db()
    assert (notice.state, notice.due_on, notice.finding) == (NoticeState.ISSUED, date(2025, 6, 5), "缺日期")
    answer(scene, notice, answer="七月十日完成")
    notice.refresh_from_db()
    assert notice.answer == "七月十日完成"


def test_return_refuses_no_reason_and_past_days(scene, notice):
    answer(scene, notice)

    for finding, day in (("", date(2025, 6, 5)), ("缺日期", date(2025, 5, 31))):
        with pytest.raises(InvalidInput):
            services.return_notice(notice=notice, finding=finding, answer_by=day, by=scene.supervisor, at=AT)

    notice.refresh_from_db()
    assert notice.state == NoticeState.ANSWERED


def test_answer_refuses_silence_strangers_and_a_second_answer(scene, notice):
    with pytest.raises(InvalidInput):
        answer(scene, notice, answer="")
    for who in (scene.stranger, scene.office, scene.supervisor):
        with pytest.raises(NotAllowed):
            answer(scene, notice, by=who)
    answer(scene, notice)
    with pytest.raises(NotAllowed):
        answer(scene, notice, answer="另一个")

    notice.refresh_from_db()
    assert notice.answer == "雨季停工，七月补齐"


def test_many_notices_are_answered_by_as_many_statements_as_one_and_what_was_done_meanwhile_is_named(scene, notice):
    given = {"indicator": scene.indicator, "organisation": scene.unit, "due_on": LATE}
    SiteFactory.create_batch(20, **given)
    SiteFactory(indicator=scene.indicator, due_on=LATE)
    services.issue_notices(cycle=scene.cycle, at=AT)
    notice, *others, foreign = Notice.objects.order_by("pk")
    answer(scene, others[0], answer="旧的答复")
    services.return_notice(notice=others[0], finding="缺日期", answer_by=AT.date(), by=scene.supervisor, at=AT)
    seen = last_entry()
    answer(scene, others[1])
    services.return_notice(notice=others[1], finding="缺日期", answer_by=AT.date(), by=scene.supervisor, at=AT)
    every = {"answer": "月底完成", "by": scene.builder, "at": AT, "seen": seen}

    with CaptureQueriesContext(connection) as of_one:
        assert services.answer_notices(notices=[notice], **every) == {}
    with CaptureQueriesContext(connection) as of_many:
        assert services.answer_notices(notices=[others[0], *others[2:]], **every) == {}
    refused = services.answer_notices(notices=[others[1], foreign], **every)

    assert len(of_many) == len(of_one)
    assert {key: type(error) for key, error in refused.items()} == {others[1].pk: Moved, foreign.pk: NotAllowed}
    assert Notice.objects.filter(answer="月底完成", answered_by=scene.builder).count() == 20
    assert Entry.objects.filter(act="notice.answered").count() == 22


def test_only_the_supervision_office_checks_an_answered_notice(scene, notice):
    with pytest.raises(NotAllowed):
        services.close_notice(notice=notice, finding="", by=scene.supervisor, at=AT)
    answer(scene, notice)
    for who in (scene.builder, scene.office, scene.department):
        with pytest.raises(NotAllowed):
            services.close_notice(notice=notice, finding="", by=who, at=AT)

    notice.refresh_from_db()
    assert notice.state == NoticeState.ANSWERED
