"""What all places of the demo share: the day it is built on, how far it goes, and chance that repeats itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.cycles import services as cycles
from livelihood.cycles.models import Area, Aspect, Cycle
from livelihood.cycles.states import DATED_PHASES, DecisionMode, Phase
from livelihood.demo.facts import Fact
from livelihood.portal import services as portal

EARLY = "演示：为展示各阶段的页面，提前进入下一阶段。"
"""Kept only where a phase of the demo ends before its last day."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How the demo is built.

    now: the instant it is built; open rounds, forms and sites stand around it. until: no place goes beyond this phase.
    seed: the same seed gives the same people, words, ballots and sites. sites: how many Hangzhou gets.
    """

    now: datetime
    until: Phase
    seed: int
    sites: int

    def chance(self, place: str) -> Random:
        """Return the chance of one place, so that one more draw in a place changes no other."""
        return Random(f"{self.seed}:{place}")  # noqa: S311 -- made-up data, no secret

    def day(self, offset: int) -> date:
        """Return a day relative to the one the demo is built on."""
        return timezone.localdate(self.now) + timedelta(days=offset)

    def at(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return an instant on such a day, never one in the future."""
        return min(instant(self.day(offset), hour, minute), self.now)

    def moves_on(self, cycle: Cycle, *, by: User, at: datetime) -> bool:
        """Move a year on by its service; say whether it went, as no place goes beyond `until`."""
        if cycle.phase == self.until:
            return False
        expected = Phase(cycle.phase)
        cycle.phase = portal.advance_year(cycle=cycle, expected=expected, reason=EARLY, by=by, at=at).phase
        return True

    def comes_decided(self, cycle: Cycle, *, by: User, at: datetime) -> bool:
        """Bring a year to its delivery whose list was decided before the portal came; say whether it may go so far.

        Its letter, candidates and vote were never in the portal, so nothing of them can be unfinished here.
        """
        if cycle.phase == Phase.DRAFT:
            cycle.phase = cycles.begin_cycle(cycle=cycle, by=by, at=at).phase
        while cycle.phase != Phase.DELIVER:
            if cycle.phase == self.until:
                return False
            phase = Phase(cycle.phase)
            cycle.phase = cycles.advance_phase(
                cycle=cycle, expected=phase, issues=(), dates=None, reason=EARLY, by=by, at=at
            ).phase
        return True


def instant(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Return an instant of a day, by the clock of the places."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def open_year(
    area: Area,
    year: int,
    *,
    mode: DecisionMode,
    begins: Sequence[date],
    ends: date,
    aspects: Sequence[tuple[str, str]],
    by: User,
    decides_until: date | None = None,
) -> Cycle:
    """Open a year of the demo.

    begins: first days of the five phases from collecting to evaluating; each phase ends when the next begins.
    ends: last day of the evaluation; the day after, the year is closed. decides_until: last day of deciding, where the
    delivery begins later.
    """
    first = [*begins, ends + timedelta(days=1)]
    periods: dict[Phase, tuple[date, date]] = {
        phase: (start, following - timedelta(days=1))
        for phase, start, following in zip(DATED_PHASES, first, first[1:], strict=False)
    }
    if decides_until:
        periods[Phase.DECIDE] = periods[Phase.DECIDE][0], decides_until
    return cycles.open_cycle(
        area=area,
        year=year,
        decision_mode=mode,
        periods=periods,
        aspects=aspects,
        by=by,
        at=instant(begins[0], 8),
        is_demo=True,
    )


def aspects_by_name(cycle: Cycle) -> dict[str, Aspect]:
    """Return a year's aspects by their Chinese names."""
    return {aspect.name_zh: aspect for aspect in Aspect.objects.filter(cycle=cycle)}


def citation(fact: Fact) -> str:
    """Return what a row made from a fact carries as its source: its title, by which facts/SOURCES.csv has it.

    Not the address: many are copies on other people's sites, kept as evidence and not to send readers to.
    """
    return fact.source.title
