"""What a grid is made of, as a room declares it in its `grids`: columns, filters, acts, all of them data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.forms import Form
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from livelihood.accounts.models import User
from livelihood.kernel.errors import Refusals, Text
from livelihood.kernel.filters import SearchFilter, StrictFilterSet, WordsFilter
from livelihood.kernel.verdict import Verdict

MOST_AT_ONCE = 2_000
"""So many rows, at most, are acted on at once, and counted for whoever wants to choose all that match."""

READ_AT_MOST = 100
"""So many rows are shown to be read before an act; of acts that publish no more are taken."""

WORDS = "q"
"""The filter of words that are looked for."""
OF_WORDS = (WordsFilter, SearchFilter)
"""Filters whose value somebody types: it may name a person, and a view keeps none (ADR 57)."""

Place = Any
"""Whose list it is: a year, of people an area. Each list knows which."""

Counts = Mapping[str, Mapping[str, int]]
"""Filter → value → how many rows have it."""


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a grid.

    name: in addresses. draw: the cell of a row of a year, as text or HTML. order: the word of `Grid.orders` by which
    the list is put in its order. is_usual: shown until somebody chooses columns. names_row: says which row it is, and
    is never hidden, nor is one that is typed into. is_aside: not on phones, where the row says it on its own page.
    is_long: a text of any length, of which a wide window shows one line until somebody points at it or comes by keys.
    """

    name: str
    head: Text
    draw: Callable[[Any, Place], Any]
    unit: Text = ""
    order: str = ""
    is_number: bool = False
    is_usual: bool = True
    names_row: bool = False
    is_typed: bool = False
    is_aside: bool = False
    is_long: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether it is never hidden."""
        return self.names_row or self.is_typed


def by_column(_place: Place, name: str) -> Combinable:
    """Count a filter by the column of its own name."""
    return F(name)


@dataclass(frozen=True, slots=True)
class GridFilter:
    """A filter of the list as chips. counted: by what its values are told apart; None where they are not counted."""

    name: str
    label: Text
    choices: Callable[[Place], Iterable[tuple[Any, Text]]]
    counted: Callable[[Place, str], Any] | None = by_column


_GRIDS: dict[str, "Grid"] = {}


def declare(grid: "Grid") -> "Grid":
    """Make a grid known by its name."""
    _GRIDS[grid.name] = grid
    return grid


def grids() -> Mapping[str, "Grid"]:
    """Return every grid that a room declares in its `grids`."""
    autodiscover_modules("grids")
    return _GRIDS


def one_by_one(service: Callable[..., object]) -> Callable[..., Refusals]:
    """Make an act upon rows, in one transaction, of a service that takes one, as its first argument."""

    @transaction.atomic
    def act(rows: Iterable[Any], **given: Any) -> Refusals:
        refused = Refusals()
        for row in rows:
            with refused.of(row.pk):
                service(row, **given)
        return refused

    return act


@dataclass(frozen=True, slots=True)
class GridAct:
    """What may be done to rows that are chosen: one call of a service for all, or for each (`one_by_one`).

    key: the letter that does it. may: the rule, which asks no query of a row. act: the service, given the rows, the
    fields of the form, `seen`, `by`, `at`; it does those that are right and returns what it left out.
    done: "%(count)d rows were …". text: what will happen, in a sentence. form: what is asked once for all rows.
    read: what is to be read of each row before it is done.
    most: how many rows are taken at once where that is not usual.
    overturns: it may undo what a colleague decided meanwhile, so it is told what was on the page.
    """

    name: str
    key: str
    label: Text
    text: Text
    done: str | Promise
    may: Callable[[User, Any, datetime], Verdict]
    act: Callable[..., Refusals]
    form: Callable[[Place, User, datetime, Any], Form] | None = None
    read: Callable[[Any], Iterable[tuple[Text, str]]] | None = None
    most: int | None = None
    overturns: bool = True

    @property
    def at_once(self) -> int:
        """How many rows are taken at once."""
        return self.most or (READ_AT_MOST if self.read else MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Grid:
    """A list of a year or an area that is worked in.

    name: of the grid and of its saved views. page: name of the page's address.
    lists: the rows that a person may work on, in several lists where each has an index of its own.
    orders: word in the address → fields ending in `pk`; the first is the usual one. joined: what rows show beside.
    fetched: what acts read beside rows that are chosen.
    named: what a row is called. opened: the address of its page.
    settle: what is put onto a row before its rules are asked, so that they ask nothing more.
    totals: how many rows the whole list has, and how many by filter, where figures are kept.
    also: what the address may hold beside filters. has_views: whether views of it are saved, which is done in a year.
    """

    name: str
    title: Text
    page: str
    columns: Sequence[GridColumn]
    orders: Mapping[str, Sequence[str]]
    filters: type[StrictFilterSet]
    lists: Callable[[Place, User, datetime], Sequence[QuerySet[Any]]]
    named: Callable[[Any], str]
    opened: Callable[[Any, Place], str]
    chips: Sequence[GridFilter] = ()
    acts: Sequence[GridAct] = ()
    joined: Sequence[str] = ()
    fetched: Sequence[str] = ()
    searched: Text = ""
    settle: Callable[[Any, Place], None] = lambda row, place: None
    totals: Callable[[Place], tuple[int, Counts]] | None = None
    also: Sequence[str] = field(default=())
    has_views: bool = True

    def kept_of(self, query: QueryDict) -> str:
        """Return what a view keeps of an address: filters, order and columns; no words, no page."""
        kept = QueryDict(mutable=True)
        for name in (
            *(name for name, one in self.filters.base_filters.items() if not isinstance(one, OF_WORDS)),
            "not",
            "sort",
            "columns",
            *self.also,
        ):
            if value := query.get(name):
                kept[name] = str(value)
        return kept.urlencode()
