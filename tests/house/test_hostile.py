"""Every address, everybody, and values that nobody means well: never a failure of the server.

What a page reads is learnt by watching it read (`tests.house.walking`): a new parameter is walked by itself. Fields and
filters are read each for itself, so one role sends each of the worst values as all of them at once, and every parameter
gets one of all values singly, by turns; every role that is let in sends all at once. Forms that send the same fields
are one form: a page has one beside each of its rows. What is read before the page is known (area and year, headers,
bodies, what is no query) is read by the same code for all pages, which therefore share the values.
"""

import base64
import json
import logging
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from io import BytesIO
from itertools import cycle
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import NoReverseMatch, resolve, reverse

from livelihood.accounts.roles import Role
from tests.house.addresses import COLLECTIONS, TABLE, Row, address
from tests.house.walking import READ, Walker, fields_of, meant, sendable
from tests.house.world import World

pytestmark = pytest.mark.django_db

T = TypeVar("T")

GUARD = "livelihood.web.middleware.PlainRequestMiddleware"
WATCHED = [
    name
    for known in settings.MIDDLEWARE
    for name in ([known, "tests.house.walking.WatchingMiddleware"] if known == GUARD else [known])
]


DONE = {HTTPStatus.OK, HTTPStatus.FOUND}
WORST = 6
"""So many of the values, the first, stand in all parameters at once, one after the other."""
OF_ALL = {"area", "year"}
"""Parts of an address that are read before the page is known."""
SLOW = {"schema"}
"""Drawn anew each time from all of the API; their parameters belong to a library."""


