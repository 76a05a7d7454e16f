"""Keyset paging: a page is found by the key it starts after, so page 600 is as quick as page 1."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from livelihood.kernel import parameters

M = TypeVar("M", bound=Model)

PAGE_SIZE = 50
PUBLIC_SIZE = 20
"""Rows of a page that anybody reads, so that it stays below 3,000 px on a phone."""
COUNTED = 1_000
"""So many rows of a chosen list are counted; of more it is only said that there are more."""


class RowCount(int):
    """How many rows there are, or, where `is_more`, how many were counted before the counting stopped."""

    is_more = False


def count_up_to(*lists: QuerySet[Any]) -> RowCount:
    """Count rows, but no more than so many: whoever looks at a list need not wait until all others are counted.

    lists: taken together, each read by its own index; a row that stands in two of them is counted once.
    """
    first, *others = (rows.order_by()[: COUNTED + 1] for rows in lists)
    together = first.values("pk").union(*(rows.values("pk") for rows in others)) if others else first
    return row_count(together.count())


def values_up_to(rows: QuerySet[Any], fields: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """Return some fields of each row as texts; None where there are more rows than are counted.

    fields: name → what the database computes for it.
    """
    names = {f"told_{name}": name for name in fields}
    told = rows.order_by().annotate(**{f"told_{name}": field for name, field in fields.items()}).values(*names)
    found = [{names[key]: str(value) for key, value in row.items()} for row in told[: COUNTED + 1]]
    return found if len(found) <= COUNTED else None


def row_count(counted: int) -> RowCount:
    """Return how many rows there are. counted: no more than one beyond the bound, as that is enough to know."""
    count = RowCount(min(counted, COUNTED))
    count.is_more = counted > COUNTED
    return count


def first_of(lists: Sequence[QuerySet[Any]], order: Sequence[str], most: int) -> list[Any]:
    """Return the keys of the first rows of several lists taken together, each read by its own index and no further.

    order: as in `paginate`, ending in `pk`.
    """
    names = [name.lstrip("-") for name in order]
    first, *others = (rows.order_by(*order).values_list(*names)[:most] for rows in lists)
    return [row[-1] for row in first.union(*others).order_by(*order)[:most]]


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of a list, with the addresses of its neighbours (`?…`; None where there is none)."""

    rows: Sequence[M]
    previous: str | None
    next: str | None


def paginate(
    rows: QuerySet[M],
    order: Sequence[str],
    query: QueryDict,
    *,
    size: int = PAGE_SIZE,
    joined: Sequence[str] = (),
    lists: Sequence[QuerySet[M]] = (),
    whole: QuerySet[M] | None = None,
) -> Page[M]:
    """Return the page of `rows` that the query string asks for, in one query or, with `joined` or `lists`, in two.

    order: field names, `-` for descending, ending in a unique one; none of them may be null.
    query: `after` or `before` hold the key of the neighbouring row.
    joined: relations that the page shows beside its rows. Keys are then found first, and rows and relations after: the
        database cannot know how many rows a search finds, and may join and sort all of them before it takes the first.
    lists: the same rows in several lists, as in `first_of`; the order then ends in `pk`.
    whole: all rows as the page shows them; keys and rows are then one query, in an order that needs nothing of `rows`.

    :raises BadParameters: it is no key of this list.
    """
    name = "before" if query.get("before") else "after"
    key = _decode(rows, query.get(name) or "", order)
    if key is None and query.get(name):
        raise parameters.refused(query, name, _("No page of this list begins there. Begin at its first page."))
    backwards = key is not None and "before" in query
    directions = [_flip(name) for name in order] if backwards else list(order)
    parts = [each if key is None else each.filter(_beyond(directions, key)) for each in lists or [rows]]
    if whole is not None:
        # The bounds stand inside: it cannot join or sort more than it shows.
        first, *others = (each.order_by(*directions).values("pk")[: size + 1] for each in parts)
        keys = first.union(*others) if others else first
        found: list[Any] = list(whole.filter(pk__in=keys).order_by(*directions)[: size + 1])
    elif len(parts) > 1:
        found = first_of(parts, directions, size + 1)
    else:
        wanted = parts[0].order_by(*directions)[: size + 1]
        found = list(wanted.values_list("pk", flat=True) if joined else wanted)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if whole is None and (joined or len(parts) > 1):
        every: QuerySet[Any] = QuerySet(rows.model)
        found = in_order(every.select_related(*joined) if joined else every, found)
    has_previous = more if backwards else key is not None
    has_next = key is not None if backwards else more
    return Page(
        rows=found,
        previous=_link(query, "before", order, found[0]) if has_previous and found else None,
        next=_link(query, "after", order, found[-1]) if has_next and found else None,
    )


def in_order(rows: QuerySet[M], keys: Sequence[Any]) -> list[M]:
    """Return rows by their keys, in the order of these; one that is gone meanwhile is left out."""
    found = rows.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(directions: Sequence[str], key: Sequence[Any]) -> Q:
    """Build (a > x) or (a = x and b > y) or …, with < for descending fields.

    Before it stands a >= x, which it implies: the database can begin to read an index there, and at an OR it cannot.
    """
    first = directions[0].lstrip("-")
    begin = Q(**{f"{first}__{'lte' if directions[0].startswith('-') else 'gte'}": key[0]})
    condition, equal = Q(), Q()
    for name, value in zip(directions, key, strict=True):
        field, comparison = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{field}__{comparison}": value})
        equal &= Q(**{field: value})
    return begin & condition


def rows_from(lists: Sequence[QuerySet[Any]], order: Sequence[str], row: Model, most: int) -> list[Any]:
    """Return the key of a row, and of those that follow it in some lists taken together: so many at most."""
    following = _beyond(order, _values(order, row))
    return [row.pk, *first_of([rows.filter(following) for rows in lists], order, most - 1)]


def _values(order: Sequence[str], row: Model) -> list[Any]:
    """Return what a row has in the fields of an order."""
    return [reduce(getattr, name.lstrip("-").split("__"), row) for name in order]


def _link(query: QueryDict, direction: str, order: Sequence[str], row: Model) -> str:
    text = json.dumps(_values(order, row), cls=DjangoJSONEncoder, separators=(",", ":"))
    copy = _without_key(query)
    copy[direction] = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return f"?{copy.urlencode()}"


def _without_key(query: QueryDict) -> QueryDict:
    copy = query.copy()
    copy.pop("after", None)
    copy.pop("before", None)
    return copy


def _decode(rows: QuerySet[Any], text: str, order: Sequence[str]) -> list[Any] | None:
    """Return the values of a key, each as its field holds it; None for what no link of ours can hold."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(values, list) or len(values) != len(order):
        return None
    fields = (parameters.field_at(rows, name.lstrip("-")) for name in order)
    try:
        return [parameters.stored(field, value) for field, value in zip(fields, values, strict=True)]
    except ValueError:
        return None
