"""The reserve pool: what lies in it, from when on, and what a later year may take over from it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Aspect, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import InvalidInput, NotAllowed
from proposals import services as proposing
from proposals.models import Candidate
from proposals.services import carrying
from proposals.states import CandidateState
from tests.factories.frame import NOW, AspectFactory, CycleFactory, official, signed_in
from tests.factories.voting import plenary
from tests.voting.papers import reason
from tests.voting.sessions import Sessions
from voting import selectors, services
from voting.models import Review
from voting.states import Outcome, ReviewState

pytestmark = pytest.mark.django_db

LIFTS = "老旧小区加装电梯第"


def test_what_was_not_chosen_is_in_the_pool_with_votes_and_reason_from_the_announcement_on():
    session = plenary(candidates=3, seats=2, deputies=3)
    for deputy in session.deputies:
        session.cast(deputy, "yny")
    assert selectors.reserve_pool(session.cycle.area, 2025) == []

    session.finish()

    (row,) = selectors.reserve_pool(session.cycle.area, 2025)
    assert (row.candidate.number, row.reason, row.approve, row.oppose, row.abstain) == (
        2, Outcome.NOT_PASSED.label, 0, 3, 0,
    )  # fmt: skip
    assert (row.decided_on, row.taken_up_in) == (NOW.date(), [])
    assert selectors.reserve_pool(session.cycle.area, 2024) == []
    kept_back = plenary(method={"publishes_counts": False})
    for deputy in kept_back.deputies:
        kept_back.cast(deputy, "yyn")
    kept_back.finish()
    (hidden,) = selectors.reserve_pool(kept_back.cycle.area, 2025)
    assert (hidden.approve, hidden.oppose, hidden.abstain) == (None, None, None)


def test_a_tie_that_may_be_run_off_is_not_in_the_pool_yet():
    session = plenary(candidates=3, seats=1, deputies=2, method={"is_strict": False})
    for deputy, letters in zip(session.deputies, ("ynn", "nyn"), strict=True):
        session.cast(deputy, letters)
    session.finish()

    assert [row.candidate.number for row in selectors.reserve_pool(session.cycle.area, 2025)] == [3]
    Cycle.objects.filter(pk=session.cycle.pk).update(phase=Phase.DELIVER)
    assert [row.candidate.number for row in selectors.reserve_pool(session.cycle.area, 2025)] == [1, 2, 3]


def test_what_the_two_sessions_left_out_is_in_the_pool_from_the_adoption_on():
    sessions = Sessions()
    services.remove_item(item=sessions.item(2), reason="选址未落实", by=sessions.office, at=NOW)
    assert selectors.reserve_pool(sessions.cycle.area, 2025) == []

    sessions.adopt()

    (row,) = selectors.reserve_pool(sessions.cycle.area, 2025)
    assert (row.candidate.number, row.reason, row.approve) == (2, "选址未落实", None)
    assert "选址未落实" in Client().get(sessions.page("reserve")).content.decode()


@pytest.mark.parametrize(("phase", "is_offered"), [(Phase.SOLICIT, False), (Phase.PLAN, True), (Phase.DECIDE, False)])
def test_taking_over_is_offered_only_while_it_is_possible(phase, is_offered):
    sessions = Sessions(LIFTS)
    sessions.adopt(left_out={sessions.item(2).pk: "选址未落实"})
    coming = CycleFactory(area=sessions.cycle.area, year=2026, phase=phase)
    place = {"area": coming.area.slug, "year": coming.year}

    page = signed_in(sessions.office).get(reverse("voting:desk_reserve", kwargs=place)).content.decode()

    url = reverse("proposals:candidate_carry", kwargs={**place, "candidate_id": sessions.item(2).candidate_id})
    assert "选址未落实" in page
    assert (url in page) is is_offered


def test_next_year_takes_a_candidate_over_with_one_act():
    sessions = Sessions(LIFTS)
    sessions.adopt(left_out={sessions.item(2).pk: "选址未落实"})
    earlier = sessions.item(2).candidate
    coming = CycleFactory(area=sessions.cycle.area, year=2026, phase=Phase.PLAN)
    aspect = AspectFactory(cycle=coming, name_zh=earlier.aspect.name_zh)
    client = signed_in(sessions.office)
    place = {"area": coming.area.slug, "year": coming.year}
    offered = client.get(reverse("voting:desk_reserve", kwargs=place)).content.decode()
    url = reverse("proposals:candidate_carry", kwargs={**place, "candidate_id": earlier.pk})
    assert url in offered

    form = client.get(url).context["form"]
    done = client.post(url, {"aspect": form["aspect"].value()})

    carried = Candidate.objects.get(cycle=coming)
    assert (done.status_code, carried.carried_from, carried.title, carried.state) == (
        302, earlier, f"{LIFTS}2", CandidateState.DRAFT,
    )  # fmt: skip
    assert (carried.aspect, carried.lead_organisation) == (aspect, earlier.lead_organisation)
    assert carried.place == "城东街道第2社区"
    sheet = carried.sheet
    assert (sheet.starts_on, sheet.finishes_on, sheet.people_served) == (date(2026, 1, 1), date(2026, 11, 30), 2000)
    assert sheet.cost_lines.get().amount_wan == 200
    (row,) = selectors.reserve_pool(coming.area, 2025)
    assert row.taken_up_in == [2026]
    assert Entry.objects.get(act="candidate.carried_over").detail["carried_from"] == earlier.pk
    assert client.post(url, {"aspect": aspect.number}).status_code == 403
    assert Candidate.objects.filter(cycle=coming).count() == 1


def test_a_candidate_is_not_taken_over_without_right_aspect_or_time():
    sessions = Sessions()
    sessions.adopt(left_out={sessions.item(2).pk: "选址未落实"})
    earlier = sessions.item(2).candidate
    coming = CycleFactory(area=sessions.cycle.area, year=2026, phase=Phase.PLAN)
    give: dict[str, Any] = {"candidate": earlier, "cycle": coming, "at": NOW}

    with pytest.raises(NotAllowed):
        proposing.carry_candidate(**give, by=sessions.staff)
    with pytest.raises(InvalidInput):
        proposing.carry_candidate(**give, by=sessions.office)
    Cycle.objects.filter(pk=coming.pk).update(phase=Phase.DECIDE)
    with pytest.raises(NotAllowed):
        proposing.carry_candidate(**give, by=sessions.office)

    assert not Candidate.objects.filter(cycle=coming).exists()
    assert not Entry.objects.filter(act="candidate.carried_over").exists()
    assert Review.objects.get().state == ReviewState.ADOPTED


def test_only_what_lies_in_the_reserve_pool_is_taken_over_and_once_a_year():
    sessions = Sessions(LIFTS)
    adopted, left_out = sessions.item(1).candidate, sessions.item(2).candidate
    area, office = sessions.cycle.area, sessions.office
    coming = CycleFactory(area=area, year=2026, phase=Phase.PLAN)
    elsewhere = CycleFactory(year=2026, phase=Phase.PLAN)
    stranger = official(Role.LIVELIHOOD_OFFICE, elsewhere.area)
    aspect, foreign = AspectFactory(cycle=coming), AspectFactory(cycle=elsewhere)

    def carry(candidate: Candidate, cycle: Cycle = coming, aspect: Aspect = aspect, by: User = office) -> Candidate:
        return proposing.carry_candidate(candidate=candidate, cycle=cycle, aspect=aspect, by=by, at=NOW)

    undecided = reason(lambda: carry(left_out))
    sessions.adopt(left_out={sessions.item(2).pk: "选址未落实"})
    chosen = reason(lambda: carry(adopted))
    other_area = reason(lambda: carry(left_out, elsewhere, foreign, stranger))
    carried = carry(left_out)
    again = reason(lambda: carry(left_out))
    own = reason(lambda: carry(carried))
    next_year = CycleFactory(area=area, year=2027, phase=Phase.PLAN)
    draft = reason(lambda: carry(carried, next_year, AspectFactory(cycle=next_year)))

    assert undecided == chosen == draft == "该候选项目不在项目储备库中：已经入选，或者当年尚未对其作出决定。"
    assert other_area == own == "只能转入本地区往年的候选项目。"
    assert again == "该候选项目已经转入。"
    assert list(Candidate.objects.filter(carried_from__isnull=False)) == [carried]
    assert Entry.objects.filter(act="candidate.carried_over").count() == 1


def test_the_pool_asks_as_much_for_three_as_for_one(django_assert_num_queries):
    area = plenary_not_choosing(1).area
    with django_assert_num_queries(3):
        assert len(selectors.reserve_pool(area, 2025)) == 1
    area = plenary_not_choosing(3).area
    with django_assert_num_queries(3):
        assert len(selectors.reserve_pool(area, 2025)) == 3


def plenary_not_choosing(number: int) -> Cycle:
    session = plenary(candidates=number + 1, seats=1, deputies=1)
    session.cast(session.deputies[0], "y" + "n" * number)
    session.finish()
    return session.cycle


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [(date(2024, 2, 29), 1, date(2025, 2, 28)), (date(2024, 2, 29), 4, date(2028, 2, 29))],
)
def test_a_leap_day_is_taken_over_to_the_last_of_february(day, years, later):
    assert carrying._years_later(day, years) == later
