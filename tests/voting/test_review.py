"""The provincial path: opinions with a clock, revisions with reasons, and what goes to the reserve pool."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import InvalidInput, NotAllowed
from proposals import services as proposing
from proposals.models import Candidate
from proposals.states import CandidateState
from tests.factories.frame import NOW, AspectFactory, CycleFactory, official
from tests.factories.voting import freeze, plenary
from voting import selectors, services
from voting.models import Opinion, Review, ReviewItem, Revision
from voting.services import ItemText
from voting.states import OpinionBody, Outcome, ReviewState

pytestmark = pytest.mark.django_db

TEXT = ItemText("项目1（扩面）", "改过的内容", "城东、城西两个街道", Decimal("150.5"), date(2025, 12, 20), 1500)


class Sessions:
    """A list of three before the two sessions, and the people around it."""

    def __init__(self, title: str = "项目", **values: Any) -> None:
        self.cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
        freeze(self.cycle, 3, title)
        self.office, self.staff, self.member, self.deputy = (
            official(role, self.cycle.area)
            for role in (Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.CPPCC_MEMBER, Role.DEPUTY)
        )
        self.review = services.submit_list(cycle=self.cycle, session="两会", by=self.office, at=NOW, **values)

    def item(self, number: int) -> ReviewItem:
        return self.review.items.get(number=number)

    def say(self, *numbers: int, **values: Any) -> Opinion:
        items = [self.item(number) for number in numbers]
        given = {
            "body": OpinionBody.CPPCC,
            "text": "请扩大范围",
            "items": items,
            "by": self.member,
            "at": NOW,
            **values,
        }
        return services.give_opinion(review=self.review, **given)

    def revise(self, **values: Any) -> Revision:
        given = {"item": self.item(1), "text": TEXT, "reason": "委员建议扩面", "by": self.office, "at": NOW, **values}
        return services.revise_item(**given)

    def adopt(self, **values: Any) -> Review:
        for opinion in Opinion.objects.filter(review=self.review, answer=""):
            services.answer_opinion(opinion=opinion, answer="采纳并落实", by=self.office, at=NOW)
        return services.adopt_list(
            review=self.review, document="政府工作报告", adopted_date=NOW.date(), by=self.staff, at=NOW, **values
        )

    def page(self, name: str, **more: Any) -> str:
        return reverse(f"voting:{name}", kwargs={"area": self.cycle.area.slug, "year": self.cycle.year, **more})


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- opinions


def test_an_opinion_names_its_items_its_group_and_only_who_agreed():
    sessions = Sessions()

    opinion = sessions.say(1, 3, delegation="经济界别组")
    named = sessions.say(speaker="王委员")
    page = Client().get(sessions.page("decision")).content.decode()

    assert [item.number for item in opinion.items.order_by("number")] == [1, 3]
    assert (named.items.count(), named.speaker) == (0, "王委员")
    assert "经济界别组" in page
    assert "王委员" in page
    assert sessions.member.name not in page
    assert sessions.member.username not in page


def test_a_deputy_is_named_only_by_the_tick():
    sessions = Sessions()
    client, url = as_(sessions.deputy), sessions.page("opinion_give")

    client.post(url, {"text": "请增加点位", "items": ["1", "2"]})
    client.post(url, {"text": "请再增加点位", "is_named": "on"})

    rows = Opinion.objects.order_by("pk").values_list("speaker", "text")
    assert list(rows) == [("", "请增加点位"), (sessions.deputy.name, "请再增加点位")]
    assert Opinion.objects.order_by("pk")[0].items.count() == 2


def test_staff_type_what_was_handed_in_on_paper_with_the_name_that_may_be_published():
    sessions = Sessions()

    as_(sessions.staff).post(
        sessions.page("opinions"),
        {"text": "请增加点位", "items": ["2"], "body": "congress", "delegation": "第一代表团", "speaker": "李代表"},
    )

    opinion = Opinion.objects.get()
    assert (opinion.body, opinion.delegation, opinion.speaker) == ("congress", "第一代表团", "李代表")


def test_the_clock_is_the_reviews_own():
    sessions = Sessions(days_to_answer=5)

    assert sessions.say().answer_due_date == date(2024, 11, 6)
    with pytest.raises(InvalidInput):
        Sessions(days_to_answer=0)


def test_overdue_answers_are_work_and_a_filter_of_the_list():
    sessions = Sessions()
    late = sessions.say(1)
    Opinion.objects.filter(pk=late.pk).update(answer_due_date=date(2024, 10, 1))
    sessions.say(2, at=NOW + timedelta(days=3650))

    page = as_(sessions.office).get(f"{sessions.page('opinions')}?state=overdue")

    assert [row.pk for row in page.context["opinions"]] == [late.pk]
    (work,) = [item for item in selectors.work_for(sessions.office, NOW) if item.url == sessions.page("opinions")]
    assert (work.count, work.due) == (2, date(2024, 10, 1))


# --- revisions


def test_a_revision_keeps_what_was_said_before_and_why():
    sessions = Sessions()
    opinion = sessions.say(1)

    revision = sessions.revise(opinion=opinion)

    before = {
        "title": "项目1", "summary": "项目1的内容", "cost_wan": "100.0000", "finish_date": "2025-11-30",
        "people_served": "1000", "place": "城东街道第1社区",
    }  # fmt: skip
    after = {
        "title": "项目1（扩面）", "summary": "改过的内容", "cost_wan": "150.5000", "finish_date": "2025-12-20",
        "people_served": "1500", "place": "城东、城西两个街道",
    }  # fmt: skip
    assert (revision.kind, revision.before, revision.after) == ("changed", before, after)
    assert (revision.reason, revision.opinion) == ("委员建议扩面", opinion)
    item = sessions.item(1)
    assert (item.title, item.cost_wan, item.people_served) == ("项目1（扩面）", Decimal("150.5000"), 1500)
    assert item.place == "城东、城西两个街道"
    entry = Entry.objects.get(act="list.revised")
    assert (entry.detail["item"], entry.detail["kind"], entry.detail["opinion"]) == (1, "changed", opinion.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(reason="别的理由")


def test_what_is_adopted_is_the_list_as_revised():
    sessions = Sessions()
    sessions.revise()
    services.remove_item(item=sessions.item(2), reason="选址未落实", by=sessions.office, at=NOW)
    sessions.adopt(left_out={sessions.item(3).pk: "并入第1项"})

    assert [(row.number, row.title) for row in selectors.elected(sessions.cycle)] == [(1, "项目1（扩面）")]
    kinds = Revision.objects.order_by("pk").values_list("item__number", "kind", "reason")
    assert list(kinds) == [(1, "changed", "委员建议扩面"), (2, "removed", "选址未落实"), (3, "removed", "并入第1项")]
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewItem.objects.filter(pk=sessions.item(1).pk).update(title="又改")


def test_a_candidate_comes_back_on_the_list():
    sessions = Sessions()
    services.remove_item(item=sessions.item(2), reason="选址未落实", by=sessions.office, at=NOW)

    revision = services.add_item(
        review=sessions.review, candidate=sessions.item(2).candidate, text=TEXT, reason="选址已落实",
        by=sessions.office, at=NOW,
    )  # fmt: skip

    assert (revision.kind, revision.before, revision.item.number) == ("added", {}, 2)
    assert (sessions.item(2).left_out_reason, sessions.review.items.count()) == ("", 3)


def test_a_revision_that_does_not_fit_is_refused_and_leaves_no_trace():
    sessions, elsewhere = Sessions(), Sessions()
    item, foreign = sessions.item(1), elsewhere.say()
    same = ItemText(item.title, item.summary, item.place, item.cost_wan, item.finish_date, item.people_served)
    add: dict[str, Any] = {
        "review": sessions.review,
        "text": TEXT,
        "reason": "代表建议",
        "by": sessions.office,
        "at": NOW,
    }
    before = Entry.objects.count()

    for act in (
        lambda: sessions.revise(text=same),
        lambda: sessions.revise(reason="x"),
        lambda: sessions.revise(opinion=foreign),
        lambda: sessions.revise(text=ItemText("项目1", "内容内容", "", Decimal(-1), date(2025, 1, 1), 1)),
        lambda: sessions.revise(text=ItemText("项目一", "内容内容", "", Decimal(1), date(2025, 1, 1), -1)),
        lambda: sessions.revise(text=replace(TEXT, place="长" * 301)),
        lambda: services.add_item(candidate=item.candidate, **add),
        lambda: services.add_item(candidate=elsewhere.item(1).candidate, **add),
    ):
        with pytest.raises(InvalidInput):
            act()
    with pytest.raises(NotAllowed):
        sessions.revise(by=sessions.staff)

    assert Entry.objects.count() == before
    assert not Revision.objects.exists()
    assert sessions.item(1).title == "项目1"


def test_the_last_item_stays_and_an_item_leaves_once():
    sessions = Sessions()
    for number in (1, 2):
        services.remove_item(item=sessions.item(number), reason="选址未落实", by=sessions.office, at=NOW)

    for number in (2, 3):
        with pytest.raises(InvalidInput):
            services.remove_item(item=sessions.item(number), reason="选址未落实", by=sessions.office, at=NOW)
    with pytest.raises(InvalidInput):
        sessions.revise()

    assert Revision.objects.count() == 2


def test_pages_revise_take_off_and_put_back():
    sessions = Sessions()
    client = as_(sessions.office)
    sent = {
        "title": "项目1（扩面）", "summary": "改过的内容", "cost_wan": "150.5", "finish_date": "2025-12-20",
        "people_served": "1500", "place": "城东、城西两个街道", "reason": "委员建议扩面",
    }  # fmt: skip

    assert client.post(sessions.page("item_revise", item=1), sent).status_code == 302
    assert client.post(sessions.page("item_revise", item=1), sent).status_code == 422
    assert client.post(sessions.page("item_remove", item=2), {"reason": "选址未落实"}).status_code == 302
    assert client.post(sessions.page("item_add"), {**sent, "candidate": "2"}).status_code == 302

    kinds = list(Revision.objects.order_by("pk").values_list("item__number", "kind"))
    assert kinds == [(1, "changed"), (2, "removed"), (2, "added")]
    page = Client().get(sessions.page("decision")).content.decode()
    assert "项目1 → 项目1（扩面）" in page
    assert "100 → 150.5" in page
    assert "城东街道第1社区 → 城东、城西两个街道" in page


@pytest.mark.parametrize("name", ["decision", "review"])
def test_pages_of_a_review_ask_as_much_for_three_revisions_as_for_one(name, django_assert_num_queries):
    sessions = Sessions()
    client = as_(sessions.office)
    opinion = sessions.say(1, 2)
    sessions.revise(opinion=opinion)
    client.get(sessions.page(name))

    with django_assert_num_queries(QUERIES[name]):
        client.get(sessions.page(name))
    for number in (2, 3):
        sessions.say(number, 1)
        sessions.revise(item=sessions.item(number), opinion=opinion)
    with django_assert_num_queries(QUERIES[name]):
        client.get(sessions.page(name))


QUERIES = {"decision": 9, "review": 9}


# --- the reserve pool

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


def test_next_year_takes_a_candidate_over_with_one_act():
    sessions = Sessions(LIFTS)
    sessions.adopt(left_out={sessions.item(2).pk: "选址未落实"})
    earlier = sessions.item(2).candidate
    coming = CycleFactory(area=sessions.cycle.area, year=2026, phase=Phase.PLAN)
    aspect = AspectFactory(cycle=coming, name_zh=earlier.aspect.name_zh)
    client = as_(sessions.office)
    place = {"area": coming.area.slug, "year": coming.year}
    offered = client.get(reverse("voting:reserve_desk", kwargs=place)).content.decode()
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
    assert client.post(url, {"aspect": aspect.number}).status_code == 422
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
