"""The one home of lights: which light a site, an indicator and a project show, by which rule, and why.

Each table is read from above: the first line whose condition holds gives the light and its reason. Sites are lit by
the database, thirty thousand in one statement, so their conditions are SQL; indicators are lit when they are shown.
Sources of the thresholds: see LightRule.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from livelihood.kernel.lights import Light
from projects.aggregation import CAP, Figure, SiteCounts
from projects.states import LightReason

if TYPE_CHECKING:
    from projects.models import LightRule

# From the lightest to the one that needs a person most: a project shows the gravest of its indicators.
GRAVITY = (Light.BLUE, Light.GREEN, Light.GREY, Light.YELLOW, Light.RED)


OF_ACCEPTED, OF_COMPLETED = Light.BLUE, Light.GREEN
"""The lights of sites on which all is done, whatever the day."""


Lit = tuple[Light, LightReason]


class SiteLine(NamedTuple):
    """A line of the table of sites; condition: SQL on a site, with a %s for each of its thresholds."""

    condition: str
    light: Light
    reason: LightReason


# The share of the time that has passed minus the share done, in per cent points; unknown without a planned quantity.
# Written with a decimal place: PostgreSQL would divide whole numbers to a whole number.
POINTS_BEHIND = """
(%s - starts_on) * 100.0 / greatest(due_on - starts_on, 1) - quantity_done * 100 / nullif(quantity_planned, 0)
"""

SITES = [
    SiteLine("state = 'accepted'", OF_ACCEPTED, LightReason.ACCEPTED),
    SiteLine("state = 'completed'", OF_COMPLETED, LightReason.COMPLETED),
    SiteLine("due_on <= %s", Light.RED, LightReason.OVERDUE),
    SiteLine("due_on <= %s", Light.YELLOW, LightReason.OVERDUE),
    SiteLine("state = 'planned' AND starts_on <= %s", Light.RED, LightReason.LATE_START),
    SiteLine("state = 'planned' AND starts_on <= %s", Light.YELLOW, LightReason.LATE_START),
    SiteLine("state = 'planned'", Light.GREY, LightReason.NOT_DUE),
    SiteLine("quantity_planned IS NULL OR quantity_planned = 0", Light.GREEN, LightReason.NO_QUANTITY),
    SiteLine(f"{POINTS_BEHIND} > %s", Light.RED, LightReason.BEHIND),
    SiteLine(f"{POINTS_BEHIND} >= %s", Light.YELLOW, LightReason.BEHIND),
    SiteLine("TRUE", Light.GREEN, LightReason.ON_PLAN),
]


def thresholds(rule: "LightRule", on: date) -> tuple[date | int, ...]:
    """Return what the table of sites compares with, in its order: the parameters of LIGHT, and of REASON."""

    def days_before(days: int) -> date:
        return on - timedelta(days=days)

    return (
        days_before(rule.red_overdue_days),
        days_before(rule.yellow_overdue_days),
        days_before(rule.red_start_days),
        days_before(rule.yellow_start_days),
        on,
        rule.red_points,
        on,
        rule.yellow_points,
    )


def _first_fitting(part: str) -> str:
    """Write the table of sites as SQL that gives the light or the reason of its first fitting line.

    Written out once: putting the same together from expressions for every act took longer than the act itself.
    """
    lines = (f"WHEN {line.condition} THEN '{getattr(line, part).value}'" for line in SITES)
    return f"CASE {' '.join(lines)} END"


LIGHT, REASON = _first_fitting("light"), _first_fitting("reason")


@dataclass(frozen=True, slots=True)
class Progress:
    """What an indicator's light depends on.

    passed: share of the year's delivery that has passed, 0 to 1. yellow_points, red_points: of the year's LightRule.
    """

    kind: str
    figure: Figure
    sites: SiteCounts
    passed: Decimal
    yellow_points: int
    red_points: int

    @property
    def share(self) -> Decimal | None:
        """Share of the target reached; without a published target, of the sites that are finished; else None."""
        if self.figure.ratio is None and self.sites.total:
            return Decimal(self.sites.finished) / self.sites.total
        return self.figure.ratio

    @property
    def points_behind(self) -> Decimal:
        """The share of the time that has passed minus the share reached, in per cent points."""
        return (self.passed - (self.share or 0)) * 100

    @property
    def is_over_limit(self) -> bool:
        """Whether a limit is not kept."""
        return self.kind == CAP and self.figure.is_reached is False

    @property
    def is_short(self) -> bool:
        """Whether something is missing to the whole share."""
        return self.share is not None and self.share < 1

    @property
    def is_over(self) -> bool:
        """Whether the time has passed."""
        return self.passed >= 1


class IndicatorLine(NamedTuple):
    """A line of the table of indicators."""

    holds: Callable[[Progress], object]
    light: Light
    reason: LightReason


# What is short of its target when the time has passed is at least yellow.
INDICATORS = [
    IndicatorLine(lambda one: 0 < one.sites.total == one.sites.accepted, Light.BLUE, LightReason.ALL_ACCEPTED),
    IndicatorLine(lambda one: one.figure.value is None, Light.GREY, LightReason.UNKNOWN),
    IndicatorLine(lambda one: one.figure.is_reached, Light.GREEN, LightReason.REACHED),
    IndicatorLine(lambda one: one.is_over_limit and one.is_over, Light.RED, LightReason.OVER_LIMIT),
    IndicatorLine(lambda one: one.is_over_limit, Light.YELLOW, LightReason.OVER_LIMIT),
    IndicatorLine(lambda one: one.share is None, Light.GREEN, LightReason.NO_TARGET),
    IndicatorLine(lambda one: one.points_behind > one.red_points, Light.RED, LightReason.BEHIND),
    IndicatorLine(lambda one: one.points_behind >= one.yellow_points, Light.YELLOW, LightReason.BEHIND),
    IndicatorLine(lambda one: one.is_over and one.is_short, Light.YELLOW, LightReason.BEHIND),
    IndicatorLine(
        lambda one: one.share == 0 and one.sites.planned == one.sites.total, Light.GREY, LightReason.NOT_STARTED
    ),
    IndicatorLine(lambda one: True, Light.GREEN, LightReason.ON_PLAN),
]


def light_of_indicator(progress: Progress) -> Lit:
    """Return the light of an indicator and its reason."""
    line = next(line for line in INDICATORS if line.holds(progress))
    return line.light, line.reason


def light_of_project(
    indicators: Iterable[tuple[Light, LightReason]], *, is_closed_out: bool
) -> tuple[Light, LightReason]:
    """Return the light of a project and its reason: those of its gravest indicator."""
    if is_closed_out:
        return Light.BLUE, LightReason.CLOSED_OUT
    return max(indicators, key=lambda lit: GRAVITY.index(lit[0]), default=(Light.GREY, LightReason.NO_INDICATOR))
