"""Looks at the beginning of a file, so that somebody can say what its sheets and headings mean; reads nothing of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from livelihood.kernel.folding import VISIBLE
from livelihood.kernel.sheets.books import Book, SheetOfBook
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.files import open_book
from livelihood.kernel.sheets.heads import HEAD_WITHIN, Head, Heading, find_head, fit, heading_text
from livelihood.kernel.sheets.limits import LIMITS, Limits
from livelihood.kernel.sheets.results import Seen, shown

SAMPLES = 3
"""So many different values stand beside a heading."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like. samples: place of a heading → what stands under it."""

    sheets: Sequence[Seen]
    sheet: str
    headings: Sequence[Heading]
    samples: Mapping[int, Sequence[str]]


def look(
    file: BinaryIO,
    kind: Kind,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Look:
    """Return the sheets of a file, and the headings of one: of the one that is named, or that fits best.

    :raises FileRefused: it cannot be opened at all.
    """
    book = open_book(file, limits, lambda rows: fit(rows, kind))
    begun = [(one, list(islice(one.rows(), HEAD_WITHIN + SAMPLES * 3))) for one in _wanted(book, sheet)]
    heads = [(one, rows, _head(rows, one, kind, mapping or {})) for one, rows in begun]
    counts = {one.name: len(head.known) for one, _rows, head in heads}
    seen = [Seen(one.name, one.hidden, counts.get(one.name, 0)) for one in book.sheets]
    if not heads:
        return Look(seen, "", (), {})
    chosen, rows, head = max(heads, key=lambda one: len(one[2].known))
    below = rows[head.last + 1 :]
    return Look(seen, chosen.name, head.headings, {one.place: _samples(below, one.place) for one in head.headings})


def _wanted(book: Book, sheet: str | None) -> list[SheetOfBook]:
    named = [one for one in book.sheets if one.name == sheet]
    return named or [one for one in book.sheets if not one.hidden]


def _head(rows: list[list[Cell]], sheet: SheetOfBook, kind: Kind, mapping: Mapping[str, str]) -> Head:
    """Return the head of a sheet; where no heading is known, the row with most texts, which nobody can read yet."""
    if head := find_head(rows[:HEAD_WITHIN], kind, sheet.marks.merges, mapping):
        return head
    texts = [[heading_text(cell) if isinstance(cell, str) else "" for cell in row] for row in rows[:HEAD_WITHIN]]
    fullest = max(range(len(texts)), key=lambda number: (sum(map(bool, texts[number])), -number), default=0)
    row = texts[fullest] if texts else []
    return Head(fullest, fullest, tuple(Heading(place, text, None) for place, text in enumerate(row) if text))


def _samples(rows: Sequence[Sequence[Cell]], place: int) -> list[str]:
    cells = (row[place] for row in rows if place < len(row))
    return list(dict.fromkeys(shown(cell) for cell in cells if VISIBLE.search(str(cell)[:1000])))[:SAMPLES]