def key(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


VALUES = (
    "\0", "²", str(2**63), "x" * 300, "9" * 5000, "0001-01-01", "9999-12-31", "//evil.example/\r\nSet-Cookie: a=b",
    "٣", "-1", str(2**31), "1e400", "NaN", "2018.5", "2026-02-30", "%00", "[]", "' OR 1=1 --", "a\u0315\u0300" * 400,
    "\ufffe\u202e", "http://[", "\ufdfa" * 60, "ß" * 60,
)  # fmt: skip
"""The worst first."""
KEYS = [
    key(*row)
    for row in (
        ("0001-01-01T00:00:00Z", 1), ("9999-12-31T23:59:59Z", 1), ("2026-01-01T00:00:00", 1), (2**63, 1), (1, 2**63),
        (-(2**31) - 1, "x"), ("a\0", 1), (2**63,), ("x",), ("0001-01-01", "deputy", "x" * 200, 1), ("9999-12-31", 1),
    )
]  # fmt: skip
PAGING = {"after": KEYS[::2], "before": KEYS[1::2]}
"""Of a list; both are read by the same code."""
CURSORS = [base64.b64encode(text.encode()).decode() for text in ("p=abc", f"p={2**63}", "p=%00", "o=²", "o=-1", "r=x")]
RAW = ("q=%ff", "q=%ed%a0%80", "q=%u0000", "=", "&&&", "q", "%00=1", "a[]=1&a[]=2", "after=%00&before=%00")
HEADERS: dict[str, tuple[str, ...]] = {
    "Accept-Language": ("zh-" * 300, "\xff", "en;q=NaN,*;q=-1", "../../etc"),
    "Referer": ("http://[", "\xff"),
    "Origin": ("http://[", "null"),
    "Sec-Fetch-Site": ("cross-site", "\xff"),
    "User-Agent": ("x" * 9000, "\xff"),
    "Cookie": (
        'sessionid="\\000aaaaaaaaa"; csrftoken="\\000"; kiosk="\\000:x:y"',
        "sessionid=" + "x" * 300,
        "=; ;;\xff",
    ),
    "If-None-Match": ("x", '"' * 50, "W/"),
    "If-Modified-Since": ("never", "Thu, 01 Jan 0001 00:00:00 GMT"),
    "Accept": ("*/*;q=x", "text/\xff"),
    "Accept-Encoding": ("gzip;q=", "gzip" * 2000, "\xff"),
    "Content-Type": ("x", "\xff"),
    "X-Real-IP": ("x", "::::"),
    "X-Forwarded-For": (",,,", "\xff"),
    "X-Request-Id": ("\xff",),
    "Range": ("bytes=9-1",),
}
"""Header → what stands in it; tests/house/test_parameters.py knows by it which headers may be read."""
TYPED = ("%00", "²", "%ff", "%ed%a0%80", "..", "x" * 300, "9" * 30)
PART = b'--x\r\nContent-Disposition: form-data; name="q"\r\n'
BODIES = {
    "multipart/form-data; boundary=x": PART,
    "multipart/form-data": b"--x",
    "multipart/form-data; boundary=x; charset=unicode_escape": PART + b"\r\n\\ud800\r\n--x--\r\n",
    "application/x-www-form-urlencoded; charset=rot13": b"a=b",
    "application/x-www-form-urlencoded; charset=unicode_escape": b"a=\\ud800",
    "application/x-www-form-urlencoded": b"%ff=%ed%a0%80&" + b"a=1&" * 6000,
    "application/json": b'{"a": "\\ud800"',
    "text/plain; charset=\xff": b"\xff\xfe",
}  # fmt: skip


REPORTED = (
    "/?q=%00", "/search/?q=%00", "/search/?q=" + "x" * 300, "/api/v1/sites/?cursor=cD1hYmM=", "/%00/", "/here/%00/",
    "/here/02025/", "/here/²/", "/here/9999999999999999999999/",
    f"/here/2030/suggestions/?after={KEYS[0]}", f"/here/2030/suggestions/?after={key('0001-01-01T00:00:00+00:00', 1)}",
    "/desk/here/2030/intake/?q=%00", "/desk/here/2025/journal/?act=%00", "/desk/here/2025/grid/?sent=%00",
    "/desk/here/2030/needs/open/?suggestion=%00", "/desk/here/2026/rounds/1/roll/?delegation=%00",
)  # fmt: skip
"""Addresses that answered 500 once, and what is like them."""
FILE_NAMES = (
    "点位\x00.csv",
    "x" * 300 + ".xlsx",
    "../../../etc/passwd.csv",
    ".csv",
    "a\u202e.xlsx",
    "\ufffe.csv",
    "²",
    ";=\"'.csv",
)
FILE_BYTES = (
    b"", b"\0", b"\xff\xfe\0", b"PK\3\4" + b"\0" * 60, "用户名,姓名\n".encode() + b"\xff,\0\n", b'"', b"a," * 20_000,
    "用户名,姓名\n".encode("gb18030"),
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _watched(visitors: dict[str, Client]) -> Iterator[None]:
    """Let every request be watched, and no log be written of it: thousands of lines would cost more than the pages."""
    for client in visitors.values():
        client.raise_request_exception = False
    cache.clear()
    logging.disable()
    with override_settings(MIDDLEWARE=WATCHED):
        yield
    logging.disable(logging.NOTSET)


def share(name: str, values: Sequence[T], place: int = 0, count: int = 2) -> list[T]:
    """Return a few of the values, the next ones for the next address, so that all addresses together take all."""
    first = ([*TABLE].index(name) + place) * count
    return [values[at % len(values)] for at in range(first, first + count)]


def let_in(row: Row) -> list[str]:
    """Return who may open an address, the most telling first."""
    if row.who is None:
        return ["anonymous"]
    return sorted(str(role) for role in row.who)


def learnt(walker: Walker, client: Client, url: str) -> list[str]:
    """Return the names that a page reads from its address, found by asking it with what was found so far."""
    names: set[str] = set()
    while True:
        walker.send(client, "GET", f"{url}?{urlencode(dict.fromkeys(sorted(names), ''))}")
        if names >= READ:
            return sorted(names)
        names |= READ


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.is_post])
def test_no_address_fails_whatever_it_asks_for(name: str, world: World, visitors: dict[str, Client]):
    row, url, walker = TABLE[name], address(world, name), Walker()
    roles, by_turns = let_in(row), cycle([*VALUES, *KEYS])
    first = visitors[roles[0]]

    names = [each for each in learnt(walker, first, url) if each != "view"]
    for value in VALUES[: 3 if name in SLOW else WORST] if names else ():
        walker.send(first, "GET", f"{url}?{urlencode(dict.fromkeys(names, value))}")
    for each in names:
        for value in PAGING.get(each) or [next(by_turns)]:
            walker.send(first, "GET", f"{url}?{urlencode({each: value})}")
    walker.send(first, "GET", f"{url}?{'&'.join(f'{each}=1&{each}=2&{each}[]=3' for each in names)}")
    for role in roles if names else ():
        walker.send(visitors[role], "GET", f"{url}?{urlencode({each: next(by_turns) for each in names})}")
    for raw in share(name, RAW):
        walker.send(first, "GET", f"{url}?{raw}")

    assert walker.failures == []


