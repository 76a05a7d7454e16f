"""A process may remember areas and years as long as their edition stays, and every change of them begins a new one."""

from datetime import date

import pytest
from django.db import transaction

from livelihood.cycles.models import Area, Aspect, Cycle, Edition, PhasePeriod
from livelihood.cycles.selectors import known_year, read_year
from livelihood.cycles.states import Phase
from tests import databases
from tests.factories.frame import AspectFactory, CountyFactory, CycleFactory, PhasePeriodFactory

pytestmark = pytest.mark.django_db


def edition():
    return Edition.objects.get().stamp


@pytest.fixture
def cycle():
    cycle = CycleFactory()
    AspectFactory(cycle=cycle, number=3)
    PhasePeriodFactory(cycle=cycle, phase=Phase.SOLICIT, starts_on=date(2024, 10, 1), ends_on=date(2024, 11, 1))
    return cycle


@pytest.mark.parametrize(
    "change",
    [
        lambda cycle: CountyFactory(),
        lambda cycle: Area.objects.update(name_zh="新名"),
        lambda cycle: CycleFactory(),
        lambda cycle: Cycle.objects.update(phase=Phase.PLAN),
        lambda cycle: AspectFactory(cycle=cycle),
        lambda cycle: Aspect.objects.update(name_zh="新名"),
        lambda cycle: Cycle.objects.update(phase=Phase.DRAFT) and Aspect.objects.all().delete(),
        lambda cycle: PhasePeriodFactory(
            cycle=cycle, phase=Phase.EVALUATE, starts_on=date(2025, 1, 1), ends_on=date(2025, 1, 2)
        ),
        lambda cycle: PhasePeriod.objects.update(ends_on=date(2024, 12, 1)),
        lambda cycle: PhasePeriod.objects.all().delete(),
    ],
)
def test_every_change_of_areas_and_years_begins_a_new_edition(cycle, change):
    before = edition()

    with databases.as_superuser():
        change(cycle)

    assert edition() != before


def test_a_change_that_is_taken_back_leaves_no_edition_that_comes_again(cycle):
    before, drawn = edition(), set()
    for _ in range(2):
        with transaction.atomic():
            Cycle.objects.update(phase=Phase.PLAN)
            drawn.add(edition())
            transaction.set_rollback(True)

    assert edition() == before
    assert len(drawn) == 2


def test_a_known_year_has_all_that_a_form_asks_for_and_is_read_once(cycle, django_assert_num_queries):
    place = cycle.area.slug, cycle.year
    known = read_year(*place)

    with django_assert_num_queries(0):
        assert known_year(*place) is known
        assert [period.phase for period in known.cycle.periods.all()] == [Phase.SOLICIT]
    assert (known.edition, known.cycle) == (edition(), cycle)
    assert known.aspects == {"3": Aspect.objects.get()}
    assert known.areas == {cycle.area.code: cycle.area}


def test_an_unknown_year_is_none(cycle):
    assert known_year(cycle.area.slug, 1999) is None
    assert known_year("nowhere", cycle.year) is None
