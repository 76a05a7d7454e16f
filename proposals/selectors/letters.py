"""Reading the open letter."""

from livelihood.cycles.models import Cycle
from proposals.models import OpenLetter
from proposals.states import LetterState


def letter_of(cycle: Cycle) -> OpenLetter | None:
    """Return the letter of a cycle, draft or published; None before it is written."""
    return OpenLetter.objects.filter(cycle=cycle).first()


def published_letter(cycle: Cycle) -> OpenLetter | None:
    """Return the letter of a cycle once it is published."""
    return OpenLetter.objects.filter(cycle=cycle, state=LetterState.PUBLISHED).first()
