"""Notes among colleagues: about one object, never public, and whoever is named in one is told."""

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.portal.telling import tellings
from proposals import services
from proposals.models import DeskNote
from tests.databases import as_superuser
from tests.factories.frame import NOW, OrganisationFactory, UserFactory, official
from tests.factories.proposals import AcceptedFactory, CandidateFactory, NeedFactory, SuggestionFactory
from tests.proposals.pages import at, text_of


@pytest.fixture
def colleague(cycle):
    """Return somebody of a department of the year."""
    person = official(Role.DEPARTMENT, cycle.area, OrganisationFactory(area=cycle.area))
    person.name = "周建平"
    person.save(update_fields=["name"])
    return person


def write(about, by, text="请看一看。", **given):
    return services.write_note(about=about, text=text, by=by, at=NOW, **given)


@pytest.mark.parametrize("factory", [SuggestionFactory, NeedFactory, CandidateFactory])
def test_a_note_stands_with_its_object_and_the_journal_has_none_of_its_words(cycle, office_of, journal, factory):
    about, office = factory(cycle=cycle), office_of(cycle)

    note = write(about, office, "这条要快办。")

    assert list(about.notes.values_list("text", flat=True)) == ["这条要快办。"]
    assert journal() == [("note.written", office.pk, {"note_id": note.pk, "mentioned": []})]


def test_who_is_named_is_told_and_nobody_else(cycle, office_of, colleague):
    office = office_of(cycle)

    write(SuggestionFactory(cycle=cycle), office, "@周建平 请看，也请\uff20周建平回复。")

    assert DeskNote.objects.get().mentions == [colleague.pk]
    told = list(tellings(list(Entry.objects.all())))
    assert [(one.user_id, one.path.endswith("/")) for one in told] == [(colleague.pk, True)]


def test_a_name_that_nobody_has_here_is_said(cycle, office_of):
    UserFactory(name="外地人")

    with pytest.raises(InvalidInput, match="外地人"):
        write(SuggestionFactory(cycle=cycle), office_of(cycle), "@外地人，请看。")

    assert not DeskNote.objects.exists()


def test_a_reply_stands_below_its_note_and_not_below_one_of_another_object(cycle, office_of, colleague):
    suggestion, office = SuggestionFactory(cycle=cycle), office_of(cycle)
    first = write(suggestion, office)

    reply = write(suggestion, colleague, "已看。", answers=first)

    assert reply.answers == first
    with pytest.raises(InvalidInput):
        write(NeedFactory(cycle=cycle), office, answers=first)


def test_a_note_is_withdrawn_by_its_writer_once_and_stays_as_it_was(cycle, office_of, colleague):
    office = office_of(cycle)
    note = write(SuggestionFactory(cycle=cycle), office)

    with pytest.raises(NotAllowed):
        services.withdraw_note(note=note, by=colleague, at=NOW)
    services.withdraw_note(note=note, by=office, at=NOW)
    with pytest.raises(Conflict):
        services.withdraw_note(note=note, by=office, at=NOW)

    rows = DeskNote.objects.filter(pk=note.pk)
    for change in ({"text": "别的"}, {"withdrawn_at": None, "withdrawn_by": None}):
        with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        rows.delete()


def test_who_does_not_work_here_writes_none(cycle):
    with pytest.raises(NotAllowed):
        write(SuggestionFactory(cycle=cycle), UserFactory())


def test_notes_are_written_answered_and_withdrawn_on_their_page_and_stand_on_no_public_one(client, cycle, office):
    suggestion = AcceptedFactory(cycle=cycle)
    page = at("notes", cycle, kind="suggestions", number=suggestion.number)

    client.post(page, {"text": "内部的话。"})
    note = DeskNote.objects.get()
    wrong = client.post(page, {"text": "答", "answers": note.pk})
    client.post(page, {"text": "答复内部的话。", "answers": note.pk})
    shown, desk = client.get(page), client.get(at("desk_suggestion", cycle, number=suggestion.number))
    public = client.get(at("suggestions", cycle))

    assert wrong.status_code == 422
    assert [len(thread.replies) for thread in shown.context["threads"]] == [1]
    assert "内部备注 (2)" in text_of(desk)
    assert "内部的话" not in public.content.decode()
    client.post(at("note_withdraw", cycle, kind="suggestions", number=suggestion.number, pk=note.pk))
    again = text_of(client.get(page))
    assert ("答复内部的话。" in again, "该备注已撤回。" in again) == (True, True)


@pytest.mark.parametrize(
    ("kind", "number"), [("letter", "1"), ("needs", "x"), ("needs", "99999999999"), ("needs", "7")]
)
def test_there_are_no_notes_about_what_is_not_there(client, cycle, office, kind, number):
    assert client.get(at("notes", cycle, kind=kind, number=number)).status_code == 404
