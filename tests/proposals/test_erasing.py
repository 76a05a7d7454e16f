"""What is kept of a citizen is put right or removed in every phase, and the rest goes on telling the truth."""

from datetime import timedelta
from io import StringIO
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.listings import listings
from livelihood.lists import services as lists
from livelihood.lists.selectors import content_of
from livelihood.lists.states import ListFormat
from proposals import selectors, services
from proposals.models import Erasure, Suggestion, SuggestionContact
from proposals.states import Erased, ErasureReason, SuggestionState
from tests import databases
from tests.databases import behind_the_guards
from tests.factories.frame import NOW, CycleFactory, official
from tests.proposals.pages import at

pytestmark = pytest.mark.django_db

TEXT: dict[str, Any] = {
    "title": "3幢王大爷家没有电梯",
    "matter": "王大爷住六楼，没有电梯，下不了楼。",
    "wish": "请加装电梯。",
}
CONTACT = services.Contact("张三", "13800001111", "zhang@example.org", notice=0)


FILES = {"suggestions": False, "suggestions-of-desk": True}
"""Lists in whose files words of citizens stand → whether they are somebody's own."""


class Sent:
    """A suggestion with a contact, its receipt, and who answers it."""

    def __init__(self) -> None:
        self.cycle = CycleFactory()
        self.office = official(Role.LIVELIHOOD_OFFICE, self.cycle.area)
        self.receipt = services.submit_suggestion(
            cycle=self.cycle, **TEXT, aspect=None, area=self.cycle.area, address="清风街3号", contact=CONTACT,
            idempotency_key="k" * 20, by=None, at=NOW,
        )  # fmt: skip
        self.key = {"number": self.receipt.number, "code": self.receipt.code}

    @property
    def row(self) -> Suggestion:
        return Suggestion.objects.select_related("cycle__area").get(number=self.receipt.number)

    def close(self) -> None:
        Cycle.objects.filter(pk=self.cycle.pk).update(phase=Phase.CLOSED)

    def journal(self) -> list[tuple[str, int | None, dict[str, object]]]:
        entries = Entry.objects.order_by("pk").values_list("act", "actor_id", "detail")
        return [entry for entry in entries if entry[0] != "suggestion.received"]


@pytest.fixture
def sent() -> Sent:
    return Sent()


def verified() -> str:
    out = StringIO()
    call_command("verify_texts", stdout=out)
    return out.getvalue().strip()


FITS = "Every text fits its fingerprint, or says when and why it was masked or withdrawn."


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_office_removes_a_contact_in_every_phase(sent, is_closed):
    if is_closed:
        sent.close()

    services.erase_contact(suggestion=sent.row, reason=ErasureReason.NOT_NEEDED, by=sent.office, at=NOW)

    assert (SuggestionContact.objects.count(), sent.row.has_contact) == (0, False)
    assert sent.journal() == [("suggestion.contact_erased", sent.office.pk, {"reason": "not_needed"})]
    with pytest.raises(Conflict):
        services.erase_contact(suggestion=sent.row, reason=ErasureReason.WISH, by=None, at=NOW)


def test_a_contact_is_put_right_and_the_journal_names_the_fields_alone(sent):
    contact = services.Contact("张三", "13900002222", "")

    services.correct_contact(suggestion=sent.row, contact=contact, by=sent.office, at=NOW)

    kept = SuggestionContact.objects.get()
    assert (kept.name, kept.phone, kept.email) == ("张三", "13900002222", "")
    assert sent.journal() == [("suggestion.contact_corrected", sent.office.pk, {"fields": ["phone", "email"]})]
    with pytest.raises(InvalidInput):
        services.correct_contact(suggestion=sent.row, contact=services.Contact(), by=sent.office, at=NOW)


def test_nobody_gives_a_contact_to_a_suggestion_that_came_without(sent):
    services.erase_contact(suggestion=sent.row, reason=ErasureReason.WISH, by=None, at=NOW)

    with pytest.raises(Conflict):
        services.correct_contact(
            suggestion=sent.row, contact=services.Contact("张三", "13900002222", ""), by=sent.office, at=NOW
        )

    assert not SuggestionContact.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LIVELIHOOD_OFFICE])
def test_nobody_else_removes_anything(sent, role):
    by = official(role, sent.cycle.area)

    for act in (services.erase_contact, services.withdraw_text):
        with pytest.raises(NotAllowed):
            act(suggestion=sent.row, reason=ErasureReason.WISH, by=by, at=NOW)

    assert (SuggestionContact.objects.count(), sent.row.title, sent.journal()) == (1, TEXT["title"], [])


