"""One search for all rooms: words in any writing, found by an index that knows pairs of characters.

A table that is searched has a column of its texts, folded by the database, and an index over it:

    search = search_column("title", "summary")
    …  indexes = [search_index("proposals_need_search")]

`matching(rows, text)` keeps the rows that hold every word. The functions stand in search.sql; the first migration of an
app whose tables are searched runs `install()` before it makes them, or depends on one that does.
"""

import re
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.migrations.operations import RunSQL
from django.db.models import F, Func, Lookup, Model, Q, QuerySet

from livelihood.kernel.numbers import parse_reference

M = TypeVar("M", bound=Model)

OF_REFERENCE = re.compile(r"[0-9-]+")


def install() -> RunSQL:
    """Return the operation that gives the database its functions of search."""
    text = Path(__file__).with_name("search.sql").read_text(encoding="utf-8")
    return RunSQL(text, "DROP FUNCTION search_grams, search_fold")


def search_column(*fields: str) -> models.GeneratedField:
    """Return the column that a search looks at: these fields of the row, folded, one below the other."""
    folded = Func(*fields, template="search_fold(%(expressions)s)", arg_joiner=r" || E'\n' || ")
    return models.GeneratedField(
        expression=folded, output_field=models.TextField(), db_persist=True, editable=False, serialize=False
    )


def search_index(name: str) -> GinIndex:
    """Return the index of a search column; rows without any text are not in it."""
    grams = Func(F("search"), function="search_grams", output_field=ArrayField(models.BigIntegerField()))
    return GinIndex(grams, name=name, condition=~Q(search=""))


@models.TextField.register_lookup
class Holds(Lookup):
    """`search__holds=word`: the folded text holds the word; one of nothing visible is held by none.

    The index finds the rows in which all pairs of the word's characters occur; in them the word itself is looked for.
    """

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition."""
        column, of_column = self.process_lhs(compiler, connection)
        word, of_word = self.process_rhs(compiler, connection)
        sql = (
            f"({column} <> '' AND search_fold({word}) <> '' AND strpos({column}, search_fold({word})) > 0"
            f" AND search_grams({column}) @> search_grams(search_fold({word})))"
        )
        return sql, (*of_column, *of_word, *of_column, *of_word, *of_column, *of_word)


def matching(rows: QuerySet[M], text: str, *, reference: str = "") -> QuerySet[M]:
    """Keep the rows that hold every word of a search.

    reference: a field of digits and hyphens, looked at as well for words that consist of nothing else. A whole number,
        with or without its hyphens, is looked for there alone: it has an index, and a part of a number has none.
    """
    for word in text.split():
        held = Q(search__holds=word)
        if reference and OF_REFERENCE.fullmatch(word):
            whole = parse_reference(word)
            held = Q(**{reference: whole}) if whole else held | Q(**{f"{reference}__contains": word})
        rows = rows.filter(held)
    return rows
