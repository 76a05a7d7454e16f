"""The manuals as pages: for each kind of user, found from Help, with links that lead somewhere."""

import re

import pytest
from django.conf import settings
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.portal.manuals import MANUALS
from tests.factories.frame import CityFactory, UserFactory, official, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    return signed_in(UserFactory())


def test_one_s_own_manuals_come_first_and_help_leads_to_them():
    city = CityFactory()
    staff = signed_in(official(Role.CONGRESS_STAFF, city))

    page = staff.get("/desk/manuals/")

    assert [card.url for card in page.context["own"]] == ["/desk/manuals/congress/", "/desk/manuals/accounts/"]
    assert len(page.context["own"]) + len(page.context["others"]) == len(MANUALS)
    assert re.search(r'href="/desk/manuals/"\s*>帮助</a>', staff.get("/desk/").content.decode())


def test_the_page_for_setting_up_leads_to_the_administrators_manual():
    city = CityFactory(slug="here")

    page = signed_in(official(Role.ADMINISTRATOR, city)).get("/desk/here/set-up/")

    assert 'href="/desk/manuals/administrators/"' in page.content.decode()


@pytest.mark.parametrize("manual", MANUALS, ids=lambda manual: manual.key)
@pytest.mark.parametrize("language", ["", "/en"])
def test_every_manual_is_a_page_whose_links_all_lead_to_a_manual(reader, manual, language):
    page = reader.get(f"{language}/desk/manuals/{manual.key}/")

    assert page.status_code == 200
    shown = page.context["manual"]
    source = (settings.BASE_DIR / "docs" / "manuals" / f"{manual.key}.md").read_text(encoding="utf-8")
    assert f"# {shown.title}\n" in source
    assert [name for _id, name in shown.sections] == re.findall("^## (.+)$", source, re.MULTILINE)
    assert all(f'id="{part}"' in shown.body for part, _name in shown.sections)
    links = re.findall(r'href="([^"]*)"', shown.body)
    assert len(links) == len(re.findall(r"\]\([a-z-]+\.md\)", source))
    assert {reader.get(link).status_code for link in links} <= {200}
    assert {link.startswith(f"{language}/desk/manuals/") for link in links} <= {True}


def test_lines_of_chinese_are_joined_without_a_blank_and_tables_stand(reader):
    offices, administrators = (
        reader.get(f"/desk/manuals/{key}/").context["manual"].body for key in ("offices", "administrators")
    )

    assert re.search("[\u4e00-\u9fff，。]\n[\u4e00-\u9fff]", offices) is None
    assert '<table class="table">' in administrators


def test_what_is_no_manual_is_not_found(reader):
    assert [reader.get(f"/desk/manuals/{key}/").status_code for key in ("readme", "operations")] == [404, 404]
