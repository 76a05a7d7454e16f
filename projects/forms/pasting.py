"""A rectangle of cells that was copied from a sheet: which column is which, and what each line says."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.documents import plain
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.cells import YES_NO_WORDS, CellProblem, YesNo, choice
from livelihood.kernel.sheets.quantities import quantity
from livelihood.kernel.text import clean_text
from projects.exporters import HEADINGS
from projects.forms.progress import INTO

MOST_LINES = 500
MOST_COLUMNS = 40
LONGEST_CELL = 2000
IGNORED = "ignored"
QUANTITY = quantity()

READ = {
    "key": _("Site key"),
    "name": _("Site"),
    "quantity": _("Quantity done to date"),
    "note": _("Note"),
    "completed": _("Completed"),
    IGNORED: _("Not used"),
}
"""What a column of a sheet may be."""
CALLED = {
    "key": "点位编号 点位编码 编号 编码 key",
    "name": "点位 点位名称 名称 name site",
    "quantity": "累计完成 累计完成数 累计完成量 累计完成数量 完成数 完成数量 完成量 已完成 累计数量 数量 done quantity",
    "note": "备注 说明 进展 进展情况 note",
    "completed": "是否完工 是否完成 完工 已完工 是否建成 completed",
}
"""What stands over them in offices, beside what our own lists call them."""
WORDS = choice(
    YesNo,
    aliases={
        YesNo.YES: f"{YES_NO_WORDS[YesNo.YES]} 完工 已完工 已完成 建成",
        YesNo.NO: f"{YES_NO_WORDS[YesNo.NO]} 未完工 未完成 在建",
    },
)


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line. number: in the sheet, the head counted. named: what it calls its site. texts: what is typed by it.

    problem: what of it cannot be read; then nothing is typed by it.
    """

    number: int
    key: str
    name: str
    texts: Mapping[str, str]
    problem: Text = ""


@dataclass(frozen=True, slots=True)
class PastedSheet:
    """A rectangle. columns: what each is; None where nobody has said it yet. head: what stands over them, if any."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    columns: Sequence[str | None]

    @property
    def names_sites(self) -> bool:
        """Say whether its lines say of which site they are."""
        return bool({"key", "name"} & set(self.columns))

    @property
    def asked(self) -> list[tuple[int, str, list[str]]]:
        """Return number, heading and first cells of the columns that nobody has named."""
        return [
            (n, self.head[n] if n < len(self.head) else "", [row[n] for row in islice(self.rows, 3) if n < len(row)])
            for n, column in enumerate(self.columns)
            if column is None
        ]

    def lines(self) -> list[PastedLine]:
        """Return what the lines say; numbers and ticks are read as offices write them."""
        first = 2 if self.head else 1
        return [self._line(number, row) for number, row in enumerate(self.rows, first)]

    def _line(self, number: int, row: Sequence[str]) -> PastedLine:
        said = {column: cell for column, cell in zip(self.columns, row, strict=False) if column}
        texts = {name: said.get(name, "") for name in INTO}
        problem: Text = ""
        try:
            if texts["quantity"]:
                texts["quantity"] = plain(QUANTITY(texts["quantity"]).number)
            texts["completed"] = "on" if texts["completed"] and WORDS(texts["completed"]) == YesNo.YES else ""
        except CellProblem as error:
            problem = format_lazy("{} {}", error.problem, error.remedy)
        return PastedLine(number, said.get("key", ""), said.get("name", ""), texts, problem)


def read_pasted(text: str, *, into: str = "", answers: Callable[[int], str] = lambda n: "") -> PastedSheet:
    """Read cells that were pasted.

    into: the column of the grid in which the first cell was pasted, where the lines name no sites.
    answers: what somebody has said that a column is, by its number.

    :raises InvalidInput: nothing, more than is taken at once, or a cell that is longer than any of ours.
    """
    cells = csv.reader(StringIO(text), delimiter="\t")
    cleaned = (
        [clean_text(cell, max_length=LONGEST_CELL, multiline=False, field="sheet") for cell in row] for row in cells
    )
    rows = [row for row in cleaned if any(row)]
    width = max((len(row) for row in rows), default=0)
    if not rows or width > MOST_COLUMNS:
        raise InvalidInput(
            _("There are no cells here that can be read. Copy the rows of your sheet again."), field="sheet"
        )
    names = {fold(word): name for name, words in CALLED.items() for word in (*words.split(), str(READ[name]))}
    ours = {fold(str(heading)) for heading in HEADINGS.values()}
    has_head = any(fold(cell) in names for cell in rows[0])
    head = rows[0] if has_head else []
    lines = rows[1:] if has_head else rows
    if len(lines) > MOST_LINES:
        many = format_lazy(_("These are {count} rows; {most} are taken at once."), count=len(lines), most=MOST_LINES)
        raise InvalidInput(many, field="sheet")

    def column(n: int) -> str | None:
        if answer := answers(n):
            return answer
        if has_head:
            word = fold(head[n]) if n < len(head) else ""
            return names.get(word, IGNORED if word in ours or not word else None)
        first = INTO.index(into) if into else len(INTO)
        return INTO[first + n] if first + n < len(INTO) else (IGNORED if into else None)

    return PastedSheet(head, lines, [column(n) for n in range(width)])
