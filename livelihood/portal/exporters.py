"""The pictures that chat applications show of a link to the front page or to a year."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.naming import portal_name
from livelihood.kernel.typesetting import drawn
from livelihood.portal.cards import figures_note
from livelihood.portal.front import front
from livelihood.portal.glance import glance
from livelihood.portal.home import YearRead, cycle_home
from proposals.models import OpenLetter

TEMPLATE = Path(__file__).resolve().parent / "typst" / "card.typ"
PICTURE_WIDTH = 760
"""px, of a picture that is then drawn 1072 wide: its text becomes 20 high."""


@dataclass(frozen=True, slots=True)
class ShareCard:
    """What stands on it. note: of which day it is. svg: a picture, or empty. steps: of the front page, or none."""

    place: str
    title: str
    beneath: str
    note: str
    svg: str = ""
    steps: tuple[dict[str, str], ...] = ()


def year_card(cycle: Cycle, at: datetime) -> bytes:
    """Return the picture of a year as PNG: its first finding, or what its phase is about."""
    place = _("Livelihood projects of %(area)s, %(year)s") % {"area": cycle.area.name, "year": cycle.year}
    year = YearRead(cycle, timezone.localdate(at))
    main, note = glance(year, at).main, figures_note(timezone.localdate(at), is_demo=cycle.is_demo)
    if not main:
        home = cycle_home(year, at)
        return _drawn(ShareCard(place, str(home.sentence), str(home.standing), str(note)))
    return _drawn(ShareCard(place, main[0].title, main[0].beneath, str(note), main[0].still(PICTURE_WIDTH)))


def letter_card(letter: OpenLetter, at: datetime) -> bytes:
    """Return the picture of an open letter as PNG: its title, and between which days suggestions are collected."""
    cycle = letter.cycle
    place = _("Livelihood projects of %(area)s, %(year)s") % {"area": cycle.area.name, "year": cycle.year}
    period, beneath = cycles.period(cycle, Phase.SOLICIT), letter.signed_by
    if period:
        days = {"first": date_format(period.starts_on), "last": date_format(period.ends_on)}
        beneath = _("Suggestions are collected from %(first)s to %(last)s.") % days
    note = _("Demonstration") if cycle.is_demo else ""
    return _drawn(ShareCard(place, letter.title, beneath, note))


def front_card(at: datetime) -> bytes:
    """Return the picture of the front page as PNG: the four steps with what has come of each."""
    shown = front(at)
    note = figures_note(timezone.localdate(at), is_demo=shown.is_demo)
    steps = tuple({"label": str(step.label), "figure": step.figure, "unit": str(step.unit)} for step in shown.steps)
    lead = _("Proposed by the people, decided by their deputies, done by the government, judged by the people.")
    return _drawn(ShareCard("", str(shown.title), lead, str(note), steps=steps))


def _drawn(card: ShareCard) -> bytes:
    content = {name: getattr(card, name) for name in ("place", "title", "beneath", "note", "svg", "steps")}
    return drawn(TEMPLATE, {**content, "portal": portal_name(), "language": (get_language() or "zh")[:2]})