@pytest.mark.parametrize("name", COLLECTIONS)
def test_no_collection_fails_whatever_it_is_asked_for(name: str, visitors: dict[str, Client]):
    walker, client, url, by_turns = Walker(), visitors["anonymous"], reverse(f"{name}-list"), cycle(VALUES)

    for each in sorted({*learnt(walker, client, url), "cursor", "page_size"}):
        for value in CURSORS if each == "cursor" else [*VALUES[:WORST], next(by_turns)]:
            walker.send(client, "GET", f"{url}?{urlencode({each: value})}")
        walker.send(client, "GET", f"{url}?{each}=1&{each}=2")
    for raw in RAW:
        walker.send(client, "GET", f"{url}?{raw}")
    for value in ("x" * 300, str(2**31), str(2**63), "9" * 5000, "²", "\0", "-1"):
        walker.send(client, "GET", f"{url}{quote(value)}/")

    assert walker.failures == []


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.where or row.names])
def test_no_part_of_an_address_fails(name: str, world: World, visitors: dict[str, Client]):
    row, walker = TABLE[name], Walker()
    client = visitors[let_in(row)[0]]
    parts = resolve(address(world, name)).kwargs

    for place, (part, value) in enumerate(parts.items()):
        values = (0, 2**31, 2**63, 10**400) if isinstance(value, int) else ("x" * 300, "-", "0" * 12, str(2**63))
        for bad in share(name, values, place, 1) if part in OF_ALL else values:
            try:
                url = reverse(name, kwargs={**parts, part: bad})
            except NoReverseMatch:  # the address itself takes no such part
                continue
            walker.send(client, "GET", url)
            if row.is_post:
                walker.send(client, "POST", url)

    assert walker.failures == []


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.where or row.names])
def test_no_part_of_a_typed_address_fails(name: str, world: World, visitors: dict[str, Client]):
    """As somebody may type it, whatever our own addresses would take."""
    client, walker = visitors[let_in(TABLE[name])[0]], Walker()
    parts = address(world, name).split("/")

    for place, part in enumerate(parts):
        for bad in share(name, TYPED, place, 1) if part else ():
            walker.send(client, "GET", "/".join([*parts[:place], bad, *parts[place + 1 :]]))

    assert walker.failures == []


def test_no_address_fails_that_failed_once(world: World, visitors: dict[str, Client]):
    walker = Walker()

    for url in REPORTED:
        for who in ("anonymous", Role.LIVELIHOOD_OFFICE, Role.AUDITOR):
            walker.send(visitors[who], "GET", url)
    for name in ("x" * 300, "\0", "王" * 61):
        walker.send(
            Client(raise_request_exception=False),
            "POST",
            reverse("accounts:sign_in"),
            {"username": name, "password": "x"},
        )
    for site in ("²", "\0", "9" * 30):
        walker.send(visitors["implementing_unit"], "POST", address(world, "projects:grid"), {"shown": site})

    assert walker.failures == []


def named(name: str, content: bytes) -> BytesIO:
    """Return a file with a name that no file of ours could have."""
    file = BytesIO(content)
    file.name = name
    return file


