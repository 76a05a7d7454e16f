"""Counting answers: plain Python, dataclasses in and out.

Answers of the two channels (invitation, QR code) are counted apart and never meet in one share; a share is not given
for a small group, and a margin only where people were drawn by chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

GRADES = ("satisfied", "basically_satisfied", "dissatisfied")

Z_95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution: two sides of 95 %."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many answers fall to each grade; none is negative."""

    satisfied: int = 0
    basically_satisfied: int = 0
    dissatisfied: int = 0

    @property
    def n(self) -> int:
        """All answers."""
        return self.satisfied + self.basically_satisfied + self.dissatisfied

    @property
    def graded(self) -> tuple[int, int, int]:
        """The three counts, best grade first."""
        return self.satisfied, self.basically_satisfied, self.dissatisfied

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.satisfied + other.satisfied,
            self.basically_satisfied + other.basically_satisfied,
            self.dissatisfied + other.dissatisfied,
        )


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """What a figure speaks of: everything (both 0), a project, or a site of a project; and the channel."""

    project: int
    site: int
    channel: str


@dataclass(frozen=True, slots=True)
class Answers:
    """Some equal answers: count ≥ 1 of one grade, about one thing, through one channel.

    project, site: keys; 0 where the answer is about the whole year, or about the project as such.
    """

    project: int
    site: int
    channel: str
    grade: str
    count: int = 1


def tally(answers: Iterable[Answers]) -> dict[Scope, Counts]:
    """Count answers for every scope they touch: site, project and everything, each by channel.

    The order of the answers does not matter, and counting parts and merging gives the same as counting all: the counts
    of everything through a channel sum to the answers given through it.

    :raises ValueError: an unknown grade, a count below 1, or a site without its project.
    """
    figures: dict[Scope, Counts] = {}
    for answer in answers:
        if answer.grade not in GRADES or answer.count < 1 or (answer.site and not answer.project):
            raise ValueError(f"not an answer: {answer}")
        counted = Counts(**{answer.grade: answer.count})
        for scope in {
            Scope(0, 0, answer.channel),
            Scope(answer.project, 0, answer.channel),
            Scope(answer.project, answer.site, answer.channel),
        }:
            figures[scope] = figures.get(scope, Counts()) + counted
    return figures


def merge(figures: Mapping[Scope, Counts], more: Mapping[Scope, Counts]) -> dict[Scope, Counts]:
    """Add up two tallies of different answers."""
    return {scope: figures.get(scope, Counts()) + more.get(scope, Counts()) for scope in figures.keys() | more.keys()}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share of answers between 0 and 1; low and high are the ends of its 95 % interval, None without a sample."""

    share: float
    low: float | None = None
    high: float | None = None


def wilson(successes: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """Return the score interval of a share: both ends, within 0 and 1, around successes / n.

    successes: 0 to n; n: at least 1; z: percentile of the normal distribution for the wanted confidence.

    Both ends: (p + z²/2n ± z·√(p(1 - p)/n + z²/4n²)) / (1 + z²/n). Source: docs/sources.md (interval).
    """
    if not 0 <= successes <= n or n < 1:
        raise ValueError("a share needs 0 ≤ successes ≤ n and n ≥ 1")
    share, square = successes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    # At the very ends the interval ends there too; only rounding could put it elsewhere.
    return (0.0 if successes == 0 else middle - half), (1.0 if successes == n else middle + half)


def estimate(part: int, counts: Counts, *, smallest: int, sampled: bool) -> Estimate | None:
    """Return the share of `part` answers in the counts, or None for a group too small to be spoken of in shares.

    part: one of the counts or a sum of them; smallest: answers from which on a share is given.
    sampled: whether those who answered were drawn by chance, without which there is no margin of error.
    """
    if counts.n < max(smallest, 1):
        return None
    low, high = wilson(part, counts.n) if sampled else (None, None)
    return Estimate(part / counts.n, low, high)
