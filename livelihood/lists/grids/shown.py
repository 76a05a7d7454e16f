"""The part of a grid that stands on a page: one window of its rows, as the address asks for it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from livelihood.accounts.models import User
from livelihood.audit.selectors import last_entry
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.errors import Text
from livelihood.kernel.filters import StrictFilterSet
from livelihood.kernel.paging import Page, RowCount, paginate, rows_from
from livelihood.kernel.verdict import Verdict
from livelihood.lists.grids.declared import MOST_AT_ONCE, Counts, Grid, GridAct, GridColumn

OF_GRIDS = ("sort", "columns")
"""What the address of every grid may hold beside its filters."""
PICKED = (
    '<td class="pick-cell"><label class="check"><input type="checkbox" name="row" value="%s">'
    '<span class="visually-hidden">%s</span></label></td>'
)
"""The box of a row: its key, and what the row is called."""
LONGEST_CHOICE = 400
"""Characters of the names of all columns of a grid."""
NONE_OF_THEM = "-"
"""What stands for the columns in an address where only those are shown that are never hidden."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it is drawn. drawn: as HTML, which a template would take ten times as long for."""

    row: Any
    drawn: SafeString


@dataclass(frozen=True, slots=True)
class ShownChips:
    """The chips of a filter: value, label and, where it is known, the count under the other filters."""

    name: str
    label: Text
    choices: Sequence[tuple[Any, Text, int | None]]


