"""The nginx file of production before the real application: what is kept, and what is shown when it is down."""

import gzip
import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from livelihood.accounts.models import WrongCodes
from livelihood.accounts.views.entering import FROM_ADDRESS
from livelihood.cycles.models import Area
from livelihood.settings import base
from tests import nginx
from tests.factories.frame import CityFactory, CycleFactory
from tests.workers import eventually

pytestmark = [pytest.mark.nginx, pytest.mark.django_db(transaction=True)]


class Site:
    """nginx and the application behind it."""

    def __init__(self, folder: Path) -> None:
        self.portal = nginx.Portal(folder)
        self.nginx = nginx.Nginx(folder, self.portal.port)
        self.ask = self.nginx.ask


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("nginx"))
    with site.nginx:
        yield site
        site.portal.stop()


@pytest.fixture
def running(site: Site) -> Site:
    """The site with the application running and one year of a city; each test asks for addresses of its own."""
    if site.portal.process is None:
        site.portal.start()
    CycleFactory(area=CityFactory(code="330100", slug="hangzhou", name_zh="杭州市"), year=2025)
    return site


def test_a_public_page_is_asked_for_once(running: Site):
    first = running.ask("/data/?test=once")
    second = running.ask("/data/?test=once", Cookie="sessionid=x", Accept_Language="en")

    assert (first.status, first.headers["X-Cache"]) == (200, "MISS")
    assert (second.status, second.headers["X-Cache"]) == (200, "HIT")
    assert second.body == first.body
    assert first.headers["Set-Cookie"] is None
    assert "<h1" in first.body.decode()


def test_a_public_page_is_kept_compressed_and_plain_whatever_browsers_name(running: Site):
    answers = [
        running.ask("/data/?test=compressed", Accept_Encoding=named)
        for named in ("gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.5", "identity", "br", "gzip;q=0, br")
    ]

    assert [answer.headers["X-Cache"] for answer in answers] == ["MISS", "HIT", "HIT", "MISS", "HIT", "HIT"]
    assert [answer.headers["Content-Encoding"] for answer in answers] == ["gzip"] * 3 + [None] * 3
    assert {name for answer in answers for name in answer.headers.get_all("Vary", [])} == {"Accept-Encoding"}
    assert len({answer.body for answer in answers[:3]}) == 1
    assert {gzip.decompress(answer.body) for answer in answers[:3]} == {answer.body for answer in answers[3:]}
    # What nginx compresses itself has no length, and what it keeps is then plain.
    assert {answer.headers["Content-Length"] for answer in answers[:3]} == {str(len(answers[0].body))}
    kept = [path.read_bytes() for path in (running.nginx.folder / "cache").rglob("*") if path.is_file()]
    assert [sum(file.endswith(answer.body) for file in kept) for answer in (answers[0], answers[3])] == [1, 1]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_who_has_a_page_already_is_told_so_by_nginx(running: Site, encoding: str):
    path = f"/data/?test=known+{encoding}"
    tag = running.ask(path, Accept_Encoding=encoding).headers["ETag"]

    known = running.ask(path, Accept_Encoding=encoding, If_None_Match=tag)
    other = running.ask(path, Accept_Encoding=encoding, If_None_Match='"other"')

    assert (known.status, known.body, known.headers["X-Cache"]) == (304, b"", "HIT")
    assert (other.status, other.headers["X-Cache"]) == (200, "HIT")


def test_what_expired_unchanged_is_not_sent_again(running: Site):
    first = running.ask("/data/?test=revalidated", Accept_Encoding="gzip")
    expire(running)
    running.ask("/data/?test=revalidated", Accept_Encoding="gzip")

    def is_fresh() -> bool:
        again = running.ask("/data/?test=revalidated", Accept_Encoding="gzip")
        return again.headers["X-Cache"] == "HIT" and again.body == first.body

    eventually(is_fresh)
    log = (running.portal.folder / "granian.log").read_text()
    assert '"path": "data/", "status": 304' in log


def test_a_head_is_answered_from_what_is_kept(running: Site):
    whole = running.ask("/data/?test=head")

    head = running.ask("/data/?test=head", method="HEAD")

    assert (head.status, head.body, head.headers["X-Cache"]) == (200, b"", "HIT")
    assert head.headers["Content-Length"] == str(len(whole.body))


def expire(site: Site) -> None:
    """Let a minute pass for what nginx keeps: the instant of expiry is the second word of each file."""
    for path in (site.nginx.folder / "cache").rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                file.seek(8)
                file.write((int(time.time()) - 5).to_bytes(8, "little"))


