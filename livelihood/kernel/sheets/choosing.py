"""Chooses the sheet of a file that is read: by its name, or by the head that fits best."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.books import Book, SheetOfBook
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.heads import HEAD_WITHIN, Head, find_head
from livelihood.kernel.sheets.results import Seen
from livelihood.kernel.uploads import FileRefused


class Chosen(NamedTuple):
    """A sheet with its head, its first rows and those that follow. seen: all sheets of the file."""

    sheet: SheetOfBook
    head: Head
    first: list[list[Cell]]
    rows: Iterator[list[Cell]]
    seen: Sequence[Seen] = ()


def choose(book: Book, wanted: str | None, kind: Kind, mapping: Mapping[str, str]) -> Chosen:
    """Return the sheet to be read: the one of this name, or the visible one whose head fits best.

    mapping: heading → column, as somebody has decided.

    :raises FileRefused: there is none, or its head leaves open what it means.
    """
    candidates = [sheet for sheet in book.sheets if (wanted is None and not sheet.hidden) or sheet.name == wanted]
    if not candidates:
        names = _listed([sheet.name for sheet in book.sheets])
        raise FileRefused(
            format_lazy(_("There is no sheet “{sheet}”. There are: {names}."), sheet=wanted or "", names=names)
            if wanted is not None
            else _("The file holds no table.")
        )
    best: Chosen | None = None
    counts: dict[str, int] = {}
    for sheet in candidates:
        rows = sheet.rows()
        first = list(islice(rows, HEAD_WITHIN))
        head = find_head(first, kind, sheet.marks.merges, mapping)
        counts[sheet.name] = len(head.known) if head else 0
        if head and (best is None or len(head.known) > len(best.head.known)):
            best = Chosen(sheet, head, first, rows)
    if best is None:
        raise _no_head(candidates, kind)
    _check_head(best.sheet, best.head, kind)
    return best._replace(seen=[Seen(sheet.name, sheet.hidden, counts.get(sheet.name, 0)) for sheet in book.sheets])


def _no_head(sheets: Sequence[SheetOfBook], kind: Kind) -> FileRefused:
    wanted = _listed([column.heading for column in kind.usual])
    problem = _("{sheet}: no row with the headings was found. Expected: {wanted}.")
    names = _listed([sheet_label(sheet.name) for sheet in sheets])
    return FileRefused(format_lazy(problem, sheet=names, wanted=wanted))


def _check_head(sheet: SheetOfBook, head: Head, kind: Kind) -> None:
    """Refuse a head that leaves open what it means.

    :raises FileRefused: a heading stands there twice, or what tells the rows apart is missing.
    """
    if head.repeated:
        problem = (
            _(
                "{sheet}: the table stands in blocks beside each other, each with the headings {headings}. "
                "Put the blocks below each other, under one head."
            )
            if head.in_blocks
            else _("{sheet}: these headings stand there twice: {headings}. Remove one of each.")
        )
        raise FileRefused(format_lazy(problem, sheet=sheet_label(sheet.name), headings=_listed(head.repeated)))
    present = {name for h in head.known if h.column for name in (h.column.name, *h.column.joins)}
    for group in kind.identified_by:
        if present.isdisjoint(group):
            missing = _listed([kind.by_name[name].heading for name in group])
            wanted = _listed([column.heading for column in kind.usual])
            problem = _("{sheet}: one of these columns is needed: {missing}. Expected: {wanted}.")
            raise FileRefused(format_lazy(problem, sheet=sheet_label(sheet.name), missing=missing, wanted=wanted))


def sheet_label(name: str) -> Text:
    """Return what a sheet is called, with its name where it has one."""
    return format_lazy(_("Sheet “{name}”"), name=name) if name else _("The table")


def _listed(texts: Sequence[Text]) -> Text:
    return format_lazy(", ".join(["{}"] * len(texts)), *texts)
