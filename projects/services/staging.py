"""Rows of sites on their way into the database: copied, compared and written there, without a loop in Python."""

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from livelihood.cycles.models import Cycle
from livelihood.kernel.folding import fold
from projects.importers import IDENTITY, STORED, SiteRow
from projects.lights import LIGHT, REASON, thresholds
from projects.models import LightRule
from projects.states import SiteState

Stored = tuple[Any, ...]
"""A site as it is stored: the columns of SiteRow, state, last report."""

TEXTS = ("key_folded", "key", "name", "address", "source")
VALUES = tuple(column for column in STORED if column not in {"project_id", "key"})
"""What writing may change; a key stays as it was first spelt."""

BORN = {"quantity_done": "0", "state": f"'{SiteState.PLANNED}'"}
"""What a new site begins with."""


def _row(table: str) -> str:
    return f"({', '.join(f'{table}.{column}' for column in VALUES)})"


COLUMNS, SAME = ", ".join(("key_folded", *STORED)), ", ".join(IDENTITY)
DIGEST = f"md5({_row('site')}::text)"
BEGINNING = ", ".join(f"{value} AS {column}" for column, value in BORN.items())
DIFFERS = f"{_row('site')} IS DISTINCT FROM {_row('incoming')}"
# Not by the ORM: a table that is there for one transaction, and COPY, which is twenty times as fast as INSERT.
CREATE = f"""
CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT 0 AS place, {COLUMNS} FROM projects_site WITH NO DATA
"""  # noqa: S608 -- constants
COPY = f"COPY incoming (place, {COLUMNS}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(TEXTS)}))"
# Not by the ORM: one statement that takes its rows from another table.
UPSERT = f"""
INSERT INTO projects_site AS site (cycle_id, {COLUMNS}, {", ".join(BORN)}, light, light_reason)
SELECT cycle_id, {COLUMNS}, {", ".join(BORN)}, {LIGHT}, {REASON}
FROM (SELECT %s AS cycle_id, *, {BEGINNING} FROM incoming) AS born
ON CONFLICT ({SAME}) DO UPDATE SET {", ".join(f"{column} = EXCLUDED.{column}" for column in VALUES)}
WHERE {_row("site")} IS DISTINCT FROM {_row("EXCLUDED")}
"""  # noqa: S608 -- built from the constants above
# How many sites are there already; of those that would change, all that decides whether they may; and the sums, with
# what they may not exceed. Reports on other sites do not matter. Not by the ORM: it does not know the table.
BASIS = f"""
SELECT md5(ROW(
    (SELECT count(*) FROM incoming JOIN projects_site USING ({SAME})),
    (SELECT string_agg(
        ROW(site.id, {_row("site")}, site.state IN ('completed', 'accepted'), site.reported_on IS NULL)::text,
        '' ORDER BY site.id)
     FROM incoming JOIN projects_site AS site USING ({SAME}) WHERE {DIFFERS}),
    (SELECT string_agg(ROW(indicator.id, indicator.target, indicator.kind, indicator.counted_by)::text, '' ORDER BY id)
     FROM projects_indicator AS indicator WHERE id IN (SELECT indicator_id FROM incoming)),
    (SELECT string_agg(ROW(indicator_id, area_id, target)::text, '' ORDER BY indicator_id, area_id)
     FROM projects_allocation WHERE indicator_id IN (SELECT indicator_id FROM incoming)),
    (SELECT string_agg(ROW(indicator_id, area_id, planned)::text, '' ORDER BY indicator_id, area_id)
     FROM projects_indicatorfigure WHERE planned <> 0 AND indicator_id IN (SELECT indicator_id FROM incoming))
)::text)
"""  # noqa: S608 -- built from the constants above
KNOWN = f"""
SELECT {", ".join(f"site.{column}" for column in STORED)}, site.state, site.reported_on, site.key_folded
FROM incoming JOIN projects_site AS site USING ({SAME})
"""  # noqa: S608 -- built from the constants above
COUNT_KNOWN = f"SELECT count(*) FROM incoming JOIN projects_site USING ({SAME})"  # noqa: S608 -- as above
# What the rows add to the planned quantities of an indicator in an area; a site that is there already moves its own.
ADDED = f"""
SELECT indicator_id, area_id, sum(planned) FROM (
    SELECT indicator_id, area_id, quantity_planned AS planned FROM incoming
    UNION ALL
    SELECT site.indicator_id, site.area_id, -site.quantity_planned
    FROM incoming JOIN projects_site AS site USING ({SAME})
) AS moved WHERE planned IS NOT NULL GROUP BY indicator_id, area_id
"""  # noqa: S608 -- built from the constants above


