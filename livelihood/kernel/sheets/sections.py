"""What the titles between the rows of a sheet say of the rows below them: a delegation, a project, other people."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.declaration import Kind, written
from livelihood.kernel.sheets.heads import Heading
from livelihood.kernel.sheets.lines import Why, section_name
from livelihood.kernel.sheets.results import Note, Reading, Row, RowError, What


class Sections:
    """The titles of a sheet so far, each with the number of its row."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.titles: list[tuple[int, str]] = []
        self.named: dict[str, Mapping[str, Any]] = {}

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
        said = section_name(title)
        if self.kind.beside and self.kind.beside.match(said):
            problem = format_lazy(_("This row stands under “{title}”."), title=title)
            remedy = _("Leave it out, unless it belongs into the list.")
            name = next((name for name in self.kind.called if row.values.get(name)), "")
            label = columns[name].text if name in columns else ""
            return [RowError(row.sheet, row.number, label, row.values.get(name) or "", problem, remedy, name)]
        if title not in self.named:
            self.named[title] = self.kind.named_by(said)
        for column, value in self.named[title].items():
            if row.values.get(column) is None:
                row.values[column] = value
                notes.append(Note(row.number, What.READ_AS, column, title, written(value)))
        return []
