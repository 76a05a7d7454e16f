"""Whoever is refused something behind the sign-in still sees who they are; a page for everybody never looks."""

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from tests.factories.frame import CityFactory, CycleFactory, official, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/desk/hangzhou/2025/years/advance/", 404),
        ("get", "/desk/hangzhou/1999/", 404),
        ("get", "/desk/hangzhou/2025/dates/", 403),
        ("get", "/desk/hangzhou/2025/sites/?light=mauve", 400),
        ("post", "/desk/hangzhou/2025/", 405),
        ("get", "/desk/hangzhou/people/", 403),
        ("get", "/en/desk/no/such/page/", 404),
    ],
)
def test_who_is_signed_in_stays_in_sight(method, address, status):
    CycleFactory(area=CityFactory(code="330100", slug="hangzhou"), year=2025, phase=Phase.DELIVER)
    person = official(Role.DEPARTMENT, CityFactory(code="330100"))

    answer = getattr(signed_in(person), method)(address)

    page = answer.content.decode()
    assert answer.status_code == status
    assert f">{person.name}</a>" in " ".join(page.split()).replace(" </a>", "</a>")
    assert 'action="/sign-out/"' in page or 'action="/en/sign-out/"' in page
    assert 'href="/sign-in/"' not in page


@pytest.mark.parametrize("address", ["/hangzhou/1999/", "/no/such/page/"])
def test_a_page_for_everybody_does_not_look_who_is_reading(address):
    person = official(Role.DEPARTMENT, CityFactory(code="330100", slug="hangzhou"))

    answer = signed_in(person).get(address)

    assert answer.status_code == 404
    assert person.name not in answer.content.decode()
    assert "Cookie" not in answer.get("Vary", "")
