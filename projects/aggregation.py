"""Figures from counts: plain arithmetic without Django. Missing is unknown (None), never zero."""

from dataclasses import dataclass
from decimal import Decimal

ADDITIVE, RATE, CAP = "additive", "rate", "cap"

# From the lightest to the one that needs a person most: a project shows the gravest of its indicators.
GRAVITY = ("blue", "green", "grey", "yellow", "red")


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """How many sites there are, by state and by light."""

    total: int = 0
    planned: int = 0
    under_way: int = 0
    completed: int = 0
    accepted: int = 0
    grey: int = 0
    green: int = 0
    yellow: int = 0
    red: int = 0
    blue: int = 0

    def __add__(self, other: "SiteCounts") -> "SiteCounts":
        """Add up two groups of sites."""
        return SiteCounts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def finished(self) -> int:
        """Sites that are completed, accepted ones among them."""
        return self.completed + self.accepted


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with what it is made of.

    value: in the indicator's unit (a rate in per cent); None while nothing is known. target: None if none is published.
    numerator, denominator: of the rate of completion, or of the rate itself, so that it can be computed again.
    ratio: share of the target reached, 1 is the whole, may be more; None where it cannot be said, and for caps.
    is_reached: whether the target is kept; None where it cannot be said.
    """

    value: Decimal | None
    target: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    ratio: Decimal | None
    is_reached: bool | None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Points behind from which a light turns: yellow from, red above."""

    yellow_points: int
    red_points: int


def figure(kind: str, *, done: Decimal | None, base: Decimal | None, target: Decimal | None) -> Figure:
    """Compute the figure of an indicator.

    done: the quantity, or the numerator of a rate. base: the denominator of a rate, None for the other kinds.
    """
    if kind == RATE:
        value = None if done is None or not base else done * 100 / base
        return Figure(value, target, done, base, _ratio(value, target), _at_least(value, target))
    if kind == CAP:
        is_kept = None if done is None or target is None else done <= target
        return Figure(done, target, done, target, None, is_kept)
    return Figure(done, target, done, target, _ratio(done, target), _at_least(done, target))


def _ratio(value: Decimal | None, target: Decimal | None) -> Decimal | None:
    return None if value is None or not target else value / target


def _at_least(value: Decimal | None, target: Decimal | None) -> bool | None:
    return None if value is None or target is None else value >= target


# Reaching somewhat more than was planned is common and welcome (published totals of an area reach 223 %); a slipped
# digit gives ten times as much. A site has a plan of its own, an area only its share of a target.
SITE_DOUBTED_ABOVE, AREA_DOUBTED_ABOVE = Decimal(1), Decimal(3)


def is_doubtful(quantity: Decimal, expected: Decimal, *, above: Decimal) -> bool:
    """Say whether a quantity is so far over what is expected that whoever enters it confirms it first.

    expected: what is planned at the site, or the target of the area. above: how many times as much.
    """
    return quantity > expected * above


def share_passed(days_passed: int, days_whole: int) -> Decimal:
    """Return the share of a period that has passed, between 0 and 1."""
    return min(Decimal(1), max(Decimal(0), Decimal(days_passed) / max(days_whole, 1)))


def light_of_indicator(
    kind: str, figure: Figure, sites: SiteCounts, *, passed: Decimal, limits: Thresholds
) -> tuple[str, str]:
    """Return the light of an indicator and the key of its reason.

    passed: share of the year's delivery that has passed, 0 to 1. What is short of its target when the time has
    passed is at least yellow. Where no target is published, finished sites are compared with all sites.
    """
    if sites.total and sites.accepted == sites.total:
        return "blue", "accepted"
    if figure.value is None:
        return "grey", "unknown"
    if figure.is_reached:
        return "green", "reached"
    if kind == CAP and figure.is_reached is False:
        return ("red" if passed >= 1 else "yellow"), "over_limit"
    share = Decimal(sites.finished) / sites.total if figure.ratio is None and sites.total else figure.ratio
    return ("green", "no_target") if share is None else _light_of_share(share, sites, passed, limits)


def _light_of_share(share: Decimal, sites: SiteCounts, passed: Decimal, limits: Thresholds) -> tuple[str, str]:
    behind = (passed - share) * 100
    if behind > limits.red_points:
        return "red", "behind"
    if behind >= limits.yellow_points or (passed >= 1 and share < 1):
        return "yellow", "behind"
    if share == 0 and sites.planned == sites.total:
        return "grey", "not_started"
    return "green", "on_plan"


def gravest(lights: list[str]) -> str:
    """Return the light that needs a person most; grey where there is none."""
    return max(lights, key=GRAVITY.index, default="grey")
