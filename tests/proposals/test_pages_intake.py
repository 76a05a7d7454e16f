"""The desk's pages of letter, suggestions and needs."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel import numbers
from proposals.models import Need, NeedLink, OpenLetter, Reply, Suggestion, SuggestionContact
from proposals.states import LetterState, NeedOutcome, SuggestionState
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import (
    ANSWER,
    AcceptedFactory,
    CandidateFactory,
    ContactFactory,
    NeedFactory,
    NeedLinkFactory,
    OpenLetterFactory,
    SheetFactory,
    SuggestionFactory,
)
from tests.proposals.pages import ANSWERS, at, text_of


@pytest.mark.django_db
def test_the_office_writes_and_publishes_the_letter(client):
    cycle = CycleFactory(phase=Phase.DRAFT)
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))
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


@pytest.mark.parametrize("query", ["", "?state=accepted", "?answer=wanted"])
def test_the_chip_of_those_who_wait_for_an_answer_says_how_many(client, cycle, office, query):
    """Counted by the database for the whole year, and by the rows under other filters, it is the same."""
    AcceptedFactory(cycle=cycle)
    ContactFactory(suggestion=AcceptedFactory(cycle=cycle))

    chips = client.get(at("intake", cycle) + query).context["grid"].chips

    assert [count for one in chips if one.name == "answer" for _value, _label, count in one.choices] == [1]


def test_the_queue_is_searched_by_a_number_whole_or_in_part(client, cycle, office):
    rows = [
        SuggestionFactory(cycle=cycle, number=numbers.make_reference(year=2025, serial=serial))
        for serial in (123, 124, 77)
    ]
    whole = rows[0].number

    def found(words):
        return [row.number for row in client.get(at("intake", cycle), {"q": words}).context["page"].rows]

    assert found(whole) == found(whole.replace("-", "")) == [whole]
    assert found("-00012") == [whole, rows[1].number]
    assert found("77") == [rows[2].number]
    assert found(whole[:-1] + str((int(whole[-1]) + 1) % 10)) == []


@pytest.mark.parametrize(
    "case",
    [
        ("intake", lambda cycle: SuggestionFactory(cycle=cycle), 9),
        ("desk_needs", lambda cycle: NeedLinkFactory(need__cycle=cycle), 8),
        ("desk_candidates", lambda cycle: SheetFactory(candidate__cycle=cycle), 14),
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
    consent = {"consent": "0" if has_consent else ""}

    response = client.post(
        at("suggestion_enter", cycle), entered(area=cycle.area.code, contact_phone="13800001111", **consent)
    )

    assert response.status_code == (200 if has_consent else 422)
    assert [contact.phone for contact in SuggestionContact.objects.all()] == ["13800001111"] * has_consent
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
    for words in ("13800001111", "13900002222", "张三", "同意", "依据平台自带的目的说明"):
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
    assert [entry.act for entry in Entry.objects.all()] == ["user.access_refused"]


@pytest.mark.parametrize("choice", ["mask", "keep"])
@pytest.mark.parametrize("act", ["accept", "reword"])
def test_a_number_in_the_public_wording_is_judged_before_it_is_published(client, cycle, office, act, choice):
    factory = {"accept": SuggestionFactory, "reword": AcceptedFactory}[act]
    suggestion = factory(cycle=cycle)
    before = suggestion.public_matter
    address = at("suggestion_act", cycle, number=suggestion.number, act=act)
    matter = "老楼没有电梯，电话13912345678联系。"
    public = matter if choice == "keep" else "老楼没有电梯，电话139********联系。"
    wording = {"public_title": "加装电梯", "public_matter": matter, "public_wish": "请加装电梯。"}

    asked = client.post(address, wording)

    suggestion.refresh_from_db()
    assert (asked.status_code, suggestion.public_matter) == (422, before)
    assert not Entry.objects.exists()
    judgement = asked.context["failed"]["public_matter"].judgements[0]
    assert (judgement.finding.words, judgement.finding.masked) == ("13912345678", "139********")
    assert text_of(asked).count("13912345678 → 139********") == 1
    assert client.post(address, wording | {judgement.name: choice}).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.public_matter == public
    assert Entry.objects.get().detail.get("let_stand") == (1 if choice == "keep" else None)


def test_who_reads_the_original_judges_it_instead_of_the_rule(client, cycle, office):
    suggestion = SuggestionFactory(cycle=cycle, matter="六层老楼没有电梯，找过王主任。")
    address = at("desk_suggestion", cycle, number=suggestion.number)

    masked = client.get(address)
    original = client.post(at("suggestion_contact", cycle, number=suggestion.number))

    shown = [page.context["forms"]["accept"]["public_matter"].value() for page in (masked, original)]
    assert shown == ["六层老楼没有电梯，找过*主任。", "六层老楼没有电梯，找过王主任。"]


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
    reply = {"organisation": office.mandates.get().organisation_id, "text": ANSWER}
    client.post(at("reply", cycle, number=number), reply)

    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.public_title) == (SuggestionState.ACCEPTED, "加装电梯")
    assert NeedLink.objects.live().get().need == need
    assert Reply.objects.get().text == ANSWER
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


DESK_PAGES = [
    ("letter_edit", {}),
    ("intake", {}),
    ("desk_suggestion", {"number": "suggestion"}),
    ("desk_needs", {}),
    ("need_open", {}),
    ("desk_need", {"number": "need"}),
    ("need_link", {"number": "need"}),
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


CORRECTION = {
    "title": "改正后的标题", "body": "征集延长到11月30日,请把**建议**告诉我们。", "signed_by": "市政府",
    "document_number": "", "dated_on": "", "reason": "截止日期写错了。", "seen": "0",
}  # fmt: skip


def test_the_office_corrects_the_published_letter_in_sight_of_everybody(client, cycle, office):
    letter = OpenLetterFactory(cycle=cycle, state=LetterState.PUBLISHED, published_at=NOW, published_by=office)
    desk = client.get(at("letter_edit", cycle)).content.decode()
    before = client.get(at("letter", cycle))

    preview = client.post(at("letter_correct", cycle), CORRECTION | {"step": "preview"})
    kept = client.get(at("letter", cycle))
    done = client.post(at("letter_correct", cycle), CORRECTION | {"step": "save"})
    after = client.get(at("letter", cycle))

    assert f'href="{at("letter_correct", cycle)}"' in desk
    assert (preview.status_code, done.status_code, done.url) == (200, 302, at("letter", cycle))
    assert "<strong>建议</strong>" in preview.content.decode()
    assert (kept["ETag"], kept.content) == (before["ETag"], before.content)
    assert after["ETag"] != before["ETag"]
    page = text_of(after)
    for words in ("改正后的标题", "截止日期写错了。", letter.title, letter.body, "更正于"):
        assert words in page, words
    assert client.get(at("letter", cycle), HTTP_IF_NONE_MATCH=before["ETag"]).status_code == 200
    feed = client.get("/feed.xml").content.decode()
    assert "公开信已更正" in feed
    assert "截止日期写错了。" in feed
    (given,) = client.get("/api/v1/letters/").json()["results"]
    assert (given["title"], given["corrections"][0]["title"]) == ("改正后的标题", letter.title)
    assert given["corrections"][0]["reason"] == "截止日期写错了。"


def test_a_letter_is_set_as_official_letters_are(client, cycle, office):
    body = "各位市民：\n现公开征集建议。\n请于11月底前提出。"
    OpenLetterFactory(
        cycle=cycle, body=body, state=LetterState.PUBLISHED, published_at=NOW, published_by=office, dated_on=NOW.date()
    )
    set_as = '<p class="letter-salutation">各位市民：</p>\n<p>现公开征集建议。</p>\n<p>请于11月底前提出。</p>'

    public, desk = (client.get(at(name, cycle)).content.decode() for name in ("letter", "letter_edit"))
    preview = client.post(at("letter_correct", cycle), CORRECTION | {"body": body, "step": "preview"}).content.decode()

    for page in (public, desk, preview):
        assert set_as in page
        assert page.count('class="letter-signature"') == 2 - (page is preview)
    assert ['class="letter-title"' in page for page in (public, desk, preview)] == [False, True, True]


def test_a_correction_that_is_refused_is_shown_again(client, cycle, office):
    letter = OpenLetterFactory(cycle=cycle, state=LetterState.PUBLISHED, published_at=NOW, published_by=office)

    for step in ("preview", "save"):
        refused = client.post(at("letter_correct", cycle), CORRECTION | {"reason": "", "step": step})
        assert refused.status_code == 422
    late = client.post(at("letter_correct", cycle), CORRECTION | {"seen": "3", "step": "save"})

    assert late.status_code == 422
    letter.refresh_from_db()
    assert letter.title != "改正后的标题"


def test_a_letter_that_is_corrected_no_longer_offers_it_no_longer(client, planning, planner):
    OpenLetterFactory(cycle=planning, state=LetterState.PUBLISHED, published_at=NOW, published_by=planner)

    assert "/letter/correct/" not in client.get(at("letter_edit", planning)).content.decode()
    assert client.get(at("letter_correct", planning)).status_code == 403
