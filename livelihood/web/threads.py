"""The thread of an object through the year: suggestion → need → candidate → result → project → site → satisfaction.

A room sees only earlier rooms, the thread runs both ways; so the roof composes it (settings.THREAD_PROVIDER) and a view
asks for it here.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from livelihood.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """One step. `state`: done, current (this page), open (not yet), stopped (not adopted)."""

    label: Text
    text: Text
    state: str
    url: str = ""


def of(subject: Model) -> list[JourneyStep]:
    """Return the whole thread of a need, candidate, project or site, this object's own step marked as current."""
    steps: list[JourneyStep] = import_string(settings.THREAD_PROVIDER)(subject)
    return steps
