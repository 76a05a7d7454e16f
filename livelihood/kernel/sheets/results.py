"""What a reading says: rows, and of everything else what it is, where, and how to put it right."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.heads import Head, Heading
from livelihood.kernel.sheets.lines import WHY, Why

REASON = _("To be corrected (not read)")
"""The heading under which a sheet that comes back says what is to be corrected in each row."""

SHOWN = 60  # characters of a wrong value


class What(StrEnum):
    """What is said of a row that was read."""

    HIDDEN = "hidden"
    STRUCK = "struck"
    MERGED = "merged"
    READ_AS = "read_as"
    FORMULA = "formula"


WHAT: dict[What, Text] = {
    What.HIDDEN: _("hidden, and read all the same"),
    What.STRUCK: _("struck out, and read all the same"),
    What.MERGED: _("merged, and filled down"),
    What.READ_AS: _("read as something else than is written"),
    What.FORMULA: _("formulas, read with the value they last had"),
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in one cell, or in a whole row where `column` is empty.

    column: its heading, as the file has it. about: what the row is about, for people.
    """

    sheet: str
    row: int
    column: Text
    value: str
    problem: Text
    remedy: Text
    field: str = ""
    about: str = ""


class Row(NamedTuple):
    """One row without errors; number counts as the spreadsheet does, from 1 and with the head.

    values: of the columns that the sheet has; None where a cell is empty.
    """

    sheet: str
    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no data, and how it begins."""

    row: int
    why: Why
    text: str


class Note(NamedTuple):
    """Something about a row that was read. field: the column; written, value: of what was read as something else."""

    row: int
    what: What
    field: str = ""
    written: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet of the file, and how many of its headings the kind knows."""

    name: str
    hidden: bool
    known: int


@dataclass(slots=True)
class Reading:
    """What a sheet holds.

    sheets: all of the file; `sheet` is the one that was read.
    titles: what stands above the head. sections: what stands alone between the rows, with the number of its row.
    rows: without errors and doubts. doubts: what somebody has to answer; the value is read as if with yes.
    doubtful: rows with doubts, by number. file_notes: on the file as a whole. total: filled rows that were data.
    wrong: rows with an error. unlisted: errors beyond the limit. headless: columns that say something
    and have no heading. unknown: by column of few values and what is written there that is none of them, in how many
    rows.
    """

    kind: Kind
    sheet: str = ""
    sheets: Sequence[Seen] = ()
    head: Head = field(default_factory=lambda: Head(0, 0, ()))
    titles: list[str] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    doubts: list[RowError] = field(default_factory=list)
    doubtful: dict[int, Row] = field(default_factory=dict)
    file_notes: list[Text] = field(default_factory=list)
    total: int = 0
    wrong: int = 0
    unlisted: int = 0
    headless: list[str] = field(default_factory=list)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def columns(self) -> dict[str, Heading]:
        """The columns that were read: name → heading."""
        return {heading.column.name: heading for heading in self.head.headings if heading.column}

    @property
    def said(self) -> list[Text]:
        """What whoever sent the file should know beside its rows."""
        texts = list(self.file_notes)
        if self.unread:
            note = _("These columns are not known and were not read: {headings}.")
            texts.append(format_lazy(note, headings=", ".join(self.unread)))
        if self.headless:
            note = _("These columns have no heading and were not read: {columns}.")
            texts.append(format_lazy(note, columns=", ".join(self.headless)))
        if others := [sheet.name for sheet in self.sheets if sheet.name != self.sheet]:
            texts.append(format_lazy(_("These sheets were not read: {names}."), names=", ".join(others)))
        for why, count in sorted(Counter(one.why for one in self.left_out).items()):
            text = ngettext_lazy("{count} row was left out: {why}.", "{count} rows were left out: {why}.", count)
            texts.append(format_lazy(text, count=count, why=WHY[why]))
        for what, count in sorted(Counter(note.what for note in self.notes).items()):
            text = ngettext_lazy("{count} cell or row: {what}.", "{count} cells or rows: {what}.", count)
            texts.append(format_lazy(text, count=count, what=WHAT[what]))
        return texts

    @property
    def unread(self) -> list[str]:
        """The headings of the columns that were not read, save what we ourselves wrote into the sheet before."""
        return [one.text for one in self.head.headings if not one.column and not is_reason(one.text)]


def is_reason(heading: str) -> bool:
    """Say whether a column is the one in which a sheet came back to its office, in any language of the site."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if heading == str(REASON):
                return True
    return False


def shown(cell: Cell) -> str:
    """Return a cell as it is shown to whoever wrote it, cut where it is long."""
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
