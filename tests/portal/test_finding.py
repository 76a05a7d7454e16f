"""The search over all rooms: what is found, by whom, and how it is grouped."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.portal import finding
from tests.factories.frame import CityFactory, CycleFactory, official, signed_in
from tests.factories.projects import SiteFactory
from tests.factories.proposals import NeedFactory, SuggestionFactory

pytestmark = pytest.mark.django_db


def found(client: Client, words: str, path: str = "/search/", **more: str) -> dict[str, list[str]]:
    """Return the titles that a search shows, by kind."""
    groups = client.get(path, {"q": words, **more}).context["groups"]
    return {group.key: [str(card.title) for card in group.cards] for group in groups}


def test_each_kind_says_how_many_there_are_and_leads_to_all_of_them(client):
    cycle = CycleFactory()
    for number in range(finding.MOST + 2):
        NeedFactory(cycle=cycle, title=f"加装电梯{number}")

    page = client.get("/search/", {"q": "电梯"})
    (group,) = page.context["groups"]
    everything = client.get(f"/search/{group.url}").context["groups"][0]

    assert (len(group.cards), group.count, group.has_more) == (finding.MOST, finding.MOST + 2, True)
    assert parse_qs(urlsplit(group.url).query) == {"q": ["电梯"], "kind": ["needs"]}
    assert f"全部{finding.MOST + 2}" in page.content.decode()
    assert len(everything.cards) == finding.MOST + 2


def test_words_in_any_order_and_any_writing_find_the_same(client):
    NeedFactory(title="老旧小区加装电梯")
    SiteFactory(name="电梯加装点位（小区）")

    same = [found(client, words) for words in ("小区 电梯", "电梯 小区", "電梯 小區", "电\u200b梯　小区")]

    assert same == [{"needs": ["老旧小区加装电梯"], "sites": ["电梯加装点位（小区）"]}] * 4


def test_a_site_is_found_by_its_key(client):
    site = SiteFactory(key="LS-2031-007", name="社区食堂")

    assert found(client, "ls-2031-007") == {"sites": [site.name]}


def test_an_area_is_found_by_its_name(client):
    area = CityFactory()

    assert area.name in found(client, area.name_zh)["areas"]


def test_the_number_of_a_suggestion_leads_to_where_it_is_tracked(client):
    suggestion = SuggestionFactory()

    page = client.get("/search/", {"q": suggestion.number.replace("-", " ")})

    assert page.context["tracking"] == f"{suggestion.cycle.address('proposals:track')}?number={suggestion.number}"
    assert suggestion.title not in page.content.decode()
    assert client.get(page.context["tracking"]).status_code == 200


def test_a_number_that_nobody_has_is_said_to_be_none(client):
    page = client.get("/search/", {"q": "2030-000123-6"})

    assert (page.context["number"], page.context["tracking"]) == ("2030-000123-6", "")
    assert "没有这个编号的建议" in page.content.decode()
    assert client.get("/search/", {"q": "2030-000123-7"}).context["number"] == ""


def test_a_kind_that_is_not_known_is_refused(client):
    assert client.get("/search/", {"q": "电梯", "kind": "people"}).status_code == 400


def test_the_desk_finds_what_one_may_see_there_and_no_more():
    mine, other = CycleFactory(phase=Phase.SOLICIT), CycleFactory(phase=Phase.SOLICIT)
    here, there = (NeedFactory(cycle=cycle, title="加装电梯") for cycle in (mine, other))
    number = SuggestionFactory(cycle=mine).number
    hidden = SuggestionFactory(cycle=other).number
    office = signed_in(official(Role.LIVELIHOOD_OFFICE, mine.area))
    deputy = signed_in(official(Role.DEPUTY, mine.area))

    page = office.get("/desk/search/", {"q": "电梯"})

    assert [[card.url for card in group.cards] for group in page.context["groups"]] == [
        [mine.address("proposals:desk_need", number=here.number)]
    ]
    assert there.cycle != here.cycle
    assert found(office, number, "/desk/search/") == {"suggestions": [number]}
    assert found(office, hidden, "/desk/search/") == {}
    assert found(deputy, number, "/desk/search/") == {}
    assert mine.address("proposals:track") in deputy.get("/desk/search/", {"q": number}).content.decode()


def test_people_are_found_by_who_administers_them():
    area = CityFactory()
    person = official(Role.DEPARTMENT, area)
    administrator, office = (official(role, area) for role in (Role.ADMINISTRATOR, Role.LIVELIHOOD_OFFICE))

    assert found(signed_in(administrator), person.name, "/desk/search/")["people"] == [person.name]
    assert "people" not in found(signed_in(office), person.name, "/desk/search/")


def test_the_search_stands_on_every_page_and_has_a_key_at_the_desk(client):
    area = CityFactory()
    public = client.get("/").content.decode()
    desk = signed_in(official(Role.DEPARTMENT, area)).get("/desk/").content.decode()

    assert ('href="/search/"' in public, "aria-keyshortcuts" in public) == (True, False)
    assert ('href="/desk/search/"' in desk, 'aria-keyshortcuts="/"' in desk) == (True, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_asks_as_much_for_three_rows_as_for_one(rows, django_assert_num_queries):
    cycle = CycleFactory()
    for number in range(rows):
        NeedFactory(cycle=cycle, title=f"加装电梯{number}")
    office = signed_in(official(Role.LIVELIHOOD_OFFICE, cycle.area))
    office.get("/desk/search/")

    with django_assert_num_queries(10):
        office.get("/desk/search/", {"q": "电梯"})
