"""Public pages kept in the process: never staler than they say, never anybody's own, never without bound."""

import gzip
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from livelihood.cycles.models import Area
from livelihood.web import kept
from tests.factories.frame import CityFactory, CycleFactory, UserFactory
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/hangzhou/2025/"
LOOKING = 1
"""Queries of a page that is kept: has anything been written?"""


@pytest.fixture(autouse=True)
def area() -> Area:
    area = CityFactory(code="330100", slug="hangzhou", name_zh="杭州市")
    CycleFactory(area=area, year=2025)
    return area


def rename(name: str) -> None:
    Area.objects.update(name_zh=name)


def undisturbed(*asked: Callable[[], Any]) -> list[tuple[Any, int]]:
    """Ask one after the other, with nobody writing meanwhile; return each answer with the number of its queries.

    Another process of the same run writes into a database of its own, but the numbers of transactions are the server's.
    """
    for _try in range(100):
        before = kept.Snapshot().text_at(0)
        answers = []
        for ask in asked:
            with CaptureQueriesContext(connection) as queries:
                answers.append((ask(), len(queries)))
        if kept.Snapshot().text_at(0) == before:
            return answers
    raise AssertionError("somebody writes all the time")


def page(body: bytes = b"page", *, snapshot: str = "1:1:", drawn_at: float = 0.0, seconds: int = 60) -> kept.KeptPage:
    headers = {"ETag": '"a"', "Cache-Control": f"public, max-age={seconds}, stale-if-error=86400"}
    return kept.KeptPage(body, gzip.compress(body), headers, None, snapshot, drawn_at, seconds)


def test_a_page_is_drawn_once(client):
    (first, _queries), (again, queries) = undisturbed(*[lambda: client.get(PAGE)] * 2)

    assert queries == LOOKING
    assert (again.status_code, again.content, again["ETag"]) == (200, first.content, first["ETag"])
    changing = {"X-Request-ID", "Cache-Control"}
    assert {name: value for name, value in again.items() if name not in changing} == {
        name: value for name, value in first.items() if name not in changing
    }
    assert again["X-Request-ID"] != first["X-Request-ID"]


def test_a_write_is_seen_at_once_whatever_it_changes(client):
    client.get(PAGE)
    rename("西湖市")

    assert "西湖市" in client.get(PAGE).content.decode()


def test_what_is_not_committed_is_not_seen_and_what_was_drawn_meanwhile_is_not_kept_beyond_it(client):
    written, drawn = Event(), Event()

    def write() -> None:
        with transaction.atomic():
            rename("西湖市")
            written.set()
            assert drawn.wait(10)
        connection.close()

    writer = Thread(target=write)
    writer.start()
    assert written.wait(10)
    during = client.get(PAGE).content.decode()
    drawn.set()
    writer.join()
    after = client.get(PAGE).content.decode()

    assert "杭州市" in during
    assert "西湖市" in after


def test_what_a_transaction_wrote_itself_is_seen_in_it_and_kept_by_nobody(client):
    client.get(PAGE)
    with transaction.atomic():
        rename("西湖市")
        inside = client.get(PAGE).content.decode()
        transaction.set_rollback(True)

    assert "西湖市" in inside
    assert "杭州市" in client.get(PAGE).content.decode()


def test_the_database_is_asked_at_most_once_a_while(settings, django_assert_num_queries):
    settings.KEPT_LOOK_SECONDS = 1.0
    snapshot = kept.Snapshot()

    before = snapshot.text_at(10.0)
    rename("西湖市")
    with django_assert_num_queries(0):
        assert snapshot.text_at(10.99) == before
    with django_assert_num_queries(LOOKING):
        assert snapshot.text_at(11.0) != before


def test_where_the_database_does_not_answer_it_is_as_it_last_was():
    def look() -> tuple[str, str]:
        snapshot = kept.Snapshot()
        before = snapshot.text_at(1.0)
        connection.close()
        port, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], "1"
        try:
            return before, snapshot.text_at(2.0)
        finally:
            connection.settings_dict["PORT"] = port

    (seen,) = at_once(look)

    assert isinstance(seen, tuple), seen
    assert seen[0] == seen[1] != ""


MARKED = f"{PAGE}?ref=weibo&view=elder&share_id=7&utm_source=x&_t=1&from=timeline"


def test_what_others_append_to_an_address_neither_shows_nor_multiplies_a_page(client):
    (plain, _queries), (marked, queries) = undisturbed(
        lambda: client.get(f"{PAGE}?view=elder"), lambda: client.get(MARKED)
    )

    assert (marked.status_code, queries, marked.content) == (200, LOOKING, plain.content)
    assert ("X-Accel-Expires" in plain, marked["X-Accel-Expires"]) == (False, "0")


@pytest.mark.parametrize("path", ["/", "/search/?q=a", PAGE, f"{PAGE}needs/", f"{PAGE}sites/?light=red"])
def test_who_follows_a_campaign_gets_the_page_and_who_asks_for_no_filter_does_not(client, path):
    begin = f"{path}{'&' if '?' in path else '?'}"

    assert client.get(f"{begin}ref=weibo&timestamp=1&v=2&source=qr").status_code == 200
    if path != PAGE:  # which is no list
        assert client.get(f"{begin}refs=weibo").status_code == 400


@pytest.mark.parametrize(("at", "is_kept"), [(1059.0, True), (1059.1, False), (1060.0, False), (5000.0, False)])
def test_a_page_is_drawn_anew_when_its_time_is_over(at, is_kept):
    pages = kept.Pages()
    pages.put((True, "h", "/", ""), page(drawn_at=1000.0))

    assert (pages.get((True, "h", "/", ""), "1:1:", at) is not None) is is_kept
    assert pages.get((True, "h", "/", ""), "1:2:", 1000.0) is None