def test_what_was_kept_is_served_while_the_application_is_down(running: Site):
    kept = running.ask("/hangzhou/2025/")
    assert (kept.status, kept.headers["X-Cache"]) == (200, "MISS")

    running.portal.stop()
    expire(running)
    stale = running.ask("/hangzhou/2025/")
    unknown = running.ask("/data/?test=never+asked+before")

    assert (stale.status, stale.body) == (200, kept.body)
    assert stale.headers["X-Cache"] in {"STALE", "UPDATING"}
    assert (unknown.status, unknown.headers["Retry-After"], unknown.headers["Cache-Control"]) == (503, "60", "no-store")
    assert "稍后再来" in unknown.body.decode()

    running.portal.start()
    eventually(lambda: running.ask("/data/?test=never+asked+before").status == 200)


def test_what_expired_is_served_once_more_and_renewed_behind_it(running: Site):
    running.ask("/hangzhou/2025/?test=renewed")
    Area.objects.update(name_zh="西湖市")
    time.sleep(base.KEPT_LOOK_SECONDS)  # the application looks once in that time whether anything was written
    expire(running)

    once_more = running.ask("/hangzhou/2025/?test=renewed")

    assert "杭州市" in once_more.body.decode()
    eventually(lambda: "西湖市" in running.ask("/hangzhou/2025/?test=renewed").body.decode())


@pytest.mark.tries("MAINTENANCE_FILE")
def test_in_maintenance_kept_pages_stay_and_others_say_why(running: Site):
    running.ask("/data/?test=maintenance")
    closed = running.portal.folder / "maintenance"
    closed.touch()
    expire(running)

    kept = running.ask("/data/?test=maintenance")
    other = running.ask("/en/sign-in/")
    closed.unlink()

    assert kept.status == 200
    assert (other.status, other.headers["Retry-After"]) == (503, "300")
    assert "Back in a few minutes" in other.body.decode()


@pytest.mark.parametrize("path", ["/sign-in/", "/desk/", "/hangzhou/1999/", "/api/v1/nothing/", "/health/live"])
def test_what_is_not_public_is_never_kept(running: Site, path: str):
    answers = [running.ask(path) for _ in range(3)]

    assert {answer.headers["X-Cache"] for answer in answers} == {"MISS"}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_an_answer_with_a_cookie_is_never_kept(running: Site):
    cookies = {running.ask("/sign-in/").headers["Set-Cookie"].partition(";")[0] for _ in range(3)}

    assert len(cookies) == 3


@pytest.mark.parametrize("path", ["/metrics", "/health/ready"])
def test_figures_and_readiness_are_closed_to_the_public(running: Site, path: str):
    assert running.ask(path).status == 404
    assert running.portal.ask(path) in {200, 503}


def test_files_are_kept_for_ever_and_were_pressed_before(running: Site):
    page = running.ask("/data/?test=files").body.decode()
    (sheet, *_) = re.findall(r'href="(/static/css/base\.[0-9a-f]+\.css)"', page)

    answer = running.ask(sheet, Accept_Encoding="gzip")

    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in answer.headers["Cache-Control"]


def test_headers_of_security_arrive_once(running: Site):
    headers = running.ask("/data/?test=headers").headers

    assert headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains; preload"]
    for name in (
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cross-Origin-Opener-Policy",
    ):
        assert len(headers.get_all(name, [])) == 1, name
    assert headers["Server"] == "nginx"


@pytest.mark.tries("PORTAL_HOST", "CERTIFICATE_FOLDER")
def test_a_foreign_name_and_plain_http_lead_nowhere(running: Site):
    with pytest.raises(ssl.SSLError):
        running.ask("/", host="evil.example")
    with socket.create_connection(("127.0.0.1", running.nginx.http), 5) as plain:
        plain.sendall(b"GET /hangzhou/2025/ HTTP/1.0\r\nHost: evil.example\r\n\r\n")
        assert plain.makefile().read() == ""
    with socket.create_connection(("127.0.0.1", running.nginx.http), 5) as plain:
        plain.sendall(f"GET /hangzhou/2025/ HTTP/1.0\r\nHost: {nginx.HOST}\r\n\r\n".encode())
        answer = plain.makefile().read()

    assert "308 Permanent Redirect" in answer
    assert f"Location: https://{nginx.HOST}/hangzhou/2025/\n" in answer


def test_large_bodies_end_at_nginx_except_where_files_are_sent(running: Site):
    body = b"x" * (7 * 1024 * 1024)

    refused = running.ask("/sign-in/", body)
    assert (refused.status, "请返回上一页，缩小文件后重新提交" in refused.body.decode()) == (413, True)
    assert refused.headers["X-Request-ID"] is None
    # Both answered by the application, which has read it: a page that takes files misses its form's token alone.
    assert running.ask("/desk/hangzhou/2025/imports/", body).status == 403
    other = running.ask("/desk/", body)
    assert (other.status, len(other.headers["X-Request-ID"])) == (413, 32)