def test_words_are_starred_out_wherever_they_stand(sent):
    Suggestion.objects.update(
        state=SuggestionState.ACCEPTED, public_title="王大爷的电梯", public_matter="没有电梯。", public_wish="加装。"
    )

    services.mask_text(suggestion=sent.row, words="王大爷\n3幢", reason=ErasureReason.OTHERS, by=sent.office, at=NOW)

    row, erasure = sent.row, Erasure.objects.get()
    assert (row.title, row.matter) == ("*****家没有电梯", "***住六楼，没有电梯，下不了楼。")
    assert (row.public_title, row.public_wish, row.address) == ("***的电梯", "加装。", "清风街3号")
    assert (row.text_digest, erasure.digest) == (sent.receipt.text_digest, selectors.text_digest(row))
    assert sent.journal() == [
        ("suggestion.masked", sent.office.pk, {"reason": "others", "text_digest": erasure.digest}),
    ]
    assert verified() == FITS


def test_words_that_do_not_stand_there_mask_nothing(sent):
    with pytest.raises(InvalidInput):
        services.mask_text(suggestion=sent.row, words="王大爷\n李四", reason=ErasureReason.WISH, by=sent.office, at=NOW)

    assert (sent.row.title, Erasure.objects.count(), sent.journal()) == (TEXT["title"], 0, [])


def test_a_text_that_is_withdrawn_leaves_its_number_its_state_and_its_fingerprint(sent):
    Suggestion.objects.update(
        state=SuggestionState.ACCEPTED, public_title="电梯", public_matter="没有电梯。", public_wish="加装。"
    )
    sent.close()

    services.withdraw_text(suggestion=sent.row, reason=ErasureReason.WISH, by=None, at=NOW)

    row = sent.row
    stars = {getattr(row, name) for name in ("title", "matter", "wish", "address", "public_title", "public_matter")}
    assert (stars, row.state, row.text_digest) == ({"***"}, SuggestionState.ACCEPTED, sent.receipt.text_digest)
    erasure = Erasure.objects.get()
    assert (erasure.what, erasure.reason, erasure.erased_at, erasure.erased_by) == (
        Erased.WITHDRAWN, ErasureReason.WISH, NOW, None,
    )  # fmt: skip
    assert verified() == FITS
    with pytest.raises(Conflict):
        services.withdraw_text(suggestion=row, reason=ErasureReason.WISH, by=None, at=NOW)


def test_nothing_of_a_text_that_is_withdrawn_is_published_later(sent):
    services.withdraw_text(suggestion=sent.row, reason=ErasureReason.WISH, by=None, at=NOW)
    wording: dict[str, Any] = {f"public_{name}": text for name, text in TEXT.items()}

    with pytest.raises(Conflict):
        services.accept_suggestion(suggestion=sent.row, **wording, by=sent.office, at=NOW)

    assert (sent.row.state, sent.row.public_title) == (SuggestionState.RECEIVED, "")


def test_the_database_lets_nobody_reword_a_citizen_nor_forget_without_a_reason(sent):
    row = sent.row
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=row.pk).update(title="***")  # nothing says why
    with pytest.raises(IntegrityError), transaction.atomic():
        SuggestionContact.objects.all().delete()
    services.mask_text(suggestion=row, words="王大爷", reason=ErasureReason.OTHERS, by=sent.office, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=row.pk).update(wish="请不要加装。")

    assert (sent.row.wish, SuggestionContact.objects.count()) == (TEXT["wish"], 1)


def test_a_text_that_was_changed_behind_the_guards_is_found(sent):
    assert verified() == FITS
    with behind_the_guards() as cursor:
        cursor.execute("UPDATE proposals_suggestion SET wish = '请不要加装电梯。'")

    with pytest.raises(CommandError, match=sent.receipt.number):
        verified()


def test_nobody_finds_by_trying_what_was_masked(sent):
    """Neither what was masked first, nor what stood until later, whoever knows the rest, row and journal."""
    texts = []
    for words in ("王大爷", "3幢", ""):
        texts.append(sent.row)
        if words:
            services.mask_text(suggestion=sent.row, words=words, reason=ErasureReason.OTHERS, by=sent.office, at=NOW)
        else:
            services.withdraw_text(suggestion=sent.row, reason=ErasureReason.OTHERS, by=sent.office, at=NOW)

    told = {value for entry in Entry.objects.all() for value in entry.detail.values() if isinstance(value, str)}
    assert {selectors.text_digest(text) for text in texts} < told
    for text, salt in product(texts, ("", sent.row.text_salt)):
        text.text_salt = salt
        assert selectors.text_digest(text) not in told
    assert verified() == FITS


def test_the_database_keeps_the_salt_of_a_text_that_stands(sent):
    with databases.as_superuser(), pytest.raises(DatabaseError, match="stays as it was sent"), transaction.atomic():
        Suggestion.objects.update(text_salt="0" * 32)


