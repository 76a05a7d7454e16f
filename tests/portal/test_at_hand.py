"""The desk of a year: in each phase one main action, which is what there is to do now."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import CycleFactory, PhasePeriodFactory, official, signed_in
from tests.factories.proposals import SuggestionFactory

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=20)


def year(phase: Phase, mode: DecisionMode = DecisionMode.VOTE, *, is_over: bool = False) -> Cycle:
    """Make a year within the planned days of a phase, or past them."""
    cycle, today = CycleFactory(phase=phase, decision_mode=mode), timezone.localdate()
    ends = today - timedelta(days=1) if is_over else today + DAYS
    PhasePeriodFactory(cycle=cycle, phase=phase, starts_on=today - DAYS, ends_on=ends)
    return cycle


def page_of(cycle: Cycle, role: Role) -> str:
    return signed_in(official(role, cycle.area)).get(f"/en{cycle.address('portal:desk')}").content.decode()


def actions(page: str, kind: str) -> list[str]:
    """Return the buttons of a kind that lead somewhere, by their words."""
    return re.findall(rf'<a\s+class="button button-{kind}"[^>]*>([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("phase", "mode", "role", "main"),
    [
        (Phase.SOLICIT, DecisionMode.VOTE, Role.LIVELIHOOD_OFFICE, "Enter a suggestion that came another way"),
        (Phase.SOLICIT, DecisionMode.VOTE, Role.CONGRESS_STAFF, "Prepare the vote"),
        (Phase.PLAN, DecisionMode.REVIEW, Role.LIVELIHOOD_OFFICE, "Build and freeze the candidate list"),
        (Phase.PLAN, DecisionMode.REVIEW, Role.DEPARTMENT, "Draft a candidate"),
        (Phase.PLAN, DecisionMode.VOTE, Role.CONGRESS_STAFF, "Make the round of the vote"),
        (Phase.DECIDE, DecisionMode.VOTE, Role.CHAIR, "See the voting rounds"),
        (Phase.DECIDE, DecisionMode.REVIEW, Role.LIVELIHOOD_OFFICE, "See the review"),
        (Phase.DELIVER, DecisionMode.VOTE, Role.IMPLEMENTING_UNIT, "Report progress"),
        (Phase.DELIVER, DecisionMode.VOTE, Role.SUPERVISION_OFFICE, "See the sites"),
        (Phase.EVALUATE, DecisionMode.VOTE, Role.LIVELIHOOD_OFFICE, "Publish the year-end announcement"),
    ],
)
def test_the_main_action_of_a_phase_is_what_there_is_to_do(phase, mode, role, main):
    page = page_of(year(phase, mode), role)

    assert actions(page, "primary") == [main]


def test_on_the_first_day_of_collecting_what_came_in_leads_and_the_step_on_waits_below():
    cycle = year(Phase.SOLICIT)
    for _n in range(3):
        SuggestionFactory(cycle=cycle)

    page = page_of(cycle, Role.LIVELIHOOD_OFFICE)

    assert actions(page, "primary") == ["Check suggestions"]
    assert actions(page, "secondary") == ["Enter a suggestion that came another way", "Move on to the next phase"]
    assert re.search(r'Check suggestions</a>\s*<span\s+class="count"[^>]*>\s*3\s*</span>', page)
    assert "20 days left" in page
    assert "3 suggestions have come in so far." in page
    assert "to move on before needs a reason" in page
    assert f"{settings.SITE_URL}/en/{cycle.area.slug}/{cycle.year}/suggest/" in page
    assert "/suggestions/poster/" in page


@pytest.mark.parametrize("phase", [Phase.SOLICIT, Phase.DECIDE, Phase.EVALUATE])
def test_the_step_to_the_next_phase_is_never_the_one_loud_button(phase):
    cycle = year(phase, is_over=True)
    page = page_of(cycle, Role.LIVELIHOOD_OFFICE)
    advance = signed_in(official(Role.LIVELIHOOD_OFFICE, cycle.area)).get(f"/en{cycle.address('portal:year_advance')}")

    assert "Move on to the next phase" in actions(page, "secondary")
    assert "Move on to the next phase" not in actions(page, "primary")
    assert "button-primary" not in advance.content.decode()


def test_when_the_days_of_collecting_are_over_the_desk_says_that_the_form_is_closed():
    page = page_of(year(Phase.SOLICIT, is_over=True), Role.LIVELIHOOD_OFFICE)

    assert "The form is closed now" in page


def test_what_waits_in_another_year_is_not_said_here():
    cycle = year(Phase.SOLICIT)
    person = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    SuggestionFactory(cycle=CycleFactory(area=cycle.area, year=cycle.year + 1))

    page = signed_in(person).get(f"/en{cycle.address('portal:desk')}").content.decode()

    assert "Check suggestions" not in page
    assert "Last day of: Collecting suggestions ·" in page


def test_the_poster_shows_address_code_and_days(client: Client):
    cycle = year(Phase.SOLICIT)
    client.force_login(official(Role.DEPARTMENT, cycle.area))

    page = client.get(f"/en{cycle.address('proposals:poster')}").content.decode()

    period = cycle.periods.get()
    assert page.count("<svg") >= 1
    assert f"/{cycle.area.slug}/{cycle.year}/suggest/" in page
    assert (period.starts_on.isoformat() in page, period.ends_on.isoformat() in page) == (True, True)
    assert "names an address that only this machine can open" in page
