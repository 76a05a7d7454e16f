"""No list reads its table: with ten times as many rows a page touches about as much of the database as before.

Every page of the portal and every collection of the API is opened, with every filter, order and next page that it
offers and with words that many rows hold, few and none. What is measured are the blocks that its queries touch
(EXPLAIN ANALYZE, BUFFERS), which is the same on every machine; the planner is free, as it is outside of tests.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from django.core.cache import cache
from django.db import connection, reset_queries
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from livelihood.audit.models import Entry
from livelihood.kernel import paging
from livelihood.lists.grids import shown
from projects.models import Notice, Site
from projects.reports.models import AnnouncedSite
from proposals.models import Need, NeedLink, Suggestion
from tests import databases
from tests.house.addresses import COLLECTIONS, TABLE, address
from tests.house.walking import let_go
from tests.house.world import World

pytestmark = pytest.mark.django_db

FEW, MANY = 1_000, 10_000
COUNTED = 50
"""In place of a thousand: there are more rows than are counted before the tables grow, as there are after."""
FACTOR, ROOM = 2, 200
"""A page may touch so many times what it touched before, and so many blocks more: an index gets a level deeper."""
GROWN = (Site, Notice, AnnouncedSite, Suggestion, Need, NeedLink, Entry)
WORDS = ("人民路", "第77号", "鲸鱼", "路")
CHOSEN = ("site.reported", "round.opened")
"""An act that half of all entries are, and one that none of them is."""
LINK = re.compile(r'href="(\?[^"]*)"')
KNOWN = {
    "projects:points": "the map is drawn from all its points",
    "places:area_end": "says how much hangs on the area, to who ends it",
    "proposals:desk_suggestion": "of titles that are all alike the nearest five are not found without looking at most",
    "proposals:letters": "says of each year how many needs it had, and what became of them",
    "privacy:record": "says how many there are",
    "reports:announced_sites": "says how many sites were announced",
    "lists:public": "says how many rows the file will have, or hands them out",
    "lists:of_year": "says how many rows the file will have, or hands them out",
}
"""Pages that read more when there is more, and why that is right."""

# In place of a column's value in the row that is copied: what differs from copy to copy.
TITLE = "'加装电梯' || CASE WHEN i %% 2 = 0 THEN '人民路' ELSE '解放路' END || '第' || i || '号'"
COPY_OF_SITE = (
    "(SELECT copy.id FROM projects_site AS copy JOIN projects_site AS old ON old.project_id = copy.project_id"
    " WHERE old.id = site_id AND copy.key_folded = 'grown' || i)"
)
DIFFERS: dict[type[Model], dict[str, str]] = {
    Site: {"key": "'grown' || i", "key_folded": "'grown' || i", "name": TITLE, "due_on": "due_on + (i %% 200)::int"},
    Suggestion: {
        "number": "cycle_id || '-' || i", "idempotency_key": "cycle_id || '-' || i", "public_title": TITLE,
        "received_at": "received_at + i * interval '1 minute'", "state": "'accepted'", "public_matter": "matter",
        "public_wish": "wish", "is_linked": "false",
    },
    Need: {"number": "1000000 + i", "title": TITLE, "support": "i %% 50"},
    Notice: {"site_id": COPY_OF_SITE, "due_on": "due_on + (i %% 200)::int"},
    Entry: {
        "id": "nextval('audit_entry_id_seq')", "at": "at + i * interval '1 minute'", "subject_id": "'grown' || i",
        "act": "CASE WHEN i %% 2 = 0 THEN 'site.reported' ELSE 'suggestion.accepted' END",
    },
}  # fmt: skip
COPIES = """
INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, generate_series(%s, %s) AS i
WHERE id IN (SELECT min(id) FROM {table} GROUP BY {by})
"""
ALL_BEHIND_ONE = """
INSERT INTO proposals_needlink (suggestion_id, need_id, linked_at, linked_by_id)
SELECT suggestion.id, need.id, need.opened_at, need.opened_by_id
FROM proposals_suggestion AS suggestion
    JOIN proposals_need AS need ON need.cycle_id = suggestion.cycle_id
        AND need.number = (SELECT min(number) FROM proposals_need AS first WHERE first.cycle_id = need.cycle_id)
WHERE suggestion.idempotency_key LIKE suggestion.cycle_id || '-%'
ON CONFLICT DO NOTHING
"""
BEHIND = """
INSERT INTO proposals_needlink (suggestion_id, need_id, linked_at, linked_by_id)
SELECT suggestion.id, need.id, need.opened_at, need.opened_by_id
FROM proposals_suggestion AS suggestion
    JOIN proposals_need AS need ON need.cycle_id = suggestion.cycle_id
        AND need.number = 1000000 + split_part(suggestion.idempotency_key, '-', 2)::int
WHERE suggestion.idempotency_key LIKE suggestion.cycle_id || '-%'
    AND NOT EXISTS (SELECT FROM proposals_needlink AS link WHERE link.suggestion_id = suggestion.id)
"""
ANNOUNCED = """
INSERT INTO reports_announcedsite ({columns})
SELECT {values} FROM reports_announcedsite AS told
    JOIN reports_announcement AS announcement ON announcement.id = told.announcement_id
    JOIN projects_site AS site ON site.cycle_id = announcement.cycle_id
WHERE told.id IN (SELECT min(id) FROM reports_announcedsite GROUP BY announcement_id)
    AND site.key LIKE 'grown%%'
    AND NOT EXISTS (SELECT FROM reports_announcedsite AS other WHERE other.site_id = site.id)
