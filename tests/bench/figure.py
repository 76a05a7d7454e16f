"""A measured figure, and how two sides are measured against each other."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from tests.bench.goals import Goal, goals_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside the limit measured in the same run.

    name: as it is listed in `goals`. ratio: median over the rounds of value ÷ limit; of what grows, the factor.

    :raises LookupError: nobody has listed the figure.
    """

    name: str
    what: str
    value: float
    unit: str
    limit_is: str = ""
    limit: float | None = None
    ratio: float | None = None

    def __post_init__(self) -> None:
        goals_of(self.name)

    @property
    def missed(self) -> list[Goal]:
        """The goals that are not reached."""
        return [goal for goal in goals_of(self.name) if not goal.is_met(self.value, self.unit, self.ratio)]

    @property
    def is_met(self) -> bool | None:
        """Whether all goals are reached; None where there is none."""
        return not self.missed if goals_of(self.name) else None

    def as_json(self) -> dict[str, Any]:
        """Return what is printed."""
        goals = goals_of(self.name)
        row = {
            **asdict(self),
            "target": ", ".join(map(str, goals)) or None,
            "source": ", ".join(dict.fromkeys(goal.source for goal in goals)) or None,
            "met": self.is_met,
        }
        return {key: _short(value) if isinstance(value, float) else value for key, value in row.items()}


def in_turns(rounds: int, *sides: Callable[[], T]) -> list[list[T]]:
    """Do each side once a round, and return what came of it, side by side."""
    outcomes: list[list[T]] = [[] for _ in sides]
    for _round in range(rounds):
        for outcome, side in zip(outcomes, sides, strict=True):
            outcome.append(side())
    return outcomes


def compared(
    name: str, what: str, unit: str, values: Sequence[float], limits: Sequence[float], *, limit_is: str
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
    )


def slowest(
    name: str, what: str, values: Sequence[Sequence[float]], limits: Sequence[Sequence[float]], *, limit_is: str
) -> Figure:
    """Make the figure of the longest time in all rounds. values, limits: milliseconds of each round."""
    value, limit = (max(map(max, rounds)) for rounds in (values, limits))
    return Figure(name, what, value, "ms", limit_is, limit, value / limit)


def grown(
    prefix: str, what: str, before: Mapping[str, Sequence[float]], after: Mapping[str, Sequence[float]]
) -> list[Figure]:
    """Make the figures of pages that were opened some times each over a small table and again over a large one.

    The slowest time counts, since the plan of a query may flip; the factor is that of the medians.

    prefix: of the figures' names, before the name of the page. what: what grew, from what to what.
    before, after: milliseconds for each page.
    """
    return [
        Figure(
            f"{prefix}_{'_'.join(page.split())}",
            f"{page}, {what}: slowest of {len(times)}, median {_short(statistics.median(times)):g} ms",
            max(times),
            "ms",
            f"slowest before it grew, median {_short(statistics.median(before[page])):g} ms",
            max(before[page]),
            statistics.median(times) / statistics.median(before[page]),
        )
        for page, times in after.items()
    ]


def _short(value: float) -> float:
    """Keep three digits that count, and every digit before the point."""
    return float(f"{value:.3g}") if abs(value) < 100 else round(value)
