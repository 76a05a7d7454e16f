"""What the titles between the rows of a sheet say of the rows below them: a delegation, a project, other people."""

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.declaration import Kind, written
from livelihood.kernel.sheets.heads import Heading
from livelihood.kernel.sheets.lines import Why, section_name
from livelihood.kernel.sheets.results import Note, Reading, Row, RowError, What

Titles = list[tuple[int, str]]
"""The titles between the rows of a sheet, each with the number of its row."""

_LEVELS = [
    re.compile(one)
    for one in (r"第?[一二三四五六七八九十]{1,3}[、.章节部,，]", r"[(（][一二三四五六七八九十]", r"\d{1,2}[、.]")
]
"""How titles begin, the highest first: 一、, （一）, 1、; what begins otherwise stands lowest."""


def titles_over(titles: Titles, number: int) -> Iterator[str]:
    """Yield the titles under which a row stands, the nearest first, and then those of a higher level."""
    lowest = len(_LEVELS) + 1
    for place in range(bisect(titles, (number,)) - 1, -1, -1):
        title = titles[place][1]
        level = next((level for level, begins in enumerate(_LEVELS) if begins.match(title.strip())), len(_LEVELS))
        if level < lowest:
            lowest = level
            yield title
        if not lowest:
            return


class Sections:
    """The titles of a sheet so far."""

    def __init__(self, kind: Kind, titles: Titles) -> None:
        self.kind, self.titles = kind, titles
        self.named: dict[int, tuple[str, Mapping[str, Any]]] = {}

    def note(self, number: int, why: Why, texts: Sequence[str], reading: Reading) -> None:
        """Note what stands alone in a row that was left out as a title, unless it stands above the head, too."""
        below = number > reading.head.last + 1 and texts[0] not in reading.titles
        if why == Why.TITLE and below and len(texts) == 1:
            self.titles.append((number, texts[0]))

    def take(self, row: Row, columns: Mapping[str, Heading], notes: list[Note]) -> list[RowError]:
        """Put what the title of its section says into a row; return what is in doubt because of it."""
        place = bisect(self.titles, (row.number,)) - 1
        if place < 0:
            return []
        title = self.titles[place][1]
        if self.kind.beside and self.kind.beside.match(section_name(title)):
            problem = format_lazy(_("This row stands under “{title}”."), title=title)
            remedy = _("Leave it out, unless it belongs into the list.")
            name = next((name for name in self.kind.called if row.values.get(name)), "")
            label = columns[name].text if name in columns else ""
            return [RowError(row.sheet, row.number, label, row.values.get(name) or "", problem, remedy, name)]
        if place not in self.named:
            told = ((title, self.kind.named_by(section_name(title))) for title in titles_over(self.titles, row.number))
            self.named[place] = next((one for one in told if one[1]), (title, {}))
        title, named = self.named[place]
        for column, value in named.items():
            if row.values.get(column) is None:
                row.values[column] = value
                notes.append(Note(row.number, What.READ_AS, column, title, written(value)))
        return []
