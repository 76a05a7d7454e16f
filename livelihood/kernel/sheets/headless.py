"""Columns that say something and have no heading: nobody would miss what stands in them."""

from collections import Counter
from collections.abc import Collection, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.filling import says_something
from livelihood.kernel.sheets.heads import Head
from livelihood.kernel.uploads import FileRefused


class Headless:
    """Counts what stands in the columns of a sheet that have no heading."""

    def __init__(self, head: Head) -> None:
        self.known = [heading.place for heading in head.known]
        self.headed = {heading.place for heading in head.headings}
        self.counts = Counter[int]()

    @property
    def names(self) -> list[str]:
        """The columns, by their letters."""
        return [column_letters(place) for place in sorted(self.counts)]

    def count(self, columns: Sequence[Sequence[Cell]], skipped: Collection[int]) -> None:
        """Count the cells of rows that follow each other. skipped: places of rows that are no data."""
        for place, cells in enumerate(columns):
            if place not in self.headed and any(cells):
                filled = {index for index, cell in enumerate(cells) if says_something(cell)}
                if count := len(filled.difference(skipped)):
                    self.counts[place] += count

    def check(self, total: int, sheet: Text) -> None:
        """Refuse a table that goes on beside itself without another head. total: rows of data.

        :raises FileRefused: beside each known column, always as far away, stands one without a heading, half full.
        """
        full = {place for place, count in self.counts.items() if 2 * count >= total}
        for offset in {place - self.known[0] for place in full}:
            if full.issuperset(place + offset for place in self.known):
                problem = _(
                    "{sheet}: the table goes on beside itself, in columns without headings ({columns}). "
                    "Put the blocks below each other, under one head."
                )
                raise FileRefused(format_lazy(problem, sheet=sheet, columns=", ".join(self.names)))


def column_letters(place: int) -> str:
    """Return what spreadsheets call a column: 0 is A, 26 is AA."""
    letters, number = "", place + 1
    while number:
        number, last = divmod(number - 1, 26)
        letters = chr(ord("A") + last) + letters
    return letters
