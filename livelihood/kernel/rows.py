"""Rows as SQL, for an act that writes several of them in one statement."""

from functools import cache
from typing import Any

from django.db import connection, models


def insertion(row: models.Model) -> tuple[str, list[Any]]:
    """Return `INSERT INTO table (columns) SELECT marks` for a row and what the marks stand for.

    It may be followed by FROM, WHERE and ON CONFLICT. What the database gives a row itself is left out: a key that is
    None, and columns computed from others.
    """
    fields, sql = _insertion(type(row), has_key=row.pk is not None)
    return sql, [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]


@cache
def _insertion(model: type[models.Model], *, has_key: bool) -> tuple[list[models.Field], str]:
    meta = model._meta
    fields = [field for field in meta.concrete_fields if not field.generated and (has_key or not field.primary_key)]
    columns, marks = ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    return fields, f"INSERT INTO {meta.db_table} ({columns}) SELECT {marks}"
