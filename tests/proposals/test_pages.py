"""Pages of the room as a citizen and as an official meet them."""

import re
from collections import OrderedDict
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle, PhasePeriod
from livelihood.cycles.states import Phase
from livelihood.kernel import numbers, paging
from livelihood.web import shells
from proposals import services
from proposals.models import Candidate, CandidateList, Need, NeedLink, OpenLetter, Reply, Suggestion, SuggestionContact
from proposals.states import CandidateState, DeclineReason, LetterState, NeedOutcome, SuggestionState
from proposals.views.citizens import WRONG_CODES
from tests.factories.frame import NOW, AspectFactory, CycleFactory, OrganisationFactory, PhasePeriodFactory, official
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    ContactFactory,
    CostLineFactory,
    NeedFactory,
    NeedLinkFactory,
    OpenLetterFactory,
    SheetFactory,
    SuggestionFactory,
)

KEY = "k" * 20
ANSWERS: dict[str, Any] = {
    "title": "老楼没有电梯",
    "matter": "清风街六层老楼没有电梯，老人下不了楼。",
    "wish": "请给同意的楼栋加装电梯。",
    "aspect": "",
    "address": "清风街3号",
    "contact_name": "张三",
    "contact_phone": "13800001111",
    "contact_email": "",
    "idempotency_key": KEY,
}


