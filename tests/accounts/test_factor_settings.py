"""Which acts ask for the second factor again, and what settings say of it."""

from typing import Any

import pytest
from django.core.checks import run_checks

from livelihood.accounts.roles import Role
from livelihood.web import irrevocable
from tests.house.addresses import TABLE
from tests.house.test_options import application

pytestmark = pytest.mark.django_db

NEEDED = {Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER, Role.ADMINISTRATOR}


@pytest.fixture(autouse=True)
def _is_required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def test_every_act_that_asks_again_is_an_address_and_an_act_of_it():
    for name, acts in irrevocable.ACTS.items():
        assert not TABLE[name].is_post, f"{name} cannot be led back to"
        assert acts is None or {"act", "verb"} & TABLE[name].names.keys()
    assert set(TABLE) >= irrevocable.POSTS


@pytest.mark.tries("SECOND_FACTOR_ROLES")
def test_settings_that_let_administrators_in_by_a_password_are_found(settings):
    def ours() -> set[str]:
        found = run_checks(tags=["security"], include_deployment_checks=True)
        return {one.id for one in found if one.id and one.id.startswith("accounts.")}

    code = """
from django.conf import settings
from livelihood.accounts.holding import roles_with_factor
print(settings.SECOND_FACTOR_REQUIRED, *sorted(roles_with_factor()))
"""

    assert ours() == set()
    settings.SECOND_FACTOR_ROLES = ["deputy", "king"]
    assert ours() == {"accounts.E001", "accounts.E002"}
    settings.SECOND_FACTOR_ROLES, settings.SECOND_FACTOR_REQUIRED = [], False
    assert ours() == {"accounts.E002"}
    assert application(code) == [f"True {' '.join(sorted(NEEDED))}"]
    assert application(code, SECOND_FACTOR_ROLES="administrator, auditor") == ["True administrator auditor"]


def test_where_no_factor_is_asked_for_the_page_says_so(client, settings):
    settings.SECOND_FACTOR_REQUIRED = False

    assert "does not ask for a second factor" in client.get("/en/sign-in/").content.decode()
    settings.SECOND_FACTOR_REQUIRED = True
    assert "does not ask for a second factor" not in client.get("/en/sign-in/").content.decode()
