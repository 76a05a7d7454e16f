"""What anybody reads of a year's suggestions, needs and candidates, and how a citizen follows a suggestion."""

from datetime import timedelta

import pytest

from livelihood.accounts.roles import Role
from livelihood.kernel import paging
from proposals import services
from proposals.models import OpenLetter, Suggestion
from proposals.states import CandidateState, DeclineReason, LetterState, NeedOutcome, SuggestionState
from proposals.views.citizens import WRONG_CODES
from tests.factories.frame import NOW, AspectFactory, official
from tests.factories.proposals import (
    ANSWER,
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    CostLineFactory,
    NeedFactory,
    NeedLinkFactory,
    OpenLetterFactory,
    SuggestionFactory,
)
from tests.proposals.pages import ANSWERS, KEY, at, text_of


def test_a_wrong_code_and_an_unknown_number_read_the_same(client, cycle):
    row = SuggestionFactory(cycle=cycle)

    wrong_code = client.post(at("track", cycle), {"number": row.number, "code": "0000-0000-0000"})
    unknown = client.post(at("track", cycle), {"number": "2025-000001-0", "code": "0000-0000-0000"})

    assert (wrong_code.status_code, unknown.status_code) == (422, 422)
    assert text_of(wrong_code).replace(row.number, "") == text_of(unknown).replace("2025-000001-0", "")


def test_after_many_wrong_codes_the_door_is_closed_for_that_address_only(client, cycle):
    row = SuggestionFactory(cycle=cycle)
    wrong = {"number": row.number, "code": "0000-0000-0000"}
    one, other = {"REMOTE_ADDR": "192.0.2.17"}, {"REMOTE_ADDR": "192.0.2.18"}

    answers = [client.post(at("track", cycle), wrong, **one) for _ in range(WRONG_CODES + 1)]

    assert [answer.status_code for answer in answers] == [422] * WRONG_CODES + [429]
    assert 890 < int(answers[-1]["Retry-After"]) <= 900
    assert "请15分钟后再试" in answers[-1].content.decode()
    assert client.post(at("track", cycle), wrong, **other).status_code == 422


def test_following_tells_reason_answer_and_need(client, cycle, office_of):
    office = office_of(cycle)
    receipt = services.submit_suggestion(
        cycle=cycle,
        **{name: ANSWERS[name] for name in ("title", "matter", "wish")},
        aspect=None,
        area=cycle.area,
        idempotency_key=KEY,
        by=None,
        at=NOW,
    )
    row = Suggestion.objects.get()
    words = "电梯加装属于业主自治事项,请联系社区。"
    services.decline_suggestion(suggestion=row, reason=DeclineReason.SINGLE_CLAIM, words=words, by=office, at=NOW)
    pair = {"number": receipt.number, "code": receipt.code}
    declined = text_of(client.post(at("track", cycle), pair))

    wording = {f"public_{name}": ANSWERS[name] for name in ("title", "matter", "wish")}
    services.accept_suggestion(suggestion=row, **wording, by=office, at=NOW)
    need = NeedFactory(cycle=cycle, title="老旧小区加装电梯")
    services.link_suggestion(suggestion=row, need=need, by=office, at=NOW)
    organisation = office.mandates.get().organisation
    services.reply_to_suggestion(suggestion=row, organisation=organisation, text=ANSWER, by=office, at=NOW)
    accepted = text_of(client.post(at("track", cycle), pair))

    assert words in declined
    assert words not in accepted
    assert "老旧小区加装电梯" in accepted
    assert ANSWER in accepted


def test_the_letter_is_public_once_published(client, cycle):
    letter = OpenLetterFactory(cycle=cycle, body="请把**建议**告诉我们。<b>", source="省政府网站")
    draft = client.get(at("letter", cycle))
    OpenLetter.objects.filter(pk=letter.pk).update(
        state=LetterState.PUBLISHED, published_at=NOW, published_by=official(Role.LIVELIHOOD_OFFICE, cycle.area)
    )
    published = client.get(at("letter", cycle))

    assert letter.title not in text_of(draft)
    page = published.content.decode()
    assert "<strong>建议</strong>" in page
    assert "&lt;b&gt;" in page
    assert "省政府网站" in page
    assert letter.signed_by in page
    assert "max-age=60" in published["Cache-Control"]
    assert not published.cookies


def test_the_board_shows_needs_with_their_counts_and_no_private_word(client, cycle):
    need = NeedFactory(cycle=cycle, title="老旧小区加装电梯")
    links = [NeedLinkFactory(need=need) for _ in range(2)]
    NeedFactory(cycle=cycle, title="少有人要的")
    NeedFactory(title="别处的需求")
    hidden = SuggestionFactory(cycle=cycle, title="未审核的标题")

    board = text_of(client.get(at("board", cycle)))
    listed = text_of(client.get(at("suggestions", cycle)))
    shown = text_of(client.get(at("need", cycle, number=need.number)))

    assert board.index("老旧小区加装电梯") < board.index("少有人要的")
    assert "别处的需求" not in board
    for link in links:
        assert link.suggestion.public_title in listed
        assert link.suggestion.public_title in shown
        assert link.suggestion.title not in listed + shown
    assert hidden.title not in board + listed + shown


