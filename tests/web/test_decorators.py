"""Public pages, public forms, and the cycle in the address."""

import pytest
from django.http import Http404
from django.test import Client

from livelihood.web.decorators import find_cycle, found
from tests.factories.frame import CityFactory, CycleFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]

SENT = {"matter": "路灯"}


@pytest.fixture
def browser() -> Client:
    """A client for which the CSRF protection holds, as for a browser."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    ],
)
def test_a_public_form_is_taken_without_a_cookie(browser, headers):
    response = browser.post("/try/form/", SENT, headers=headers)

    assert (response.status_code, response.content.decode()) == (200, "sent 路灯")
    assert dict(response.cookies) == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
    ],
)
def test_a_public_form_from_another_site_is_refused(browser, headers):
    response = browser.post("/try/form/", SENT, headers=headers)

    assert response.status_code == 403
    assert "路灯" not in response.content.decode()


def test_reading_a_public_form_from_another_site_is_no_harm(browser):
    assert browser.get("/try/form/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_other_forms_need_their_token(browser):
    response = browser.post("/sign-in/", {"username": "wang", "password": "x"})

    assert response.status_code == 403
    assert "refusal.html" in [template.name for template in response.templates]


@pytest.mark.parametrize("area", ["hangzhou", "330100"])
def test_a_cycle_is_found_by_slug_and_by_code(area):
    cycle = CycleFactory(area=CityFactory(code="330100", slug="hangzhou"), year=2025)

    assert find_cycle(area, 2025) == cycle


@pytest.mark.parametrize(
    ("area", "year"), [("hangzhou", 2024), ("ningbo", 2025), ("330200", 2025), ("hangzhou", 10**9)]
)
def test_an_unknown_cycle_is_not_found(area, year):
    CycleFactory(area=CityFactory(code="330100", slug="hangzhou"), year=2025)

    with pytest.raises(Http404):
        find_cycle(area, year)


@pytest.mark.parametrize("path", ["/hangzhou/99999999999999999999/", "/hangzhou/0/", "/HANGZHOU/2025/"])
def test_absurd_years_are_not_found(client, path):
    CycleFactory(area=CityFactory(code="330100", slug="hangzhou"), year=2025)

    assert client.get(path).status_code == 404


def test_found_gives_what_is_there():
    assert found(0) == 0
    with pytest.raises(Http404):
        found(None)
