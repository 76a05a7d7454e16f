"""Public pages as they were sent, kept in this process until anything in the database changes.

A page is drawn once and then given to everybody, compressed for who can read that. It is drawn again

- once a transaction has ended anywhere in the database: what a new transaction would see is compared, at most once in
  `KEPT_LOOK_SECONDS`, and so exact to that time. No service has to know which pages it changes;
- once it is as old as its own Cache-Control allows, since some pages change with the day; what is answered in between
  names the rest of that time, so that nobody downstream keeps it for longer than if it had been drawn for them.

Kept is only what `public_page` marks: the same for everybody, without cookie. Who has a page already is told so (304)
here and nowhere else. Nothing here needs Redis, and where the database does not answer, pages stay until their time is
over. See docs/adr/0017-public-pages-kept-until-a-write.md.
"""

import gzip
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils.cache import get_conditional_response

MOST_BYTES = 32 * 1024 * 1024
"""Of one process. The page that was asked for longest ago goes first."""

MOST_BYTES_OF_A_PAGE = 1024 * 1024

OVERHEAD = 2048
"""Bytes that a page takes up besides its two bodies, about."""

COMPRESSION = 6

NEVER_KEPT = ("/static/", "/health/", "/metrics", "/api/v1/")
"""Beginnings of addresses for which nobody needs to look. Probes ask nobody but the process."""

MAX_AGE = re.compile(r"\bmax-age=(\d+)")
COMPRESSES = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)

Key = tuple[bool, str, str, str]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One answer. snapshot: what its drawing saw at least. seconds: how long its Cache-Control lets it be kept."""

    body: bytes
    compressed: bytes
    headers: dict[str, str]
    match: ResolverMatch | None
    snapshot: str
    drawn_at: float
    seconds: int

    @property
    def size(self) -> int:
        return len(self.body) + len(self.compressed) + OVERHEAD


class Pages:
    """The kept pages of a process, bounded by their bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self.pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Key, snapshot: str, at: float) -> KeptPage | None:
        """Return the page that is as it would be drawn now, None where there is none."""
        with self.lock:
            page = self.pages.get(key)
            if page is None or page.snapshot != snapshot or at - page.drawn_at > page.seconds - 1:
                return None
            self.pages.move_to_end(key)
            return page

    def put(self, key: Key, page: KeptPage) -> None:
        """Keep a page, and let go of those for which no room is left."""
        with self.lock:
            if former := self.pages.pop(key, None):
                self.bytes -= former.size
            self.pages[key] = page
            self.bytes += page.size
            while self.bytes > self.most_bytes:
                self.bytes -= self.pages.popitem(last=False)[1].size


class Snapshot:
    """What a new transaction would see: the same text as long as no transaction began to write or ended."""

    def __init__(self) -> None:
        self.text, self.looked_at = "", float("-inf")

    def text_at(self, at: float) -> str:
        """Return it as of at most `KEPT_LOOK_SECONDS` before; as it last was where the database does not answer."""
        if at - self.looked_at >= settings.KEPT_LOOK_SECONDS:
            self.looked_at = at
            try:
                with connection.cursor() as cursor:
                    # Not by the ORM: it reads rows, and this is of no table.
                    cursor.execute("SELECT pg_current_snapshot()::text")
                    self.text = cursor.fetchone()[0]
            except DatabaseError:
                pass
        return self.text


class KeptPagesMiddleware:
    """Answer a public page as it is kept, or keep it as it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages, self.snapshot = Pages(), Snapshot()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return _unless_known(request, self._kept(request) if _may_be_kept(request) else self.get_response(request))

    def _kept(self, request: HttpRequest) -> HttpResponse:
        """Return the answer from what is kept, or keep it."""
        meta = request.META
        key = (request.is_secure(), meta.get("HTTP_HOST", ""), request.path, meta.get("QUERY_STRING", ""))
        now = time.monotonic()
        snapshot = self.snapshot.text_at(now)
        page = self.pages.get(key, snapshot, now)
        if page is None:
            request.snapshot = snapshot  # type: ignore[attr-defined]  # what its drawing must see at least
            response = self.get_response(request)
            page = _page(request, response, snapshot, now)
            if page is None:
                return response
            self.pages.put(key, page)
        request.resolver_match = page.match  # for the log
        return _answer(request, page, time.monotonic())


def _may_be_kept(request: HttpRequest) -> bool:
    """Say whether the request asks for a page as everybody does, and what it would show is what others can see."""
    return (
        request.method == "GET"
        and not request.headers.get("Content-Type")
        and not request.path.startswith(NEVER_KEPT)
        and not settings.DEBUG
        and not settings.MAINTENANCE_FILE.exists()
        and not connection.in_atomic_block  # what a transaction wrote itself is in no snapshot
    )


def _page(request: HttpRequest, response: HttpResponse, snapshot: str, at: float) -> KeptPage | None:
    """Return what is kept of a whole answer; None where it may not be kept."""
    control = response.get("Cache-Control", "")
    max_age = MAX_AGE.search(control)
    if (
        response.status_code != HTTPStatus.OK
        or response.streaming
        or response.cookies
        or "public" not in control.split(", ")
        or max_age is None
        or not response.has_header("ETag")
        or response.has_header("Vary")
        or response.has_header("Content-Encoding")
        or len(response.content) > MOST_BYTES_OF_A_PAGE
    ):
        return None
    return KeptPage(
        body=response.content,
        compressed=gzip.compress(response.content, COMPRESSION, mtime=0),
        headers={name: value for name, value in response.items() if name != "Content-Length"},
        match=request.resolver_match,
        snapshot=snapshot,
        drawn_at=at,
        seconds=int(max_age[1]),
    )


def _answer(request: HttpRequest, page: KeptPage, at: float) -> HttpResponse:
    headers = page.headers | {"Vary": "Accept-Encoding"}
    left = max(1, int(page.seconds - (at - page.drawn_at)))
    headers["Cache-Control"] = MAX_AGE.sub(f"max-age={left}", headers["Cache-Control"])
    body = page.body
    if COMPRESSES.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
        body = page.compressed
        headers["Content-Encoding"] = "gzip"
        headers["ETag"] = f"W/{headers['ETag']}"  # another row of bytes, the same page
    headers["Content-Length"] = str(len(body))
    return HttpResponse(body, headers=headers)


def _unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answer 304 to who has this very page already.

    Nothing but If-None-Match is looked at: pages have no date of change, and RFC 9110 (13.1.4) has conditions on a date
    ignored then, where Django would answer 412. A file is left alone, which would stay open.
    """
    named = "HTTP_IF_NONE_MATCH" in request.META and response.has_header("ETag")
    if not named or request.method != "GET" or response.streaming:
        return response
    return get_conditional_response(request, response["ETag"], response=response) or response
