"""Two officials and one page: who acts on what a colleague has changed since is told, and nothing happens."""

import re
from functools import partial
from typing import Any

import pytest

from livelihood.accounts.seen import mark_of, mark_of_all
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Moved
from proposals import selectors, services
from proposals.models import (
    Candidate,
    CandidateList,
    FeasibilitySheet,
    Need,
    NeedLink,
    OpenLetter,
    Screening,
    Suggestion,
)
from proposals.states import CandidateState, DeclineReason, HandOver, NeedOutcome, SuggestionState
from tests.factories.frame import NOW, CycleFactory
from tests.factories.proposals import AcceptedFactory, CandidateFactory, NeedFactory, SuggestionFactory
from tests.proposals.candidates import REASON, SHEET, SUMMARY, draft, proposed, revised
from tests.proposals.pages import at, text_of
from tests.threads import at_once

pytestmark = pytest.mark.django_db

WORDING: dict[str, Any] = {
    "public_title": "公开的标题",
    "public_matter": "公开的情况说明,不含个人信息。",
    "public_wish": "公开的愿望",
}
WORDS = "这件事属于物业纠纷,请向街道反映。"


def seen_on(page, form=0):
    """Return what the forms of a page carry."""
    return re.findall(r'name="seen" value="([^"]*)"', page.content.decode())[form]


def sent_to(page, action):
    """Return what the form carries that is sent to an address."""
    (form,) = re.findall(rf'action="{re.escape(action)}".*?</form>', page.content.decode(), re.DOTALL)
    return re.findall(r'name="seen" value="([^"]*)"', form)[0]


def told(refusal, *words):
    text = str(refusal.value)
    assert [word for word in words if word not in text] == [], text


def test_a_decision_on_a_suggestion_is_not_overturned_by_a_page_from_before(client, cycle, office_of):
    suggestion = SuggestionFactory(cycle=cycle)
    first, second = office_of(cycle), office_of(cycle)
    page, act = (at(name, cycle, number=suggestion.number, **more) for name, more in (
        ("desk_suggestion", {}), ("suggestion_act", {"act": "decline"})
    ))  # fmt: skip
    client.force_login(second)
    before = client.get(page)
    form = {"reason": DeclineReason.SINGLE_CLAIM, "words": WORDS, "seen": seen_on(before)}
    services.accept_suggestion(suggestion=suggestion, **WORDING, by=first, at=NOW)

    refused = client.post(act, form)

    suggestion.refresh_from_db()
    assert (suggestion.state, Screening.objects.count()) == (SuggestionState.ACCEPTED, 1)
    assert refused.status_code == 422
    words = text_of(refused)
    assert first.name in words
    assert "期间" in words
    assert WORDS in words
    again = client.post(act, form | {"seen": str(mark_of(suggestion))})
    suggestion.refresh_from_db()
    assert (again.status_code, suggestion.state) == (302, SuggestionState.DECLINED)


def test_every_act_upon_a_suggestion_asks_what_was_seen(cycle, office_of):
    office, colleague = office_of(cycle), office_of(cycle)
    suggestion = SuggestionFactory(cycle=cycle)
    services.decline_suggestion(
        suggestion=suggestion, reason=DeclineReason.SINGLE_CLAIM, words=WORDS, by=colleague, at=NOW
    )
    kept = (Screening.objects.count(), Entry.objects.count())

    for act in (
        partial(services.accept_suggestion, **WORDING),
        partial(services.reword_suggestion, **WORDING),
        partial(services.decline_suggestion, reason=DeclineReason.SINGLE_CLAIM, words=WORDS),
        partial(services.hand_over_suggestion, handed_to=HandOver.HOTLINE_12345, words=WORDS),
        partial(services.reply_to_suggestion, organisation=office.mandates.get().organisation, text=WORDS),
    ):
        with pytest.raises(Moved) as refusal:
            act(suggestion=suggestion, by=office, at=NOW, seen=0)
        told(refusal, colleague.name, WORDS)

    assert (Screening.objects.count(), Entry.objects.count()) == kept