def test_a_fingerprint_that_was_changed_with_its_text_is_found_by_the_journal(sent):
    changed = sent.row
    changed.wish = "请不要加装电梯。"
    with behind_the_guards() as cursor:
        digest = selectors.text_digest(changed)
        cursor.execute("UPDATE proposals_suggestion SET wish = %s, text_digest = %s", [changed.wish, digest])

    with pytest.raises(CommandError, match=sent.receipt.number):
        verified()


def do(sent: Sent, act: str, step: str, **fields: str) -> tuple[int, str]:
    page = Client().post(at("own_data", sent.cycle), {**sent.key, "act": act, "step": step, **fields})
    return page.status_code, page.content.decode()


def test_a_citizen_removes_the_contact_with_number_and_code_after_being_told_what_it_does(sent):
    page = Client().post(at("track", sent.cycle), sent.key).content.decode()
    assert all(f'value="{act}"' in page for act in ("correct", "erase", "withdraw"))

    asked = do(sent, "erase", "ask")
    assert (asked[0], "不能恢复" in asked[1], SuggestionContact.objects.count()) == (200, True, 1)
    done = do(sent, "erase", "do")

    assert (done[0], SuggestionContact.objects.count()) == (200, 0)
    assert "系统未保存您的联系方式" in done[1]
    assert sent.journal() == [("suggestion.contact_erased", None, {"reason": "wish"})]


def test_a_citizen_corrects_the_contact(sent):
    nobody = do(sent, "correct", "do", contact_name="张三")
    assert (nobody[0], sent.journal()) == (422, [])

    done = do(sent, "correct", "do", contact_phone="13900002222")

    assert (done[0], SuggestionContact.objects.get().phone) == (200, "13900002222")


def test_a_citizen_withdraws_the_text_of_a_closed_year(sent):
    sent.close()

    done = do(sent, "withdraw", "do")

    assert (done[0], sent.row.matter) == (200, "***")
    assert "本人" in done[1]


def test_a_wrong_code_changes_nothing_and_is_counted(sent):
    sent.key["code"] = "0000-0000-0000"

    answers = {do(sent, "erase", "do")[0] for _ in range(20)}

    assert (answers, SuggestionContact.objects.count(), sent.journal()) == ({422}, 1, [])
    assert do(sent, "erase", "do")[0] == 429


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("erase", {"reason": "wish"}),
        ("correct", {"contact_phone": "13900002222"}),
        ("mask", {"reason": "others", "words": "王大爷"}),
        ("withdraw", {"reason": "by_law"}),
    ],
)
def test_the_office_does_it_on_a_page(sent, client, act, fields):
    client.force_login(sent.office)
    address = reverse(
        "proposals:suggestion_data",
        kwargs={"area": sent.cycle.area.slug, "year": sent.cycle.year, "number": sent.receipt.number, "act": act},
    )
    page = client.get(address)
    refused = client.post(address, {"seen": "1"})

    sent_on = client.post(address, fields)

    assert (page.status_code, refused.status_code, sent_on.status_code) == (200, 422, 302)
    assert len(sent.journal()) == 1
    assert client.get(sent_on.headers["Location"]).status_code == 200


@pytest.mark.parametrize("listing", FILES)
@pytest.mark.parametrize("act", ["mask", "withdraw"])
def test_a_list_that_was_written_before_is_handed_out_no_longer(sent: Sent, listing: str, act: str):
    public = {f"public_{name}": text for name, text in TEXT.items()}
    with behind_the_guards():
        Suggestion.objects.update(state=SuggestionState.ACCEPTED, **public)
    file = lists.ask_for_file(
        listing=listings()[listing], place=sent.cycle, rows=Suggestion.objects.order_by("pk"),
        file_format=ListFormat.CSV, by=sent.office if FILES[listing] else None, at=NOW,
    )  # fmt: skip
    lists.run_write_file(file.job_id, at=NOW)
    assert sent.row.number.encode() in (content_of(file, NOW) or b"")
    later = NOW + timedelta(seconds=1)
    by: dict[str, Any] = {"suggestion": sent.row, "reason": ErasureReason.WISH, "by": sent.office, "at": later}

    if act == "mask":
        services.mask_text(words="王大爷", **by)
    else:
        services.withdraw_text(**by)

    assert content_of(file, later) is None


def test_every_list_with_words_of_citizens_is_tried_here():
    year = CycleFactory()
    read = {name: one.read(year.area if one.of_area else year).model for name, one in listings().items() if one.read}

    assert {name for name, model in read.items() if model is Suggestion} == set(FILES)
