"""Who is told what: of the journal once, of what is due each morning."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from livelihood.accounts import rules as people
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit import selectors as audit
from livelihood.audit.services import record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area
from livelihood.cycles.states import Phase
from livelihood.inbox.models import JournalRead, Message
from livelihood.kernel.verdict import Verdict
from livelihood.portal import services
from livelihood.portal.acts import ACTS, TOLD
from projects import rules as delivery
from projects.acts import ProjectAct
from projects.models import Notice, Site
from projects.states import NoticeState
from tests.factories.frame import (
    NOW,
    CityFactory,
    CountyFactory,
    CycleFactory,
    MandateFactory,
    OrganisationFactory,
    official,
)
from tests.factories.projects import SiteFactory
from tests.factories.voting import plenary, state_in_term
from voting import rules as vote
from voting import services as voting
from voting.acts import VotingAct
from voting.models import Round
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _journal_was_read(monkeypatch):
    """What is written in the transaction of a test is sealed by nobody; tests/audit tells what is."""
    monkeypatch.setattr(audit, "settled", audit.last_entry)
    services.tell_of_the_journal(at=NOW)


def told(user: User) -> list[tuple[str, str, str]]:
    return [(message.kind, str(message.words), message.path) for message in Message.objects.filter(user=user)]


def notice(site: Site, day: date) -> Notice:
    return Notice.objects.create(cycle=site.cycle, site=site, site_due_on=day, issued_on=day, due_on=day)


def read_on() -> int:
    User.objects.update(last_login=NOW)
    return services.tell_of_the_journal(at=NOW)


def test_who_acted_before_is_told_that_it_was_put_back_and_nobody_else():
    cycle = CycleFactory(phase=Phase.DELIVER)
    site = SiteFactory(indicator__project__cycle=cycle)
    reporter, inspector, other = (official(Role.DEPARTMENT, cycle.area) for _ in range(3))
    record(ProjectAct.SITE_CORRECTED, site, by=other, at=NOW)
    record(ProjectAct.SITE_CORRECTED, site, by=reporter, at=NOW)
    record(ProjectAct.SITE_RETURN, site, by=inspector, at=NOW)

    assert read_on() == 1

    assert told(reporter) == [
        ("undone", f"{ACTS[ProjectAct.SITE_RETURN]}：点位 {site.name}", cycle.address("projects:desk_site", pk=site.pk))
    ]
    assert told(inspector) == told(other) == []


def test_who_puts_back_their_own_work_is_told_nothing():
    site = SiteFactory()
    by = official(Role.DEPARTMENT, site.cycle.area)
    for act in (ProjectAct.SITE_CORRECTED, ProjectAct.SITE_RETURN):
        record(act, site, by=by, at=NOW)

    assert read_on() == 0


def test_a_unit_is_told_how_many_of_its_sites_were_brought_a_notice():
    cycle = CycleFactory(phase=Phase.DELIVER)
    unit, other = (OrganisationFactory(area=cycle.area) for _ in range(2))
    builder, stranger = (official(Role.IMPLEMENTING_UNIT, cycle.area, one) for one in (unit, other))
    day = timezone.localdate(NOW)
    for _ in range(2):
        notice(SiteFactory(indicator__project__cycle=cycle, organisation=unit), day)
    record(ProjectAct.NOTICES_ISSUED, cycle, by=None, at=NOW, cycle_id=cycle.pk, count=2, on=str(day))

    read_on()

    words = f"2个逾期点位收到督办通知：{cycle.area.name} {cycle.year}"
    assert told(builder) == [("came", words, cycle.address("projects:desk_notices"))]
    assert told(stranger) == []


def test_everybody_at_the_desk_but_who_did_it_is_told_that_a_year_has_moved_on():
    cycle = CycleFactory(phase=Phase.PLAN)
    office, department = (official(role, cycle.area) for role in (Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT))
    record(CycleAct.CYCLE_ADVANCED, cycle, by=office, at=NOW, cycle_id=cycle.pk, old="solicit", new="plan")

    read_on()

    assert [path for _kind, _words, path in told(department)] == [cycle.address("portal:desk")]
    assert told(office) == []


def _answered_notice() -> tuple[Area, Callable[[User], Verdict]]:
    cycle = CycleFactory(phase=Phase.DELIVER)
    row = notice(SiteFactory(indicator__project__cycle=cycle), timezone.localdate(NOW))
    Notice.objects.update(state=NoticeState.ANSWERED)
    row.refresh_from_db()
    by = official(Role.IMPLEMENTING_UNIT, cycle.area)
    record(ProjectAct.NOTICE_ANSWERED, row, by=by, at=NOW, cycle_id=cycle.pk)
    return cycle.area, lambda user: delivery.may_close_notice(user, row, NOW)


def _given_mandate() -> tuple[Area, Callable[[User], Verdict]]:
    area = CityFactory()
    by = official(Role.ADMINISTRATOR, area)
    row = MandateFactory(role=Role.CHAIR, area=area, is_waiting=True, given_by=by)
    record(AccountAct.MANDATE_GIVEN, row, by=by, at=NOW)
    return area, lambda user: people.may_confirm_mandate(user, row, NOW)


def _proposed_roll() -> tuple[Area, Callable[[User], Verdict]]:
    session = plenary(until=RoundState.RULES_LOCKED)
    session.fill_roll()
    state_in_term(session.round, len(session.deputies), by=session.staff)
    voting.propose_step(round_=session.round, step=Step.LOCK_ROLL, note="已核对", by=session.staff, at=NOW)
    row = Round.objects.get()
    return session.cycle.area, lambda user: vote.may_confirm_step(user, row, Step.LOCK_ROLL, NOW)


def _proposed_end() -> tuple[Area, Callable[[User], Verdict]]:
    session = plenary()
    services.tell_of_the_journal(at=NOW)
    voting.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)
    row = Round.objects.get()
    return session.cycle.area, lambda user: vote.may_confirm_step(user, row, Step.CLOSE, NOW)


@pytest.mark.parametrize("begin", [_answered_notice, _given_mandate, _proposed_roll, _proposed_end])
def test_who_may_do_what_waits_is_told_of_it_and_nobody_else(begin):
    """Of every role, in the area itself and above, below and beside it: as the rules say, so they are told."""
    area, may = begin()
    around = (area, area.parent, CountyFactory(parent=area), CityFactory(parent=area.parent))
    for place in around:
        for role in Role:
            official(role, place)

    read_on()

    everybody = User.objects.filter(closed_at__isnull=True)
    expected = {user.pk for user in everybody if may(user)}
    assert expected
    assert set(Message.objects.values_list("user", flat=True)) == expected


def test_that_a_year_has_moved_on_is_news_for_its_own_desk_alone():
    cycle = CycleFactory(phase=Phase.PLAN)
    here, above = official(Role.AUDITOR, cycle.area), official(Role.AUDITOR, cycle.area.parent)
    record(CycleAct.CYCLE_ADVANCED, cycle, by=None, at=NOW, cycle_id=cycle.pk, old="solicit", new="plan")

    read_on()

    assert (len(told(here)), told(above)) == (1, [])


def test_the_journal_is_read_once_and_from_where_it_stood():
    cycle = CycleFactory(phase=Phase.PLAN)
    official(Role.DEPARTMENT, cycle.area)
    record(CycleAct.CYCLE_ADVANCED, cycle, by=None, at=NOW, cycle_id=cycle.pk, old="solicit", new="plan")

    first, again = read_on(), read_on()
    JournalRead.objects.update(through=0)

    assert (first, again, read_on()) == (1, 0, 0)
    assert Message.objects.count() == 1


def test_each_morning_who_has_something_due_is_told_so_once():
    cycle = CycleFactory(phase=Phase.DELIVER)
    unit = OrganisationFactory(area=cycle.area)
    builder, idle = official(Role.IMPLEMENTING_UNIT, cycle.area, unit), official(Role.CHAIR, cycle.area)
    due = timezone.localdate(NOW) - timedelta(days=1)
    notice(SiteFactory(indicator__project__cycle=cycle, organisation=unit), due)

    User.objects.update(last_login=NOW)

    counts = [services.tell_what_is_due(at=NOW) for _ in range(2)]

    assert counts == [1, 0]
    ((kind, words, path),) = told(builder)
    assert (kind, path) == ("due", "/desk/")
    assert words.startswith("逾期")
    assert told(idle) == []


def test_every_act_that_is_told_is_one_that_the_journal_knows():
    assert set(ACTS) >= TOLD


def test_of_a_vote_only_its_steps_are_told_and_nothing_of_a_deputy():
    assert {act for act in TOLD if isinstance(act, VotingAct)} == {
        VotingAct.ROUND_STEP_PROPOSED, VotingAct.ROUND_STEP_WITHDRAWN,
    }  # fmt: skip
