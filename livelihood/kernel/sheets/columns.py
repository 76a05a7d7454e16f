"""Reads one column of a sheet, cell by cell, each different cell once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.folding import VISIBLE
from livelihood.kernel.sheets.cells import (
    SAME_AS_ABOVE,
    Cell,
    CellProblem,
    Choice,
    ColumnParser,
    Context,
    InContext,
    Parts,
    plain,
)
from livelihood.kernel.sheets.declaration import Column, written
from livelihood.kernel.sheets.nothing import any_says_nothing, is_without_end, says_nothing
from livelihood.kernel.sheets.results import shown

REMEMBERED = 1_000  # different cells that are not parsed again: codes, dates and names of units repeat
A_WORD = "GC-005"
EMPTY = object()
"""What a cell without anything visible holds."""


class ColumnReader:
    """Reads one column; a value that repeats is parsed once.

    meant: of a column of few values what somebody has said to stand for one.
    other: cells that were read as something else than is written → both as they are shown.
    takes_words: any word may stand in it, so that a number is what it shows.
    has_parts: some cell has spoken of several columns.
    """

    def __init__(self, column: Column, context: Context, meant: Mapping[str, str]) -> None:
        self.column = column
        self.parser = column.parse.make(context) if isinstance(column.parse, InContext) else column.parse
        if meant and isinstance(self.parser, Choice):
            self.parser = replace(self.parser, meant=meant)
        self.takes_words = not isinstance(self.understood(A_WORD), CellProblem)
        self.known: dict[Cell, Any] = {}
        self.odd: set[Cell] = set()
        self.other: dict[Cell, tuple[str, str]] = {}
        self.has_parts = False

    def read(self, cells: Sequence[Cell]) -> tuple[list[Any], list[int]]:
        """Return the values, with EMPTY and CellProblem among them, and the places of those two."""
        if len(self.known) > REMEMBERED:
            self.known, self.odd, self.other = {}, set(), {}
        types = set(map(type, cells))
        if bool in types:  # TRUE is equal to 1 and is not the same
            values = [self.parse(cell) for cell in cells]
        else:
            new = set(cells) - self.known.keys()
            if 2 * len(new) > len(cells) and isinstance(self.parser, ColumnParser):
                parsed = None if str in types and any_says_nothing(new) else self.parser.at_once(cells)
                if parsed is not None:
                    return parsed, []
            for cell in new:
                self.known[cell] = self.parse(cell)
            values = [self.known[cell] for cell in cells]
        if self.odd.isdisjoint(cells):
            return values, []
        return values, [place for place, value in enumerate(values) if value is EMPTY or isinstance(value, CellProblem)]

    def parse(self, cell: Cell) -> Any:
        if isinstance(cell, str) and not VISIBLE.search(cell):
            self.odd.add(cell)
            return EMPTY
        if cell in SAME_AS_ABOVE:
            self.odd.add(cell)
            problem = _("Here stands “as above”, and the row needs its own value.")
            return CellProblem(problem, _("Write the value itself."))
        value = self.understood(cell)
        if value is EMPTY or isinstance(value, CellProblem):
            self.odd.add(cell)
            if value is EMPTY:
                self.other[cell] = shown(cell), ""
        elif isinstance(self.parser, Choice):
            if self.parser.is_meant(cell):
                self.other[cell] = shown(cell), str(value)
        elif cell != value and not is_same(cell, value):
            self.other[cell] = shown(cell), shown(written(value))
            self.has_parts |= isinstance(value, Parts)
        return value

    def understood(self, cell: Cell) -> Any:
        """Return the value of a cell, EMPTY where it stands for nothing, or what is wrong with it."""
        is_choice = isinstance(self.parser, Choice)
        if not is_choice and says_nothing(cell):
            return EMPTY
        try:
            value = self.parser(cell)
        except CellProblem as problem:
            return EMPTY if says_nothing(cell) or is_without_end(cell) else problem
        return EMPTY if not is_choice and says_nothing(value) else value


def is_same(cell: Cell, value: Any) -> bool:
    """Say whether a value is just what is written; zeros that do not count and further spaces are not looked at."""
    text, value = " ".join(plain(cell).split()), written(value)
    return text == value or ("." in text and text.rstrip("0").rstrip(".") == value)
