"""Rows of sites on their way into the database: copied, compared and written there, without a loop in Python."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection

from livelihood.cycles.models import Cycle
from projects.models import LightRule
from projects.querysets import LIGHT, REASON, thresholds
from projects.site_table import IDENTITY, STORED, SiteRow
from projects.states import Light, LightReason, SiteState

BORN = {
    "quantity_done": "0",
    "state": SiteState.PLANNED.value,
    "light": Light.GREY.value,
    "light_reason": LightReason.NOT_DUE.value,
}
INCOMING = ("cycle_id", *STORED, *BORN)
TEXTS = ("key", "name", "address", "source")
VALUES = tuple(column for column in STORED if column not in IDENTITY)


def _row(table: str) -> str:
    return f"({', '.join(f'{table}.{column}' for column in VALUES)})"


COPY = f"COPY incoming ({', '.join(INCOMING)}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL ({', '.join(TEXTS)}))"
UPSERT = f"""
INSERT INTO projects_site AS site ({", ".join(INCOMING)})
SELECT {", ".join({"light": LIGHT, "light_reason": REASON}.get(column, column) for column in INCOMING)} FROM incoming
ON CONFLICT ({", ".join(IDENTITY)}) DO UPDATE SET {", ".join(f"{column} = EXCLUDED.{column}" for column in VALUES)}
WHERE {_row("site")} IS DISTINCT FROM {_row("EXCLUDED")}
"""  # noqa: S608 -- built from the constants above
# How many sites are there already; of those that would change, all that decides whether they may; and the sums, with
# what they may not exceed. Reports on other sites do not matter.
BASIS = f"""
SELECT md5(ROW(
    (SELECT count(*) FROM incoming JOIN projects_site USING ({", ".join(IDENTITY)})),
    (SELECT string_agg(
        ROW(site.id, {_row("site")}, site.state IN ('completed', 'accepted'), site.reported_on IS NULL)::text,
        '' ORDER BY site.id)
     FROM incoming JOIN projects_site AS site USING ({", ".join(IDENTITY)})
     WHERE {_row("site")} IS DISTINCT FROM {_row("incoming")}),
    (SELECT string_agg(ROW(indicator.id, indicator.target, indicator.kind, indicator.counted_by)::text, '' ORDER BY id)
     FROM projects_indicator AS indicator WHERE id IN (SELECT indicator_id FROM incoming)),
    (SELECT string_agg(ROW(indicator_id, area_id, target)::text, '' ORDER BY indicator_id, area_id)
     FROM projects_allocation WHERE indicator_id IN (SELECT indicator_id FROM incoming)),
    (SELECT string_agg(ROW(indicator_id, area_id, planned)::text, '' ORDER BY indicator_id, area_id)
     FROM projects_indicatorfigure WHERE planned <> 0 AND indicator_id IN (SELECT indicator_id FROM incoming))
)::text)
"""  # noqa: S608 -- built from the constants above


class Staging:
    """Rows in a table of this transaction, compared with the sites and written by the database itself."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def basis(self) -> str:
        """Return a digest of everything that decides whether and how these rows may be written."""
        self.cursor.execute(BASIS)
        return self.cursor.fetchone()[0]

    def write(self, rule: LightRule, *, on: date) -> None:
        """Write what is new or differs, in one statement; what is new gets its light of a day at once."""
        given = thresholds(rule, on)
        self.cursor.execute(UPSERT, given * 2)


@contextmanager
def staged(rows: bytes) -> Iterator[Staging]:
    """Copy rows into a table that lives no longer than this block."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE incoming (LIKE projects_site) ON COMMIT DROP")
        cursor.execute("ALTER TABLE incoming ALTER id DROP NOT NULL")
        cursor.copy_expert(COPY, io.BytesIO(rows))
        yield Staging(cursor)
        cursor.execute("DROP TABLE incoming")


def as_csv(cycle: Cycle, rows: Iterable[SiteRow]) -> bytes:
    """Write rows as PostgreSQL copies them in."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows((cycle.pk, *row, *BORN.values()) for row in rows)
    return buffer.getvalue().encode()