"""


def columns_of(model: type[Model]) -> list[str]:
    fields = model._meta.concrete_fields
    return [str(field.column) for field in fields if not (field.primary_key or field.generated)]


def grow(first: int, last: int) -> None:
    """Copy one row of every year so many times; not by the services, which would take minutes."""
    with databases.behind_the_guards() as cursor:
        for model, differs in DIFFERS.items():
            table, columns = model._meta.db_table, columns_of(model)
            columns += ["id"] if "id" in differs else []
            by = "cycle_id, area_id, actor_id" if model is Entry else "cycle_id"  # each journal, and each person's
            values = ", ".join(differs.get(column, column) for column in columns)
            copied = COPIES.format(table=table, columns=", ".join(columns), values=values, by=by)
            cursor.execute(copied, [first, last])
        cursor.execute(BEHIND)
        cursor.execute(ALL_BEHIND_ONE)
        columns, of_site = columns_of(AnnouncedSite), {"site_id": "id", "key": "key", "name": "name"}
        told = [f"site.{of_site[column]}" if column in of_site else f"told.{column}" for column in columns]
        cursor.execute(ANNOUNCED.format(columns=", ".join(columns), values=", ".join(told)))
        # What a vacuum does of itself, which no transaction may ask for.
        cursor.execute(
            "SELECT gin_clean_pending_list(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
            " JOIN pg_am ON pg_am.oid = relam WHERE amname = 'gin'"
        )
        # All tables: of what other tests have rolled back the database may believe that nothing is there.
        cursor.execute("ANALYZE")


def doors(world: World, visitors: dict[str, Client]) -> Iterator[tuple[str, list[Client], str]]:
    """Yield every page that can be opened, everybody who may, and its address; then the collections."""
    for name, row in TABLE.items():
        if row.is_post or row.ok != 200 or name in KNOWN:
            continue
        who = ["anonymous"] if row.who is None else sorted(map(str, row.who))
        yield name, [visitors[each] for each in who], address(world, name)
    for name in COLLECTIONS:
        yield name, [visitors["anonymous"]], reverse(f"{name}-list")


NO_ROWS = ("export", "view=", "columns=")
"""In links to the same rows, drawn otherwise."""


def offered(url: str, html: str) -> set[str]:
    """Return the addresses of a list beside itself: one for each parameter and value that it offers, and searches."""
    queries = {unescape(link) for link in LINK.findall(html) if not any(other in link for other in NO_ROWS)}
    if 'name="q"' in html or url.startswith("/api/"):
        queries |= {f"?{urlencode({'q': word})}" for word in WORDS}
    if 'name="act"' in html:
        queries |= {f"?act={act}" for act in CHOSEN}
    return {url + query for query in queries if len(parse_qsl(query[1:])) == 1}


def fetched(node: dict[str, Any]) -> int:
    """Return the blocks that an index spares once a vacuum has seen its rows, which cannot happen in a transaction."""
    return node.get("Heap Fetches", 0) + sum(fetched(each) for each in node.get("Plans", ()))


OF_A_YEAR = '"proposals_need"."outcome" AS "outcome", COUNT('
"""What became of the needs of one year, on the page of its planning: of some thousands, a count, kept with the page."""


Blocks = list[tuple[int, str]]
"""The blocks that each query touches, with the query."""


def touched(client: Client, url: str) -> tuple[Blocks, str]:
    """Return what the queries touch that read tables which have grown; and the page, where it is one."""
    cache.clear()
    reset_queries()  # Django keeps no more than nine thousand
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
        html = response.content.decode() if "html" in response.headers["Content-Type"] else ""
        let_go(response)
    blocks = []
    for query in asked.captured_queries:
        sql = query["sql"]
        if (
            OF_A_YEAR not in sql
            and sql.startswith(("SELECT", "(SELECT"))
            and any(f'"{model._meta.db_table}"' in sql for model in GROWN)
        ):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql.replace('%', '%%')}", [])
                plan = cursor.fetchone()[0][0]["Plan"]
            blocks.append((plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] - fetched(plan), sql))
    return blocks, html


def in_all(blocks: Blocks) -> int:
    return sum(number for number, _sql in blocks)


def views(world: World, visitors: dict[str, Client]) -> Iterator[tuple[str, Client, str, int]]:
    """Yield what is seen of tables that have grown: page, visitor, address, blocks.

    Of people for whom the queries of a page touch the same numbers of blocks, one is enough.
    """
    for name, clients, url in doors(world, visitors):
        known: set[tuple[int, ...]] = set()
        for client in clients:
            blocks, html = touched(client, url)
            touches = tuple(number for number, _sql in blocks)
            if not any(touches) or touches in known:
                continue
            known.add(touches)
            yield name, client, url, sum(touches)
            for each in offered(url, html):
                yield name, client, each, in_all(touched(client, each)[0])


def test_a_page_touches_no_more_of_tables_that_have_grown(
    world: World, visitors: dict[str, Client], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(paging, "COUNTED", COUNTED)
    monkeypatch.setattr(shown, "MOST_AT_ONCE", COUNTED)
    grow(1, FEW)
    few = list(views(world, visitors))
    assert len({name for name, *_view in few}) > 20

    grow(FEW + 1, MANY)
    steep = []
    for _name, client, url, before in few:
        blocks, _html = touched(client, url)
        if in_all(blocks) > FACTOR * before + ROOM:
            steep.append(f"{url}: {before} → {in_all(blocks)}, most of them by {max(blocks)[1]}")
    assert not steep, "\n".join(steep)
