"""What the room says of itself: unfinished business, work, rules."""

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.jobs.models import Job, JobState
from projects.reports import rules, selectors
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.reports import announce, ask_for_report

pytestmark = pytest.mark.django_db


def said(items):
    return [str(item) for item in items]


def test_the_year_ends_with_announcement_and_report(year):
    missing = ["年终公告尚未发布。", "中文年终报告尚未生成。"]

    assert said(selectors.unfinished_business(year.cycle, Phase.EVALUATE)) == missing
    announce(year)
    assert said(selectors.unfinished_business(year.cycle, Phase.EVALUATE)) == missing[1:]
    ask_for_report(year)
    assert said(selectors.unfinished_business(year.cycle, Phase.EVALUATE)) == missing[1:]
    Job.objects.update(state=JobState.DONE)
    assert selectors.unfinished_business(year.cycle, Phase.EVALUATE) == []


@pytest.mark.parametrize("phase", sorted(set(Phase) - {Phase.EVALUATE}))
def test_other_phases_wait_for_nothing_here(year, phase):
    assert selectors.unfinished_business(year.cycle, phase) == []


def test_work_is_first_to_announce_then_to_build(year):
    desk = f"/desk/{year.cycle.area.slug}/2025"

    def work():
        return [(str(item.title), item.url) for item in selectors.work_for(year.office, NOW)]

    assert work() == [("发布年终公告", f"{desk}/announcement/")]
    announce(year)
    assert work() == [("生成年终报告", f"{desk}/reports/")]
    ask_for_report(year)
    Job.objects.update(state=JobState.DONE)
    assert work() == []
    assert selectors.work_for(official(Role.AUDITOR, year.cycle.area), NOW) == []


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("phase", list(Phase))
def test_who_may_announce_and_build(role, phase):
    cycle = CycleFactory(phase=phase)
    person = official(role, cycle.area)
    may = role == Role.LIVELIHOOD_OFFICE and phase == Phase.EVALUATE

    assert rules.may_publish_announcement(person, cycle, NOW).ok is may
    assert rules.may_build_reports(person, cycle, NOW).ok is may


@pytest.mark.parametrize("state", list(JobState))
def test_only_what_failed_is_tried_again(year, state):
    announce(year)
    report = ask_for_report(year)
    Job.objects.update(state=state)
    report.refresh_from_db()

    assert rules.may_retry_report(year.office, report, NOW).ok is (state == JobState.FAILED)
