"""The desk's menu: what it offers opens, and what is missing from it is closed for a reason."""

from datetime import timedelta

import pytest
from django.test import Client

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.selectors import year_track
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.web.navigation import act_of_phase, desk_rooms
from tests.factories.frame import NOW, CityFactory, CycleFactory, OrganisationFactory, PhasePeriodFactory, official

pytestmark = pytest.mark.django_db


def signed_in(role: Role, cycle: Cycle) -> tuple[User, Client]:
    user = official(role, cycle.area, OrganisationFactory(area=cycle.area))
    client = Client()
    client.force_login(user)
    return user, client


def addresses(user: User, cycle: Cycle) -> set[str]:
    return {link.url for room in desk_rooms(user, cycle, "", NOW) for link in room.links}


@pytest.mark.parametrize(
    ("phase", "mode"),
    [(phase, DecisionMode.VOTE) for phase in Phase]
    + [(Phase.DECIDE, DecisionMode.REVIEW), (Phase.DELIVER, DecisionMode.ELSEWHERE)],
)
@pytest.mark.parametrize("role", Role)
def test_every_page_of_the_menu_opens(role: Role, phase: Phase, mode: DecisionMode):
    cycle = CycleFactory(area=CityFactory(), phase=phase, decision_mode=mode)
    user, client = signed_in(role, cycle)

    answered = {url: client.get(url).status_code for url in addresses(user, cycle)}

    assert answered == dict.fromkeys(answered, 200)
    assert bool(answered) is (role not in {Role.DEPUTY, Role.CPPCC_MEMBER})


@pytest.mark.parametrize("phase", Phase)
def test_the_one_thing_of_a_phase_opens(phase: Phase, client: Client):
    cycle = CycleFactory(area=CityFactory(), phase=phase)

    act = act_of_phase(cycle, year_track(cycle), "", NOW.date())

    assert (act is None) is (phase == Phase.DRAFT)
    assert act is None or client.get(act.url).status_code == 200


@pytest.mark.parametrize(("days", "name"), [(-1, "board"), (0, "suggest"), (1, "suggest"), (2, "board")])
def test_nobody_is_sent_to_a_form_that_takes_nothing(days: int, name: str):
    first = NOW.date()
    period = PhasePeriodFactory(starts_on=first, ends_on=first + timedelta(days=1))
    today = first + timedelta(days=days)

    act = act_of_phase(period.cycle, year_track(period.cycle), "", today)

    assert act is not None
    assert act.url == period.cycle.address(f"proposals:{name}")


@pytest.mark.parametrize(
    ("name", "role", "phases"),
    [
        ("imports:of_year", Role.DEPARTMENT, {Phase.DELIVER, Phase.EVALUATE}),
        ("imports:of_year", Role.CONGRESS_STAFF, {Phase.SOLICIT, Phase.PLAN, Phase.DECIDE}),
        ("projects:lights", Role.LIVELIHOOD_OFFICE, {Phase.DELIVER, Phase.EVALUATE}),
        ("portal:year_dates", Role.ADMINISTRATOR, set(Phase) - {Phase.CLOSED}),
        ("portal:journal", Role.AUDITOR, set(Phase)),
        ("portal:journal", Role.LIVELIHOOD_OFFICE, set(Phase)),
    ],
)
def test_a_page_is_in_the_menu_while_it_opens_and_no_longer(name: str, role: Role, phases: set[Phase]):
    offered, opened = set(), set()
    for phase in Phase:
        cycle = CycleFactory(area=CityFactory(), phase=phase)
        user, client = signed_in(role, cycle)
        if cycle.address(name) in addresses(user, cycle):
            offered.add(phase)
        if client.get(cycle.address(name)).status_code == 200:
            opened.add(phase)

    assert offered == opened == phases


def test_only_one_way_of_deciding_is_offered():
    for mode, name in ((DecisionMode.VOTE, "voting:rounds"), (DecisionMode.REVIEW, "voting:review")):
        cycle = CycleFactory(area=CityFactory(), phase=Phase.DECIDE, decision_mode=mode)
        user, _client = signed_in(Role.CONGRESS_STAFF, cycle)

        pages = {cycle.address("voting:rounds"), cycle.address("voting:review")}

        assert addresses(user, cycle) & pages == {cycle.address(name)}
