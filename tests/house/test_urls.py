"""Every address of the portal × everybody: who is let in, and that looking changes nothing.

An address that is not in the table of `tests.house.addresses` fails the house.
"""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from livelihood.accounts.acts import AccountAct
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.web.throttles import RateThrottle
from tests.house.addresses import ANYBODY, COLLECTIONS, ENTRANCES, FORMS, TABLE, Row, address
from tests.house.walking import refuse_plainly
from tests.house.world import EMPTY_AFTER, YEARS, World

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "TRUNCATE", "MERGE", "SELECT NEXTVAL", "LOCK")
OF_NO_YEAR = {"act", "verb", "file_format", "candidate_id", "grid", "listing", "template", "word"}
"""Parts of an address that name nothing of its year: a candidate is taken over from another, words are kept for all."""
OF_SIGN_IN = ('"django_session"',)
OF_JOURNAL = ('"audit_entry"', "accounts_wrongcodes")
"""Who is refused, and who takes a file away, stands in the journal; of refusals it is counted how often."""

UNTOLD = frozenset({"voting:in_term_file", "voting:signed_sheet_file"})
"""Files of the desk that hold no more of persons than their page: documents of the congress, papers to be printed."""


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield the name of every address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from patterns(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def written(queries: CaptureQueriesContext) -> list[str]:
    """Return what a request wrote, except that somebody is signed in, and a line of the journal that they looked."""
    return [
        query["sql"]
        for query in queries
        if query["sql"].lstrip().upper().startswith(WRITES)
        and not any(name in query["sql"] for name in OF_SIGN_IN + OF_JOURNAL)
    ]


def is_told(name: str, visitor: str, response: Any, queries: CaptureQueriesContext) -> bool:
    """Say whether the journal knows of an answer what it should: who was refused, and who took a file of the desk."""
    if TABLE[name].who is None:
        return True
    if response.status_code == 403:
        told = Entry.objects.filter(act=AccountAct.ACCESS_REFUSED, detail__page=name)
        return visitor == "anonymous" or told.exists()
    is_taken = "attachment" in response.get("Content-Disposition", "")
    return not is_taken or name in UNTOLD or any('INTO "audit_entry"' in one["sql"] for one in queries)


def is_let_in(name: str, row: Row) -> bool:
    return (
        row.who is None
        or (name in Role.values and Role(name) in row.who)
        or (row.who is ANYBODY and name != "anonymous")
    )


def test_every_address_is_in_the_table():
    listed = {*TABLE, *(f"{name}-{kind}" for name in COLLECTIONS for kind in ("list", "detail"))}

    assert set(patterns(get_resolver())) == listed


def test_an_address_is_named_in_one_way_and_every_name_in_use_is_known():
    rooms = {name.split(":")[0] for name in TABLE if ":" in name}
    in_use = re.compile(rf"""["'](({"|".join(sorted(rooms))}):[\w-]+)["']""")
    tracked = subprocess.run(["git", "ls-files", "*.py", "*.html"], capture_output=True, text=True, check=True)
    used = {
        match[1]
        for name in tracked.stdout.split()
        if not name.startswith("tests/") and (source := settings.BASE_DIR / name).exists()
        for match in in_use.finditer(source.read_text(encoding="utf-8"))
    }

    assert [name for name in TABLE if "-" in name] == []
    assert used - set(TABLE) == set()
    assert len(used) > 100


@pytest.fixture
def _plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_plainly(monkeypatch)


@pytest.mark.usefixtures("_plain_refusals")
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.is_post])
def test_a_page_opens_to_whom_it_should_and_changes_nothing(name: str, world: World, visitors: dict[str, Client]):
    """Looking writes nothing, and every answer says what the browser may do with it.

    A page for everybody does not ask who reads it (below), so that two may stand for all.
    """
    row, url = TABLE[name], address(world, name)
    expected: dict[str, object] = {}
    answered: dict[str, object] = {}

    for visitor in visitors if row.who is not None else ("anonymous", str(Role.LIVELIHOOD_OFFICE)):
        client = visitors[visitor]
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        response.getvalue()  # a file is closed once it is read
        assert written(queries) == []
        assert is_told(name, visitor, response, queries)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        if is_let_in(visitor, row):
            expected[visitor], answered[visitor] = row.ok, response.status_code
        elif visitor == "anonymous":
            expected[visitor], answered[visitor] = f"/sign-in/?next={url}", response.headers.get("Location")
        else:
            expected[visitor] = "refused"
            answered[visitor] = "refused" if response.status_code in {403, 404} else str(response.status_code)

    assert answered == expected


