"""What a first visit to any public page costs on the line, and that no script keeps it from being drawn.

Of files and page together, as production compresses them; `make bench ARGS="--only paint"` lets Chromium count.
"""

import gzip
import re
from functools import cache
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from livelihood.cycles.states import Phase
from tests.factories.frame import CityFactory, CycleFactory
from tests.house.addresses import TABLE, address
from tests.house.test_looks import PAGES
from tests.house.world import World

pytestmark = pytest.mark.django_db

MOST, MOST_WITH_MAP = 100, 220  # kB
FILE = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="/static/([^"]+)"[^>]*>')
IMPORTED = re.compile(r'(?:from|import)\s*\(?"\./([^"]+)"')
SCRIPT = re.compile(r"<script\b[^>]*\bsrc=[^>]*>")
NEVER = re.compile(r'media="print"|rel="apple-touch-icon"')
"""What a browser does not fetch, or only once the page stands."""


@cache
def weight(name: str) -> int:
    """Return the bytes of a static file with the modules that it imports."""
    path = finders.find(name)
    assert path, name
    content = Path(path).read_bytes()
    size = len(gzip.compress(content, 6))
    if name.endswith(".js"):
        folder = name.rpartition("/")[0]
        size += sum(weight(f"{folder}/{other}") for other in {*IMPORTED.findall(content.decode())})
    return size


LATER = re.compile(r'data-(?:leaflet|script|sheets)="([^"]+)"')


def kilobytes(page: str, files: set[str]) -> float:
    return (len(gzip.compress(page.encode(), 6)) + sum(map(weight, files))) / 1000


def test_the_front_page_stays_light_with_the_map_that_is_loaded_later(client: Client):
    CycleFactory(area=CityFactory(code="330200", longitude=121, latitude=29), phase=Phase.DELIVER)
    page = client.get("/").content.decode()
    files = {match[1] for match in FILE.finditer(page) if not NEVER.search(match[0])}
    later = {name.removeprefix("/static/") for names in LATER.findall(page) for name in names.split()}
    drawn = sum(
        len(gzip.compress(client.get(f"/map/{name}").content, 6)) for name in ("areas.geojson", "years.geojson")
    )

    assert len(later) == 4
    assert kilobytes(page, files) <= MOST
    assert kilobytes(page, files | later) + drawn / 1000 <= MOST_WITH_MAP


def test_no_public_page_is_heavy_and_no_script_keeps_it_waiting(world: World, client: Client):
    heavy, waiting = {}, []
    for name in PAGES:
        if TABLE[name].who is not None or TABLE[name].ok != 200:
            continue
        page = client.get(address(world, name)).content.decode()
        files = {match[1] for match in FILE.finditer(page) if not NEVER.search(match[0])}
        size = kilobytes(page, files)
        if size > (MOST_WITH_MAP if "vendor/leaflet" in "".join(files) else MOST):
            heavy[name] = round(size)
        waiting += [
            f"{name}: {tag}" for tag in SCRIPT.findall(page) if not re.search(r'type="module"| async| defer', tag)
        ]

    assert heavy == {}
    assert waiting == []