@pytest.mark.parametrize(
    ("most", "said"), [(2, "显示 3 条，结果超过 2 条"), (3, "共 3 条，显示 3 条")], ids=["more", "exactly as many"]
)
def test_of_very_many_it_is_said_that_there_are_more(client, cycle, monkeypatch, most, said):
    monkeypatch.setattr(paging, "COUNTED", most)
    for day, title in enumerate(("加装电梯", "公园步道", "修电梯", "电梯太慢")):
        AcceptedFactory(
            cycle=cycle, public_title=title, public_matter="。", public_wish="。", received_at=NOW + timedelta(day)
        )

    page = client.get(at("suggestions", cycle), {"q": "电梯"})

    assert [row.public_title for row in page.context["page"].rows] == ["电梯太慢", "修电梯", "加装电梯"]
    assert said in text_of(page)


def test_the_board_is_searched_and_filtered(client, cycle):
    aspect = AspectFactory(cycle=cycle)
    NeedFactory(cycle=cycle, title="老旧小区加装电梯", aspect=aspect)
    NeedFactory(
        cycle=cycle,
        title="公园健身步道",
        summary="沿河修一条步道。",
        outcome=NeedOutcome.NOT_ADOPTED,
        reason="去年已经建成,无需重复。",
        decided_at=NOW,
        decided_by=official(Role.LIVELIHOOD_OFFICE, cycle.area),
    )

    def titles(query):
        page = text_of(client.get(at("board", cycle) + query))
        return {title for title in ("老旧小区加装电梯", "公园健身步道") if title in page}

    assert titles("") == {"老旧小区加装电梯", "公园健身步道"}
    assert titles("?q=电梯") == {"老旧小区加装电梯"}
    assert titles("?q=没有这样的词") == set()
    assert titles(f"?aspect={aspect.number}") == {"老旧小区加装电梯"}
    assert titles("?state=not_adopted") == {"公园健身步道"}
    assert titles(f"?area={cycle.area.code}") == {"老旧小区加装电梯", "公园健身步道"}
    refused = client.get(at("board", cycle) + "?area=000000&state=nonsense&aspect=x&after=@@")
    assert (refused.status_code, [fault.name for fault in refused.context["faults"]]) == (
        400,
        ["area", "state", "aspect"],
    )


@pytest.mark.parametrize(
    "case",
    [
        ("board", lambda cycle: NeedLinkFactory(need__cycle=cycle), 9),
        ("suggestions", lambda cycle: AcceptedFactory(cycle=cycle, aspect=AspectFactory(cycle=cycle)), 10),
        ("candidates", lambda cycle: CostLineFactory(
            sheet__candidate__cycle=cycle, sheet__candidate__state=CandidateState.PROPOSED), 6),
        ("statistics", lambda cycle: AcceptedFactory(cycle=cycle), 8),
    ],
)  # fmt: skip
def test_public_lists_cost_the_same_for_one_row_and_for_three(client, cycle, case, django_assert_num_queries):
    name, make, queries = case
    make(cycle)
    with django_assert_num_queries(queries):
        client.get(at(name, cycle))
    make(cycle)
    make(cycle)
    with django_assert_num_queries(queries):
        client.get(at(name, cycle))


def test_statistics_count_received_answered_and_adopted(client, planning, office_of):
    office = office_of(planning)
    aspect = AspectFactory(cycle=planning, name_zh="住房")
    listed = CostLineFactory(
        sheet__candidate__cycle=planning, sheet__candidate__state=CandidateState.PROPOSED
    ).sheet.candidate
    need = CandidateNeedFactory(candidate=listed, need__outcome=NeedOutcome.CANDIDATE).need
    adopted = NeedLinkFactory(need=need, suggestion=AcceptedFactory(cycle=planning, aspect=aspect)).suggestion
    services.reply_to_suggestion(
        suggestion=adopted,
        organisation=office.mandates.get().organisation,
        text=ANSWER,
        by=office,
        at=NOW,
    )
    services.freeze_candidates(cycle=planning, by=office, at=NOW)
    AcceptedFactory(cycle=planning)
    SuggestionFactory(cycle=planning, state=SuggestionState.DECLINED)
    SuggestionFactory(cycle=planning)
    AcceptedFactory()

    page = text_of(client.get(at("statistics", planning)))

    for row in ("住房 1 1 1", "不确定 3 1 0", "本平台 4 2 1", f"{planning.area.name} 4 2 1"):
        assert row in page


def test_candidates_show_cost_hash_and_reasons(client, planning, planner):
    line = CostLineFactory(sheet__candidate__cycle=planning, sheet__candidate__state=CandidateState.PROPOSED)
    candidate = line.sheet.candidate
    dropped = CandidateFactory(
        cycle=planning,
        state=CandidateState.NOT_ADOPTED,
        reason="今年财力不足,列入储备库。",
        dropped_at=NOW,
        dropped_by=planner,
    )
    need = CandidateNeedFactory(candidate=candidate, need__outcome=NeedOutcome.CANDIDATE).need
    frozen = services.freeze_candidates(cycle=planning, by=planner, at=NOW)

    listing = text_of(client.get(at("candidates", planning)))
    shown = text_of(client.get(at("candidate", planning, number=candidate.number)))
    file = client.get(at("candidate_list_file", planning))

    for words in (candidate.title, frozen.digest, dropped.title, dropped.reason, "800"):
        assert words in listing
    for words in (candidate.title, need.title, "12,000", "《无障碍环境建设法》", "800"):
        assert words in shown
    assert file.content.decode() == frozen.content


def test_what_is_not_there_or_not_public_is_404(client, planning):
    draft = CandidateFactory(cycle=planning)
    elsewhere = NeedFactory()

    for url in (
        at("candidate", planning, number=draft.number),
        at("candidate", planning, number=999),
        at("need", planning, number=elsewhere.number + 1000),
        at("candidate_list_file", planning),
        "/nowhere/2025/letter/",
        f"/{planning.area.slug}/1999/needs/",
    ):
        assert client.get(url).status_code == 404
