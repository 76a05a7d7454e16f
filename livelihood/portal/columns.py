"""What stands beside what on a year's page: its pieces by their weight, in two columns that end together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from livelihood.kernel.charts import Chart
from livelihood.news.models import NewsItem
from livelihood.portal.glance import Glance
from livelihood.portal.home import Home

# Heights in the height of the text, about: of a heading with what is around it, and of the rows of each kind.
HEAD, KEYS = 7.0, 2.4
NEWS, WISH, REFUSED, FACT, ITEM, OPTION = 3.0, 12.0, 6.0, 3.2, 4.0, 3.2
SHOWN_ON_PHONES = 2
"""So many pictures, or a vote and pictures, are open on a phone; the others are opened by their titles."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the page. kind: which of `_piece.html`. height: in the height of the text, about.

    is_folded: on a phone only its title is seen until it is opened.
    """

    kind: str
    value: Any
    height: float
    is_folded: bool = False


def in_columns(glance: Glance, home: Home, items: Sequence[NewsItem]) -> tuple[list[Piece], list[Piece]]:
    """Put the pieces of a year's page into two columns: each where less stands so far, the weightiest first."""
    main: list[Piece] = []
    side: list[Piece] = []
    for piece in _pieces(glance, home, items):
        shorter = main if _height(main) <= _height(side) else side
        shorter.append(piece)
    return main, side


def _height(pieces: Sequence[Piece]) -> float:
    return sum(piece.height for piece in pieces)


def _pieces(glance: Glance, home: Home, items: Sequence[NewsItem]) -> Iterator[Piece]:
    """Yield what there is to show, the weightiest first."""
    if glance.vote:
        yield Piece("vote", glance.vote, HEAD * 2 + OPTION * len(glance.vote.options))
    shown = SHOWN_ON_PHONES - bool(glance.vote)
    for number, chart in enumerate([*glance.main, *glance.side], start=1):
        yield _picture(chart, is_folded=number > shown)
    if glance.news:
        yield Piece("news", (glance.news_title, glance.news), HEAD + NEWS * len(glance.news))
    if glance.refused:
        yield Piece("refused", glance.refused, HEAD + REFUSED * len(glance.refused))
    if glance.threads:
        yield Piece("threads", glance.threads, HEAD + WISH * len(glance.threads))
    if home.figures:
        yield Piece("figures", home.figures, HEAD + FACT * len(home.figures))
    if items:
        yield Piece("items", items, HEAD + ITEM * len(items))


def _picture(chart: Chart, *, is_folded: bool) -> Piece:
    return Piece("chart", chart, HEAD + chart.height + (KEYS if chart.keys else 0), is_folded)
