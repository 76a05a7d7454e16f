"""The part of a grid that stands on a page: one window of its rows, as the address asks for it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet, Subquery, Value, prefetch_related_objects
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from livelihood.accounts.models import User
from livelihood.audit.models import Entry
from livelihood.audit.selectors import last_entry
from livelihood.kernel import parameters
from livelihood.kernel.errors import Text
from livelihood.kernel.paging import Page, RowCount, paginate, rows_from
from livelihood.kernel.parameters import BadParameters
from livelihood.kernel.verdict import Verdict
from livelihood.lists.grids.declared import MOST_AT_ONCE, Counts, Grid, GridAct, GridColumn, GridFilter, Place
from livelihood.lists.models import SavedView
from livelihood.lists.selectors import views_of

OF_GRIDS = ("sort", "columns", "saved")
"""What the address of every grid may hold beside its filters."""
PICKED = (
    '<td class="pick-cell"><label class="check"><input type="checkbox" name="row" value="%s">'
    '<span class="visually-hidden">%s</span></label></td>'
)
"""The box of a row: its key, and what the row is called."""
LONGEST_CHOICE = 400
"""Characters of the names of all columns of a grid."""
ValuesOfRows = dict[int, list[Any]]
"""Key of a row → what its chips tell apart."""
NONE_OF_THEM = "-"
"""What stands for the columns in an address where only those are shown that are never hidden."""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as it is drawn. drawn: as HTML, which a template would take ten times as long for."""

    row: Any
    drawn: SafeString


@dataclass(frozen=True, slots=True)
class ShownChips:
    """The chips of a filter: value, label and, where it is known, the count under the other filters.

    negated: the names of the filters that are turned round; None where this one cannot be. now: what is asked for, if
    anything.
    """

    name: str
    label: Text
    choices: Sequence[tuple[Any, Text, int | None]]
    negated: Sequence[str] | None
    now: Text


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
    so few do that all may be chosen. views: saved ones that may be opened. saved: the key of the one that is open.
    views_url: of the page where this view is saved, if any.
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
    views: Sequence[SavedView]
    saved: int | None
    views_url: str

    @property
    def all_count(self) -> int | None:
        """Return how many rows may be chosen at once."""
        return None if self.count.is_more or self.count > MOST_AT_ONCE else int(self.count)

    @property
    def bounded(self) -> Sequence[GridAct]:
        """Return the acts that do not take all rows at once."""
        return [act for act in self.acts if act.at_once < (self.all_count or 0)]


