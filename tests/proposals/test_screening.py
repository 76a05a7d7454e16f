"""Checking, refusing, handing over, rewording, and reading contacts."""

import json
from typing import Any

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import IllegalMove, InvalidInput, NotAllowed
from livelihood.kernel.text import BadText
from proposals import services
from proposals.models import Screening
from proposals.states import Decision, DeclineReason, HandOver, SuggestionState
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.proposals import AcceptedFactory, ContactFactory, NeedLinkFactory, SuggestionFactory

WORDING: dict[str, Any] = {
    "public_title": "公开的标题",
    "public_matter": "公开的情况说明,不含个人信息。",
    "public_wish": "公开的愿望",
}
WORDS = "这件事属于物业纠纷,请向街道反映。"


def texts(suggestion):
    suggestion.refresh_from_db()
    return (suggestion.state, suggestion.public_title, suggestion.public_matter, suggestion.public_wish)


def test_accepting_publishes_the_official_wording(cycle, office_of, journal):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)

    services.accept_suggestion(suggestion=suggestion, **WORDING, by=office, at=NOW)

    assert texts(suggestion) == (SuggestionState.ACCEPTED, *WORDING.values())
    screening = Screening.objects.get()
    assert (screening.suggestion, screening.decision, screening.screened_by) == (suggestion, Decision.ACCEPTED, office)
    assert journal() == [
        ("suggestion.accepted", office.pk, {"old": "received", "new": "accepted", "reason": ""}),
    ]


def test_what_may_tell_of_somebody_is_judged_before_it_is_public(cycle, office_of, journal):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)
    wording = WORDING | {"public_wish": "请致电13900001111。"}

    with pytest.raises(InvalidInput, match="13900001111"):
        services.accept_suggestion(suggestion=suggestion, **wording, by=office, at=NOW)
    assert texts(suggestion) == (SuggestionState.RECEIVED, "", "", "")
    assert journal() == []

    services.accept_suggestion(suggestion=suggestion, **wording, by=office, at=NOW, judged=["13900001111"])
    assert [detail["let_stand"] for _act, _by, detail in journal()] == [1]


def test_declining_gives_reason_and_words(cycle, office_of, journal):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)

    services.decline_suggestion(
        suggestion=suggestion, reason=DeclineReason.SINGLE_CLAIM, words=WORDS, by=office, at=NOW
    )

    assert texts(suggestion) == (SuggestionState.DECLINED, "", "", "")
    screening = Screening.objects.get()
    assert (screening.decision, screening.reason, screening.words) == (
        Decision.DECLINED,
        DeclineReason.SINGLE_CLAIM,
        WORDS,
    )
    assert journal() == [
        ("suggestion.declined", office.pk, {"old": "received", "new": "declined", "reason": "single_claim"}),
    ]


def test_handing_over_says_where(cycle, office_of, journal):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)

    services.hand_over_suggestion(
        suggestion=suggestion, handed_to=HandOver.HOTLINE_12345, words=WORDS, by=office, at=NOW
    )

    assert texts(suggestion)[0] == SuggestionState.HANDED_OVER
    screening = Screening.objects.get()
    assert (screening.decision, screening.handed_to, screening.words) == (
        Decision.HANDED_OVER,
        HandOver.HOTLINE_12345,
        WORDS,
    )
    assert journal() == [
        ("suggestion.handed_over", office.pk, {"old": "received", "new": "handed_over", "reason": "hotline_12345"}),
    ]


def test_an_accepted_suggestion_is_reworded(cycle, office_of, journal):
    suggestion, office = AcceptedFactory(cycle=cycle), office_of(cycle)

    services.reword_suggestion(suggestion=suggestion, **WORDING, by=office, at=NOW)

    assert texts(suggestion) == (SuggestionState.ACCEPTED, *WORDING.values())
    assert [entry[0] for entry in journal()] == ["suggestion.reworded"]


def test_a_declined_suggestion_can_be_accepted_after_all(cycle, office_of):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)
    services.decline_suggestion(suggestion=suggestion, reason=DeclineReason.UNCLEAR, words=WORDS, by=office, at=NOW)

    services.accept_suggestion(suggestion=suggestion, **WORDING, by=office, at=NOW)

    assert texts(suggestion)[0] == SuggestionState.ACCEPTED
    assert list(Screening.objects.order_by("pk").values_list("decision", flat=True)) == ["declined", "accepted"]


ACTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "accept": (services.accept_suggestion, WORDING),
    "reword": (services.reword_suggestion, WORDING),
    "decline": (services.decline_suggestion, {"reason": DeclineReason.UNCLEAR, "words": WORDS}),
    "hand_over": (services.hand_over_suggestion, {"handed_to": HandOver.COURTS, "words": WORDS}),
}


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (SuggestionState.RECEIVED, "reword"),
        (SuggestionState.ACCEPTED, "accept"),
        (SuggestionState.ACCEPTED, "hand_over"),
        (SuggestionState.DECLINED, "decline"),
        (SuggestionState.DECLINED, "reword"),
        (SuggestionState.DECLINED, "hand_over"),
        (SuggestionState.HANDED_OVER, "accept"),
        (SuggestionState.HANDED_OVER, "reword"),
        (SuggestionState.HANDED_OVER, "decline"),
        (SuggestionState.HANDED_OVER, "hand_over"),
    ],
)
def test_what_the_state_does_not_allow_changes_nothing(cycle, office_of, journal, state, verb):
    suggestion = AcceptedFactory(cycle=cycle, state=state)
    before = texts(suggestion)
    act, fields = ACTS[verb]

    with pytest.raises(IllegalMove):
        act(suggestion=suggestion, **fields, by=office_of(cycle), at=NOW)

    assert texts(suggestion) == before
    assert not Screening.objects.exists()
    assert journal() == []


@pytest.mark.parametrize("verb", ACTS)
@pytest.mark.parametrize("phase", [Phase.DECIDE, Phase.DELIVER, Phase.EVALUATE, Phase.CLOSED])
def test_after_planning_nothing_is_checked_any_more(db, office_of, journal, verb, phase):
    suggestion = AcceptedFactory(cycle=CycleFactory(phase=phase))
    act, fields = ACTS[verb]

    with pytest.raises(NotAllowed):
        act(suggestion=suggestion, **fields, by=office_of(suggestion.cycle), at=NOW)

    assert not Screening.objects.exists()
    assert journal() == []


@pytest.mark.parametrize("verb", ACTS)
def test_a_department_does_not_check(cycle, journal, verb):
    suggestion = AcceptedFactory(cycle=cycle)
    act, fields = ACTS[verb]

    with pytest.raises(NotAllowed):
        act(suggestion=suggestion, **fields, by=official(Role.DEPARTMENT, cycle.area), at=NOW)

    assert not Screening.objects.exists()
    assert journal() == []


def test_a_suggestion_behind_a_need_is_not_declined(cycle, office_of, journal):
    link = NeedLinkFactory(need__cycle=cycle)

    with pytest.raises(NotAllowed):
        services.decline_suggestion(
            suggestion=link.suggestion, reason=DeclineReason.ABUSE, words=WORDS, by=office_of(cycle), at=NOW
        )

    assert texts(link.suggestion)[0] == SuggestionState.ACCEPTED
    assert journal() == []


@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        ("accept", {"public_title": ""}),
        ("accept", {"public_matter": "字" * 100_000}),
        ("accept", {"public_wish": "\x00\x00\x00\x00"}),
        ("decline", {"words": "不行"}),
        ("hand_over", {"words": ""}),
    ],
)
def test_a_check_lacks_no_words(cycle, office_of, journal, verb, wrong):
    suggestion = SuggestionFactory(cycle=cycle)
    act, fields = ACTS[verb]

    with pytest.raises(BadText) as refusal:
        act(suggestion=suggestion, **{**fields, **wrong}, by=office_of(cycle), at=NOW)

    assert {refusal.value.field} == set(wrong)
    assert texts(suggestion) == (SuggestionState.RECEIVED, "", "", "")
    assert not Screening.objects.exists()
    assert journal() == []


def test_reading_a_contact_is_journaled_without_it(cycle, office_of, journal):
    contact = ContactFactory(suggestion__cycle=cycle, name="张三", phone="13800001111", email="zhang@example.org")
    office = office_of(cycle)

    read = services.read_contact(suggestion=contact.suggestion, by=office, at=NOW)

    assert read == services.Contact("张三", "13800001111", "zhang@example.org", notice=0, agreed_at=NOW)
    assert journal() == [("suggestion.contact_read", office.pk, {})]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LIVELIHOOD_OFFICE])
def test_nobody_else_reads_a_contact(cycle, journal, role):
    contact = ContactFactory(suggestion__cycle=cycle)

    with pytest.raises(NotAllowed):
        services.read_contact(suggestion=contact.suggestion, by=official(role, cycle.area), at=NOW)

    assert journal() == []


def test_no_act_writes_personal_data_into_the_journal(cycle, office_of, journal):
    contact = services.Contact(name="张三丰", phone="13800001111", email="zhang@example.org", notice=0)
    receipt = services.submit_suggestion(
        cycle=cycle,
        title="老楼没有电梯",
        matter="我是张三丰,电话13800001111,老人下不了楼。",
        wish="请加装电梯。",
        aspect=None,
        area=cycle.area,
        address="清风街3号",
        contact=contact,
        idempotency_key="k" * 20,
        by=None,
        at=NOW,
    )
    suggestion = SuggestionFactory._meta.model.objects.get(number=receipt.number)
    office = office_of(cycle)
    services.read_contact(suggestion=suggestion, by=office, at=NOW)
    services.accept_suggestion(suggestion=suggestion, **WORDING, by=office, at=NOW)

    written = json.dumps(journal(), ensure_ascii=False)

    assert len(journal()) == 3
    assert not [word for word in ("张三丰", "13800001111", "zhang@", "清风街", "老人", receipt.code) if word in written]
