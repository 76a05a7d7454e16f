"""Merkle trees as RFC 6962 has them: hashes, what of a tree is kept, and which parts of it prove something. No Django.

Hashes are SHA-256 in hexadecimal. A span (first, end) is a run of leaves, by their places from 0, without the end. Kept
are the full trees alone: `level` 0 for a leaf, 1 for two, 2 for four; `place` counts those of a level from 0.
`proposals.verifier` proves the same without sharing a line with this.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]


def leaf(content: bytes) -> str:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).hexdigest()


def join(left: str, right: str) -> str:
    """Return the hash of a tree of two trees."""
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def peaks(span: Span) -> list[tuple[int, int]]:
    """Return level and place of the full trees of which a span of a proof is made, the largest first."""
    start, end = span
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def fold(hashes: Sequence[str]) -> str:
    """Return the hash of a span from those of its full trees."""
    *others, total = hashes
    for one in reversed(others):
        total = join(one, total)
    return total


def grow(size: int, hashes: Sequence[str], leaves: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Yield level, place and hash of each full tree that further leaves make of a tree, leaves included.

    hashes: of the full trees that it was made of.
    """
    standing = list(hashes)
    for number, hashed in enumerate(leaves, size):
        level, place, total = 0, number, hashed
        yield level, place, total
        while place & 1:
            level, place, total = level + 1, place >> 1, join(standing.pop(), total)
            yield level, place, total
        standing.append(total)


def inclusion(place: int, size: int) -> list[Span]:
    """Return the spans that prove a leaf to be in a tree. Source: RFC 6962, 2.1.1."""
    start, end, spans = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if place < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency(former: int, size: int) -> list[Span]:
    """Return the spans that prove a tree to begin with a former one of at least one leaf. Source: RFC 6962, 2.1.2."""
    start, end, is_known = 0, size, True
    spans = []
    while former < end:
        middle = start + _split(end - start)
        if former <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, is_known = middle, False
    return [*([] if is_known else [(start, end)]), *spans[::-1]]


def _split(count: int) -> int:
    """Return the largest power of two below a count."""
    return 1 << ((count - 1).bit_length() - 1)
