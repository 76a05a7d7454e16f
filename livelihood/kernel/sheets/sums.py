"""A row of nothing but sums, which nobody has called a total."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.filling import says_something
from livelihood.kernel.sheets.heads import Heading
from livelihood.kernel.sheets.nothing import says_nothing
from livelihood.kernel.sheets.quantities import PLAIN, Quantity

Columns = Mapping[str, tuple[Heading, Sequence[Cell], list[Any], list[int]]]


class ColumnSums:
    """Adds up what the columns of quantities hold, from the top and from the last total on.

    headings: of the columns that are read.
    """

    def __init__(self, headings: Iterable[Heading]) -> None:
        columns = [(heading.place, heading.column) for heading in headings if heading.column]
        self.read = {place for place, _column in columns}
        self.names = {place: column.name for place, column in columns if column.measures}
        self.whole = dict.fromkeys(self.names.values(), Decimal(0))
        self.part = dict(self.whole)

    def add(self, columns: Columns, places: range) -> None:
        """Add rows of data."""
        for name in self.whole:
            values = columns[name][2][places.start : places.stop]
            total = sum((value.number for value in values if type(value) is Quantity), Decimal(0))
            self.whole[name] += total
            self.part[name] += total

    def begin_part(self) -> None:
        """Add up anew from here on."""
        self.part = dict.fromkeys(self.part, Decimal(0))

    def are_in(self, row: Sequence[Cell], columns: Columns, index: int) -> bool:
        """Say whether a row says only what stands above it together. index: of the row in the columns."""
        if not self.names:
            return False
        filled = {place for place, cell in enumerate(row) if says_something(cell) and not says_nothing(cell)}
        found = filled & self.names.keys()
        if not found or filled & self.read != found:
            return False
        if not all(isinstance(row[place], int | float) or PLAIN.fullmatch(str(row[place])) for place in filled):
            return False
        values = [(self.names[place], columns[self.names[place]][2][index]) for place in found]
        return any(
            all(type(value) is Quantity and 0 < value.number == sums[name] for name, value in values)
            for sums in (self.whole, self.part)
        )