class Asking:
    """What a request asks of a grid: whose rows, which of them, in which order.

    query: what is asked for, where it is not the address of the request.

    :raises BadParameters: there is no such order.
    """

    def __init__(
        self, grid: Grid, request: HttpRequest, place: Place, by: User, at: datetime, *, query: QueryDict | None = None
    ) -> None:
        self.grid, self.request, self.place, self.by, self.at = grid, request, place, by, at
        self.query = request.GET if query is None else query
        self.lists = grid.lists(place, by, at)
        self.filters = grid.filters(self.query, self.lists[0], request=request)
        self.filters.also = frozenset({*parameters.OF_PAGES, *OF_GRIDS, *grid.also})
        self.filters.is_page = True
        usual = next(iter(grid.orders))
        self.order = grid.orders[parameters.word(self.query, "sort", grid.orders, default=usual)]

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set."""
        return self.filters.chosen

    def rows(self, *, but: str = "", is_common: bool = False) -> list[QuerySet[Any]]:
        """Return the rows that are asked for, in their lists; but, is_common: as of `StrictFilterSet.keep`."""
        return [self.filters.keep(rows, but=but, is_common=is_common) for rows in self.lists]

    @cached_property
    def views(self) -> list[SavedView]:
        """Return the saved views that this person may open."""
        return views_of(self.grid.name, self.by, self.at) if self.grid.has_views else []

    def check(self) -> None:
        """Ask whether the list can be shown so.

        :raises BadParameters: a filter, a value or a column is unknown.
        """
        self.filters.check()
        self._columns()

    def usual_url(self) -> str:
        """Return the address of the view with which the list opens; "" where the address asks for one, or none is.

        A view that can no longer be read is told and left out.
        """
        if self.query:
            return ""
        for view in self.views:
            if view.is_usual:
                asked = QueryDict(view.query)
                try:
                    Asking(self.grid, self.request, self.place, self.by, self.at, query=asked).check()
                except BadParameters:
                    text = _("The list does not open with the view “{name}”: something it asks for is no longer there.")
                    messages.warning(self.request, text.format(name=view.name))
                else:
                    return view_url(self.grid, view, self.place)
        return ""

    def _opened_view(self) -> int | None:
        """Return the key of the view that was opened, while the address still asks for what it keeps."""
        key, kept = parameters.whole(self.query, "saved"), self.grid.kept_of(self.query)
        return next((view.pk for view in self.views if view.pk == key and view.query == kept), None)

    def _views_url(self) -> str:
        if not self.grid.has_views:
            return ""
        kept = self.grid.kept_of(self.query)
        address = self.place.address("lists:views", grid=self.grid.name)
        return f"{address}?{kept}" if kept else address

    def among(self, keys: Iterable[int]) -> list[Any]:
        """Return rows by their keys, of those that this person may work on, in the order of their keys."""
        wanted = list(keys)
        mine = {pk for rows in self.lists for pk in rows.filter(pk__in=wanted).values_list("pk", flat=True)}
        rows = list(self._settled(self._whole().filter(pk__in=mine).order_by("pk")))
        prefetch_related_objects(rows, *self.grid.fetched)
        return rows

    def keys(self) -> list[int]:
        """Return the keys of all rows that are asked for, one more than may be chosen at once where there are more."""
        return [found[0] for found in _first(self.rows(), [], MOST_AT_ONCE + 1)]

    def _settled(self, rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            self.grid.settle(row, self.place)
            yield row

    def following(self, pk: int, most: int) -> list[Any]:
        """Return a row by its key, and those that follow it in the list as it is asked for: so many at most."""
        first = self.among([pk])
        keys = rows_from(self.rows(), self.order, first[0], most) if first else []
        found = {row.pk: row for row in self.among(keys)}
        return [found[key] for key in keys if key in found]

    def window(self, *, size: int) -> Window:
        """Return the rows of one page with all that is drawn of them."""
        counted = self._counted()
        lists = self.rows(is_common=counted[0].is_more and self.filters.is_searching)
        whole = self._whole()
        if any(act.overturns for act in self.grid.acts):
            whole = whole.annotate(last_entry=Subquery(Entry.objects.order_by("-pk").values("pk")[:1]))
        page = paginate(lists[0], self.order, self.query, size=size, lists=lists, whole=whole)
        seen = getattr(page.rows[0], "last_entry", 0) or 0 if page.rows else 0
        return self._drawn(page, seen, *counted)

    def _whole(self) -> QuerySet[Any]:
        """Return all rows of the kind as a page shows them; where nothing is joined, the lists bring all of that."""
        model: Any = self.lists[0].model
        return model.objects.select_related(*self.grid.joined) if self.grid.joined else self.lists[0]

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
        chips = [self._chips(one, counts) for one in grid.chips]
        return Window(
            grid, page, columns, rows, chips, switches, acts, count, bool(self.chosen), seen, json.dumps([*reasons]),
            self.views, self._opened_view(), self._views_url(),
        )  # fmt: skip

    def _chips(self, one: GridFilter, counts: Counts) -> ShownChips:
        known, asked = counts.get(one.name), self.chosen.get(one.name, "")
        found = [(value, label, None if known is None else known.get(str(value), 0))
                 for value, label in one.choices(self.place)]  # fmt: skip
        negated = self.filters.negated
        now = next((label for value, label, _count in found if str(value) == asked), asked)
        if now and one.name in negated:
            now = _("all but %(value)s") % {"value": now}
        can_turn = one.name in self.filters.turned_round
        return ShownChips(one.name, one.label, found, negated if can_turn else None, now)

    def _row(self, row: Any, acts: str | None, cells: Sequence[tuple[Any, str]]) -> SafeString:
        """Draw a row. acts: what may be done to it, None where nothing may be done to any row."""
        pk, url = row.pk, conditional_escape(self.grid.opened(row, self.place))
        parts = [f'<tr data-row="{pk}" data-url="{url}"', "" if acts is None else f' data-acts="{acts}"', ">"]
        if acts is not None:
            parts += [PICKED % (pk, conditional_escape(self.grid.named(row)))]
        kept = f'<input type="hidden" name="shown" value="{pk}">' if self.is_typed else ""
        for draw, opening in cells:
            parts += [opening, kept, conditional_escape(draw(row, self.place)), "</td>"]
            kept = ""
        return mark_safe(f"{''.join(parts)}</tr>")  # noqa: S308 -- keys are numbers, all else is escaped

    @property
    def is_typed(self) -> bool:
        """Whether rows are typed into."""
        return any(column.is_typed for column in self.grid.columns)

    def _columns(self) -> tuple[list[GridColumn], list[ColumnSwitch]]:
        """Return the columns that are shown, and how each that need not be is shown or hidden."""
        known = {column.name: column for column in self.grid.columns}
        text = parameters.text(self.query, "columns", most=LONGEST_CHOICE)
        asked = set(text.split(".")) - {NONE_OF_THEM}
        if text and asked - known.keys():
            raise parameters.refused(self.query, "columns", _("This list has no such column."))
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

        Up to a bound: beyond it a figure is not known, and none is shown. One query for all of them.
        """
        if not self.chosen and self.grid.totals is not None:
            total, counts = self.grid.totals(self.place)
            return RowCount(total), counts
        told = [one.name for one in self.grid.chips if one.counted is not None]
        found = self._first_values(["", *(name for name in told if name in self.chosen)])
        values: dict[str, Counter[str]] = {}
        for n, name in enumerate(told):
            rows = found.get(name, found[""])
            if len(rows) <= MOST_AT_ONCE:
                values[name] = Counter(str(row[n]) for row in rows.values())
        count = RowCount(min(len(found[""]), MOST_AT_ONCE))
        count.is_more = len(found[""]) > MOST_AT_ONCE
        return count, values

    def _first_values(self, without: Sequence[str]) -> dict[str, ValuesOfRows]:
        """Return the counted values of the first rows that are asked for when a filter is left out, by its name."""
        counted = [(one.name, one.counted) for one in self.grid.chips if one.counted is not None]
        shown = {f"counted_{name}": of(self.place, name) for name, of in counted}
        parts = [
            rows.annotate(of_part=Value(n), **shown).order_by().values_list("pk", "of_part", *shown)[: MOST_AT_ONCE + 1]
            for n, name in enumerate(without)
            for rows in self.rows(but=name)
        ]
        found: dict[str, ValuesOfRows] = {name: {} for name in without}
        for pk, part, *values in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
            found[without[part]][pk] = values  # a row that stands in two lists is one
        return found


