"""Pictures of suggestions: how soon a reply came, how much is answered, what is asked more than before."""

from datetime import timedelta

import pytest
from django.utils import translation

from livelihood.cycles.states import Phase
from proposals import selectors, services
from proposals.models import AnswerFigure, Reply
from proposals.selectors import pictures
from proposals.states import SuggestionState
from tests import databases
from tests.factories.frame import NOW, AspectFactory, CountyFactory, CycleFactory, OrganisationFactory, UserFactory
from tests.factories.proposals import AcceptedFactory, SuggestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def reply(suggestion, *, after):
    return Reply.objects.create(
        suggestion=suggestion, organisation=OrganisationFactory(area=suggestion.cycle.area), text="收到，已列入计划。",
        replied_at=suggestion.received_at + timedelta(days=after), replied_by=UserFactory(),
    )  # fmt: skip


def test_days_to_the_first_reply_are_counted_with_it_and_a_second_one_is_not():
    cycle = CycleFactory(phase=Phase.PLAN)
    first, second, third = AcceptedFactory.create_batch(3, cycle=cycle)
    for suggestion, after in ((first, 2.5), (first, 40), (second, 2), (third, 61)):
        reply(suggestion, after=after)
    reply(AcceptedFactory(), after=-1)

    assert selectors.days_to_reply(cycle) == [(2, 2), (61, 1)]
    assert services.recount_suggestions() == []


def test_a_recount_names_a_figure_of_replies_that_was_touched():
    suggestion = AcceptedFactory()
    reply(suggestion, after=2)
    with databases.as_superuser():
        AnswerFigure.objects.update(number=5)

    (found,) = services.recount_suggestions()

    assert (found.subject, found.kept, found.counted) == (
        f"year {suggestion.cycle_id}, replies after 2 days", "5", "1",
    )  # fmt: skip


def test_half_of_the_replies_and_each_span_are_told():
    chart = pictures.answer_days([(0, 3), (3, 1), (4, 1), (70, 2)])

    assert (chart.title, chart.beneath) == (
        "Half of the replies came within 3 days",
        "7 suggestions have a reply; the longest took 70 days.",
    )
    assert [row[:2] for row in chart.rows] == [
        ["≤ 3", "4"], ["4–7", "1"], ["8–15", "0"], ["16–30", "0"], ["31–60", "0"], ["> 60", "2"],
    ]  # fmt: skip
    assert pictures.answer_days([]) is None


def test_areas_stand_by_what_is_answered_of_theirs():
    cycle = CycleFactory(phase=Phase.PLAN)
    near, far = CountyFactory(parent=cycle.area), CountyFactory(parent=cycle.area)
    SuggestionFactory.create_batch(2, cycle=cycle, area=near, state=SuggestionState.DECLINED)
    SuggestionFactory(cycle=cycle, area=far, state=SuggestionState.DECLINED)
    SuggestionFactory(cycle=cycle, area=far)

    chart = pictures.answered_by_area(selectors.statistics(cycle))

    assert chart.title == f"Of {near.name} 100.0% is answered, of {far.name} 50.0%"
    assert [row[1] for row in chart.rows] == ["1 / 2 · 50.0%", "2 / 2 · 100.0%"]
    assert "All: 75.0%" in chart.svg


def test_what_is_asked_about_more_than_in_an_earlier_year_is_said():
    cycle = CycleFactory(phase=Phase.PLAN, year=2026)
    earlier = CycleFactory(phase=Phase.CLOSED, year=2025, area=cycle.area)
    for year, roads, care in ((earlier, 3, 1), (cycle, 1, 1)):
        SuggestionFactory.create_batch(roads, cycle=year, aspect=AspectFactory(cycle=year, name_zh="道路"))
        SuggestionFactory.create_batch(care, cycle=year, aspect=AspectFactory(cycle=year, name_zh="养老"))

    counted, before = selectors.statistics(cycle), selectors.statistics(earlier)
    chart = pictures.asked_before(cycle, counted, 2025, before)

    assert chart.title == "养老 grew most since 2025: from 25.0% to 50.0%"
    assert [row[1:] for row in chart.rows] == [["75.0%", "50.0%"], ["25.0%", "50.0%"]]
    assert pictures.asked_before(cycle, counted, 2025, selectors.statistics(CycleFactory())) is None


def test_no_title_names_one_of_two_that_are_equal():
    """Of two that are asked about as often, are answered as far or grew as much, both are named."""
    cycle = CycleFactory(phase=Phase.PLAN, year=2026)
    earlier = CycleFactory(phase=Phase.CLOSED, year=2025, area=cycle.area)
    areas = CountyFactory.create_batch(3, parent=cycle.area)
    for year, often in ((earlier, {"道路": 2}), (cycle, {"道路": 1, "养老": 2, "文体": 2})):
        for name in ("道路", "养老", "文体"):
            aspect = AspectFactory(cycle=year, name_zh=name)
            for place in range(often.get(name, 1)):
                SuggestionFactory(cycle=year, aspect=aspect, area=areas[place])
    SuggestionFactory(cycle=cycle, area=areas[2], aspect=None, state=SuggestionState.DECLINED)

    counted, before = selectors.statistics(cycle), selectors.statistics(earlier)

    assert pictures.asked_by_aspect(cycle, counted).title == (
        "Most is asked about 养老 and 文体: 33.3% of all suggestions each"
    )
    assert pictures.asked_by_area(cycle, counted).title == f"Most suggestions concern {areas[0].name}: 50.0%"
    assert pictures.answered_by_area(counted).title == (
        f"Of {areas[2].name} 100.0% is answered, of {areas[0].name} and {areas[1].name} 0.0%"
    )
    assert pictures.asked_before(cycle, counted, 2025, before).title == "养老 and 文体 grew most since 2025, by as much"


def test_the_page_of_figures_shows_them_and_asks_as_much_for_many_as_for_one(client, django_assert_num_queries):
    cycle = CycleFactory(phase=Phase.PLAN, year=2026)
    for year in (CycleFactory(phase=Phase.CLOSED, year=2025, area=cycle.area), cycle):
        SuggestionFactory(cycle=year, aspect=AspectFactory(cycle=year, name_zh="道路"))
    queries = 10
    for _ in range(2):
        reply(AcceptedFactory(cycle=cycle, area=CountyFactory(parent=cycle.area), received_at=NOW), after=1)
        with django_assert_num_queries(queries):
            page = client.get(cycle.address("proposals:statistics"))

    assert {"answered", "answer-days", "asked-before"} <= {
        name for name in ("answered", "answer-days", "asked-before") if f'id="{name}-title"' in page.content.decode()
    }
