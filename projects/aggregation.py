"""Figures from counts: plain arithmetic without Django. Missing is unknown (None), never zero."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ADDITIVE, RATE, CAP = "additive", "rate", "cap"


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """How many sites there are: all, by state, and by light (its name → how many, where there are any)."""

    total: int = 0
    planned: int = 0
    under_way: int = 0
    completed: int = 0
    accepted: int = 0
    lights: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "SiteCounts") -> "SiteCounts":
        """Add up two groups of sites."""
        lights = Counter(self.lights)
        lights.update(other.lights)
        return SiteCounts(
            total=self.total + other.total,
            planned=self.planned + other.planned,
            under_way=self.under_way + other.under_way,
            completed=self.completed + other.completed,
            accepted=self.accepted + other.accepted,
            lights=dict(lights),
        )

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