def test_that_somebody_read_a_contact_is_no_decision(cycle, office_of):
    suggestion = SuggestionFactory(cycle=cycle)
    services.read_contact(suggestion=suggestion, by=office_of(cycle), at=NOW)

    services.accept_suggestion(suggestion=suggestion, **WORDING, by=office_of(cycle), at=NOW, seen=0)

    assert Suggestion.objects.get().state == SuggestionState.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_the_same_moment_one_is_told(office_of):
    cycle = CycleFactory()
    suggestion, by = SuggestionFactory(cycle=cycle), [office_of(cycle), office_of(cycle)]

    answers = at_once(
        lambda: services.accept_suggestion(suggestion=suggestion, **WORDING, by=by[0], at=NOW, seen=0).decision,
        lambda: (
            services.decline_suggestion(
                suggestion=suggestion, reason=DeclineReason.SINGLE_CLAIM, words=WORDS, by=by[1], at=NOW, seen=0
            ).decision
        ),
    )

    (screening,) = Screening.objects.all()
    assert [answer for answer in answers if isinstance(answer, str)] == [screening.decision]
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [Moved]


def test_every_act_upon_a_candidate_asks_what_was_seen(planning, office_of):
    office, colleague = office_of(planning), office_of(planning)
    candidate = draft(planning, office)
    services.write_sheet(candidate=candidate, **SHEET, by=office, at=NOW)
    mark = mark_of(candidate)
    revised(candidate, colleague, title="另一个标题")
    kept = (Entry.objects.count(), list(Candidate.objects.values()), list(FeasibilitySheet.objects.values()))

    for act in (
        partial(services.revise_candidate, title="第三个标题", summary=SUMMARY, place="城西", source=""),
        partial(services.write_sheet, **SHEET | {"people_served": 1}),
        services.propose_candidate,
        partial(services.drop_candidate, reason=REASON),
    ):
        with pytest.raises(Moved) as refusal:
            act(candidate=candidate, by=office, at=NOW, seen=mark)
        told(refusal, colleague.name, "草案", "另一个标题")

    assert (
        Entry.objects.count(), list(Candidate.objects.values()), list(FeasibilitySheet.objects.values())
    ) == kept  # fmt: skip


def test_a_candidate_is_not_proposed_in_words_that_the_question_did_not_show(client, planning, planner, office_of):
    candidate = draft(planning, planner)
    services.write_sheet(candidate=candidate, **SHEET, by=planner, at=NOW)
    address = at("candidate_propose", planning, number=candidate.number)
    seen = seen_on(client.get(address))
    revised(candidate, office_of(planning), title="另一个标题")

    refused = client.post(address, {"seen": seen})

    assert (refused.status_code, Candidate.objects.get().state) == (409, CandidateState.DRAFT)
    assert "另一个标题" in text_of(refused)
    assert client.post(address, {"seen": seen_on(client.get(address))}).status_code == 302


@pytest.mark.parametrize("name", ["desk_candidate", "candidate_revise", "candidate_drop"])
def test_the_forms_of_a_candidate_carry_what_was_seen(client, planning, planner, name):
    candidate = draft(planning, planner)

    page = client.get(at(name, planning, number=candidate.number))

    assert seen_on(page) == str(mark_of(candidate))


def test_only_the_list_that_was_shown_is_frozen(client, planning, planner, office_of):
    candidate = proposed(planning)
    seen = seen_on(client.get(at("candidates_freeze", planning)))
    revised(candidate, office_of(planning), title="改过的标题", place="城西")

    refused = client.post(at("candidates_freeze", planning), {"seen": seen})

    assert (refused.status_code, CandidateList.objects.exists()) == (409, False)
    assert "改过的标题" in text_of(refused)
    seen = mark_of_all([candidate])
    assert client.post(at("candidates_freeze", planning), {"seen": seen}).status_code == 302


def test_a_need_that_was_turned_down_meanwhile_is_not_taken_up_unawares(client, planning, planner, office_of):
    need, colleague, candidate = NeedFactory(cycle=planning), office_of(planning), CandidateFactory(cycle=planning)
    old = NeedFactory(cycle=planning)
    services.turn_down_need(need=old, reason=REASON, by=colleague, at=NOW)
    linking = at("need_link", planning, number=need.number)
    pages = [client.get(at("candidate_draft", planning) + f"?need={need.number}"), client.get(linking)]
    assert [seen_on(page) for page in pages] == [f"0.{old.number}"] * 2
    services.turn_down_need(need=need, reason=REASON, by=colleague, at=NOW)
    seen = selectors.closed_needs(planning)

    with pytest.raises(Moved) as refusal:
        draft(planning, planner, needs=[need, old], seen=(0, old.number))
    refused = client.post(linking, {"candidate": candidate.number, "reason": REASON, "seen": f"0.{old.number}"})

    told(refusal, colleague.name, REASON)
    assert refusal.value.seen == seen
    assert refused.status_code == 422
    assert seen_on(refused) == seen
    stored = Need.objects.filter(pk__in=[need.pk, old.pk])
    assert set(stored.values_list("outcome", flat=True)) == {NeedOutcome.NOT_ADOPTED}
    assert client.post(linking, {"candidate": candidate.number, "reason": REASON, "seen": seen}).status_code == 302


