"""The page that says who may what says what the rules ask."""

import re

import pytest
from django.test import Client
from django.utils import translation

from livelihood.accounts.roles import RIGHTS, ROLES, Permission, Role
from tests.factories.frame import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_right_stands_there_with_exactly_the_roles_that_have_it(language):
    """What the roles are given is held against the rules by tests/accounts/test_selectors.py."""
    client = Client()
    client.force_login(UserFactory())

    page = " ".join(
        client.get("/desk/rights/" if language == "zh-hans" else "/en/desk/rights/").content.decode().split()
    )
    rows = re.findall(r"<td data-label=\"[^\"]+\">([^<]*)</td>", page)

    with translation.override(language):
        comma = {"zh-hans": "、", "en": ", "}[language]
        expected = {
            str(RIGHTS[permission]): (
                {str(role.label) for role in Role if permission in ROLES[role].permissions},
                {str(role.label) for role in Role if permission in ROLES[role].reaches_down} or {"–"},
            )
            for permission in Permission
        }
    shown = {
        what.strip(): ({role.strip() for role in who.split(comma)}, {role.strip() for role in below.split(comma)})
        for what, who, below in zip(rows[::3], rows[1::3], rows[2::3], strict=True)
    }
    assert shown == expected
    assert set(RIGHTS) == set(Permission)
