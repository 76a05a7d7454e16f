"""The desk's pages of candidates."""

import html

from livelihood.audit.selectors import last_entry
from proposals.models import Candidate, CandidateList
from proposals.states import CandidateState
from tests.factories.frame import NOW, AspectFactory, CycleFactory, OrganisationFactory
from tests.factories.proposals import (
    CandidateFactory,
    NeedFactory,
    SheetFactory,
)
from tests.proposals.pages import at, text_of


def test_a_candidate_goes_from_need_to_frozen_list(client, planning, planner):
    need = NeedFactory(cycle=planning)
    aspect = AspectFactory(cycle=planning)
    organisation = OrganisationFactory(area=planning.area)
    form = client.get(at("candidate_draft", planning) + f"?need={need.number}")
    data = {
        "title": "加装电梯一百部",
        "summary": "为老旧小区加装电梯一百部。",
        "place": "城东街道",
        "aspect": aspect.number,
        "lead_organisation": organisation.name_zh,
        "kind": "hardware",
        "origin": "need",
        "needs": [need.number],
    }
    drafted = client.post(at("candidate_draft", planning), data)
    candidate = Candidate.objects.get()
    sheet = {
        "starts_on": "2025-01-01",
        "finishes_on": "2025-11-30",
        "people_served": "12000",
        "legal_basis": "《无障碍环境建设法》",
        "cost_city": "800",
        "source": "《可行性研究报告》",
    }
    wrong = client.post(at("desk_candidate", planning, number=candidate.number), {**sheet, "cost_city": ""})
    client.post(at("desk_candidate", planning, number=candidate.number), sheet)
    reworded = client.post(
        at("candidate_revise", planning, number=candidate.number),
        {
            "title": "加装电梯一百二十部",
            "summary": "为老旧小区加装。".ljust(10, "。"),
            "place": "城东、城西两个街道",
            "source": "",
        },
    )
    again = client.get(at("desk_candidate", planning, number=candidate.number))
    shown = client.get(at("candidate_propose", planning, number=candidate.number))
    client.post(at("candidate_propose", planning, number=candidate.number))
    confirm = client.get(at("candidates_freeze", planning))
    frozen = client.post(at("candidates_freeze", planning))

    assert need.title in form.content.decode()
    assert form.context["form"].initial["origin"] == candidate.origin == "need"
    assert [response.status_code for response in (drafted, wrong, shown, confirm, frozen)] == [302, 422, 200, 200, 302]
    candidate.refresh_from_db()
    assert (reworded.status_code, candidate.title) == (302, "加装电梯一百二十部")
    assert candidate.place == "城东、城西两个街道"
    assert candidate.place in text_of(again)
    assert candidate.place in text_of(client.get(at("candidate", planning, number=candidate.number)))
    assert again.context["form"].initial["source"] == candidate.sheet.source == "《可行性研究报告》"
    assert candidate.title in text_of(confirm)
    assert candidate.state == CandidateState.LISTED
    assert CandidateList.objects.get().digest in text_of(client.get(at("desk_candidates", planning)))


def test_the_form_says_what_is_asked_where_a_candidate_comes_from_and_that_there_is_nothing_to_choose(
    client, planning, planner
):
    page = text_of(client.get("/en" + at("candidate_draft", planning)))
    sent = client.post(
        at("candidate_draft", planning),
        {
            "title": "新建停车位",
            "summary": "新建公共停车位一百二十个。",
            "aspect": AspectFactory(cycle=planning).number,
            "lead_organisation": OrganisationFactory(area=planning.area).name_zh,
            "kind": "hardware",
            "origin": "department",
        },
    )

    assert "There is no need to choose yet" in page
    assert "Needs it answers (required if it comes from needs)" in page
    candidate = Candidate.objects.get()
    assert (sent.status_code, candidate.origin) == (302, "department")
    assert "The lead organisation's own proposal" in html.unescape(
        text_of(client.get(at("desk_candidate", planning, number=candidate.number)))
    )


def test_the_desk_shows_where_a_candidate_was_carried_from(client, planning, planner):
    earlier = CandidateFactory(cycle=CycleFactory(area=planning.area, year=2024), title="去年的社区食堂")
    carried = CandidateFactory(cycle=planning, carried_from=earlier)
    own = CandidateFactory(cycle=planning)

    pages = [text_of(client.get(at("desk_candidate", planning, number=row.number))) for row in (carried, own)]

    assert ["2024 · 去年的社区食堂" in page for page in pages] == [True, False]


def test_a_candidate_is_left_off_with_a_reason(client, planning, planner):
    candidate = CandidateFactory(cycle=planning)
    url = at("candidate_drop", planning, number=candidate.number)

    refused = client.post(url, {"reason": "不行"})
    candidate.refresh_from_db()
    assert (refused.status_code, candidate.state) == (422, CandidateState.DRAFT)
    client.post(url, {"reason": "今年财力不足,列入储备库。"})

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.NOT_ADOPTED
    assert candidate.reason in text_of(client.get(at("desk_candidate", planning, number=candidate.number)))


def test_candidates_are_proposed_together_and_those_that_are_not_ready_are_named(client, planning, planner):
    ready = SheetFactory(candidate__cycle=planning, candidate__place="城东街道").candidate
    bare = CandidateFactory(cycle=planning)
    path = at("desk_candidates", planning)

    asked = client.post(path, {"act": "propose", "row": [ready.pk, bare.pk], "seen": 0})
    assert [row.pk for row in asked.context["allowed"]] == [ready.pk, bare.pk]
    assert set(Candidate.objects.values_list("state", flat=True)) == {CandidateState.DRAFT}

    sent = {"act": "propose", "chosen": asked.context["keys"], "seen": asked.context["seen"]}
    done = client.post(path, sent)
    assert (done.status_code, [row.pk for row in done.context["refused"]]) == (422, [bare.pk])
    assert dict(Candidate.objects.values_list("pk", "state")) == {
        ready.pk: CandidateState.PROPOSED, bare.pk: CandidateState.DRAFT,
    }  # fmt: skip


def test_candidates_are_left_off_the_list_together_and_nothing_more_is_done_once_it_is_frozen(
    client, planning, planner, django_assert_max_num_queries
):
    rows = CandidateFactory.create_batch(3, cycle=planning)
    path = at("desk_candidates", planning)
    sent = {"act": "drop", "chosen": ".".join(str(row.pk) for row in rows[:2]), "seen": last_entry()}

    assert client.post(path, sent).status_code == 422
    assert client.post(path, sent | {"reason": "本年度无法安排用地，列入下一年度研究。"}).status_code == 302
    states = list(Candidate.objects.order_by("pk").values_list("state", flat=True))
    assert states == [CandidateState.NOT_ADOPTED, CandidateState.NOT_ADOPTED, CandidateState.DRAFT]

    CandidateList.objects.create(cycle=planning, content="{}", digest="0" * 64, frozen_at=NOW, frozen_by=planner)
    page = client.get(f"{path}?state=draft")
    assert [row.row.pk for row in page.context["grid"].rows] == [rows[2].pk]
    assert page.context["grid"].acts == []