@pytest.mark.usefixtures("_plain_refusals")
@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.who is not None])
def test_who_may_not_open_it_may_not_send_it_either(name: str, world: World, visitors: dict[str, Client]):
    row, url = TABLE[name], address(world, name)

    for visitor, client in visitors.items():
        if is_let_in(visitor, row):
            continue
        with CaptureQueriesContext(connection) as queries:
            response = client.post(url)
        assert response.status_code in ({302, 405} if visitor == "anonymous" else {403, 404, 405}), visitor
        assert written(queries) == []
        assert is_told(name, visitor, response, queries)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.is_post])
def test_what_only_takes_posts_refuses_to_be_opened(name: str, world: World, visitors: dict[str, Client]):
    for visitor, client in visitors.items():
        response = client.get(address(world, name))

        assert (response.status_code, response["Allow"]) == (405, "POST"), visitor


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.who])
def test_nothing_is_taken_from_another_site(name: str, world: World, visitors: dict[str, Client]):
    """A form without the token of its page is refused, whoever is signed in."""
    row = TABLE[name]
    who = min(row.who or ())
    client = Client(enforce_csrf_checks=True)
    client.cookies = visitors[who].cookies

    with CaptureQueriesContext(connection) as queries:
        response = client.post(address(world, name))

    assert response.status_code in {403, 405}
    assert written(queries) == []


@pytest.mark.parametrize(
    "name",
    [name for name, row in TABLE.items() if row.where in YEARS and set(row.names) - OF_NO_YEAR],
)
def test_an_object_of_another_year_is_not_found(name: str, world: World, visitors: dict[str, Client]):
    row, url = TABLE[name], address(world, name, years_later=EMPTY_AFTER)
    client = visitors["anonymous"] if row.who is None else visitors[min(row.who)]

    response = client.post(url) if row.is_post else client.get(url)

    assert response.status_code == 404


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.who is None and not row.is_post])
def test_a_public_page_is_the_same_for_everybody(name: str, world: World, visitors: dict[str, Client]):
    url = address(world, name)
    anonymous = visitors["anonymous"].get(url)
    with CaptureQueriesContext(connection) as queries:
        signed_in = visitors[Role.LIVELIHOOD_OFFICE].get(url)

    assert [query["sql"] for query in queries if "django_session" in query["sql"]] == []
    if name not in ENTRANCES:
        assert not anonymous.cookies
        assert "cookie" not in anonymous.headers.get("Vary", "").lower()
    if TABLE[name].ok == 404:
        return
    if name not in FORMS:
        assert "public" in anonymous.headers["Cache-Control"]
        assert anonymous.getvalue() == signed_in.getvalue()
    else:
        assert "no-store" in anonymous.headers["Cache-Control"]


@pytest.mark.parametrize("name", [*TABLE, *(f"{name}-list" for name in COLLECTIONS)])
def test_no_address_fails_without_redis(
    name: str, world: World, visitors: dict[str, Client], settings: Any, monkeypatch: pytest.MonkeyPatch
):
    """Neither opened nor sent, by who acts there and another who is let in, all of them by turns.

    Only the probe that asks for Redis says that it is missing.
    """
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    monkeypatch.setattr(RateThrottle, "THROTTLE_RATES", {"anon": "600/min"})
    row, url = (TABLE[name], address(world, name)) if name in TABLE else (Row("", None), reverse(name))
    expected = {503} if name == "ready" else set(range(500))

    # What is open to everybody is the same for everybody, as its own test shows.
    who = sorted(row.who) if row.who else ["anonymous", str(Role.LIVELIHOOD_OFFICE)]
    other = who[[*TABLE].index(name) % len(who)] if row.who else who[1]
    for visitor in {who[0], other}:
        opened = visitors[visitor].get(url)
        opened.getvalue()  # a file is closed once it is read
        assert opened.status_code in expected, visitor
        with transaction.atomic():
            assert visitors[visitor].post(url).status_code < 500, visitor
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_api_is_read_by_everybody_and_written_by_nobody(name: str, world: World, visitors: dict[str, Client]):
    url = reverse(f"{name}-list")
    one = reverse(f"{name}-detail", args=["999999999"])

    for visitor in ("anonymous", "idle", str(Role.LIVELIHOOD_OFFICE)):
        client = visitors[visitor]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
            assert client.get(one).status_code == 404
            for method in (client.post, client.put, client.patch, client.delete):
                assert method(url).status_code in {403, 405}
                assert method(one).status_code in {403, 405}
        assert written(queries) == []
        assert [query["sql"] for query in queries if "django_session" in query["sql"]] == []
