"""Whether rows are still the ones that somebody saw: PostgreSQL gives every row that is written a new version."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL


def versions(rows: QuerySet[Any]) -> Iterator[tuple[int, str]]:
    """Yield the key and the version of each row, in the order of the rows; a row that is written has a new version."""
    # Not by the ORM: the system columns that say which transaction wrote a row, and where, are no fields of a model.
    table = rows.model._meta.db_table
    version = RawSQL(f'"{table}".xmin::text || "{table}".ctid::text', [], TextField())  # noqa: S611 -- a table of ours
    yield from rows.annotate(row_version=version).values_list("pk", "row_version").iterator(chunk_size=10_000)


def state_of(rows: QuerySet[Any], named: Iterable[QuerySet[Any]]) -> tuple[str, list[int]]:
    """Return the SHA-256 of the versions of rows, in their order, and of all that they may name; and their keys.

    It costs a tenth of reading what it stands for.
    """
    digest = hashlib.sha256()
    for others in named:
        for row in versions(others.order_by("pk")):
            digest.update(b"%d:%b;" % (row[0], row[1].encode()))
        digest.update(b"|")
    keys = []
    for key, version in versions(rows):
        digest.update(b"%d:%b;" % (key, version.encode()))
        keys.append(key)
    return digest.hexdigest(), keys
