"""Rows as SQL, for an act that writes several of them in one statement."""

from functools import cache
from types import NoneType
from typing import Any

from django.db import connection, models

PLAIN = (models.CharField, models.TextField, models.BooleanField, models.ForeignKey, models.BigAutoField)


def insertion(row: models.Model) -> tuple[str, list[Any]]:
    """Return `INSERT INTO table (columns) SELECT marks` for a row and what the marks stand for.

    It may be followed by FROM, WHERE and ON CONFLICT. What the database gives a row itself is left out: a key that is
    None, and columns computed from others.
    """
    fields, sql = _insertion(type(row), has_key=row.pk is not None)
    return sql, [_prepared(field, field.pre_save(row, add=True)) for field in fields]


def _prepared(field: models.Field, value: Any) -> Any:
    """Return a value as the field gives it to the database; what is plain it gives as it is, as a rule of Django's."""
    if type(field) in PLAIN and type(value) in (str, int, bool, NoneType):
        return value
    return field.get_db_prep_save(value, connection)


@cache
def _insertion(model: type[models.Model], *, has_key: bool) -> tuple[list[models.Field], str]:
    meta = model._meta
    fields = [field for field in meta.concrete_fields if not field.generated and (has_key or not field.primary_key)]
    columns, marks = ", ".join(str(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    return fields, f"INSERT INTO {meta.db_table} ({columns}) SELECT {marks}"
