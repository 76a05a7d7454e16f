"""People at browsers, for the tests of this room that open pages in Chromium."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ViewportSize

from livelihood.accounts.models import User
from tests.year.browsing import PHONE, Come, Visitor, Watch


@pytest.fixture
def come(browser: Browser, base_url: str) -> Iterator[Come]:
    """Let somebody come, signed in or not; at the end nothing that axe or the browser saw may have been wrong."""
    watch, visitors = Watch(), []

    def visitor(user: User | None = None, *sizes: ViewportSize) -> Visitor:
        made = Visitor(browser, base_url, watch, *(sizes or [PHONE]))
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            made.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": base_url}])
        visitors.append(made)
        return made

    yield visitor
    for one in visitors:
        one.context.close()
    assert not watch.wrong, "\n".join(watch.wrong)
