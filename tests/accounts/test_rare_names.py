"""People whose names few fonts and few programs know: they are added, listed, found, and sign in."""

import pytest
from django.test import Client

from livelihood.accounts import selectors, services
from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.searching import every_word
from tests.factories.frame import NOW, CityFactory, MandateFactory, official

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough phrase 7"
# Extension B of the Chinese characters; a Uyghur name in Chinese and in its own letters; Tibetan; Yi; full-width Latin.
NAMES = [
    "王\U00020bb7",
    "\U000212fe明",
    "阿依古丽·买买提",
    "ཚེ་རིང་",
    "ئابدۇللا",
    "ꀉꆂ",
    "\uff57\uff55\uff4c\uff49\uff4e\uff19",
]
SEARCHED = ("user__name", "user__username")
NOTHING = ["\u3164" * 4, "\u200d" * 4, "\u2800" * 4]


@pytest.mark.parametrize("name", NAMES)
def test_a_person_with_a_rare_name_signs_in(client: Client, name: str):
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    person = services.create_user(username=name, name=name, password=PASSWORD, area=city, by=admin, at=NOW)

    response = client.post("/sign-in/", {"username": f" {name}\u200b", "password": PASSWORD})

    assert (response.status_code, client.session["_auth_user_id"]) == (302, str(person.pk))
    person.refresh_from_db()
    assert (person.username, person.name) == (fold(name), name)


def test_rare_names_are_listed_in_one_order_and_each_is_found():
    city = CityFactory()
    for name in NAMES:
        MandateFactory(area=city, role=Role.DEPUTY, user__name=name, user__username=name)
    mandates = selectors.mandates_in(city)

    found = {name: [row.user.name for row in mandates.filter(every_word(SEARCHED, name))] for name in NAMES}
    full_width = [row.user.name for row in mandates.filter(every_word(SEARCHED, "WULIN9"))]
    ordered = [row.user.username for row in mandates]

    assert found == {name: [name] for name in NAMES}
    assert full_width == ["\uff57\uff55\uff4c\uff49\uff4e\uff19"]
    assert ordered == sorted(map(fold, NAMES))


@pytest.mark.parametrize("name", NOTHING)
def test_a_name_of_nothing_visible_is_refused(name: str):
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)

    with pytest.raises(InvalidInput):
        services.create_user(username="lin", name=name, password=PASSWORD, area=city, by=admin, at=NOW)

    assert list(User.objects.all()) == [admin]
