"""A card of a list, as the component `card` takes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class LinkCard:
    """Title and address, and what else is worth a line. level: of the heading. action: a button and its address."""

    title: Text
    url: str
    text: Text = ""
    meta: Sequence[Text] = ()
    badge: Text = ""
    level: int = 3
    action: tuple[Text, str] | None = None


def figures_note(day: date, *, is_demo: bool) -> Text:
    """Say of which day the figures of a picture are that goes about without its page, and that some are invented."""
    words = {"day": date_format(day)}
    if is_demo:
        return _("Figures of %(day)s. Demonstration: those without a named source are invented.") % words
    return _("Figures of %(day)s.") % words


def demo_mark(cycle: Cycle) -> list[Text]:
    """Return the line that marks something of a demonstration, nothing for a real year."""
    return [_("Demonstration")] if cycle.is_demo else []
