"""The form of a suggestion and its receipt, as a citizen meets them."""

import re
from collections import OrderedDict
from datetime import date, timedelta

import pytest
from django.utils import timezone

from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle, PhasePeriod
from livelihood.cycles.states import Phase
from livelihood.imprint import selectors as imprint
from livelihood.imprint.models import SettingVersion
from livelihood.kernel import numbers
from livelihood.web import shells
from proposals.models import Suggestion, SuggestionContact
from tests.factories.frame import NOW, AspectFactory, CycleFactory, PhasePeriodFactory, UserFactory
from tests.proposals.pages import ANSWERS, KEY, answers, at, text_of


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
        assert response["Cache-Control"] == "no-store"
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
        client.post(f"{at('suggest', cycle)}?made_up={number}", sent)
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


def box_on(page):
    """Return what the box of the consent sends, and whether it is ticked."""
    (box,) = re.findall(r'<input type="checkbox" name="consent"[^>]*>', page.content.decode())
    return re.findall(r'value="(\d+)"', box), "checked" in box


@pytest.mark.parametrize("step", ["check", "send"])
def test_a_contact_is_taken_with_a_consent_of_its_own_only(client, cycle, step):
    form = client.get(at("suggest", cycle))
    refused = client.post(at("suggest", cycle), answers(cycle, consent="", step=step))

    assert (box_on(form), box_on(refused)) == ((["0"], False), (["0"], False))
    assert refused.status_code == 422
    assert 'id="id_consent_error"' in refused.content.decode()
    assert ANSWERS["contact_phone"] in refused.content.decode()
    assert not Suggestion.objects.exists()
    nobody = {"contact_name": "", "contact_phone": "", "consent": ""}
    assert client.post(at("suggest", cycle), answers(cycle, **nobody, step=step)).status_code == 200
    assert (Suggestion.objects.count(), SuggestionContact.objects.count()) == (step == "send", 0)


def test_what_was_agreed_to_is_kept_and_a_new_purpose_is_agreed_to_anew(client, cycle):
    """Also by a process that has not heard of the change."""
    known = imprint.imprint()
    SettingVersion.objects.create(
        key="purpose_suggestion", number=1, text_zh="只用于答复您。", written_at=NOW, written_by=UserFactory()
    )

    imprint.know(known)
    old = client.post(at("suggest", cycle), answers(cycle, consent="0", step="check"))
    imprint.know(known)
    new = client.post(at("suggest", cycle), answers(cycle, consent="1", step="send"))

    contact = SuggestionContact.objects.get()
    assert (new.status_code, contact.notice) == (200, 1)
    assert contact.agreed_at == contact.suggestion.received_at
    assert old.status_code == 200, "what this process knows is what its page has shown"
    late = client.post(at("suggest", cycle), answers(cycle, consent="0", step="send", idempotency_key="m" * 20))
    assert (late.status_code, box_on(late)) == (422, (["1"], False))
    assert "只用于答复您" in text_of(late)
    assert SuggestionContact.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "title"),
        ({"matter": "字" * 25_000}, "25000"),
        ({"wish": "\x00\x01\x02\x03\x04"}, "wish"),
        ({"area": "999999"}, "area"),
        ({"aspect": "99"}, "aspect"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"consent": "on"}, "consent"),
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
        kept = shown.headers["Cache-Control"]
        assert ("max-age=0" in kept, "stale-while-revalidate=0" in kept) == (True, True), "it may open at any moment"
    assert not Suggestion.objects.exists()
