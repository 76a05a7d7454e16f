"""Which rows other rows refer to."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models


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
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or relation.related_model in own:
            continue
        other: Any = relation.related_model
        name = relation.field.attname
        rows: models.QuerySet[Any] = models.QuerySet(other).filter(**{f"{name}__in": keys})
        found |= set(rows.exclude(pk__in=besides.get(other, ())).values_list(name, flat=True).distinct())
    return found