def at(name, cycle, **more):
    return reverse(f"proposals:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, **more})


def text_of(response):
    """Return what a reader sees of a page: no tags, single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def answers(cycle, **changes):
    return {**ANSWERS, "area": cycle.area.code, **changes}


@pytest.fixture
def office(client, cycle):
    person = official(Role.LIVELIHOOD_OFFICE, cycle.area, OrganisationFactory(area=cycle.area))
    client.force_login(person)
    return person


@pytest.fixture
def planner(client, planning):
    person = official(Role.LIVELIHOOD_OFFICE, planning.area, OrganisationFactory(area=planning.area))
    client.force_login(person)
    return person


# The citizen's way


def key_on(page):
    (key,) = re.findall(r'name="idempotency_key"(?: value="(\w*)")? id=', page.content.decode())
    return key


def test_a_citizen_suggests_checks_sends_and_follows(client, cycle):
    """Without a script: the page that sends has drawn the key."""
    form = client.get(at("suggest", cycle))
    check = client.post(at("suggest", cycle), answers(cycle, idempotency_key=key_on(form), step="check"))
    assert not Suggestion.objects.exists()
    key = key_on(check)
    receipt = client.post(at("suggest", cycle), answers(cycle, idempotency_key=key, step="send"))
    again = client.post(at("suggest", cycle), answers(cycle, idempotency_key=key, step="send"))

    row = Suggestion.objects.get()
    (code,) = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text_of(receipt))
    assert [response.status_code for response in (form, check, receipt, again)] == [200] * 4
    assert (key_on(form), row.idempotency_key) == ("", key)
    assert "清风街六层老楼没有电梯" in text_of(check)
    assert "138****1111" in text_of(check)
    assert row.number in text_of(receipt)
    assert row.text_digest in text_of(receipt)
    assert f"track/?number={row.number}" in receipt.content.decode()
    assert code in text_of(again)
    for response in (check, receipt):
        assert response["Cache-Control"] == "private, no-store"
        assert not response.cookies

    followed = client.post(at("track", cycle), {"number": row.number, "code": code})
    assert followed.status_code == 200
    assert ANSWERS["matter"] in text_of(followed)
    assert not followed.cookies


def test_the_form_is_one_page_for_everybody(client, cycle):
    pages = [client.get(at("suggest", cycle)) for _ in range(2)]

    assert pages[0].content == pages[1].content
    assert "public" in pages[0]["Cache-Control"]
    assert not pages[0].has_header("Vary")
    assert not pages[0].cookies


def test_two_checks_of_one_form_without_a_key_draw_two_keys(client, cycle):
    checks = [client.post(at("suggest", cycle), answers(cycle, idempotency_key="", step="check")) for _ in range(2)]

    assert len({key_on(check) for check in checks} - {""}) == 2


def test_a_key_that_the_browser_drew_is_kept(client, cycle):
    assert key_on(client.post(at("suggest", cycle), answers(cycle, step="check"))) == KEY


def test_the_receipt_is_filled_in_as_it_would_be_drawn(client, cycle, monkeypatch):
    """What a process has kept of one receipt holds nothing of it, and no word of the next is taken for markup."""
    sent = [answers(cycle, idempotency_key=key * 20, title=f"{key}<b>楼没有电梯", step="send") for key in "kkmm"]
    first, again, other = (client.post(at("suggest", cycle), data) for data in sent[:3])
    row, last = Suggestion.objects.order_by("pk")
    monkeypatch.setattr(shells, "_kept", OrderedDict())
    drawn = client.post(at("suggest", cycle), sent[3])

    assert first.content == again.content
    assert other.content == drawn.content
    page = other.content.decode()
    for word in (row.number, row.text_digest, row.received_at.isoformat(), "k<b>", "k&lt;b&gt;", "k" * 20):
        assert word not in page
    for word in (last.number, last.text_digest, "m&lt;b&gt;楼没有电梯", "m" * 20, f"track/{last.number}.svg"):
        assert word in page
    assert "<b>" not in page


def test_made_up_addresses_drive_no_other_receipt_out(client, cycle, monkeypatch):
    monkeypatch.setattr(shells, "_kept", OrderedDict())
    monkeypatch.setattr(shells, "MOST", 3)
    sent = answers(cycle, step="send")
    client.post(at("suggest", cycle), sent)
    ((key, pieces),) = shells._kept.items()

    for number in range(6):
        client.post(f"{at('suggest', cycle)}?utm_source={number}", sent)
        client.post(at("suggest", cycle), sent)

    assert shells._kept[key] is pieces
    assert len(shells._kept) == 3


def test_the_code_of_a_receipt_is_a_picture_anybody_may_keep(client, cycle):
    picture = client.get(at("track_code", cycle, number="2025-000123-0"))

    assert picture.status_code == 404  # its check digit is another
    number = numbers.make_reference(year=2025, serial=123)
    picture = client.get(at("track_code", cycle, number=number))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    assert picture.content.startswith(b"<svg xmlns=")
    assert "public" in picture["Cache-Control"]


@pytest.mark.parametrize("way", ["phase", "last day", "aspect"])
def test_a_process_that_knows_the_year_as_it_was_judges_by_the_year_as_it_is(client, cycle, way):
    period = PhasePeriodFactory(cycle=cycle, starts_on=date(2020, 1, 1), ends_on=date(2999, 1, 1))
    first = client.post(at("suggest", cycle), answers(cycle, step="send"))
    assert first.status_code == 200
    changes = {}
    if way == "phase":
        Cycle.objects.update(phase=Phase.PLAN)
    elif way == "last day":
        PhasePeriod.objects.filter(pk=period.pk).update(ends_on=date(2020, 1, 2))
    else:
        changes = {"aspect": AspectFactory(cycle=cycle, number=77).number}

    later = client.post(at("suggest", cycle), answers(cycle, **changes, idempotency_key="m" * 20, step="send"))

    assert later.status_code == (200 if changes else 403)
    assert (
        list(Suggestion.objects.order_by("pk").values_list("aspect__number", flat=True))
        == [None, 77][: 1 + len(changes)]
    )


def test_who_was_refused_by_an_old_year_is_taken_by_the_new_one(client, cycle):
    period = PhasePeriodFactory(cycle=cycle, starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2))
    assert client.post(at("suggest", cycle), answers(cycle, step="send")).status_code == 403
    PhasePeriod.objects.filter(pk=period.pk).update(ends_on=date(2999, 1, 2))

    assert client.post(at("suggest", cycle), answers(cycle, step="send")).status_code == 200


def test_going_back_from_checking_keeps_every_word(client, cycle):
    response = client.post(at("suggest", cycle), answers(cycle, step="edit"))

    page = response.content.decode()
    for name in ("title", "matter", "wish", "address", "contact_phone", "idempotency_key"):
        assert ANSWERS[name] in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "title"),
        ({"matter": "字" * 25_000}, "25000"),
        ({"wish": "\x00\x01\x02\x03\x04"}, "wish"),
        ({"area": "999999"}, "area"),
        ({"aspect": "99"}, "aspect"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"contact_phone": "", "contact_name": "张三"}, "contact_phone"),
        ({"idempotency_key": "short"}, "idempotency_key"),
        ({"idempotency_key": ""}, "idempotency_key"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field_and_nothing_is_kept(client, cycle, changes, words):
    response = client.post(at("suggest", cycle), answers(cycle, **changes, step="send"))

    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    assert words in response.content.decode()
    if "matter" not in changes:
        assert ANSWERS["matter"] in response.content.decode()
    assert not Suggestion.objects.exists()
    assert not SuggestionContact.objects.exists()
    assert not Entry.objects.exists()


def test_html_in_a_suggestion_is_shown_as_text(client, cycle):
    evil = "<script>alert(1)</script> 老楼没有电梯"
    response = client.post(at("suggest", cycle), answers(cycle, matter=evil, step="check"))

    assert "<script>alert" not in response.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.content.decode()


def test_another_body_under_the_same_key_is_explained(client, cycle):
    client.post(at("suggest", cycle), answers(cycle, step="send"))

    response = client.post(at("suggest", cycle), answers(cycle, title="另一件事情", step="send"))

    assert response.status_code == 422
    assert Suggestion.objects.get().title == ANSWERS["title"]


def test_a_form_from_another_site_is_refused(client, cycle):
    response = client.post(at("suggest", cycle), answers(cycle, step="send"), headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403
    assert not Suggestion.objects.exists()


def test_the_aspect_of_another_year_cannot_be_chosen(client, cycle):
    other = AspectFactory(cycle=CycleFactory(), number=5)

    response = client.post(at("suggest", cycle), answers(cycle, aspect=other.number, step="send"))

    assert response.status_code == 422
    assert not Suggestion.objects.exists()


def test_a_closed_phase_explains_itself(client, db):
    over = CycleFactory(phase=Phase.PLAN)
    expired = CycleFactory()
    PhasePeriodFactory(cycle=expired, starts_on=date(2020, 1, 1), ends_on=date(2020, 2, 1))
    early = CycleFactory()
    tomorrow = timezone.localdate() + timedelta(days=1)
    PhasePeriodFactory(cycle=early, starts_on=tomorrow, ends_on=tomorrow)

    for cycle in (over, expired, early):
        shown = client.get(at("suggest", cycle))
        sent = client.post(at("suggest", cycle), answers(cycle, step="send"))
        assert (shown.status_code, sent.status_code) == (200, 403)
        for response in (shown, sent):
            assert "<form" not in response.content.decode().partition('id="content"')[2]
            assert at("track", cycle) in response.content.decode()
    assert not Suggestion.objects.exists()


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
    services.reply_to_suggestion(
        suggestion=row, organisation=organisation, text="已列入候选项目,请继续关注。", by=office, at=NOW
    )
    accepted = text_of(client.post(at("track", cycle), pair))

    assert words in declined
    assert words not in accepted
    assert "老旧小区加装电梯" in accepted
    assert "已列入候选项目,请继续关注。" in accepted


# What anyone reads


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
        ("board", lambda cycle: NeedLinkFactory(need__cycle=cycle), 8),
        ("suggestions", lambda cycle: AcceptedFactory(cycle=cycle, aspect=AspectFactory(cycle=cycle)), 8),
        ("candidates", lambda cycle: CostLineFactory(
            sheet__candidate__cycle=cycle, sheet__candidate__state=CandidateState.PROPOSED), 5),
        ("statistics", lambda cycle: AcceptedFactory(cycle=cycle), 3),
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
    need = CandidateNeedFactory(candidate=listed).need
    adopted = NeedLinkFactory(need=need, suggestion=AcceptedFactory(cycle=planning, aspect=aspect)).suggestion
    services.reply_to_suggestion(
        suggestion=adopted,
        organisation=office.mandates.get().organisation,
        text="已列入候选项目,请继续关注。",
        by=office,
        at=NOW,
    )
    AcceptedFactory(cycle=planning)
    SuggestionFactory(cycle=planning, state=SuggestionState.DECLINED)
    SuggestionFactory(cycle=planning)
    AcceptedFactory()
    services.freeze_candidates(cycle=planning, by=office, at=NOW)

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
    need = CandidateNeedFactory(candidate=candidate).need
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


# The desk


def test_the_office_writes_and_publishes_the_letter(client, cycle, office):
    text = {"title": "致全市人民的公开信", "body": "请把您的建议告诉我们,我们逐条阅读并答复。", "signed_by": "市长"}

    saved = client.post(at("letter_edit", cycle), text)
    confirm = client.get(at("letter_publish", cycle))
    published = client.post(at("letter_publish", cycle))

    assert (saved.status_code, confirm.status_code, published.status_code) == (302, 200, 302)
    assert published.url == at("letter", cycle)
    assert OpenLetter.objects.get().state == LetterState.PUBLISHED
    assert "<textarea" not in client.get(at("letter_edit", cycle)).content.decode()


def test_the_queue_is_oldest_first_and_masks_personal_data(client, cycle, office):
    SuggestionFactory(cycle=cycle, title="后来的", received_at=NOW + timedelta(days=1))
    SuggestionFactory(cycle=cycle, title="先来的13800001111")
    AcceptedFactory(cycle=cycle, public_title="已公开的")
    SuggestionFactory(title="别处的")

    page = text_of(client.get(at("intake", cycle)))
    waiting = text_of(client.get(at("intake", cycle) + "?state=received"))

    assert page.index("先来的138********") < page.index("后来的")
    assert "13800001111" not in page
    assert "别处的" not in page
    assert "已公开的" in page
    assert "已公开的" not in waiting


def test_the_queue_is_searched_by_a_number_whole_or_in_part(client, cycle, office):
    rows = [
        SuggestionFactory(cycle=cycle, number=numbers.make_reference(year=2025, serial=serial))
        for serial in (123, 124, 77)
    ]
    whole = rows[0].number

    def found(words):
        return [row.number for row, _title in client.get(at("intake", cycle), {"q": words}).context["rows"]]

    assert found(whole) == found(whole.replace("-", "")) == [whole]
    assert found("-00012") == [whole, rows[1].number]
    assert found("77") == [rows[2].number]
    assert found(whole[:-1] + str((int(whole[-1]) + 1) % 10)) == []


@pytest.mark.parametrize(
    "case",
    [
        ("intake", lambda cycle: SuggestionFactory(cycle=cycle), 9),
        ("desk_needs", lambda cycle: NeedLinkFactory(need__cycle=cycle), 8),
        ("desk_candidates", lambda cycle: SheetFactory(candidate__cycle=cycle), 10),
    ],
)
@pytest.mark.usefixtures("office")
def test_desk_lists_cost_the_same_for_one_row_and_for_three(client, cycle, case, django_assert_num_queries):
    name, make, queries = case
    make(cycle)
    client.get(at(name, cycle))
    with django_assert_num_queries(queries):
        client.get(at(name, cycle))
    make(cycle)
    make(cycle)
    with django_assert_num_queries(queries):
        client.get(at(name, cycle))


def entered(**changes):
    return {
        "channel": "letter",
        "received_on": "2024-10-02",
        **ANSWERS,
        "contact_name": "",
        "contact_phone": "",
        **changes,
    }


@time_machine.travel(NOW, tick=False)
def test_the_office_types_a_letter_in_and_hands_out_number_and_code(client, cycle, office):
    form = client.get(at("suggestion_enter", cycle))
    data = entered(area=cycle.area.code)
    receipt = client.post(at("suggestion_enter", cycle), data)
    again = client.post(at("suggestion_enter", cycle), data)

    row = Suggestion.objects.get()
    assert [response.status_code for response in (form, receipt, again)] == [200, 200, 200]
    assert (row.channel, timezone.localdate(row.received_at), row.entered_by) == ("letter", date(2024, 10, 2), office)
    assert row.number in text_of(receipt)
    assert row.number in text_of(again)
    assert f"{at('suggestion_enter', cycle)}?channel=letter&amp;received_on=2024-10-02" in receipt.content.decode()
    assert 'value="web"' not in form.content.decode()
    assert not SuggestionContact.objects.exists()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("has_consent", [True, False])
def test_a_contact_that_came_by_letter_is_kept_with_consent_only(client, cycle, office, has_consent):
    consent = {"has_consent": "on"} if has_consent else {}

    response = client.post(
        at("suggestion_enter", cycle), entered(area=cycle.area.code, contact_phone="13800001111", **consent)
    )

    assert response.status_code == (200 if has_consent else 422)
    assert list(SuggestionContact.objects.values_list("phone", flat=True)) == ["13800001111"] * has_consent
    assert Suggestion.objects.count() == has_consent
    assert has_consent or "只有征得同意才保存联系方式" in text_of(response)


def test_only_the_office_types_letters_in_and_only_while_suggestions_are_collected(client, cycle, planning):
    client.force_login(official(Role.DEPARTMENT, cycle.area))
    assert client.get(at("suggestion_enter", cycle)).status_code == 403
    assert at("suggestion_enter", cycle) not in client.get(at("intake", cycle)).content.decode()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, planning.area))
    assert client.post(at("suggestion_enter", planning), entered(area=planning.area.code)).status_code == 403
    assert at("suggestion_enter", planning) not in client.get(at("intake", planning)).content.decode()

    assert not Suggestion.objects.exists()


def test_original_and_contact_are_shown_on_demand_and_journaled(client, cycle, office):
    suggestion = ContactFactory(
        suggestion__cycle=cycle, suggestion__matter="我的电话13800001111,请回电。", name="张三", phone="13900002222"
    ).suggestion
    url = at("desk_suggestion", cycle, number=suggestion.number)

    masked = text_of(client.get(url))
    assert not Entry.objects.exists()
    opened = client.post(at("suggestion_contact", cycle, number=suggestion.number))

    assert "13800001111" not in masked
    assert "13900002222" not in masked
    assert "张三" not in masked
    for words in ("13800001111", "13900002222", "张三"):
        assert words in text_of(opened)
    assert "no-store" in opened["Cache-Control"]
    assert list(Entry.objects.values_list("act", "actor_id")) == [("suggestion.contact_read", office.pk)]


def test_who_answers_does_not_see_contacts(client, cycle):
    suggestion = ContactFactory(suggestion__cycle=cycle, phone="13900002222").suggestion
    client.force_login(official(Role.DEPARTMENT, cycle.area, OrganisationFactory(area=cycle.area)))

    page = client.get(at("desk_suggestion", cycle, number=suggestion.number))
    opened = client.post(at("suggestion_contact", cycle, number=suggestion.number))

    assert (page.status_code, opened.status_code) == (200, 403)
    assert "13900002222" not in text_of(page) + text_of(opened)
    assert not Entry.objects.exists()


def test_the_office_accepts_links_and_answers(client, cycle, office):
    suggestion = SuggestionFactory(cycle=cycle)
    need = NeedFactory(cycle=cycle, title="老旧小区加装电梯")
    number = suggestion.number
    wording = {
        "public_title": "加装电梯",
        "public_matter": "六层老楼没有电梯,老人下不了楼。",
        "public_wish": "加装电梯。",
    }

    client.post(at("suggestion_act", cycle, number=number, act="accept"), wording)
    client.post(at("suggestion_link", cycle, number=number, need=need.number))
    reply = {"organisation": office.mandates.get().organisation_id, "text": "已列入候选项目,请继续关注。"}
    client.post(at("suggestion_act", cycle, number=number, act="reply"), reply)

    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.public_title) == (SuggestionState.ACCEPTED, "加装电梯")
    assert NeedLink.objects.live().get().need == need
    assert Reply.objects.get().text == "已列入候选项目,请继续关注。"
    page = text_of(client.get(at("desk_suggestion", cycle, number=number)))
    assert "老旧小区加装电梯" in page
    client.post(at("suggestion_unlink", cycle, number=number, need=need.number))
    assert not NeedLink.objects.live().exists()


def test_who_checks_goes_on_to_the_next_that_waits(client, cycle, office):
    first, _done, second = (factory(cycle=cycle) for factory in (SuggestionFactory, AcceptedFactory, SuggestionFactory))
    SuggestionFactory(cycle__area=cycle.area, cycle__year=2030)

    pages = [client.get(at("desk_suggestion", cycle, number=row.number)) for row in (first, second)]

    assert [page.context["next"] for page in pages] == [second, None]
    assert at("desk_suggestion", cycle, number=second.number) in pages[0].content.decode()


def test_a_refused_check_shows_why_and_changes_nothing(client, cycle, office):
    suggestion = SuggestionFactory(cycle=cycle)
    number = suggestion.number

    short = client.post(
        at("suggestion_act", cycle, number=number, act="decline"), {"reason": "unclear", "words": "不行"}
    )
    illegal = client.post(
        at("suggestion_act", cycle, number=number, act="reword"),
        {"public_title": "加装电梯", "public_matter": "六层老楼没有电梯,下不了楼。", "public_wish": "加装电梯。"},
    )
    unknown = client.post(at("suggestion_act", cycle, number=number, act="delete"))
    elsewhere = client.post(at("suggestion_act", cycle, number=SuggestionFactory().number, act="accept"))
    no_need = client.post(at("suggestion_link", cycle, number=number, need=999))

    statuses = [response.status_code for response in (short, illegal, unknown, elsewhere, no_need)]
    assert statuses == [422, 422, 404, 404, 404]
    assert "error-summary" in short.content.decode()
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.RECEIVED
    assert not Entry.objects.exists()


def test_a_need_is_opened_from_a_suggestion_and_turned_down(client, cycle, office):
    suggestion = AcceptedFactory(cycle=cycle)

    form = client.get(at("need_open", cycle) + f"?suggestion={suggestion.number}")
    data = {
        "title": "老旧小区加装电梯",
        "summary": "六层老楼没有电梯,下不了楼。",
        "aspect": "",
        "area": cycle.area.code,
    }
    client.post(at("need_open", cycle) + f"?suggestion={suggestion.number}", data)
    need = Need.objects.get()
    client.post(at("desk_need", cycle, number=need.number), {"reason": "今年财力不足,列入储备库。"})

    assert suggestion.public_title in form.content.decode()
    assert NeedLink.objects.live().get().suggestion == suggestion
    need.refresh_from_db()
    assert need.outcome == NeedOutcome.NOT_ADOPTED


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
        "lead_organisation": organisation.pk,
        "kind": "hardware",
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


DESK_PAGES = [
    ("letter_edit", {}),
    ("intake", {}),
    ("desk_suggestion", {"number": "suggestion"}),
    ("desk_needs", {}),
    ("need_open", {}),
    ("desk_need", {"number": "need"}),
    ("desk_candidates", {}),
    ("candidate_draft", {}),
    ("desk_candidate", {"number": "candidate"}),
    ("candidate_propose", {"number": "candidate"}),
    ("candidate_drop", {"number": "candidate"}),
    ("candidates_freeze", {}),
]


@pytest.mark.parametrize(("name", "keys"), DESK_PAGES)
def test_desk_pages_are_for_those_who_work_there(client, planning, name, keys):
    objects = {
        "suggestion": SuggestionFactory(cycle=planning).number,
        "need": NeedFactory(cycle=planning).number,
        "candidate": CandidateFactory(cycle=planning).number,
    }
    url = at(name, planning, **{key: objects[value] for key, value in keys.items()})

    assert client.get(url).status_code == 302
    client.force_login(official(Role.DEPUTY, planning.area))
    assert client.get(url).status_code == 403
    client.force_login(official(Role.LIVELIHOOD_OFFICE, CycleFactory().area))
    assert client.get(url).status_code == 403
    client.force_login(official(Role.LIVELIHOOD_OFFICE, planning.area))
    assert client.get(url).status_code == 200
