"""The API: announced rounds and adopted reviews, and nothing of anything else."""

from datetime import date

import pytest
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import freeze, plenary
from tests.voting.papers import count, enter_twice, merge
from voting import services
from voting.states import OpinionBody, Step

pytestmark = pytest.mark.django_db


def test_rounds_are_there_when_announced_and_not_before():
    session, rehearsal = plenary(deputies=2), plenary(is_rehearsal=True)
    session.cast(session.deputies[0], "yyn")
    rehearsal.finish()
    session.step(Step.CLOSE)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    assert Client().get("/api/v1/rounds/").json()["results"] == []

    session.step(Step.ANNOUNCE, "第5号")

    (found,) = Client().get("/api/v1/rounds/", {"area": session.cycle.area.code}).json()["results"]
    assert (found["announcement_number"], found["rules"]["denominator"]) == ("第5号", "in_term")
    assert found["figures"] == {
        "in_term": 2, "present": 2, "issued": 2, "returned": 1, "on_paper": 0, "valid": 1, "invalid": 0, "blank": 0,
        "not_voted": 1, "needed": 2, "is_quorate": True, "tied_seats": 0, "shortfall": 2,
    }  # fmt: skip
    counts = [(row["number"], row["approve"], row["oppose"], row["outcome"]) for row in found["options"]]
    assert counts == [(1, 1, 0, "not_passed"), (2, 1, 0, "not_passed"), (3, 0, 1, "not_passed")]
    assert [row["place"] for row in found["options"]] == ["城东街道第1社区", "城东街道第2社区", "城东街道第3社区"]
    assert not {"receipt", "marks", "deputy"} & set(str(found))
    assert Client().get(f"/api/v1/rounds/{rehearsal.round.pk}/").status_code == 404


def test_papers_are_told_apart_and_a_round_on_paper_says_so():
    beside, alone = plenary(deputies=11), plenary(deputies=3)
    for deputy in beside.deputies[:5]:
        services.hand_out_paper(entry=beside.entry(deputy), by=beside.staff, at=NOW)
    for deputy in beside.deputies[5:]:
        beside.cast(deputy, "yyn")
    alone.step(Step.MOVE_TO_PAPER, "设备故障")
    for session, papers in ((beside, 5), (alone, 2)):
        session.step(Step.CLOSE)
        count(session, papers)
        enter_twice(session, *["yyn"] * papers)
        merge(session)
        services.count_round(round_=session.round, by=session.chair, at=NOW)
        session.step(Step.ANNOUNCE)

    found = {row["id"]: row for row in Client().get("/api/v1/rounds/").json()["results"]}

    told = [
        (row["is_on_paper"], *(row["figures"][name] for name in ("present", "issued", "returned", "on_paper")))
        for row in (found[session.round.pk] for session in (beside, alone))
    ]
    assert told == [(False, 11, 11, 11, 5), (True, 3, 3, 2, 2)]


def test_counts_are_null_where_the_session_does_not_publish_them():
    session = plenary(method={"publishes_counts": False})
    session.cast(session.deputies[0], "yyn")
    session.finish()

    (found,) = Client().get("/api/v1/rounds/").json()["results"]

    assert [(row["approve"], row["oppose"], row["abstain"]) for row in found["options"]] == [(None, None, None)] * 3


def test_reviews_are_there_when_adopted_without_names():
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 2)
    office, staff = official(Role.LIVELIHOOD_OFFICE, cycle.area), official(Role.CONGRESS_STAFF, cycle.area)
    review = services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)
    opinion = services.give_opinion(review=review, body=OpinionBody.CPPCC, text="请增加点位", by=staff, at=NOW)
    services.answer_opinion(opinion=opinion, answer="已经增加", by=office, at=NOW)
    assert Client().get("/api/v1/reviews/").json()["results"] == []

    services.adopt_list(review=review, document="工作报告", adopted_date=date(2024, 11, 1), by=staff, at=NOW)

    (found,) = Client().get("/api/v1/reviews/", {"year": cycle.year}).json()["results"]
    assert found["document"] == "工作报告"
    assert [(row["number"], row["place"]) for row in found["items"]] == [(1, "城东街道第1社区"), (2, "城东街道第2社区")]
    assert found["opinions"] == [
        {
            "body": "cppcc",
            "delegation": "",
            "items": [],
            "text": "请增加点位",
            "answer": "已经增加",
            "change": "",
            "source": "",
        }
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_much_for_one_row_as_for_three(rows, django_assert_num_queries):
    for _ in range(rows):
        plenary(deputies=1).finish()

    with django_assert_num_queries(3):
        answer = Client().get("/api/v1/rounds/")

    assert len(answer.json()["results"]) == rows
