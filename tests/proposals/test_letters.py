"""Writing and publishing the letter."""

from datetime import date
from typing import Any

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.text import BadText
from proposals import selectors, services
from proposals.models import OpenLetter
from proposals.states import LetterState
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.proposals import OpenLetterFactory


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
