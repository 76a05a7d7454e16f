"""Which rows other rows refer to, asked of ten thousand rows as of one; and how those go to which none does."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL


def referred_to(
    model: type[models.Model],
    keys: Collection[int],
    *,
    besides: Mapping[type[models.Model], Collection[int]],
    own: Collection[type[models.Model]] = (),
) -> set[int]:
    """Return the keys of rows to which other rows refer; as many queries as there are relations.

    besides: keys of rows, by model, that would go as well and do not count.
    own: models of rows that are parts of it and go with it.
    """
    found: set[int] = set()
    among = {other: any_of(some) for other, some in besides.items() if some}
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in own:
            continue
        other: Any = relation.related_model
        name = relation.field.attname
        rows: models.QuerySet[Any] = models.QuerySet(other).filter(**{f"{name}__in": any_of(keys)})
        if other in among:
            rows = rows.exclude(pk__in=among[other])
        found |= set(rows.values_list(name, flat=True).distinct())
    return found


def any_of(keys: Collection[int]) -> RawSQL:
    """Return keys as one parameter, to be looked for by `__in`."""
    # Not by the ORM: it makes a parameter of each key, which for ten thousand takes longer than the query.
    return RawSQL("SELECT unnest(%s::bigint[])", [list(keys)], BigIntegerField())


def delete_unreferred(rows: models.QuerySet[Any]) -> None:
    """Delete rows to which nothing refers, as was asked before; where it is not true the database refuses it."""
    rows._raw_delete(rows.db)  # noqa: SLF001 -- `delete` asks every relation again, for each row
