"""One search for all rooms: words in any writing, found by an index that knows pairs of characters.

A table that is searched has a column of its texts, folded by the database, and an index over it:

    search = search_column("title", "summary")
    …  indexes = [search_index("proposals_need_search")]

or, of names that are written in thousands at once, `names_column` and `names_index`. `matching(rows, text)` keeps the
rows that hold every word. The functions stand in search.sql; the first migration of an app whose tables are searched
runs `install()` before it makes them, or depends on one that does.
"""

import re
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.migrations.operations import RunSQL
from django.db.models import F, Func, Lookup, Model, Q, QuerySet
from django.db.models.functions import Collate

from livelihood.kernel.numbers import parse_reference
from livelihood.kernel.simplified import simplified_by_traditional

M = TypeVar("M", bound=Model)

OF_REFERENCE = re.compile(r"[0-9-]+")


def install() -> RunSQL:
    """Return the operation that gives the database its functions of search."""
    text, table = Path(__file__).with_name("search.sql").read_text(encoding="utf-8"), simplified_by_traditional()
    text = text.replace(":traditional", "".join(map(chr, table))).replace(":simplified", "".join(table.values()))
    names = ("grams", "pairs", "plain", "simplify", "fold", "fold_odd")
    return RunSQL(text, f"DROP FUNCTION {', '.join(f'search_{name}' for name in names)}")


class NameColumn(models.TextField):
    """Folded names and addresses. Their index holds pairs of characters alone, as each row of an import pays for it."""


def search_column(*fields: str) -> models.GeneratedField:
    """Return the column that a search looks at: these fields of the row, folded and simplified, one below the other."""
    return _column(models.TextField(), fields)


def names_column(*fields: str) -> models.GeneratedField:
    """Return the same for a table of names."""
    return _column(NameColumn(), fields)


def _column(holding: models.TextField, fields: tuple[str, ...]) -> models.GeneratedField:
    folded = Func(*fields, template="search_plain(%(expressions)s)", arg_joiner=r" || E'\n' || ")
    return models.GeneratedField(
        expression=folded, output_field=holding, db_persist=True, editable=False, serialize=False
    )


def folded(field: str) -> Func:
    """Return a text as `folding.fold` gives it, folded as it is read; for few rows, as no index holds it."""
    return Func(field, function="search_fold", output_field=models.TextField())


def search_index(name: str) -> GinIndex:
    """Return the index of a search column; rows without any text are not in it."""
    return GinIndex(_pieces("search_grams"), name=name, condition=~Q(search=""))


def names_index(name: str) -> GinIndex:
    """Return the index of a column of names; what is new waits in a list of some kilobytes to be sorted in later."""
    pieces = _pieces("search_pairs")
    return GinIndex(pieces, name=name, condition=~Q(search=""), fastupdate=True, gin_pending_list_limit=65_536)


def _pieces(function: str) -> Collate:
    # By the code of the characters: quickest, and the same on every server.
    return Collate(Func(F("search"), function=function, output_field=ArrayField(models.TextField())), "C")


class Reads(Lookup):
    """`search__reads=word`: the folded text holds the word; one of nothing visible is held by none."""

    lookup_name = "reads"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition."""
        column, of_column = self.process_lhs(compiler, connection)
        word, of_word = self.process_rhs(compiler, connection)
        sql = f"({column} <> '' AND search_plain({word}) <> '' AND strpos({column}, search_plain({word})) > 0)"
        return sql, (*of_column, *of_word, *of_column, *of_word)


class Holds(Reads):
    """`search__holds=word`: the same, by the index.

    It finds the rows in which all pairs of the word's characters occur; in them the word itself is looked for.
    """

    lookup_name = "holds"
    pieces = "search_grams"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition."""
        column, of_column = self.process_lhs(compiler, connection)
        word, of_word = self.process_rhs(compiler, connection)
        reads, of_reads = super().as_sql(compiler, connection)
        sql = f'({reads} AND {self.pieces}({column}) COLLATE "C" @> {self.pieces}(search_plain({word})))'
        return sql, (*of_reads, *of_column, *of_word)


class NamesHold(Holds):
    """The same for names: a word of one character is looked for in every row."""

    pieces = "search_pairs"


models.TextField.register_lookup(Reads)
models.TextField.register_lookup(Holds)
NameColumn.register_lookup(NamesHold)


def matching(rows: QuerySet[M], text: str, *, reference: str = "", is_common: bool = False) -> QuerySet[M]:
    """Keep the rows that hold every word of a search.

    is_common: very many rows do, so that whoever shows the first of a list finds them sooner by reading it in its order
        than by sorting what the index finds.
    reference: a field of digits and hyphens, looked at as well for words that consist of nothing else. A whole number,
        with or without its hyphens, is looked for there alone: it has an index, and a part of a number has none.
    """
    for word in text.split():
        held = Q(search__reads=word) if is_common else Q(search__holds=word)
        if reference and OF_REFERENCE.fullmatch(word):
            whole = parse_reference(word)
            held = Q(**{reference: whole}) if whole else held | Q(**{f"{reference}__contains": word})
        rows = rows.filter(held)
    return rows
