"""How good groups and categories are, beside those that people made."""

from collections import Counter
from collections.abc import Sequence


def b_cubed(found: Sequence[object], right: Sequence[object]) -> float:
    """Return B-cubed F1: of the texts in my group how many belong there, and of those that belong how many are there.

    Source: Bagga and Baldwin, Algorithms for Scoring Coreference Chains, 1998.
    """
    both, groups, kinds = Counter(zip(found, right, strict=True)), Counter(found), Counter(right)
    precision = sum(n * n / groups[group] for (group, _kind), n in both.items()) / len(right)
    recall = sum(n * n / kinds[kind] for (_group, kind), n in both.items()) / len(right)
    return 2 * precision * recall / (precision + recall)


def macro_f1(found: Sequence[str], right: Sequence[str]) -> float:
    """Return the mean over all categories of the harmonic mean of precision and recall."""
    scores = []
    for category in set(right):
        hits = sum(a == b == category for a, b in zip(found, right, strict=True))
        scores.append(2 * hits / (Counter(found)[category] + Counter(right)[category]))
    return sum(scores) / len(scores)
