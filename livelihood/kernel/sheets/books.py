"""What an opened file is, whatever kind of file it was."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.marks import Marks
from livelihood.kernel.uploads import FileRefused

Fit = Callable[[list[list[Cell]]], int]
"""Says how well the first rows of a sheet fit what is looked for: the number of headings that are known."""


@dataclass(frozen=True, slots=True)
class SheetOfBook:
    """One sheet; its rows are read when they are asked for, and start at row 1 and column A."""

    name: str
    hidden: bool
    rows: Callable[[], Iterator[list[Cell]]]
    marks: Marks


@dataclass(frozen=True, slots=True)
class Book:
    """An opened file: its sheets in order, what its reader should know, and where its days are counted from."""

    sheets: list[SheetOfBook]
    notes: list[Text] = field(default_factory=list)
    counts_from_1904: bool = False


def locked() -> FileRefused:
    """Return the refusal of a file that a password keeps shut."""
    problem = _("This file is protected by a password. Open it, remove the password, save it and send it again.")
    return FileRefused(problem)
