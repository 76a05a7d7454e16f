"""The provincial path: opinions with a clock, revisions with reasons, and what goes to the reserve pool."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import InvalidInput, NotAllowed, NotReady
from tests import databases
from tests.factories.frame import NOW, CycleFactory, official, signed_in
from tests.factories.voting import freeze
from tests.voting.sessions import TEXT, Sessions
from voting import selectors, services
from voting.models import Opinion, Review, ReviewItem, Revision
from voting.services import ItemText

pytestmark = pytest.mark.django_db


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
    client, url = signed_in(sessions.deputy), sessions.page("opinion_give")

    client.post(url, {"text": "请增加点位", "items": ["1", "2"]})
    client.post(url, {"text": "请再增加点位", "is_named": "on"})

    rows = Opinion.objects.order_by("pk").values_list("speaker", "text")
    assert list(rows) == [("", "请增加点位"), (sessions.deputy.name, "请再增加点位")]
    assert Opinion.objects.order_by("pk")[0].items.count() == 2


def test_staff_type_what_was_handed_in_on_paper_with_the_name_that_may_be_published():
    sessions = Sessions()

    signed_in(sessions.staff).post(
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
    with databases.as_superuser():
        Opinion.objects.filter(pk=late.pk).update(answer_due_date=date(2024, 10, 1))
    sessions.say(2, at=NOW + timedelta(days=3650))

    page = signed_in(sessions.office).get(f"{sessions.page('opinions')}?state=overdue")

    assert [row.pk for row in page.context["opinions"]] == [late.pk]
    here = f"{sessions.page('opinions')}?state=open"
    (work,) = [item for item in selectors.work_for(sessions.office, NOW) if item.url == here]
    assert (work.count, work.due) == (2, date(2024, 10, 1))


def test_an_answer_is_offered_to_those_who_may_give_it():
    sessions = Sessions()
    answer = sessions.page("opinion_answer", opinion_id=sessions.say(1).pk)

    office, staff = (
        signed_in(user).get(sessions.page("opinions")).content.decode() for user in (sessions.office, sessions.staff)
    )

    assert (answer in office, answer in staff) == (True, False)
    assert signed_in(sessions.staff).get(answer).status_code == 403


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
    with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(reason="别的理由")


def test_what_is_adopted_is_the_list_as_revised():
    sessions = Sessions()
    sessions.revise()
    services.remove_item(item=sessions.item(2), reason="选址未落实", by=sessions.office, at=NOW)
    sessions.adopt(left_out={sessions.item(3).pk: "并入第1项"})

    assert [(row.number, row.title) for row in selectors.elected(sessions.cycle)] == [(1, "项目1（扩面）")]
    kinds = Revision.objects.order_by("pk").values_list("item__number", "kind", "reason")
    assert list(kinds) == [(1, "changed", "委员建议扩面"), (2, "removed", "选址未落实"), (3, "removed", "并入第1项")]
    with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
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


def test_a_candidate_that_was_not_frozen_comes_on_the_list():
    sessions = Sessions()

    revision = services.add_item(
        review=sessions.review, candidate=sessions.aside, text=TEXT, reason="代表联名提出", by=sessions.office, at=NOW
    )

    assert (revision.kind, revision.before, revision.item.candidate) == ("added", {}, sessions.aside)
    assert (sessions.review.items.count(), sessions.item(9).title) == (4, TEXT.title)


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
    client = signed_in(sessions.office)
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
    client = signed_in(sessions.office)
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


QUERIES = {"decision": 10, "review": 10}


# --- submission


def test_list_with_items_without_place_is_not_submitted():
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 2, place="")
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    with pytest.raises(NotReady) as refusal:
        services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)

    assert [str(issue) for issue in refusal.value.issues] == [
        "第1号“项目1”没有写明在何处实施。", "第2号“项目2”没有写明在何处实施。",
    ]  # fmt: skip
    assert not Review.objects.exists()
    assert not Entry.objects.filter(act="review.submitted").exists()