def test_nobody_is_told_to_keep_a_page_longer_than_since_it_was_drawn():
    request = RequestFactory().get("/")

    response = kept._answer(request, page(drawn_at=1000.0), 1042.3)

    assert response["Cache-Control"] == "public, max-age=17, stale-if-error=86400"


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip", "gzip"), ("br, gzip;q=0.5", "gzip"), ("GZIP", "gzip"), ("identity", None), ("", None),
        ("gzip;q=0", None), ("gzip; q=0.000, br", None), ("gzip;q=0.001", "gzip"),
    ],
)  # fmt: skip
def test_a_page_is_compressed_for_whom_it_helps(client, accepts, encoding):
    whole = client.get(PAGE)

    response = client.get(PAGE, headers={"Accept-Encoding": accepts})

    assert response.get("Content-Encoding") == encoding
    assert response["Vary"] == whole["Vary"] == "Accept-Encoding"
    assert (gzip.decompress(response.content) if encoding else response.content) == whole.content
    assert response["Content-Length"] == str(len(response.content))
    assert response["ETag"] == (f"W/{whole['ETag']}" if encoding else whole["ETag"])


def test_who_has_it_already_is_told_so_and_the_page_is_kept_for_others():
    tag = Client().get(PAGE)["ETag"]
    client = Client()

    (drawn, _queries), (known, again), (other, last) = undisturbed(
        *[
            lambda named=named: client.get(PAGE, headers={"If-None-Match": named})
            for named in (tag, f"W/{tag}", '"other"')
        ]
    )

    assert [again, last] == [LOOKING, LOOKING]
    assert (drawn.status_code, drawn.content) == (304, b"")
    assert (known.status_code, known.content, known["ETag"]) == (304, b"", tag)
    assert (other.status_code, "杭州市" in other.content.decode()) == (200, True)


@pytest.mark.parametrize("name", ["If-Unmodified-Since", "If-Modified-Since", "If-Range"])
def test_a_condition_on_a_date_is_ignored_as_pages_have_none(client, name):
    answers = [client.get(PAGE, headers={name: "Thu, 01 Jan 1970 00:00:00 GMT"}) for _drawn_then_kept in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_head_is_that_of_the_kept_page(client):
    (whole, _queries), (head, queries) = undisturbed(lambda: client.get(PAGE), lambda: client.head(PAGE))

    assert queries == LOOKING
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", whole["Content-Length"])


def test_address_query_host_and_language_tell_pages_apart(client):
    texts = [
        client.get(PAGE).content,
        client.get(f"/en{PAGE}").content,
        client.get(f"{PAGE}?view=elder").content,
        client.get("/search/?q=a").content,
        client.get("/search/?q=b").content,
    ]
    client.get(PAGE, headers={"Host": "other.example"})
    client.get(PAGE, secure=True)

    assert len(set(texts)) == len(texts)
    assert set(kept_by(client)) == {
        (False, "", PAGE, ""),
        (False, "", f"/en{PAGE}", ""),
        (False, "", PAGE, "view=elder"),
        (False, "", "/search/", "q=a"),
        (False, "", "/search/", "q=b"),
        (False, "other.example", PAGE, ""),
        (True, "", PAGE, ""),
    }


@pytest.mark.parametrize(
    "path", ["/sign-in/", "/desk/", "/nowhere/", "/api/v1/cycles/", f"{PAGE}track/", "/health/live", "/330100/2025/"]
)
def test_nothing_else_is_kept(client, path):
    client.force_login(UserFactory())
    client.get(path)

    assert kept_by(client) == {}


def test_a_closed_portal_gives_out_nothing_kept(client, settings, tmp_path):
    client.get(PAGE)
    settings.MAINTENANCE_FILE = tmp_path / "closed"
    settings.MAINTENANCE_FILE.touch()

    assert client.get(PAGE).status_code == 503


def test_the_kept_pages_have_a_bound_and_the_oldest_goes_first():
    pages = kept.Pages(most_bytes=3 * page(b"x" * 10_000).size)
    keys = [(True, "h", f"/{number}", "") for number in range(5)]

    for key in keys[:3]:
        pages.put(key, page(b"x" * 10_000))
    pages.get(keys[0], "1:1:", 0.0)
    for key in keys[3:]:
        pages.put(key, page(b"x" * 10_000))
    pages.put(keys[4], page(b"x" * 10_000))

    assert list(pages.pages) == [keys[0], keys[3], keys[4]]
    assert pages.bytes == sum(one.size for one in pages.pages.values()) <= pages.most_bytes


def test_a_page_that_is_too_large_is_answered_and_not_kept(client, settings, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES_OF_A_PAGE", 1000)

    assert client.get(PAGE).status_code == 200
    assert kept_by(client) == {}


def test_the_log_names_the_route_of_a_kept_page(client, caplog):
    caplog.set_level("INFO", "livelihood.requests")
    for _ in range(2):
        client.get(PAGE)

    assert len({record.path for record in caplog.records if record.message == "request"}) == 1
    assert caplog.records[-1].path == "<slug:area>/<int:year>/"


def test_who_is_signed_in_gets_the_same_page(client):
    person = UserFactory(name="王小明")
    client.force_login(person)
    client.get(reverse("portal:my_work"))
    own = client.get(PAGE)

    client.logout()

    assert client.get(PAGE).content == own.content
    assert "王小明" not in own.content.decode()


def kept_by(client: Client) -> dict:
    """Return what the middleware of this client's handler keeps."""
    link: Any = client.handler._middleware_chain  # type: ignore[attr-defined]  # the stubs know it of no test
    while not isinstance(link, kept.KeptPagesMiddleware):
        link = getattr(link, "__wrapped__", None) or link.get_response
    return dict(link.pages.pages)
