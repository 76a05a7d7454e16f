"""The number of a suggestion alone leads to where it is followed, whatever place and year."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.frame import CycleFactory
from tests.factories.proposals import SuggestionFactory
from tests.proposals.pages import at, text_of

pytestmark = pytest.mark.django_db


def test_a_number_leads_to_the_page_of_its_year_which_asks_for_the_code():
    rows = [SuggestionFactory(), SuggestionFactory(cycle=CycleFactory(year=2019))]

    for row in rows:
        spoken = f" {row.number.replace('-', ' ')} "
        response = Client().get(reverse("portal:track"), {"number": spoken})
        assert response["Location"] == f"{at('track', row.cycle)}?number={row.number}"
        assert f'value="{row.number}"' in Client().get(response["Location"]).content.decode()


@pytest.mark.parametrize("typed", ["2027-000123-9", "123", "李四", ""])
def test_what_is_no_number_is_said_beside_the_field(typed):
    page = Client().get(reverse("portal:track"), {"number": typed})

    assert page.status_code == 200
    assert ("这不是建议编号" in text_of(page)) == bool(typed)


def test_a_number_that_nothing_has_is_said_and_the_front_page_asks_for_one():
    SuggestionFactory()

    assert "没有这个编号的建议" in text_of(Client().get(reverse("portal:track"), {"number": "2027-000123-0"}))
    assert f'action="{reverse("portal:track")}"' in Client().get("/").content.decode()
