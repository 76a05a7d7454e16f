"""Asking who sent a suggestion: a question with a clock of its own, read and answered with number and code."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel import numbers
from livelihood.kernel.errors import InvalidInput, NotAllowed
from proposals import selectors, services
from proposals.models import Inquiry
from proposals.selectors import CODE_PURPOSE
from proposals.services.inquiries import NotAsked
from proposals.states import ErasureReason, InquiryEnd, InquiryTopic, SuggestionState
from tests.databases import as_superuser
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import SuggestionFactory
from tests.proposals.pages import at, text_of

DAY = timedelta(days=1)
CODE = "ABCD-EFGH-JKMN"


def ask(suggestion, by, *, when=NOW, days=10, topics=(InquiryTopic.WHERE,), text=""):
    return services.ask_sender(suggestion=suggestion, topics=topics, text=text, days=days, by=by, at=when)


def test_a_question_is_put_in_given_words_and_journaled_without_them(cycle, office_of, journal):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)

    inquiry = ask(suggestion, office, text="是哪一幢楼？")

    inquiry.refresh_from_db()
    assert inquiry.text == "具体地点在哪里？请写明道路、小区或附近标志物。\n是哪一幢楼？"
    assert (inquiry.lapses_at, inquiry.outcome) == (NOW + 10 * DAY, "")
    assert journal() == [("suggestion.asked", office.pk, {"inquiry": inquiry.pk})]


def test_one_question_at_a_time_and_none_that_asks_nothing(cycle, office_of):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)

    for wrong in ({"topics": ()}, {"days": 2}, {"days": 31}):
        with pytest.raises(InvalidInput):
            ask(suggestion, office, **wrong)
    assert not Inquiry.objects.exists()
    ask(suggestion, office)
    with pytest.raises(NotAllowed):
        ask(suggestion, office)
    ask(suggestion, office, when=NOW + 10 * DAY)
    assert list(Inquiry.objects.order_by("pk").values_list("outcome", flat=True)) == ["lapsed", ""]


@pytest.mark.parametrize("state", [SuggestionState.DECLINED, SuggestionState.HANDED_OVER])
def test_what_is_not_worked_on_is_not_asked_about(cycle, office_of, state):
    with pytest.raises(NotAllowed):
        ask(SuggestionFactory(cycle=cycle, state=state), office_of(cycle))


def test_nobody_asks_in_a_closed_year_or_without_the_right(cycle, office_of):
    closed = CycleFactory(phase=Phase.CLOSED)
    with pytest.raises(NotAllowed):
        ask(SuggestionFactory(cycle=closed), office_of(closed))
    with pytest.raises(NotAllowed):
        ask(SuggestionFactory(cycle=cycle), official(Role.SCRUTINEER, cycle.area, OrganisationFactory(area=cycle.area)))


def test_the_answer_of_the_sender_ends_it(cycle, office_of, journal):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)
    inquiry = ask(suggestion, office)

    services.answer_inquiry(suggestion=suggestion, text="在文化路口。", at=NOW + DAY)

    inquiry.refresh_from_db()
    assert (inquiry.outcome, inquiry.ended_at, inquiry.answer) == (InquiryEnd.ANSWERED, NOW + DAY, "在文化路口。")
    assert journal()[1] == ("suggestion.question_answered", None, {"inquiry": inquiry.pk, "asked_by": office.pk})
    with pytest.raises(NotAsked):
        services.answer_inquiry(suggestion=suggestion, text="还有一句。", at=NOW + DAY)


def test_who_answers_too_late_is_told_so(cycle, office_of):
    suggestion = SuggestionFactory(cycle=cycle)
    ask(suggestion, office_of(cycle))

    with pytest.raises(NotAsked):
        services.answer_inquiry(suggestion=suggestion, text="在文化路口。", at=NOW + 10 * DAY)

    assert Inquiry.objects.get().answer == ""


def test_a_question_is_taken_back_while_it_is_open(cycle, office_of):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)
    ask(suggestion, office)

    services.withdraw_inquiry(suggestion=suggestion, by=office, at=NOW + DAY)

    assert Inquiry.objects.get().outcome == InquiryEnd.WITHDRAWN
    with pytest.raises(NotAsked):
        services.withdraw_inquiry(suggestion=suggestion, by=office, at=NOW + DAY)


def test_the_clock_reminds_once_and_lets_what_is_over_lapse(cycle, office_of, journal):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)
    ask(suggestion, office)

    moved = [services.keep_inquiries_moving(at=NOW + days * DAY) for days in (7, 8.5, 9, 10, 11)]

    inquiry = Inquiry.objects.get()
    assert moved == [0, 1, 0, 1, 0]
    assert (inquiry.outcome, inquiry.ended_at, inquiry.reminded_at) == ("lapsed", NOW + 10 * DAY, NOW + 8.5 * DAY)
    assert [entry[0] for entry in journal()][1:] == ["suggestion.asked_again", "suggestion.question_lapsed"]


def test_the_clock_of_the_answer_stands_from_question_to_end(cycle, office_of):
    first, second, office = SuggestionFactory(cycle=cycle), SuggestionFactory(cycle=cycle), office_of(cycle)
    for suggestion in (first, second):
        ask(suggestion, office)
    services.answer_inquiry(suggestion=first, text="在文化路口。", at=NOW + 3 * DAY)

    rows = selectors.question_spans().values_list("suggestion", "asked_at", "until")
    spans = {suggestion: span for suggestion, *span in rows}

    assert spans == {first.pk: [NOW, NOW + 3 * DAY], second.pk: [NOW, NOW + 10 * DAY]}


def test_the_database_keeps_a_question_as_it_was(cycle, office_of):
    suggestion = SuggestionFactory(cycle=cycle)
    inquiry = ask(suggestion, office_of(cycle))
    services.answer_inquiry(suggestion=suggestion, text="在文化路口。", at=NOW + DAY)
    rows = Inquiry.objects.filter(pk=inquiry.pk)

    changes = ({"text": "别的"}, {"lapses_at": NOW}, {"answer": "别的回答"}, {"ended_at": NOW})
    for change in changes:
        with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_what_is_masked_is_masked_in_the_answer_too(cycle, office_of):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)
    ask(suggestion, office)
    services.answer_inquiry(suggestion=suggestion, text="问老张家便知。", at=NOW)

    services.mask_text(suggestion=suggestion, words="老张家", reason=ErasureReason.OTHERS, by=office, at=NOW)

    assert Inquiry.objects.get().answer == "问***便知。"


def test_the_sender_reads_and_answers_with_number_and_code(client, cycle, office_of):
    suggestion = SuggestionFactory(cycle=cycle, code_hash=numbers.hash_code(CODE, purpose=CODE_PURPOSE))
    ask(suggestion, office_of(cycle), when=timezone.now())
    key = {"number": suggestion.number, "code": CODE}

    read = client.post(at("track", cycle), key)
    short = client.post(at("answer_inquiry", cycle), key | {"text": "在"})
    wrong = client.post(at("answer_inquiry", cycle), key | {"code": "ABCD-EFGH-JKMP", "text": "在文化路口。"})
    answered = client.post(at("answer_inquiry", cycle), key | {"text": "在文化路口。"})

    assert "具体地点在哪里" in text_of(read)
    assert (short.status_code, wrong.status_code, answered.status_code) == (422, 422, 200)
    assert "在文化路口。" in text_of(answered)
    assert Inquiry.objects.get().answer == "在文化路口。"


def test_the_desk_asks_and_reads_the_answer_masked(client, cycle, office):
    suggestion = SuggestionFactory(cycle=cycle)
    address = at("suggestion_act", cycle, number=suggestion.number, act="ask")

    asked = client.post(address, {"topics": ["where"], "text": "", "days": 10}, follow=True)
    services.answer_inquiry(suggestion=suggestion, text="找王阿姨，13912345678。", at=timezone.now())
    shown = text_of(client.get(at("desk_suggestion", cycle, number=suggestion.number)))

    assert "收回提问" in text_of(asked)
    assert "找*阿姨，139********。" in shown


def test_many_senders_are_asked_at_once(client, cycle, office):
    rows = [SuggestionFactory(cycle=cycle) for _number in range(2)]
    ask(rows[0], office, when=timezone.now())
    chosen = ".".join(str(row.pk) for row in rows)

    tried = client.post(
        at("intake", cycle), {"act": "ask", "chosen": chosen, "topics": ["what"], "text": "", "days": 5}
    )

    assert (tried.context["done"], Inquiry.objects.count()) == (1, 2)