def _first(lists: Sequence[QuerySet[Any]], names: Sequence[str], most: int) -> list[tuple[Any, ...]]:
    """Return key and values of so many rows of several lists taken together."""
    first, *others = (rows.order_by().values_list("pk", *names)[:most] for rows in lists)
    return list(first.union(*others)[:most] if others else first)


def view_url(grid: Grid, view: SavedView, place: Place) -> str:
    """Address a list as a saved view shows it."""
    return f"{place.address(grid.page)}?{view.query}{'&' if view.query else ''}saved={view.pk}"


def _opening(column: GridColumn) -> str:
    """Return how each cell of a column begins."""
    marks = {"num": column.is_number, "names-card": column.names_row, "typed-cell": column.is_typed,
             "aside-cell": column.is_aside, "long-cell": column.is_long}  # fmt: skip
    classes = " ".join(name for name, is_on in marks.items() if is_on)
    return f'<td data-label="{conditional_escape(str(column.head))}" class="{classes}">'


def _told(verdicts: Iterable[tuple[GridAct, Verdict]], reasons: dict[str, int]) -> str:
    """Write what may be done to a row. reasons: those that are known, with their numbers; new ones are added."""
    words = []
    for act, verdict in verdicts:
        number = "" if verdict else f"={reasons.setdefault(str(verdict.reason), len(reasons))}"
        words.append(f"{act.name}{number}")
    return " ".join(words)