def files(base: dict[str, Any], known: dict[str, forms.Field]) -> Iterator[dict[str, Any]]:
    """Yield what a form sends, with each file that nobody means well."""
    for field in [each for each in base if isinstance(known.get(each), forms.FileField)]:
        for file_name in FILE_NAMES:
            yield base | {field: named(file_name, "用户名,姓名\n".encode())}
        for content in FILE_BYTES:
            for kind in ("csv", "xlsx"):
                yield base | {field: named(f"点位.{kind}", content)}


@pytest.mark.parametrize("name", TABLE)
def test_no_form_fails_whatever_is_sent(name: str, world: World, visitors: dict[str, Client]):
    """As its page would send it, with the least, the most and hostile values and files; and the names alone."""
    row, url, walker = TABLE[name], address(world, name), Walker()
    roles, by_turns = let_in(row), cycle(VALUES)
    if walker.send(visitors[roles[0]], "POST", url).status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return

    singly: set[str] = set()
    for base, known in {kind_of(base): (base, known) for base, known in form_of(visitors[roles[0]], row, url)}.values():
        sender = next((r for r in roles if walker.send(visitors[r], "POST", url, base).status_code in DONE), roles[0])
        client, names = visitors[sender], sorted({*base, *READ})
        for how in ("least", "most"):
            walker.send(client, "POST", url, base | {each: meant(known[each], how) for each in base if each in known})
        for value in VALUES[:WORST]:
            walker.send(client, "POST", url, base | dict.fromkeys(base, value))
        for each in [each for each in names if each not in singly]:
            walker.send(client, "POST", url, base | {each: next(by_turns)})
        singly |= {*names}
        for role in roles:
            walker.send(visitors[role], "POST", url, {each: next(by_turns) for each in names})
        for sent in files(base, known):
            walker.send(client, "POST", url, sent)
    for kind, body in share(name, [*BODIES.items()]):
        walker.send(visitors[roles[0]], "POST", url, body, content_type=kind)

    assert walker.failures == []


Forms = list[tuple[dict[str, Any], dict[str, forms.Field]]]
"""What each form of a page would send, with its fields."""


WORD = re.compile(r"[a-z_-]{1,30}")
"""What a button or a hidden field says is to be done, as against which row it is done to."""


def said(sent: Any) -> str:
    """Return the word that a field says, "" where it says none."""
    first = sent[0] if isinstance(sent, list) and sent else sent
    return first if isinstance(first, str) and WORD.fullmatch(first) else ""


Kind = frozenset[tuple[str, str]]


def kind_of(base: dict[str, Any]) -> Kind:
    """Return the fields of a form, and what it says is to be done."""
    return frozenset((name, said(sent)) for name, sent in base.items())


def form_of(client: Client, row: Row, url: str) -> Forms:
    """Return what the forms of an address would send, with its fields; the page before it holds those of an act."""
    page = client.get(url.rstrip("/").rpartition("/")[0] + "/" if row.is_post else url)
    if page.status_code != HTTPStatus.OK or page.streaming:
        page.getvalue()  # which closes a file
        return [({}, {})]
    known = fields_of(page)
    return [
        (
            {
                name: meant(known[name], "ordinary") if name in known and not any(sent) else sent
                for name, sent in form.items()
            },
            known,
        )
        for form in sendable(page, url)
    ] or [({}, {})]


ADDRESSES = [*TABLE, *(f"{name}-list" for name in COLLECTIONS)]


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_header_fails(name: str, world: World, visitors: dict[str, Client]):
    """All hostile at once, each by turns; a cookie that is hostile takes the place of whoever signed in."""
    walker, turn = Walker(), ADDRESSES.index(name)
    url = address(world, name) if name in TABLE else reverse(name)
    client = visitors[let_in(TABLE[name])[0] if name in TABLE else "anonymous"]

    headers = {header: values[turn % len(values)] for header, values in HEADERS.items()}
    walker.send(Client(raise_request_exception=False), "GET", url, headers=headers)
    headers.pop("Cookie")
    walker.send(client, ("GET", "POST")[turn % 2], url, headers=headers)

    assert walker.failures == []
