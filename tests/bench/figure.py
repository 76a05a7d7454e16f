"""A measured figure, and how two sides are measured against each other."""

import operator
import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure or its ratio has to reach. source: where the goal is set down; empty for a budget of our own."""

    sign: str
    bound: float
    of_ratio: bool = False

    def is_met(self, value: float, ratio: float | None) -> bool:
        """Compare what the goal speaks of."""
        compared = ratio if self.of_ratio else value
        assert compared is not None
        return {"≤": operator.le, "≥": operator.ge}[self.sign](compared, self.bound)

    def text(self, unit: str) -> str:
        """Write the goal as it stands in the table."""
        return f"ratio {self.sign} {self.bound:g}" if self.of_ratio else f"{self.sign} {self.bound:g} {unit}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside the limit measured in the same run.

    ratio: median over the rounds of value ÷ limit. goals: what is asked for; none where nothing is.
    """

    name: str
    what: str
    value: float
    unit: str
    limit_is: str = ""
    limit: float | None = None
    ratio: float | None = None
    goals: Sequence[Goal] = ()

    @property
    def is_met(self) -> bool | None:
        """Whether all goals are reached; None where there is none."""
        return all(goal.is_met(self.value, self.ratio) for goal in self.goals) if self.goals else None

    @property
    def target(self) -> str | None:
        """The goals in words; None where there is none."""
        return ", ".join(goal.text(self.unit) for goal in self.goals) or None

    def as_json(self) -> dict[str, Any]:
        """Return what is printed."""
        row = asdict(self) | {"target": self.target, "met": self.is_met}
        del row["goals"]
        return {key: _short(value) if isinstance(value, float) else value for key, value in row.items()}


def in_turns(rounds: int, *sides: Callable[[], T]) -> list[list[T]]:
    """Do each side once a round, and return what came of it, side by side."""
    outcomes: list[list[T]] = [[] for _ in sides]
    for _round in range(rounds):
        for outcome, side in zip(outcomes, sides, strict=True):
            outcome.append(side())
    return outcomes


def compared(
    name: str,
    what: str,
    unit: str,
    values: Sequence[float],
    limits: Sequence[float],
    *,
    limit_is: str,
    goals: Sequence[Goal] = (),
) -> Figure:
    """Make the figure of several rounds; see Figure."""
    return Figure(
        name,
        what,
        statistics.median(values),
        unit,
        limit_is,
        statistics.median(limits),
        statistics.median(value / limit for value, limit in zip(values, limits, strict=True)),
        goals,
    )


def _short(value: float) -> float:
    """Keep three digits that count, and every digit before the point."""
    return float(f"{value:.3g}") if abs(value) < 100 else round(value)
