from datetime import date

import pytest

from livelihood.audit.models import Entry
from livelihood.cycles import services
from livelihood.cycles.models import Cycle, PhasePeriod
from livelihood.cycles.selectors import aspects_of, year_track
from livelihood.cycles.states import PHASE_ORDER, DecisionMode, Phase
from livelihood.kernel.errors import Conflict, IllegalMove, InvalidInput, NotReady
from tests.factories.frame import NOW, CityFactory, CycleFactory, UserFactory

pytestmark = pytest.mark.django_db

OCTOBER = (date(2024, 10, 15), date(2024, 11, 15))
WINTER = (date(2024, 11, 16), date(2024, 12, 31))


def test_open_cycle_writes_the_year_its_dates_and_its_aspects():
    city = CityFactory()

    cycle = services.open_cycle(
        area=city,
        year=2025,
        decision_mode=DecisionMode.VOTE,
        periods={Phase.SOLICIT: OCTOBER, Phase.PLAN: WINTER},
        aspects=[("医疗卫生", "Medical care"), ("教育助学", "Education")],
        by=None,
        at=NOW,
    )

    assert (cycle.area, cycle.year, cycle.phase) == (city, 2025, Phase.SOLICIT)
    assert [(aspect.number, aspect.name_zh) for aspect in aspects_of(cycle)] == [(1, "医疗卫生"), (2, "教育助学")]
    track = year_track(cycle)
    assert [step.name for step in track] == PHASE_ORDER
    assert [(step.starts_on, step.ends_on, step.state) for step in track[:3]] == [
        (*OCTOBER, "current"),
        (*WINTER, "future"),
        (None, None, "future"),
    ]
    assert Entry.objects.get().act == "cycle.opened"


def test_an_area_has_one_cycle_a_year():
    cycle = CycleFactory(year=2025)

    with pytest.raises(Conflict):
        services.open_cycle(
            area=cycle.area, year=2025, decision_mode=DecisionMode.VOTE, periods={}, aspects=[], by=None, at=NOW
        )

    assert Cycle.objects.count() == 1
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "periods",
    [
        {Phase.SOLICIT: (OCTOBER[1], OCTOBER[0])},
        {Phase.SOLICIT: WINTER, Phase.PLAN: OCTOBER},
    ],
)
def test_dates_out_of_order_are_refused_and_nothing_is_written(periods):
    cycle = CycleFactory()

    with pytest.raises(InvalidInput):
        services.date_phases(cycle=cycle, periods=periods, by=UserFactory(), at=NOW)

    assert PhasePeriod.objects.count() == 0
    assert Entry.objects.count() == 0


def test_a_cycle_walks_through_its_phases_once():
    cycle: Cycle = CycleFactory()
    person = UserFactory()

    walked = []
    while cycle.phase != Phase.CLOSED:
        cycle = services.advance_phase(cycle=cycle, expected=Phase(cycle.phase), issues=(), by=person, at=NOW)
        walked.append(cycle.phase)

    assert walked == PHASE_ORDER[1:]
    with pytest.raises(IllegalMove):
        services.advance_phase(cycle=cycle, expected=Phase.CLOSED, issues=(), by=person, at=NOW)


def test_a_second_click_on_the_same_step_changes_nothing():
    cycle = CycleFactory()
    services.advance_phase(cycle=cycle, expected=Phase.SOLICIT, issues=(), by=None, at=NOW)

    with pytest.raises(Conflict):
        services.advance_phase(cycle=cycle, expected=Phase.SOLICIT, issues=(), by=None, at=NOW)

    assert Cycle.objects.get().phase == Phase.PLAN
    assert Entry.objects.filter(act="cycle.advanced").count() == 1


def test_unfinished_work_holds_the_phase():
    cycle = CycleFactory()

    with pytest.raises(NotReady) as refusal:
        services.advance_phase(cycle=cycle, expected=Phase.SOLICIT, issues=("Three letters wait.",), by=None, at=NOW)

    assert refusal.value.issues == ("Three letters wait.",)
    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert Entry.objects.count() == 0