BECAME = f"""
SELECT place, site.id, {DIGEST}, {", ".join(f"site.{column}" for column in IDENTITY)}
FROM incoming JOIN projects_site AS site USING ({SAME}) ORDER BY place
"""  # noqa: S608 -- built from the constants above
IDENTITIES = f"SELECT {SAME} FROM incoming JOIN projects_site USING ({SAME})"  # noqa: S608 -- as above
DIGESTS = f"SELECT site.id, {DIGEST} FROM projects_site AS site WHERE id = ANY(%s)"  # noqa: S608 -- as above


class Staging:
    """Rows in a table of this transaction, compared with the sites and written by the database itself."""

    # Not by the ORM: the table has no model, as it is there for one transaction alone.

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def basis(self) -> str:
        """Return a digest of everything that decides whether and how these rows may be written."""
        self.cursor.execute(BASIS)
        return self.cursor.fetchone()[0]

    def count_known(self) -> int:
        """Count the rows that are sites already."""
        self.cursor.execute(COUNT_KNOWN)
        return self.cursor.fetchone()[0]

    def identities(self) -> frozenset[tuple[int, str]]:
        """Return the rows that are sites already, by what they are found again by."""
        self.cursor.execute(IDENTITIES)
        return frozenset(self.cursor.fetchall())

    def became(self) -> list[tuple[int, int, str, tuple[int, str]]]:
        """Return of each row its place, the site that it is, a digest of what is stored, and its identity."""
        self.cursor.execute(BECAME)
        return [(place, pk, digest, (project, key)) for place, pk, digest, project, key in self.cursor.fetchall()]

    def known(self, *, differing: bool) -> dict[tuple[int, str], Stored]:
        """Return the sites that these rows name, by what they are found again by; those alone that differ if asked."""
        self.cursor.execute(f"{KNOWN} WHERE {DIFFERS}" if differing else KNOWN)
        return {(row[0], row[-1]): row[:-1] for row in self.cursor.fetchall()}

    def added(self) -> dict[tuple[int, int], Decimal]:
        """Return what writing adds to the planned quantities, by indicator and area; negative where it takes away."""
        self.cursor.execute(ADDED)
        return {(indicator, area): planned for indicator, area, planned in self.cursor.fetchall()}

    def write(self, cycle: Cycle, rule: LightRule, *, on: date) -> None:
        """Write what is new or differs, in one statement; what is new gets its light of a day at once."""
        given = thresholds(rule, on)
        self.cursor.execute(UPSERT, [*given, *given, cycle.pk])


@contextmanager
def staged(rows: bytes) -> Iterator[Staging]:
    """Copy rows (as `packed` made them) into a table that lives no longer than this block."""
    with connection.cursor() as cursor:
        # Not by the ORM, as above.
        cursor.execute(CREATE)
        cursor.copy_expert(COPY, io.BytesIO(zlib.decompress(rows)))
        yield Staging(cursor)
        cursor.execute("DROP TABLE incoming")


def digests(sites: Sequence[int]) -> dict[int, str]:
    """Return a digest of what the list says of each site, by which a change is found."""
    with connection.cursor() as cursor:
        # Not by the ORM: the same expression as where the digest was first taken.
        cursor.execute(DIGESTS, [list(sites)])
        return dict(cursor.fetchall())


def remove(sites: Sequence[int]) -> None:
    """Remove sites that came by an import which is taken back."""
    with connection.cursor() as cursor:
        # Not by the ORM: a function of the database, as nobody but its owner may remove a site.
        cursor.execute("SELECT projects_take_back_sites(%s)", [list(sites)])


def packed(rows: Iterable[tuple[int, SiteRow]]) -> bytes:
    """Write rows, each with its place in its file, as PostgreSQL copies them in.

    They are compressed quickly: they are kept until they are written.
    """
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows((place, fold(row.key), *row) for place, row in rows)
    return zlib.compress(buffer.getvalue().encode(), level=1)
