"""Texts that speak of the same matter, put together: average linkage over what they mean and the topics they name."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from livelihood.meaning.topics import Matrix, has_letter, profiles
from livelihood.meaning.vectors import vectors

LIKENESS = 0.4
"""How alike two groups have to be, on average over their texts, to become one. On suggestions grouped by hand, the
groups are equally good between 0.34 and 0.46 (tests/meaning/test_grouping.py)."""

AT_ONCE = 1_000
"""Rows that are encoded, or compared with all others, in one step: what bounds the memory."""

Numbers = NDArray[np.intp]
Tell = Callable[[int], None]


def nobody(_done: int) -> None:
    """Hear nothing."""


def features(texts: Sequence[str], tell: Tell = nobody) -> Matrix:
    """Return a row for each text; the product of two says how alike the texts are, meaning and topics half each."""
    parts = []
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        parts.append(np.hstack([vectors(some), profiles(some)]) * np.float32(np.sqrt(0.5)))
        tell(start + len(some))
    return np.vstack(parts)


def group(texts: Sequence[str], likeness: float = LIKENESS, tell: Tell = nobody) -> list[int]:
    """Return the number of its group for each text, counted from 1 in the order in which they are met.

    Equal texts are one text. One without any letter is alone in its group.

    likeness: from 0 to 1; the higher, the smaller the groups.
    tell: hears how many different texts have been read, from time to time; reading takes nearly all of the time.
    """
    different = list(dict.fromkeys(text for text in texts if has_letter(text)))
    heads = merge(features(different, tell), likeness) if different else []
    head_of: dict[str, object] = dict(zip(different, heads, strict=True))
    numbers: dict[object, int] = {}
    return [
        numbers.setdefault(head_of.get(text, ("alone", place)), len(numbers) + 1) for place, text in enumerate(texts)
    ]


def merge(rows: Matrix, likeness: float) -> list[int]:
    """Return for each row the first row of its group, by average linkage down to `likeness`.

    The average likeness of two groups is the product of their mean rows. Groups that are each other's nearest are put
    together, all such pairs in a step: for average linkage the same tree as one pair after the other, best first.
    Source: Murtagh, A survey of recent advances in hierarchical clustering algorithms, The Computer Journal 26 (1983).
    """
    means, sizes = rows.copy(), np.ones(len(rows), np.float32)
    head = np.arange(len(rows))
    nearest, how = np.zeros(len(rows), np.intp), np.full(len(rows), np.inf, np.float32)
    living = stale = np.arange(len(rows))
    while len(living) > 1 and len(stale):
        _look(means, living, stale, nearest, how)
        # What has no near neighbour never gets one: a group is no nearer than the nearest of its parts.
        living = living[how[living] >= likeness]
        first = living[(nearest[nearest[living]] == living) & (living < nearest[living])]
        if not len(first) and len(living):  # rounding has made a ring of equals
            first = living[[how[living].argmax()]]
        second = nearest[first]
        total = sizes[first] + sizes[second]
        means[first] = (means[first] * sizes[first, None] + means[second] * sizes[second, None]) / total[:, None]
        sizes[first] = total
        head[second] = first
        gone = np.zeros(len(rows), bool)
        gone[second] = True
        changed = gone.copy()
        changed[first] = True
        living = living[~gone[living]]
        stale = living[changed[living] | changed[nearest[living]]]
    while (head[head] != head).any():
        head = head[head]
    return [int(number) for number in head]


def _look(means: Matrix, living: Numbers, stale: Numbers, nearest: Numbers, how: Matrix) -> None:
    """Write for each of the stale groups which living one is nearest, and how near."""
    others = means[living]
    for start in range(0, len(stale), AT_ONCE):
        some = stale[start : start + AT_ONCE]
        products = means[some] @ others.T
        products[np.arange(len(some)), np.searchsorted(living, some)] = -np.inf
        best = products.argmax(axis=1)
        nearest[some] = living[best]
        how[some] = products[np.arange(len(some)), best]
