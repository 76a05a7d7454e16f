from datetime import date

import pytest

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Conflict, NotAllowed, NotReady
from livelihood.portal import services
from tests.factories.frame import NOW, CityFactory, CycleFactory, official
from tests.factories.proposals import OpenLetterFactory, SuggestionFactory

pytestmark = pytest.mark.django_db


def test_the_livelihood_office_opens_a_year():
    city = CityFactory()
    office = official(Role.LIVELIHOOD_OFFICE, city)

    cycle = services.open_year(
        area=city,
        year=2026,
        decision_mode=DecisionMode.VOTE,
        periods={Phase.SOLICIT: (date(2025, 10, 1), date(2025, 10, 31))},
        aspects=[("医疗卫生", "Medical care")],
        by=office,
        at=NOW,
    )

    assert (cycle.area, cycle.year, cycle.phase) == (city, 2026, Phase.SOLICIT)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.LIVELIHOOD_OFFICE, Role.ADMINISTRATOR}])
def test_nobody_else_opens_a_year(role):
    city = CityFactory()

    with pytest.raises(NotAllowed):
        services.open_year(
            area=city,
            year=2026,
            decision_mode=DecisionMode.VOTE,
            periods={},
            aspects=[],
            by=official(role, city),
            at=NOW,
        )

    assert Cycle.objects.count() == 0


def test_a_year_does_not_move_on_while_a_room_has_unfinished_business():
    cycle = CycleFactory()
    OpenLetterFactory(cycle=cycle)
    SuggestionFactory(cycle=cycle)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    with pytest.raises(NotReady) as refusal:
        services.advance_year(cycle=cycle, expected=Phase.SOLICIT, by=office, at=NOW)

    assert len(refusal.value.issues) >= 1
    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert not Entry.objects.filter(act="cycle.advanced").exists()


def test_a_second_click_does_not_move_a_year_twice():
    cycle = CycleFactory(phase=Phase.PLAN)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    with pytest.raises(Conflict):
        services.advance_year(cycle=cycle, expected=Phase.SOLICIT, by=office, at=NOW)

    assert Cycle.objects.get().phase == Phase.PLAN


def test_a_closed_year_is_only_read():
    cycle = CycleFactory(phase=Phase.CLOSED)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    with pytest.raises(NotAllowed):
        services.date_year(cycle=cycle, periods={}, by=office, at=NOW)
    with pytest.raises(NotAllowed):
        services.advance_year(cycle=cycle, expected=Phase.CLOSED, by=office, at=NOW)

    assert Entry.objects.count() == 0
