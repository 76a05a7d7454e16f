"""Writing and publishing the letter."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.text import BadText
from proposals import selectors, services
from proposals.models import LetterCorrection, OpenLetter
from proposals.models.letters import WORDS
from proposals.states import LetterState
from tests import databases
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.proposals import OpenLetterFactory
from tests.threads import at_once


@pytest.fixture
def cycle(db):
    """Return the draft of a year."""
    return CycleFactory(phase=Phase.DRAFT)


TEXT: dict[str, Any] = {
    "title": "致全市人民的公开信",
    "body": "各位居民:\n\n请把您的建议告诉我们,我们逐条阅读。",
    "signed_by": "市长",
}


def test_a_letter_is_drafted_redrafted_and_published(cycle, office_of, journal):
    office = office_of(cycle)

    services.write_letter(cycle=cycle, **TEXT, by=office, at=NOW)
    assert selectors.published_letter(cycle) is None
    letter = services.write_letter(
        cycle=cycle, **{**TEXT, "title": "改过的标题"}, dated_on=date(2024, 10, 15), by=office, at=NOW
    )
    services.publish_letter(letter=letter, by=office, at=NOW)

    letter = OpenLetter.objects.get()
    assert (letter.title, letter.dated_on, letter.signed_by) == ("改过的标题", date(2024, 10, 15), "市长")
    assert (letter.state, letter.published_at, letter.published_by) == (LetterState.PUBLISHED, NOW, office)
    assert selectors.published_letter(cycle) == letter
    assert journal() == [
        ("letter.drafted", office.pk, {}),
        ("letter.redrafted", office.pk, {}),
        ("letter.published", office.pk, {}),
        ("cycle.begun", office.pk, {}),
    ]
    cycle.refresh_from_db()
    assert cycle.phase == Phase.SOLICIT


def test_a_published_letter_stays_as_it_is(cycle, office_of, journal):
    office = office_of(cycle)
    letter = services.write_letter(cycle=cycle, **TEXT, by=office, at=NOW)
    services.publish_letter(letter=letter, by=office, at=NOW)

    with pytest.raises(NotAllowed):
        services.write_letter(cycle=cycle, **{**TEXT, "title": "改过的标题"}, by=office, at=NOW)
    with pytest.raises(NotAllowed):
        services.publish_letter(letter=letter, by=office, at=NOW)

    assert OpenLetter.objects.get().title == TEXT["title"]
    assert len(journal()) == 3


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.DRAFT])
def test_a_letter_is_published_to_begin_a_draft_only(db, office_of, phase):
    letter = OpenLetterFactory(cycle=CycleFactory(phase=phase))

    with pytest.raises(NotAllowed):
        services.publish_letter(letter=letter, by=office_of(letter.cycle), at=NOW)

    letter.refresh_from_db()
    assert letter.state == LetterState.DRAFT


def test_a_list_that_was_decided_elsewhere_has_no_letter(db, office_of, journal):
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)

    with pytest.raises(NotAllowed):
        services.write_letter(cycle=cycle, **TEXT, by=office_of(cycle), at=NOW)

    assert not OpenLetter.objects.exists()
    assert journal() == []


def test_only_the_livelihood_office_writes(cycle, journal):
    with pytest.raises(NotAllowed):
        services.write_letter(cycle=cycle, **TEXT, by=official(Role.DEPARTMENT, cycle.area), at=NOW)

    assert not OpenLetter.objects.exists()
    assert journal() == []


@pytest.mark.parametrize(
    ("field", "value"), [("body", "短"), ("body", "长" * 20_001), ("title", ""), ("signed_by", "  ")]
)
def test_a_letter_lacks_nothing(cycle, office_of, journal, field, value):
    with pytest.raises(BadText) as refusal:
        services.write_letter(cycle=cycle, **{**TEXT, field: value}, by=office_of(cycle), at=NOW)

    assert refusal.value.field == field
    assert not OpenLetter.objects.exists()
    assert journal() == []


AGAIN: dict[str, Any] = {
    **TEXT, "title": "改正后的标题", "body": "各位居民:\n\n征集延长到11月30日,请把您的建议告诉我们。",
}  # fmt: skip
WHY = "征集截止日期写错了。"


@pytest.fixture
def published(cycle, office_of):
    """Return a published letter whose year collects suggestions, and somebody of its office."""
    office = office_of(cycle)
    letter = services.write_letter(cycle=cycle, **TEXT, dated_on=date(2024, 10, 15), by=office, at=NOW)
    return services.publish_letter(letter=letter, by=office, at=NOW), office


def said(row):
    return {name: getattr(row, name) for name in WORDS}


def test_a_correction_keeps_what_was_said_before(published, journal):
    letter, office = published
    before, later = said(letter), NOW + timedelta(days=3)

    first = services.correct_letter(letter=letter, seen=0, reason=WHY, **AGAIN, by=office, at=later)
    second = services.correct_letter(
        letter=letter, seen=1, reason="再改一次署名。", **{**AGAIN, "signed_by": "市政府"}, by=office, at=later
    )

    letter.refresh_from_db()
    assert (letter.title, letter.body, letter.signed_by, letter.dated_on) == (
        AGAIN["title"], AGAIN["body"], "市政府", None
    )  # fmt: skip
    assert (letter.published_at, letter.state) == (NOW, LetterState.PUBLISHED)
    assert [(one.number, one.reason, one.corrected_at, one.corrected_by) for one in (first, second)] == [
        (1, WHY, later, office),
        (2, "再改一次署名。", later, office),
    ]
    assert said(first) == before
    assert said(second) == before | AGAIN | {"dated_on": None}
    assert list(selectors.corrections_of(letter)) == [second, first]
    assert list(selectors.corrections()) == [second, first]
    assert journal()[-2:] == [
        ("letter.corrected", office.pk, {"number": 1, "reason": WHY, "changed": ["body", "dated_on", "title"]}),
        ("letter.corrected", office.pk, {"number": 2, "reason": "再改一次署名。", "changed": ["signed_by"]}),
    ]


def refused(published, journal, error, **changes):
    letter, office = published
    before, entries = said(OpenLetter.objects.get()), len(journal())
    given = {"seen": 0, "reason": WHY, **AGAIN, "by": office, "at": NOW} | changes

    with pytest.raises(error) as refusal:
        services.correct_letter(letter=letter, **given)

    assert said(OpenLetter.objects.get()) == before
    assert not LetterCorrection.objects.exists()
    assert len(journal()) == entries
    return refusal.value


def test_a_correction_has_a_reason_and_words(published, journal):
    assert refused(published, journal, BadText, reason="  ").field == "reason"
    assert refused(published, journal, BadText, body="短").field == "body"


def test_a_correction_changes_something(published, journal):
    refused(published, journal, InvalidInput, **TEXT, dated_on=date(2024, 10, 15))


def test_of_two_who_correct_the_same_words_the_second_is_told(published, journal):
    refused(published, journal, Conflict, seen=1)


def test_only_the_office_corrects_and_only_while_suggestions_are_collected(published, journal):
    letter, _office = published

    refused(published, journal, NotAllowed, by=official(Role.DEPARTMENT, letter.cycle.area))
    Cycle.objects.update(phase=Phase.PLAN)
    refused(published, journal, NotAllowed)


def test_a_draft_is_changed_and_not_corrected(cycle, office_of, journal):
    office = office_of(cycle)
    letter = services.write_letter(cycle=cycle, **TEXT, by=office, at=NOW)

    refused((letter, office), journal, NotAllowed)


WRONG: dict[str, Any] = {
    "a published letter loses its words": lambda letter: OpenLetter.objects.update(title="别的标题"),
    "a published letter is a draft again": lambda letter: OpenLetter.objects.update(
        state=LetterState.DRAFT, published_at=None, published_by=None
    ),
    "a published letter is of another day": lambda letter: OpenLetter.objects.update(published_at=NOW - timedelta(1)),
    "a published letter goes": lambda letter: OpenLetter.objects.all().delete(),
    "what was said before is made up": lambda letter: LetterCorrection.objects.create(
        letter=letter, number=2, reason=WHY, corrected_at=NOW, corrected_by=letter.published_by,
        **said(letter) | {"title": "没有说过的"},
    ),
    "a correction gets another reason": lambda letter: LetterCorrection.objects.update(reason="别的理由"),
    "a correction goes": lambda letter: LetterCorrection.objects.all().delete(),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_the_database_keeps_what_was_said(published, wrong):
    letter, office = published
    services.correct_letter(letter=letter, seen=0, reason=WHY, **AGAIN, by=office, at=NOW)
    letter.refresh_from_db()
    before = said(letter), list(LetterCorrection.objects.values())

    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        WRONG[wrong](letter)

    assert (said(OpenLetter.objects.get()), list(LetterCorrection.objects.values())) == before


@pytest.mark.django_db(transaction=True)
def test_of_two_who_correct_at_the_same_moment_one_is_told(office_of):
    cycle = CycleFactory(phase=Phase.DRAFT)
    office = office_of(cycle)
    letter = services.write_letter(cycle=cycle, **TEXT, by=office, at=NOW)
    services.publish_letter(letter=letter, by=office, at=NOW)

    def correct(title):
        return services.correct_letter(
            letter=letter, seen=0, reason=WHY, **{**AGAIN, "title": title}, by=office, at=NOW
        ).number

    answers = at_once(*(partial(correct, title) for title in ("第一种说法", "第二种说法")))

    assert sorted(str(answer) if answer == 1 else type(answer).__name__ for answer in answers) == ["1", "Moved"]
    assert LetterCorrection.objects.get().title == TEXT["title"]