def test_a_suggestion_is_put_behind_a_need_and_taken_from_it_by_who_saw_where_it_stood(client, cycle, office_of):
    suggestion, need = (make(cycle=cycle, title="老楼加装电梯") for make in (AcceptedFactory, NeedFactory))
    first, second = office_of(cycle), office_of(cycle)
    page = at("desk_suggestion", cycle, number=suggestion.number)
    link, unlink = (at(f"suggestion_{act}", cycle, number=suggestion.number, need=need.number)
                    for act in ("link", "unlink"))  # fmt: skip
    change = {"suggestion": suggestion, "need": need, "by": first, "at": NOW}
    client.force_login(second)
    free = {"seen": sent_to(client.get(page), link)}
    services.link_suggestion(**change)
    linked = {"seen": sent_to(client.get(page), unlink)}
    services.unlink_suggestion(**change)

    again = client.post(link, free)

    assert (again.status_code, NeedLink.objects.live().exists()) == (409, False)
    assert first.name in text_of(again)
    services.link_suggestion(**change)
    away = client.post(unlink, linked)
    assert (away.status_code, NeedLink.objects.live().get().linked_by) == (409, first)
    assert f"{need.number}. 老楼加装电梯" in text_of(away)
    assert client.post(unlink, {"seen": sent_to(away, unlink)}).status_code == 302
    assert not NeedLink.objects.live().exists()


@pytest.mark.parametrize("seen", ["", "x", "1" * 30])
def test_numbers_that_are_none_say_nothing_of_what_was_seen(client, planning, planner, seen):
    need, candidate = NeedFactory(cycle=planning), CandidateFactory(cycle=planning)
    services.turn_down_need(need=need, reason=REASON, by=planner, at=NOW)
    sent = {"candidate": candidate.number, "reason": REASON, "seen": seen}

    assert client.post(at("need_link", planning, number=need.number), sent).status_code == 302


LETTER: dict[str, Any] = {
    "title": "致全市人民的公开信",
    "body": "请把您的建议告诉我们,我们逐条阅读并答复。",
    "signed_by": "市长",
}


def test_a_draft_of_the_letter_is_neither_overwritten_nor_published_unread(client, office_of):
    cycle = CycleFactory(phase=Phase.DRAFT)
    first, second = office_of(cycle), office_of(cycle)
    client.force_login(second)
    empty = seen_on(client.get(at("letter_edit", cycle)))
    services.write_letter(cycle=cycle, **LETTER, by=first, at=NOW)
    asked = seen_on(client.get(at("letter_publish", cycle)))
    services.write_letter(cycle=cycle, **LETTER | {"title": "第二稿的标题"}, by=first, at=NOW)

    saved = client.post(at("letter_edit", cycle), LETTER | {"seen": empty})
    published = client.post(at("letter_publish", cycle), {"seen": asked})

    assert (saved.status_code, published.status_code) == (422, 409)
    letter = OpenLetter.objects.get()
    assert (letter.title, letter.published_at) == ("第二稿的标题", None)
    for page in (saved, published):
        assert first.name in text_of(page)
        assert "第二稿的标题" in text_of(page)
    assert client.post(at("letter_edit", cycle), LETTER | {"seen": seen_on(saved)}).status_code == 302


def test_a_reply_is_asked_too_and_what_is_open_carries_a_mark(client, cycle, office):
    suggestion = AcceptedFactory(cycle=cycle)

    page = client.get(at("desk_suggestion", cycle, number=suggestion.number))

    marks = re.findall(r'name="seen" value="(\d+)"', page.content.decode())
    assert len(marks) >= 3
    assert set(marks) == {"0"}
