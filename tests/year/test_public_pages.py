"""Public pages in Chromium as a citizen walks through them in elder mode; page by page: tests/house/test_looks.py."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.house.addresses import FILES, MACHINES, TABLE, address
from tests.house.world import build
from tests.year.browsing import DESK, PHONE, Visitor, Watch

pytestmark = pytest.mark.django_db(transaction=True)

MANNERS = {"api_root", "robots", "sitemap", "security", "portal:feed", "theme"}
"""Addresses of no language, for programs."""
PUBLIC = [
    name
    for name, row in TABLE.items()
    if row.who is None
    and row.ok == 200
    and not row.is_post
    and name not in {*MACHINES, *FILES, *MANNERS, "schema", "docs", "portal:styleguide"}
]


@pytest.fixture
def citizen(browser: Browser, base_url: str, watch: Watch) -> Iterator[Visitor]:
    visitor = Visitor(browser, base_url, watch, PHONE, DESK)
    yield visitor
    visitor.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["", "/en"], ids=["chinese", "english"])
def test_public_pages_in_elder_mode(live_server, citizen: Visitor, prefix: str):
    """Chosen once, elder mode stays: larger, and as free of barriers as before, in both languages and on any screen."""
    world = build()
    citizen.prefix = prefix
    citizen.go("/")
    citizen.page.locator("[data-switch-view]").click()

    for name in PUBLIC:
        citizen.go(address(world, name))
        assert citizen.page.locator("html").get_attribute("data-view") == "elder", name
