"""A year's page while it is planned, and what a week is on it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from livelihood.cycles.states import Phase
from livelihood.portal.glance import glance
from livelihood.portal.home import YearRead
from projects.models import ProgressReport
from proposals.selectors import planned
from proposals.states import CandidateState, NeedOutcome
from tests.factories.frame import NOW, AspectFactory, CycleFactory, UserFactory
from tests.factories.projects import DeliveryFactory, IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.proposals import CandidateFactory, CostLineFactory, NeedFactory, SheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def costing(amount, **given):
    candidate = CandidateFactory(state=CandidateState.PROPOSED, **given)
    CostLineFactory(sheet=SheetFactory(candidate=candidate), amount_wan=Decimal(amount))
    return candidate


def refused(**given):
    return {"reason": "Land is missing.", f"{given['of']}_at": NOW, f"{given['of']}_by": UserFactory()}


def test_planning_shows_needs_candidates_costs_and_why_something_was_not_taken_up():
    cycle = CycleFactory(phase=Phase.PLAN)
    roads, care = AspectFactory(cycle=cycle), AspectFactory(cycle=cycle)
    NeedFactory(cycle=cycle, outcome=NeedOutcome.CANDIDATE)
    NeedFactory(cycle=cycle)
    need = NeedFactory(cycle=cycle, outcome=NeedOutcome.NOT_ADOPTED, **refused(of="decided"))
    costing(300, cycle=cycle, aspect=care)
    costing(100, cycle=cycle, aspect=care)
    CandidateFactory(cycle=cycle, aspect=roads, state=CandidateState.PROPOSED)
    dropped = CandidateFactory(cycle=cycle, aspect=roads, state=CandidateState.NOT_ADOPTED, **refused(of="dropped"))
    CandidateFactory(cycle=cycle, aspect=roads, title="A draft that nobody sees")

    shown = glance(YearRead(cycle, timezone.localdate()), timezone.now())

    needs, candidates, costs = shown.main
    assert (needs.title, needs.beneath) == (
        "1 of 3 needs have become candidates",
        "1 are under examination, 1 are not adopted, each with its reason.",
    )
    assert (candidates.title, [row[1:] for row in candidates.rows]) == (
        f"3 candidates; most, 2, for {care.name}",
        [["2", "0"], ["1", "1"]],
    )
    assert costs.title.startswith("2 candidates would cost 4 million yuan; 75.0% of it is for ")
    assert [row[1] for row in costs.rows] == ["3 million yuan", "1 million yuan", "not known yet"]
    assert [(one.title, one.reason) for one in shown.refused] == [
        (dropped.title, "Land is missing."),
        (need.title, "Land is missing."),
    ]
    assert "A draft that nobody sees" not in "".join(str(chart.svg) for chart in shown.main)


def test_two_aspects_and_two_candidates_that_are_equal_are_both_named():
    cycle = CycleFactory(phase=Phase.PLAN)
    roads, care, parks = AspectFactory.create_batch(3, cycle=cycle)
    for aspect in (roads, roads, care, care, parks):
        costing(300 if aspect is parks else 100, cycle=cycle, aspect=aspect)
    candidates = planned.planned_candidates(cycle)

    assert planned.candidates_by_aspect(cycle, candidates).title == (
        f"5 candidates; most, 2 each, for {roads.name} and {care.name}"
    )
    assert planned.costs_chart(cycle, candidates[:4]).title == "4 candidates would cost 4 million yuan, each as much"


def test_bars_of_one_are_not_drawn_and_the_costs_say_it_in_a_sentence():
    cycle = CycleFactory(phase=Phase.PLAN)
    for aspect in AspectFactory.create_batch(3, cycle=cycle):
        costing(100, cycle=cycle, aspect=aspect)
    candidates = planned.planned_candidates(cycle)

    assert planned.candidates_by_aspect(cycle, candidates) is None
    assert planned.costs_chart(cycle, candidates).beneath == "They are for 3 aspects, one for each."
    assert planned.costs_chart(cycle, candidates[:1]).beneath == ""


def test_planning_before_any_need_shows_what_was_asked():
    shown = glance(YearRead(CycleFactory(phase=Phase.PLAN), timezone.localdate()), timezone.now())

    assert (shown.main, shown.refused) == ([], ())


def test_the_planning_page_asks_as_much_for_many_as_for_one(client, django_assert_num_queries):
    cycle = CycleFactory(phase=Phase.PLAN)
    aspect = AspectFactory(cycle=cycle)
    queries = 10
    for _ in range(2):
        NeedFactory.create_batch(2, cycle=cycle, aspect=aspect)
        costing(100, cycle=cycle, aspect=aspect)
        with django_assert_num_queries(queries):
            client.get(cycle.address("portal:cycle"))


@pytest.mark.parametrize(
    ("days_ago", "title", "shown"),
    [((0, 6, 7), "What changed this week", 2), ((7, 8, 9), "Reported last", 3), ((), "Reported last", 0)],
)
def test_a_week_is_seven_days_and_what_is_older_is_called_otherwise(days_ago, title, shown):
    cycle, today = DeliveryFactory(), timezone.localdate()
    site = SiteFactory(indicator=IndicatorFactory(project=ProjectFactory(cycle=cycle)))
    for days in days_ago:
        ProgressReport.objects.create(
            indicator=site.indicator, site=site, area=site.area, quantity=1, reported_on=today - timedelta(days=days),
            idempotency_key=str(days), reported_at=timezone.now(), reported_by=UserFactory(),
        )  # fmt: skip

    page = glance(YearRead(cycle, timezone.localdate()), timezone.now())

    assert (page.news_title, len(page.news)) == (title, shown)


def test_new_needs_are_of_this_week_too():
    cycle = CycleFactory(phase=Phase.SOLICIT)
    NeedFactory(cycle=cycle, opened_at=timezone.now() - timedelta(days=20))
    fresh = NeedFactory(cycle=cycle, opened_at=timezone.now())

    page = glance(YearRead(cycle, timezone.localdate()), timezone.now())

    assert (page.news_title, [one.text for one in page.news]) == ("What changed this week", [fresh.title])