def test_a_congress_behind_one_address_may_vote_at_once(running: Site):
    voting = running.nginx.flood("/booth/rounds/1/ballot/", 400, source="127.0.0.4")
    signing_in = running.nginx.flood("/sign-in/", 300, source="127.0.0.5")

    assert {answer.status for answer in voting} == {403}
    assert {answer.status for answer in signing_in} == {403, 429}


def test_who_sends_too_fast_is_told_when_to_send_again(running: Site):
    answers = running.nginx.flood("/sign-in/", 300, source="127.0.0.6")

    refused = [answer for answer in answers if answer.status == 429]
    assert {(answer.headers["Retry-After"], answer.headers["Cache-Control"]) for answer in refused} == {
        ("10", "no-store")
    }
    assert {"请10秒后返回上一页重新提交" in answer.body.decode() for answer in refused} == {True}
    assert running.ask("/", source="127.0.0.6").status == 200


def test_programs_are_refused_by_nginx_in_the_form_of_the_api(running: Site):
    large = running.ask("/api/v1/sites/", b"x" * (2 * 1024 * 1024))
    many = running.nginx.flood("/api/v1/sites/", 300, source="127.0.0.7")
    running.portal.stop()
    down, page = running.ask("/api/v1/sites/"), running.ask("/api/docs/?test=down")

    busy = next(answer for answer in many if answer.status == 429)
    assert [(answer.status, answer.headers["Content-Type"]) for answer in (large, busy, down, page)] == [
        (413, "application/json"), (429, "application/json"), (503, "application/json"),
        (503, "text/html; charset=utf-8"),
    ]  # fmt: skip
    assert [json.loads(answer.body)["error"]["code"] for answer in (large, busy, down)] == [
        "request_too_large", "throttled", "down",
    ]  # fmt: skip
    for answer in (large, busy, down):
        assert list(json.loads(answer.body)["error"]) == ["code", "message", "fields", "issues"]
    assert [busy.headers["Retry-After"], down.headers["Retry-After"]] == ["10", "60"]


def test_log_says_nothing_of_the_booth(running: Site):
    log = running.nginx.folder / "access.log"
    before = log.read_text().count("\n")

    for path in ("/booth/", "/en/booth/", "/booth/rounds/1/ballot/", "/sign-in/"):
        running.ask(path)

    eventually(lambda: log.read_text().count("\n") > before, 5)
    assert log.read_text().count("\n") == before + 1


def test_a_body_that_nobody_wants_is_read_before_the_answer(running: Site):
    piece, pieces = b"x" * 65536, 16
    head = f"Host: {nginx.HOST}\r\nX-Forwarded-Proto: https\r\nContent-Length: {len(piece) * pieces}\r\n\r\n"

    with socket.create_connection(("127.0.0.1", running.portal.port), 20) as connection:
        connection.sendall(f"POST /desk/ HTTP/1.1\r\n{head}".encode())
        for _piece in range(pieces):
            connection.sendall(piece)
            time.sleep(0.01)  # as a slow upload: an answer that waits for nobody would end it here
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 405 ")


@pytest.mark.tries("BEHIND_PROXY", "BALANCER_ADDRESS")
@pytest.mark.parametrize(
    ("source", "address"),
    [("127.0.0.1", "127.0.0.1"), ("127.0.0.2", "203.0.113.7")],
    ids=["anybody is who they are", "the balancer tells who it is"],
)
def test_the_address_of_the_client_is_not_taken_from_the_client(
    running: Site, source: str, address: str, settings: Any
):
    settings.SECRET_KEY = nginx.SECRET_KEY  # by which addresses are counted
    page = running.ask("/sign-in/")
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())
    body = urlencode({"csrfmiddlewaretoken": token, "username": "nobody", "password": "wrong"}).encode()

    answer = running.ask(
        "/sign-in/",
        body,
        source=source,
        Cookie=page.headers["Set-Cookie"].partition(";")[0],
        Referer=f"https://{nginx.HOST}/sign-in/",
        Content_Type="application/x-www-form-urlencoded",
        X_Real_IP="198.51.100.1",
        X_Forwarded_For="203.0.113.7",
    )

    assert answer.status == 422
    assert WrongCodes.objects.filter(key=FROM_ADDRESS._key(address)).exists()


def test_no_log_knows_what_was_asked_for(running: Site):
    running.ask("/search/?q=13800138000", source="127.0.0.9")

    logs = "".join((running.nginx.folder / name).read_text() for name in ("access.log", "error.log", "granian.log"))
    assert logs.count('"method":"GET"') > 1
    for word in ("13800138000", "127.0.0.9", "search/?"):
        assert word not in logs
