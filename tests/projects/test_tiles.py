"""Map tiles of another server: let through by the content policy of every page, and named on the map."""

import struct
import threading
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from playwright.sync_api import Browser, expect

from livelihood.cycles.states import Phase
from livelihood.settings.env import env, tile_origin
from tests.factories.frame import CityFactory, CycleFactory
from tests.web.test_security import production


def png() -> bytes:
    """Return a picture of one grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


@pytest.fixture
def tiles() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    """A server of tiles on an address of its own, and what it was asked for by whom."""
    asked: list[tuple[str, str | None]] = []

    class Tiles(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Referer"]))
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(png())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


@pytest.mark.django_db(transaction=True)
def test_a_map_shows_tiles_and_says_whose_they_are(live_server, browser: Browser, settings, tiles):
    host, asked = tiles
    settings.TILE_URL, settings.TILE_CREDIT = (
        f"{host}/{{z}}/{{x}}/{{y}}.png?tk=key",
        "天地图 <b>审图号</b> GS(2024)0568号",
    )
    settings.CONTENT_SECURITY_POLICY = {
        "DIRECTIVES": settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"img-src": ["'self'", "data:", host]}
    }
    cycle = CycleFactory(area=CityFactory(code="330100"), phase=Phase.DELIVER)  # a city with outlines
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)

    page.goto(f"{live_server.url}/{cycle.area.slug}/{cycle.year}/sites/")
    expect(page.locator(".leaflet-tile-loaded").first).to_be_attached(timeout=30_000)
    credit = page.locator(".leaflet-control-attribution").inner_text()
    page.close()

    assert "天地图 <b>审图号</b> GS(2024)0568号" in credit
    assert refused == []
    assert {path.partition("?")[2] for path, _referer in asked} == {"tk=key"}
    assert {referer for _path, referer in asked} == {f"{live_server.url}/"}


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        (
            "https://t0.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk=KEY",
            "https://t0.tianditu.gov.cn",
        ),
        ("https://tiles.example.gov.cn:8443/{z}/{x}/{y}.png", "https://tiles.example.gov.cn:8443"),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https://*.tiles.example"),
        ("/tiles/{z}/{x}/{y}.png", ""),
    ],
)
def test_the_content_policy_names_the_host_of_the_tiles(url, origin):
    assert tile_origin(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "https://tiles.example/",
        "https://t{s}.tiles.example/{z}/{x}/{y}.png",
        "ftp://tiles.example/{z}/{x}/{y}",
        "//tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example;script-src *//{z}/{x}/{y}",
        "tiles/{z}/{x}/{y}.png",
    ],
)
def test_what_is_no_address_of_tiles_is_refused_with_a_hint(url, monkeypatch):
    monkeypatch.setenv("TILE_URL", url)

    with pytest.raises(ImproperlyConfigured, match="TILE_URL"):
        env("TILE_URL", tile_origin, default="")


@pytest.mark.tries("TILE_URL", "TILE_CREDIT")
def test_production_takes_tiles_with_their_credit_and_not_without():
    code = """
from django.test import Client
from django.conf import settings
page = Client(headers={"host": "portal.example"}).get("/health/live", secure=True)
print(page["Content-Security-Policy"])
print(settings.TILE_CREDIT)
"""
    url = "https://tiles.example.gov.cn/{z}/{x}/{y}.png"

    policy, credit = production(code, TILE_URL=url, TILE_CREDIT="天地图").stdout.splitlines()
    without = production(code, TILE_URL=url)

    assert "img-src 'self' data: https://tiles.example.gov.cn;" in f"{policy};"
    assert credit == "天地图"
    assert "TILE_CREDIT is not set. Say whose map" in without.stderr.splitlines()[-1]
