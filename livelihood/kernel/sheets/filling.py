"""Fills merged cells down: what is written once over several rows is meant for each of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from livelihood.kernel.folding import VISIBLE
from livelihood.kernel.sheets.cells import SAME_AS_ABOVE, Cell
from livelihood.kernel.sheets.marks import Merge
from livelihood.kernel.sheets.shapes import Shape, as_shown, shown_otherwise


def says_something(cell: Cell) -> bool:
    """Say whether a cell is filled, and not with a mark for what stands above it."""
    return cell not in SAME_AS_ABOVE and bool(VISIBLE.search(str(cell)[:1000]))


def shown_cells(
    cells: Sequence[Cell], shapes: Mapping[int, Mapping[int, Shape]], number: int, place: int, *, with_words: bool
) -> Sequence[Cell]:
    """Return the cells of a column as they are shown.

    shapes: row → column → shape. number: of the first row. with_words: any word may stand in the column.
    """
    return [
        as_shown(cell, shapes[number + index].get(place, 0), with_words=with_words)
        if number + index in shapes
        else cell
        for index, cell in enumerate(cells)
    ]


def cells_otherwise(
    cells: Sequence[Cell], shapes: Mapping[int, Mapping[int, Shape]], number: int, place: int
) -> Iterator[tuple[int, str]]:
    """Yield the places of numbers of a column that show another number, and what they show."""
    for index, cell in enumerate(cells):
        if number + index in shapes and (told := shown_otherwise(cell, shapes[number + index].get(place, 0))):
            yield index, told


class Above:
    """What stood last in a column: what "as above" means there."""

    def __init__(self) -> None:
        self.last: Cell = ""

    def over(self, cells: Sequence[Cell]) -> tuple[Sequence[Cell], list[tuple[int, Cell]]]:
        """Return the cells with what they mean, and which of them said "as above" and how."""
        if SAME_AS_ABOVE.isdisjoint(cells):
            self.last = next(filter(says_something, reversed(cells)), self.last)
            return cells, []
        filled, replaced = list(cells), list[tuple[int, Cell]]()
        for index, cell in enumerate(cells):
            if says_something(cell):
                self.last = cell
            elif cell in SAME_AS_ABOVE and self.last != "":
                filled[index] = self.last
                replaced.append((index, cell))
        return filled, replaced


Span = tuple[int, int]
"""The first and the last row of a merge, from 1."""


class Fills:
    """The merges of a sheet that reach down over rows of data, in the columns that are read.

    head: its last row, from 0.
    """

    def __init__(self, merges: Sequence[Merge], places: Collection[int], head: int) -> None:
        spans: dict[int, list[Span]] = defaultdict(list)
        for (top, left), (bottom, _right) in merges:
            if bottom > top > head and left in places:
                spans[left].append((top + 1, bottom + 1))
        self.spans = {place: _apart(sorted(each)) for place, each in spans.items()}
        self.values: dict[int, Cell] = {}

    def over(self, number: int, columns: Sequence[Sequence[Cell]], count: int) -> dict[int, dict[int, Cell]]:
        """Return what is filled into these rows: column → row → cell. number: of the first row."""
        filled: dict[int, dict[int, Cell]] = {}
        for place, spans in self.spans.items():
            cells = columns[place] if place < len(columns) else ()
            for top, bottom in _within(spans, number, count):
                if top >= number:
                    self.values[place] = cells[top - number] if cells else ""
                value = self.values.get(place, "")
                if value == "":
                    continue
                for row in range(max(top + 1, number), min(bottom, number + count - 1) + 1):
                    index = row - number
                    # What a merge covers is not seen, whatever stands there.
                    if not cells or cells[index] != value:
                        filled.setdefault(place, {})[index] = value
        return filled

    def several(self, number: int, count: int, place: int) -> list[int]:
        """Return the rows of all merges in a column, those with the value among them."""
        return [
            row - number
            for top, bottom in _within(self.spans[place], number, count)
            for row in range(max(top, number), min(bottom, number + count - 1) + 1)
        ]


def _apart(spans: list[Span]) -> list[Span]:
    """Return the spans of one column that do not overlap one before them; a sound file has no others."""
    apart: list[Span] = []
    for span in spans:
        if not apart or span[0] > apart[-1][1]:
            apart.append(span)
    return apart


def _within(spans: list[Span], number: int, count: int) -> list[Span]:
    return [span for span in spans if span[1] >= number and span[0] < number + count]
