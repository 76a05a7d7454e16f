"""What a grid is made of, as a room declares it in its `grids`: columns, filters, acts, all of them data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.forms import Form
from django.utils.functional import Promise

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.filters import StrictFilterSet
from livelihood.kernel.verdict import Verdict

MOST_AT_ONCE = 2_000
"""So many rows, at most, are acted on at once, and counted for whoever wants to choose all that match."""

Counts = Mapping[str, Mapping[str, int]]
"""Filter → value → how many rows have it."""


@dataclass(frozen=True, slots=True)
class GridColumn:
    """A column of a grid.

    name: in addresses. draw: the cell of a row of a year, as text or HTML. order: the word of `Grid.orders` by which
    the list is put in its order. is_usual: shown until somebody chooses columns. names_row: says which row it is, and
    is never hidden, nor is one that is typed into. is_aside: not on phones, where the row says it on its own page.
    """

    name: str
    head: Text
    draw: Callable[[Any, Cycle], Any]
    unit: Text = ""
    order: str = ""
    is_number: bool = False
    is_usual: bool = True
    names_row: bool = False
    is_typed: bool = False
    is_aside: bool = False

    @property
    def is_fixed(self) -> bool:
        """Whether it is never hidden."""
        return self.names_row or self.is_typed


def by_column(_cycle: Cycle, name: str) -> Combinable:
    """Count a filter by the column of its own name."""
    return F(name)


@dataclass(frozen=True, slots=True)
class GridFilter:
    """A filter of the list as chips. counted: by what its values are told apart; None where they are not counted."""

    name: str
    label: Text
    choices: Callable[[Cycle], Iterable[tuple[Any, Text]]]
    counted: Callable[[Cycle, str], Any] | None = by_column


@dataclass(frozen=True, slots=True)
class GridAct:
    """What may be done to rows that are chosen: one call of a service for each.

    key: the letter that does it. may: the rule, which asks no query of a row. act: the service, given the row, the
    fields of the form, `seen`, `by`, `at`. done: "%(count)d rows were …". text: what will happen, in a sentence.
    form: what is asked once for all rows. read: what is to be read of each row before it is done.
    is_whole: all rows or none; otherwise those that are right are done and the others named.
    overturns: it may undo what a colleague decided meanwhile, so it is told what was on the page.
    """

    name: str
    key: str
    label: Text
    text: Text
    done: str | Promise
    may: Callable[[User, Any, datetime], Verdict]
    act: Callable[..., object]
    form: Callable[[Cycle, User, datetime, Any], Form] | None = None
    read: Callable[[Any], Iterable[tuple[Text, str]]] | None = None
    is_whole: bool = False
    overturns: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A list of a year that is worked in.

    name: of the grid and of its saved views. page: name of the page's address.
    lists: the rows that a person may work on, in several lists where each has an index of its own.
    orders: word in the address → fields ending in `pk`; the first is the usual one. joined: what rows show beside.
    named: what a row is called. opened: the address of its page.
    settle: what is put onto a row before its rules are asked, so that they ask nothing more.
    totals: how many rows the whole list has, and how many by filter, where figures are kept.
    also: what the address may hold beside filters.
    """

    name: str
    title: Text
    page: str
    columns: Sequence[GridColumn]
    orders: Mapping[str, Sequence[str]]
    filters: type[StrictFilterSet]
    lists: Callable[[Cycle, User, datetime], Sequence[QuerySet[Any]]]
    named: Callable[[Any], str]
    opened: Callable[[Any, Cycle], str]
    chips: Sequence[GridFilter] = ()
    acts: Sequence[GridAct] = ()
    joined: Sequence[str] = ()
    searched: Text = ""
    settle: Callable[[Any, Cycle], None] = lambda row, cycle: None
    totals: Callable[[Cycle], tuple[int, Counts]] | None = None
    also: Sequence[str] = field(default=())
