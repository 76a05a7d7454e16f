"""Passkeys in a real browser with an authenticator of its own, and the pages of accounts looked at closely."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize
from pytest_django.live_server_helper import LiveServer

from livelihood.accounts.models import Passkey, User
from livelihood.accounts.roles import Role
from tests.factories.frame import MandateFactory
from tests.year.browsing import DESK, PASSWORD, PHONE, Visitor, Watch, t

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server: LiveServer, settings: Any) -> str:
    """Name the portal by a host that browsers keep passkeys for."""
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SITE_URL = live_server.url.replace("127.0.0.1", "localhost")
    return str(settings.SITE_URL)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.wrong == []


Come = Callable[..., Visitor]


@pytest.fixture
def come(browser: Browser, watch: Watch) -> Iterator[Come]:
    """Let somebody come to an address, and look at each page in these sizes.

    Their windows are closed at the end, so that none of them writes any more.
    """
    visitors: list[Visitor] = []

    def visitor(address: str, *sizes: ViewportSize, prefix: str = "") -> Visitor:
        visitors.append(Visitor(browser, address, watch, *sizes))
        visitors[-1].prefix = prefix
        return visitors[-1]

    yield visitor
    for one in visitors:
        one.context.close()


def chair() -> User:
    person: User = MandateFactory(role=Role.CHAIR, user__username="chair", user__name="王主持").user
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def with_authenticator(visitor: Visitor) -> Any:
    """Give the browser an authenticator within, as a telephone has one; return its line."""
    line = visitor.context.new_cdp_session(visitor.page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return line


def test_a_passkey_is_made_at_the_first_sign_in_and_opens_the_next(come: Come, address):
    person = chair()
    visitor = come(address, PHONE, DESK)
    with_authenticator(visitor)

    visitor.sign_in(person.username)
    assert visitor.page.url.endswith("/account/factors/?next=/desk/")
    visitor.follow(t("Add a passkey"))
    visitor.fill(name="办公电脑", present=PASSWORD)
    visitor.press(t("Add the passkey"))
    assert visitor.main.get_by_role("heading", name=t("Recovery codes")).is_visible()
    visitor.page.context.clear_cookies()
    visitor.sign_in(person.username)
    assert "/sign-in/second/" in visitor.page.url
    visitor.press(t("Use a passkey"))

    visitor.page.wait_for_url("**/desk/")
    passkey = Passkey.objects.get()
    assert (passkey.name, passkey.sign_count > 0, passkey.last_used_at is not None) == ("办公电脑", True, True)


def test_a_passkey_of_another_browser_opens_nothing(come: Come, address):
    person = chair()
    visitor, thief = (come(address, DESK) for _ in range(2))
    for one in (visitor, thief):
        with_authenticator(one)
    visitor.sign_in(person.username)
    visitor.follow(t("Add a passkey"))
    visitor.fill(name="办公电脑", present=PASSWORD)
    visitor.press(t("Add the passkey"))

    thief.sign_in(person.username)
    thief.main.get_by_role("button", name=t("Use a passkey")).click()
    thief.page.wait_for_timeout(500)

    assert "/sign-in/second/" in thief.page.url
    thief.page.goto(f"{address}/desk/")
    assert "/sign-in/second/" in thief.page.url