@dataclass(frozen=True, slots=True)
class ColumnSwitch:
    """A column that can be shown or hidden. columns: what the address says afterwards."""

    head: Text
    is_on: bool
    columns: str


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a grid. seen: what the page carries of the journal, so that acts know what was on it.

    reasons: why acts are not allowed, as JSON; rows name them by their numbers. all_count: how many rows match, where
    so few do that all may be chosen.
    """

    grid: Grid
    page: Page[Any]
    columns: Sequence[GridColumn]
    rows: Sequence[ShownRow]
    chips: Sequence[ShownChips]
    switches: Sequence[ColumnSwitch]
    acts: Sequence[GridAct]
    count: RowCount
    is_chosen: bool
    seen: int
    reasons: str

    @property
    def all_count(self) -> int | None:
        """Return how many rows may be chosen at once."""
        return None if self.count.is_more or self.count > MOST_AT_ONCE else int(self.count)


class Asking:
    """What a request asks of a grid: whose rows, which of them, in which order."""

    def __init__(self, grid: Grid, request: HttpRequest, cycle: Cycle, by: User, at: datetime) -> None:
        self.grid, self.request, self.cycle, self.by, self.at = grid, request, cycle, by, at
        self.lists = grid.lists(cycle, by, at)
        self.sets = [self._set(request.GET, rows) for rows in self.lists]
        usual = next(iter(grid.orders))
        self.order = grid.orders[parameters.word(request.GET, "sort", grid.orders, default=usual)]

    def _set(self, query: QueryDict, rows: QuerySet[Any]) -> StrictFilterSet:
        made = self.grid.filters(query, rows, request=self.request)
        made.also, made.is_page = frozenset({*parameters.OF_PAGES, *OF_GRIDS, *self.grid.also}), True
        return made

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set."""
        return self.sets[0].chosen

    def rows(self) -> list[QuerySet[Any]]:
        """Return the rows that are asked for, in their lists."""
        return [one.qs for one in self.sets]

    def among(self, keys: Iterable[int]) -> list[Any]:
        """Return rows by their keys, of those that this person may work on, in the order of their keys."""
        wanted = list(keys)
        model: Any = self.lists[0].model
        mine = {pk for rows in self.lists for pk in rows.filter(pk__in=wanted).values_list("pk", flat=True)}
        return list(self._settled(model.objects.filter(pk__in=mine).select_related(*self.grid.joined).order_by("pk")))

    def keys(self) -> list[int]:
        """Return the keys of all rows that are asked for, one more than may be chosen at once where there are more."""
        return [found[0] for found in _first(self.rows(), [], MOST_AT_ONCE + 1)]

    def _settled(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.grid.settle(row, self.cycle)
            yield row

    def following(self, pk: int, most: int) -> list[Any]:
        """Return a row by its key, and those that follow it in the list as it is asked for: so many at most."""
        first = self.among([pk])
        keys = rows_from(self.rows(), self.order, first[0], most) if first else []
        found = {row.pk: row for row in self.among(keys)}
        return [found[key] for key in keys if key in found]

    def window(self, *, size: int) -> Window:
        """Return the rows of one page with all that is drawn of them."""
        # Before the rows: they are no older.
        seen = last_entry() if any(act.overturns for act in self.grid.acts) else 0
        lists = [one.listed for one in self.sets]
        page = paginate(
            lists[0], self.order, self.request.GET, size=size, joined=self.grid.joined,
            lists=lists if len(lists) > 1 else (),
        )  # fmt: skip
        return self._drawn(page, seen, *self._counted())

    def window_of(self, rows: Sequence[Any]) -> Window:
        """Return a window of these very rows: what was sent and is not right yet."""
        return self._drawn(Page(rows, None, None), last_entry(), RowCount(len(rows)), {})

    def _drawn(self, page: Page[Any], seen: int, count: RowCount, counts: Counts) -> Window:
        grid = self.grid
        columns, switches = self._columns()
        found = list(self._settled(page.rows))
        verdicts = [[act.may(self.by, row, self.at) for act in grid.acts] for row in found]
        acts = [act for n, act in enumerate(grid.acts) if any(said[n] for said in verdicts)]
        reasons: dict[str, int] = {}
        cells = [(column.draw, _opening(column)) for column in columns]
        rows = [
            ShownRow(row, self._row(row, _told(zip(grid.acts, said, strict=True), reasons) if acts else None, cells))
            for row, said in zip(found, verdicts, strict=True)
        ]
        chips = [
            ShownChips(
                one.name, one.label,
                [(value, label, counts[one.name].get(str(value), 0) if one.name in counts else None)
                 for value, label in one.choices(self.cycle)],
            )
            for one in grid.chips
        ]  # fmt: skip
        return Window(
            grid, page, columns, rows, chips, switches, acts, count, bool(self.chosen), seen, json.dumps([*reasons])
        )

    def _row(self, row: Any, acts: str | None, cells: Sequence[tuple[Any, str]]) -> SafeString:
        """Draw a row. acts: what may be done to it, None where nothing may be done to any row."""
        pk, url = row.pk, conditional_escape(self.grid.opened(row, self.cycle))
        parts = [f'<tr data-row="{pk}" data-url="{url}"', "" if acts is None else f' data-acts="{acts}"', ">"]
        if acts is not None:
            parts += [PICKED % (pk, conditional_escape(self.grid.named(row)))]
        kept = f'<input type="hidden" name="shown" value="{pk}">' if self.is_typed else ""
        for draw, opening in cells:
            parts += [opening, kept, conditional_escape(draw(row, self.cycle)), "</td>"]
            kept = ""
        return mark_safe(f"{''.join(parts)}</tr>")  # noqa: S308 -- keys are numbers, all else is escaped

    @property
    def is_typed(self) -> bool:
        """Whether rows are typed into."""
        return any(column.is_typed for column in self.grid.columns)

    def _columns(self) -> tuple[list[GridColumn], list[ColumnSwitch]]:
        """Return the columns that are shown, and how each that need not be is shown or hidden."""
        known = {column.name: column for column in self.grid.columns}
        text = parameters.text(self.request.GET, "columns", most=LONGEST_CHOICE)
        asked = set(text.split(".")) - {NONE_OF_THEM}
        if text and asked - known.keys():
            raise parameters.refused(self.request.GET, "columns", _("This list has no such column."))
        on = {name for name, column in known.items() if column.is_fixed}
        on |= asked if text else {name for name, column in known.items() if column.is_usual}
        free = [column for column in self.grid.columns if not column.is_fixed]
        switches = [
            ColumnSwitch(
                column.head, column.name in on,
                ".".join(one.name for one in free if (one.name in on) != (one is column)) or NONE_OF_THEM,
            )
            for column in free
        ]  # fmt: skip
        return [column for column in self.grid.columns if column.name in on], switches

    def _counted(self) -> tuple[RowCount, Counts]:
        """Count the rows that are asked for, and for each filter its values under all the other filters.

        Up to a bound: beyond it a figure is not known, and none is shown. One query, and one for each filter set.
        """
        if not self.chosen and self.grid.totals is not None:
            total, counts = self.grid.totals(self.cycle)
            return RowCount(total), counts
        told = [one for one in self.grid.chips if one.counted is not None]
        found = self._first_values(self.rows())
        count = RowCount(min(len(found), MOST_AT_ONCE))
        count.is_more = len(found) > MOST_AT_ONCE
        values: dict[str, Counter[str]] = {}
        for n, one in enumerate(told):
            rows = found
            if one.name in self.chosen:
                query = QueryDict(parameters.without(self.request.GET, one.name))
                rows = self._first_values([self._set(query, each).qs for each in self.lists])
            if len(rows) <= MOST_AT_ONCE:
                values[one.name] = Counter(str(row[n + 1]) for row in rows)
        return count, values

    def _first_values(self, lists: Sequence[QuerySet[Any]]) -> list[tuple[Any, ...]]:
        """Return key and counted values of the first rows of some lists."""
        counted = [(one.name, one.counted) for one in self.grid.chips if one.counted is not None]
        shown = {f"counted_{name}": of(self.cycle, name) for name, of in counted}
        return _first([rows.annotate(**shown) for rows in lists], [*shown], MOST_AT_ONCE + 1)


def _first(lists: Sequence[QuerySet[Any]], names: Sequence[str], most: int) -> list[tuple[Any, ...]]:
    """Return key and values of so many rows of several lists taken together."""
    first, *others = (rows.order_by().values_list("pk", *names)[:most] for rows in lists)
    return list(first.union(*others)[:most] if others else first)


def _opening(column: GridColumn) -> str:
    """Return how each cell of a column begins."""
    marks = {"num": column.is_number, "names-card": column.names_row, "typed-cell": column.is_typed,
             "aside-cell": column.is_aside}  # fmt: skip
    classes = " ".join(name for name, is_on in marks.items() if is_on)
    return f'<td data-label="{conditional_escape(str(column.head))}" class="{classes}">'


def _told(verdicts: Iterable[tuple[GridAct, Verdict]], reasons: dict[str, int]) -> str:
    """Write what may be done to a row. reasons: those that are known, with their numbers; new ones are added."""
    words = []
    for act, verdict in verdicts:
        number = "" if verdict else f"={reasons.setdefault(str(verdict.reason), len(reasons))}"
        words.append(f"{act.name}{number}")
    return " ".join(words)
