"""Receiving a suggestion: once, with a receipt, and only while suggestions are collected."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils.timezone import localdate

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.selectors import known_year, read_year
from livelihood.cycles.states import Phase
from livelihood.kernel import numbers
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.text import BadText
from proposals import selectors, services
from proposals.models import Suggestion, SuggestionContact
from proposals.services import intake
from proposals.services.intake import RepeatedKey
from proposals.states import Channel, SuggestionState
from tests.factories.frame import (
    NOW,
    AspectFactory,
    CityFactory,
    CountyFactory,
    CycleFactory,
    PhasePeriodFactory,
    official,
)
from tests.threads import at_once

KEY = "k" * 20
TEXT = {
    "title": "老楼没有电梯",
    "matter": "清风街六层老楼没有电梯，老人下不了楼。",
    "wish": "请给同意的楼栋加装电梯。",
}


def submit(cycle, **changes):
    given = {
        **TEXT,
        "cycle": cycle,
        "aspect": None,
        "area": cycle.area,
        "idempotency_key": KEY,
        "by": None,
        "at": NOW,
        **changes,
    }
    return services.submit_suggestion(**given)


def nothing_happened():
    return (Suggestion.objects.count(), SuggestionContact.objects.count(), Entry.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_a_suggestion_is_kept_as_it_was_sent_and_journaled_without_its_words():
    cycle = CycleFactory()
    aspect = AspectFactory(cycle=cycle)
    county = CountyFactory(parent=cycle.area)

    receipt = submit(
        cycle,
        aspect=aspect,
        area=county,
        address="清风街3号",
        contact=services.Contact(name="张三", phone="13800001111", notice=2),
    )

    row = Suggestion.objects.get()
    digest = hashlib.sha256(
        json.dumps([*TEXT.values(), receipt.text_salt], ensure_ascii=False, separators=(",", ":")).encode()
    ).hexdigest()
    assert (row.title, row.matter, row.wish, row.address) == (*TEXT.values(), "清风街3号")
    assert (row.aspect, row.area, row.channel, row.entered_by) == (aspect, county, Channel.WEB, None)
    assert (row.state, row.public_title, row.received_at) == (SuggestionState.RECEIVED, "", NOW)
    assert (receipt.number, receipt.text_digest, len(receipt.text_salt)) == (row.number, digest, 32)
    assert row.number == numbers.make_reference(year=2025, serial=row.pk)
    assert receipt.code not in row.code_hash
    followed = selectors.followed_suggestion(cycle, receipt.number, receipt.code)
    assert followed is not None
    assert followed.suggestion == row
    contact = SuggestionContact.objects.get()
    assert (contact.suggestion, contact.name, contact.phone, contact.email) == (row, "张三", "13800001111", "")
    assert (contact.notice, contact.agreed_at) == (2, NOW)
    entry = Entry.objects.get()
    assert (entry.act, entry.subject_id, entry.cycle_id, entry.actor_id) == (
        "suggestion.received", str(row.pk), cycle.pk, None,
    )  # fmt: skip
    assert entry.detail == {"channel": "web", "text_digest": digest}


@pytest.mark.django_db
def test_a_suggestion_costs_few_queries(django_assert_num_queries):
    cycle = CycleFactory()

    intake._drawn.clear()  # another test may have left a single one
    submit(cycle)  # draws numbers for the next ones too

    # the period, by when and on which days the office answers, and the row with all that belongs to it
    with django_assert_num_queries(4):
        submit(cycle, idempotency_key="m" * 20)


@pytest.mark.django_db
def test_a_suggestion_by_a_year_that_has_changed_is_refused_as_a_whole():
    cycle = CycleFactory()
    known = known_year(cycle.area.slug, cycle.year)
    PhasePeriodFactory(cycle=cycle, starts_on=date(2024, 10, 15), ends_on=date(2024, 11, 15))

    with pytest.raises(Conflict):
        submit(cycle, edition=known.edition, contact=services.Contact(phone="13800001111", notice=0))

    assert nothing_happened()
    submit(cycle, edition=read_year(cycle.area.slug, cycle.year).edition)
    assert Suggestion.objects.count() == 1


@pytest.mark.django_db
def test_a_repeat_finds_its_receipt_whatever_has_become_of_the_year():
    cycle = CycleFactory()
    first = submit(cycle)

    assert submit(cycle, edition=uuid4()) == first


@pytest.mark.django_db
def test_the_same_key_with_the_same_content_gives_the_same_receipt_and_writes_nothing(settings):
    cycle = CycleFactory()
    first = submit(cycle)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-since-then-0123456789abcdef0123456789abcdef"

    again = submit(cycle, at=datetime(2024, 11, 2, tzinfo=UTC))

    assert again == first
    assert (Suggestion.objects.count(), Entry.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [{"title": "另一个标题"}, {"address": "别处"}, {"contact": services.Contact(phone="13800001111", notice=0)}],
)
def test_the_same_key_with_other_content_is_refused(change):
    cycle = CycleFactory()
    submit(cycle)

    with pytest.raises(RepeatedKey) as refusal:
        submit(cycle, **change)

    assert refusal.value.status == 422
    assert (Suggestion.objects.count(), SuggestionContact.objects.count(), Entry.objects.count()) == (1, 0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "短"),
        ("title", "长" * 61),
        ("matter", "字" * 100_000),
        ("matter", "\x00\x01\u202e" * 50),
        ("wish", " \n\t\u3000 "),
    ],
)
def test_a_text_that_is_too_short_or_too_long_is_refused(field, value):
    with pytest.raises(BadText) as refusal:
        submit(CycleFactory(), **{field: value})

    assert refusal.value.field == field
    assert nothing_happened()


@pytest.mark.django_db
def test_html_stays_text_and_control_characters_go():
    cycle = CycleFactory()

    submit(cycle, matter="<script>alert(1)</script>\x07\u202e老楼没有电梯\r\n真的")

    assert Suggestion.objects.get().matter == "<script>alert(1)</script>老楼没有电梯\n真的"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("contact", "field"),
    [
        (services.Contact(name="张三", notice=0), "contact_phone"),
        (services.Contact(phone="123", notice=0), "contact_phone"),
        (services.Contact(phone="1" * 21, notice=0), "contact_phone"),
        (services.Contact(email="不是邮箱", notice=0), "contact_email"),
        (services.Contact(phone="13800001111"), "consent"),
    ],
)
def test_a_contact_that_cannot_be_reached_or_was_given_without_consent_is_refused(contact, field):
    with pytest.raises(InvalidInput) as refusal:
        submit(CycleFactory(), contact=contact)

    assert refusal.value.field == field
    assert nothing_happened()


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "short", "k" * 65, "with-hyphens-0123456789", "钥" * 20])
def test_a_form_without_a_proper_key_is_refused(key):
    with pytest.raises(InvalidInput) as refusal:
        submit(CycleFactory(), idempotency_key=key)

    assert refusal.value.field == "idempotency_key"
    assert nothing_happened()


@pytest.mark.django_db
def test_the_aspect_of_another_year_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        submit(CycleFactory(), aspect=AspectFactory())

    assert refusal.value.field == "aspect"
    assert nothing_happened()


@pytest.mark.django_db
def test_a_place_outside_the_area_is_refused():
    with pytest.raises(InvalidInput) as refusal:
        submit(CycleFactory(), area=CountyFactory())

    assert refusal.value.field == "area"
    assert nothing_happened()


@pytest.mark.django_db
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.SOLICIT])
def test_after_the_phase_nothing_is_received(phase):
    with pytest.raises(NotAllowed):
        submit(CycleFactory(phase=phase))

    assert nothing_happened()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2024, 10, 14, 15, 59, 59, tzinfo=UTC), False),  # a second before midnight in Shanghai
        (datetime(2024, 10, 14, 16, 0, 0, tzinfo=UTC), True),
        (datetime(2024, 11, 15, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2024, 11, 15, 16, 0, 0, tzinfo=UTC), False),
    ],
)
def test_the_first_and_the_last_day_count_in_local_time(at, is_open):
    cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, starts_on=date(2024, 10, 15), ends_on=date(2024, 11, 15))

    if is_open:
        submit(cycle, at=at)
        assert Suggestion.objects.count() == 1
    else:
        with pytest.raises(NotAllowed):
            submit(cycle, at=at)
        assert nothing_happened()


@pytest.mark.django_db
def test_other_channels_are_entered_by_the_livelihood_office_only():
    cycle = CycleFactory()
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    stranger = official(Role.LIVELIHOOD_OFFICE, CityFactory())

    for by in (None, stranger, official(Role.DEPARTMENT, cycle.area)):
        with pytest.raises(NotAllowed):
            submit(cycle, channel=Channel.HOTLINE_12345, by=by)
    assert nothing_happened()

    submit(cycle, channel=Channel.HOTLINE_12345, by=office)
    assert Suggestion.objects.get().entered_by == office


def test_a_letter_counts_from_the_day_it_came(db):
    cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 20))
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    channels = {
        "before the first day": (Channel.DEPUTY, date(2024, 3, 1)),
        "on the last day": (Channel.LETTER, date(2024, 10, 20)),
    }

    for key, (channel, day) in channels.items():
        submit(cycle, channel=channel, by=office, received_on=day, idempotency_key=f"{key:x<20}".replace(" ", ""))

    rows = Suggestion.objects.order_by("pk")
    assert [(row.channel, localdate(row.received_at), row.entered_by) for row in rows] == [
        (Channel.DEPUTY, date(2024, 3, 1), office),
        (Channel.LETTER, date(2024, 10, 20), office),
    ]
    assert {entry.at for entry in Entry.objects.all()} == {NOW}


@pytest.mark.parametrize(
    ("day", "error"),
    [
        (date(2024, 10, 21), NotAllowed),
        (date(2024, 11, 2), InvalidInput),
        (date(2022, 11, 1), InvalidInput),
    ],
    ids=["after the last day", "tomorrow", "more than two years ago"],
)
def test_a_day_on_which_nothing_could_come_is_refused(db, day, error):
    cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 20))

    with pytest.raises(error):
        submit(cycle, channel=Channel.LETTER, by=official(Role.LIVELIHOOD_OFFICE, cycle.area), received_on=day)

    assert nothing_happened()


@pytest.mark.django_db
def test_a_wrong_code_says_no_more_than_an_unknown_number():
    cycle = CycleFactory()
    receipt = submit(cycle)
    elsewhere = CycleFactory(year=2026, area=cycle.area)

    assert selectors.followed_suggestion(cycle, receipt.number, "0000-0000-0000") is None
    assert selectors.followed_suggestion(cycle, "2025-000001-0", receipt.code) is None
    assert selectors.followed_suggestion(elsewhere, receipt.number, receipt.code) is None
    typed = receipt.number.replace("-", " "), receipt.code.lower().replace("-", "")
    followed = selectors.followed_suggestion(cycle, *typed)
    assert followed is not None
    assert followed.suggestion.number == receipt.number


@pytest.mark.django_db(transaction=True)
def test_twenty_sends_at_once_with_one_key_are_one_suggestion():
    cycle = CycleFactory()

    receipts: list[Any] = at_once(*[lambda: submit(cycle)] * 20)

    assert receipts == [receipts[0]] * 20
    assert {receipt.number for receipt in receipts} == {Suggestion.objects.get().number}
    assert Entry.objects.count() == 1
