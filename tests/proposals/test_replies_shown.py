"""Replies: read in public, looked at before, sent by another, put right in sight, from texts of the office."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from proposals import selectors, services
from proposals.models import AnswerRule, ProgressWord, Reply, ReplyDraft, ReplyTemplate, Suggestion
from proposals.states import DraftOutcome, SuggestionState
from tests import databases
from tests.factories.frame import NOW, OrganisationFactory, official
from tests.factories.proposals import ANSWER, AcceptedFactory, ContactFactory, NeedFactory, NeedLinkFactory
from tests.proposals.pages import at, text_of

BETTER = "老楼加装电梯改由住建局办理，明年六月前完成。"
WHY = "承办单位写错了。"


@pytest.fixture
def bureau(cycle):
    """Return a department of the year."""
    return OrganisationFactory(area=cycle.area, name_zh="住建局")


@pytest.fixture
def clerk(cycle, bureau):
    """Return somebody who answers for it."""
    return official(Role.DEPARTMENT, cycle.area, bureau)


@pytest.fixture
def answered(cycle, bureau, clerk):
    """Return a suggestion that it has answered."""
    suggestion = NeedLinkFactory(need=NeedFactory(cycle=cycle, title="老旧小区加装电梯")).suggestion
    services.reply_to_suggestion(suggestion=suggestion, organisation=bureau, text=ANSWER, by=clerk, at=NOW)
    return suggestion


@pytest.fixture
def four_eyes(cycle, office_of):
    """Set that a reply is sent by another, and return somebody of the office."""
    office = office_of(cycle)
    services.write_answer_rule(cycle=cycle, days=7, remind_days=2, has_four_eyes=True, by=office, at=NOW)
    return office


def read_by_anybody(client, suggestion):
    """Return what the list, the page of its need and the API say."""
    cycle, need = suggestion.cycle, selectors.needs_of_suggestion(suggestion)[0]
    pages = [client.get(at("suggestions", cycle)), client.get(at("need", cycle, number=need.number))]
    return [*map(text_of, pages), client.get("/api/v1/suggestions/").content.decode()]


def test_a_reply_is_read_in_public_while_the_suggestion_is(client, answered):
    for words in read_by_anybody(client, answered):
        assert ANSWER in words
        assert "住建局" in words

    with databases.as_superuser():
        Suggestion.objects.filter(pk=answered.pk).update(state=SuggestionState.DECLINED)

    for words in read_by_anybody(client, answered):
        assert ANSWER not in words


def test_a_correction_is_a_second_version_and_both_are_read(client, answered, clerk, bureau, journal):
    first = Reply.objects.get()
    second = services.correct_reply(reply=first, text=BETTER, why_corrected=WHY, by=clerk, at=NOW + timedelta(days=1))

    assert (second.corrects, second.why_corrected, second.organisation) == (first, WHY, bureau)
    for words in read_by_anybody(client, answered):
        assert BETTER in words
        assert ANSWER in words
        assert WHY in words
    (shown,) = selectors.replies_to(answered)
    assert (shown.reply, shown.earlier) == (second, [(first, second)])
    assert journal()[-1] == (
        "suggestion.reply_corrected", clerk.pk, {"reply": second.pk, "organisation": bureau.pk},
    )  # fmt: skip
    assert services.recount_suggestions() == []


def test_what_was_corrected_is_not_corrected_again_nor_by_others_nor_into_the_same(answered, clerk, office_of, journal):
    first = Reply.objects.get()
    given: dict[str, Any] = {"reply": first, "why_corrected": WHY, "at": NOW}
    with pytest.raises(NotAllowed):
        services.correct_reply(**given, text=BETTER, by=office_of(answered.cycle))
    with pytest.raises(InvalidInput):
        services.correct_reply(**given, text=ANSWER, by=clerk)
    second = services.correct_reply(**given, text=BETTER, by=clerk)
    kept = len(journal())

    with pytest.raises(Conflict):
        services.correct_reply(**given, text=BETTER + "请知悉。", by=clerk)

    assert (list(Reply.objects.order_by("pk")), len(journal())) == ([first, second], kept)


def test_where_it_is_set_another_one_sends_what_was_written(cycle, bureau, clerk, four_eyes, journal):
    suggestion = ContactFactory(suggestion=AcceptedFactory(cycle=cycle)).suggestion
    draft = services.reply_to_suggestion(suggestion=suggestion, organisation=bureau, text=ANSWER, by=clerk, at=NOW)

    assert isinstance(draft, ReplyDraft)
    assert not Reply.objects.exists()
    assert Suggestion.objects.get().answered_on is None
    with pytest.raises(NotAllowed):
        services.send_draft(draft=draft, by=clerk, at=NOW)
    with pytest.raises(Conflict):
        services.reply_to_suggestion(suggestion=suggestion, organisation=bureau, text=BETTER, by=clerk, at=NOW)
    waits = [item.url for item in selectors.work_for(four_eyes, NOW)]
    assert cycle.address("proposals:desk_suggestion", number=suggestion.number) in waits

    reply = services.send_draft(draft=draft, by=four_eyes, at=NOW)

    assert (reply.text, reply.drafted_by, reply.replied_by) == (ANSWER, clerk, four_eyes)
    draft.refresh_from_db()
    assert (draft.outcome, draft.ended_by) == (DraftOutcome.SENT, four_eyes)
    with pytest.raises(Conflict):
        services.send_draft(draft=draft, by=four_eyes, at=NOW)
    assert [act for act, _by, _detail in journal()][-2:] == ["suggestion.reply_drafted", "suggestion.replied"]


def test_a_draft_is_returned_with_the_reason_or_taken_back(cycle, bureau, clerk, four_eyes):
    suggestion = AcceptedFactory(cycle=cycle)
    given: dict[str, Any] = {"suggestion": suggestion, "organisation": bureau, "text": ANSWER, "by": clerk, "at": NOW}
    first: Any = services.reply_to_suggestion(**given)
    services.return_draft(draft=first, why_returned="请写明完成时间。", by=four_eyes, at=NOW)
    second: Any = services.reply_to_suggestion(**given)
    with pytest.raises(NotAllowed):
        services.take_back_draft(draft=second, by=four_eyes, at=NOW)
    services.take_back_draft(draft=second, by=clerk, at=NOW)

    assert list(ReplyDraft.objects.order_by("pk").values_list("outcome", "why_returned")) == [
        ("returned", "请写明完成时间。"), ("taken_back", ""),
    ]  # fmt: skip
    assert not Reply.objects.exists()


def test_somebody_else_of_the_same_organisation_sends_and_nobody_of_another(cycle, bureau, clerk, four_eyes):
    draft: Any = services.reply_to_suggestion(
        suggestion=AcceptedFactory(cycle=cycle), organisation=bureau, text=ANSWER, by=clerk, at=NOW
    )
    with pytest.raises(NotAllowed):
        services.send_draft(
            draft=draft, by=official(Role.DEPARTMENT, cycle.area, OrganisationFactory(area=cycle.area)), at=NOW
        )
    assert not Reply.objects.exists()

    colleague = official(Role.DEPARTMENT, cycle.area, bureau)

    assert services.send_draft(draft=draft, by=colleague, at=NOW).replied_by == colleague


def test_a_draft_corrects_nothing_that_was_corrected_meanwhile(answered, clerk, office_of, journal):
    cycle, office = answered.cycle, office_of(answered.cycle)
    given: dict[str, Any] = {"reply": Reply.objects.get(), "why_corrected": WHY, "by": clerk, "at": NOW}
    rule: dict[str, Any] = {"cycle": cycle, "days": 7, "remind_days": 2, "by": office, "at": NOW}
    services.write_answer_rule(**rule, has_four_eyes=True)
    draft: Any = services.correct_reply(**given, text=BETTER)
    services.write_answer_rule(**rule)
    services.correct_reply(**given, text=BETTER + "请知悉。")
    kept = len(journal())

    with pytest.raises(Conflict):
        services.send_draft(draft=draft, by=office, at=NOW)

    draft.refresh_from_db()
    assert (draft.ended_at, Reply.objects.count(), len(journal())) == (None, 2, kept)


def by_hand(suggestion, clerk, **more):
    return Reply.objects.create(
        suggestion=suggestion, organisation=OrganisationFactory(area=suggestion.cycle.area), text=ANSWER,
        replied_at=NOW, replied_by=clerk, **more,
    )  # fmt: skip


def test_the_database_lets_nobody_send_their_own_where_it_is_set(cycle, clerk, four_eyes):
    suggestion, other = AcceptedFactory.create_batch(2, cycle=cycle)
    for given in ({}, {"drafted_by": clerk}, {"drafted_by": four_eyes, "why_corrected": WHY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            by_hand(suggestion, clerk, **given)
    sent = by_hand(suggestion, clerk, drafted_by=four_eyes)
    with pytest.raises(IntegrityError), transaction.atomic():
        by_hand(other, clerk, drafted_by=four_eyes, corrects=sent, why_corrected=WHY)

    assert Reply.objects.count() == 1


def test_a_text_of_the_office_is_filled_in_for_each_and_no_blank_goes(cycle, bureau, clerk, office_of, journal):
    office = office_of(cycle)
    text = "您好！{编号}号建议“{标题}”已并入“{需求}”，由{单位}今年办理。"
    services.write_template(cycle=cycle, name="已列入", text="旧的文字，由{单位}办理。", by=office, at=NOW)
    services.write_template(cycle=cycle, name="已列入", text=text, by=office, at=NOW)
    with pytest.raises(InvalidInput):
        services.write_template(cycle=cycle, name="另一种", text="您好，{姓名}，已列入。", by=office, at=NOW)
    suggestion = NeedLinkFactory(need=NeedFactory(cycle=cycle, title="老旧小区加装电梯")).suggestion
    given = {"organisation": bureau, "by": clerk, "at": NOW}

    reply = services.reply_to_suggestion(suggestion=suggestion, text=text, **given)
    for blank in (text, "电梯加装今年由____办理，请您知悉并继续关注。", "电梯加装今年由【 】办理，请您知悉。"):
        with pytest.raises(InvalidInput) as refusal:
            services.reply_to_suggestion(suggestion=AcceptedFactory(cycle=cycle), text=blank, **given)
        assert refusal.value.field == "text"

    assert reply.text == (
        f"您好！{suggestion.number}号建议“{suggestion.public_title}”已并入“老旧小区加装电梯”，由住建局今年办理。"
    )
    assert Reply.objects.count() == 1
    assert list(ReplyTemplate.objects.filter(ended_at=None).values_list("text", flat=True)) == [text]
    assert journal()[1][2] == {"name": "已列入", "old": {"text": "旧的文字，由{单位}办理。"}, "new": {"text": text}}


def test_a_text_is_taken_out_once_and_by_the_office(cycle, clerk, office_of, journal):
    office, text = office_of(cycle), "加装电梯已列入计划，由{单位}今年办理。"
    template = services.write_template(cycle=cycle, name="已列入", text=text, by=office, at=NOW)
    with pytest.raises(NotAllowed):
        services.end_template(cycle=cycle, template=template, by=clerk, at=NOW)
    assert ReplyTemplate.objects.get().ended_at is None

    services.end_template(cycle=cycle, template=template, by=office, at=NOW)
    with pytest.raises(Conflict):
        services.end_template(cycle=cycle, template=template, by=office, at=NOW)

    assert (ReplyTemplate.objects.get().ended_at, ReplyTemplate.objects.get().ended_by) == (NOW, office)
    assert [(act, detail) for act, _by, detail in journal()][1:] == [("reply_template.ended", {"name": "已列入"})]


def test_progress_is_a_word_of_the_office_beside_the_reply(client, cycle, bureau, clerk, office_of):
    office = office_of(cycle)
    word = services.name_progress(cycle=cycle, name="正在研究", by=office, at=NOW)
    with pytest.raises(InvalidInput):
        services.name_progress(cycle=cycle, name="正在研究", by=office, at=NOW)
    with pytest.raises(NotAllowed):
        services.name_progress(cycle=cycle, name="已经完成", by=clerk, at=NOW)
    given = {"organisation": bureau, "text": ANSWER, "by": clerk, "at": NOW, "progress": word}
    services.reply_to_suggestion(suggestion=AcceptedFactory(cycle=cycle), **given)
    services.end_progress(cycle=cycle, word=word, by=office, at=NOW)

    with pytest.raises(InvalidInput):
        services.reply_to_suggestion(
            suggestion=AcceptedFactory(cycle=cycle), **given | {"progress": ProgressWord.objects.get()}
        )

    assert "正在研究" in text_of(client.get(at("suggestions", cycle)))
    assert Reply.objects.count() == 1


def test_many_behind_one_need_are_answered_at_once_and_who_is_refused_is_named(client, cycle, office):
    need = NeedFactory(cycle=cycle, title="老旧小区加装电梯")
    behind = [link.suggestion for link in NeedLinkFactory.create_batch(5, need=need)]
    other = AcceptedFactory(cycle=cycle, title="夜间路灯", matter="巷子里路灯坏了很久。", wish="请修好。")
    template = services.write_template(
        cycle=cycle, name="已列入", text="加装电梯已列入计划，由{单位}今年办理。", by=office, at=NOW
    )
    list_url = at("intake", cycle)
    listed = client.get(f"{list_url}?need={need.number}").context["grid"]
    assert {shown.row.pk for shown in listed.rows} == {one.pk for one in behind}
    keys = ".".join(str(one.pk) for one in [*behind, other])
    sent = {
        "act": "reply", "chosen": keys, "seen": 10**6, "text": "", "template": template.pk,
        "organisation": office.mandates.get().organisation_id,
    }  # fmt: skip

    page = client.post(list_url, sent)

    assert Reply.objects.count() == 5
    refused = page.context["refused"]
    assert [row.pk for row in refused] == [other.pk]
    assert "没有提到所建议的事" in str(refused[0].reason)


def test_a_reply_is_looked_at_before_it_goes(client, cycle, office):
    suggestion = AcceptedFactory(cycle=cycle)
    given = {"organisation": office.mandates.get().organisation_id, "text": "{编号}：老楼加装电梯今年由街道办理完成。"}
    address = at("reply", cycle, number=suggestion.number)

    page = client.post(address, given | {"step": "preview"})

    assert f"{suggestion.number}：老楼加装电梯今年由街道办理完成。" in text_of(page)
    assert not Reply.objects.exists()
    assert client.post(address, given | {"step": "send"}).status_code == 302
    assert Reply.objects.get().text.startswith(suggestion.number)


def test_the_desk_sends_returns_and_corrects(client, cycle, bureau, clerk, office):
    AnswerRule.objects.create(area=cycle.area, days=7, has_four_eyes=True, written_at=NOW, written_by=office)
    suggestion = AcceptedFactory(cycle=cycle)
    draft = services.reply_to_suggestion(suggestion=suggestion, organisation=bureau, text=ANSWER, by=clerk, at=NOW)
    desk = at("desk_suggestion", cycle, number=suggestion.number)
    assert ANSWER in text_of(client.get(desk))

    client.post(at("draft_return", cycle, number=suggestion.number, pk=draft.pk), {"why_returned": "请写明时间。"})
    again = services.reply_to_suggestion(suggestion=suggestion, organisation=bureau, text=BETTER, by=clerk, at=NOW)
    client.post(at("draft_send", cycle, number=suggestion.number, pk=again.pk))

    assert Reply.objects.get().text == BETTER
    client.force_login(clerk)
    correct = at("reply_correct", cycle, number=suggestion.number, pk=Reply.objects.get().pk)
    assert BETTER in text_of(client.get(correct))
    client.post(correct, {"text": ANSWER, "why_corrected": WHY})
    waiting = ReplyDraft.objects.get(ended_at=None)
    assert (waiting.corrects, waiting.why_corrected) == (Reply.objects.get(), WHY)
    assert "住建局" in text_of(client.get(desk))
    client.post(at("draft_take_back", cycle, number=suggestion.number, pk=waiting.pk))
    assert not ReplyDraft.objects.filter(ended_at=None).exists()
