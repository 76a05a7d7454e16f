"""Who may set what the portal says of itself."""

from datetime import date

import pytest

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.imprint.rules import may_keep_imprint
from tests.factories.frame import (
    NOW,
    CityFactory,
    CountyFactory,
    CycleFactory,
    MandateFactory,
    ProvinceFactory,
    UserFactory,
    official,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_of_all_roles_the_administrator_may(role: Role):
    verdict = may_keep_imprint(official(role, ProvinceFactory()), NOW)

    assert verdict.ok == (role == Role.ADMINISTRATOR)


def test_nobody_may_without_a_mandate_or_an_account():
    assert not may_keep_imprint(UserFactory(), NOW)
    assert not may_keep_imprint(None, NOW)


def test_the_highest_administrator_may_and_those_below_may_not():
    county = CountyFactory()
    city, province = county.parent, county.parent.parent
    of_county, of_city = (official(Role.ADMINISTRATOR, area) for area in (county, city))
    assert [bool(may_keep_imprint(user, NOW)) for user in (of_county, of_city)] == [False, True]

    of_province = official(Role.ADMINISTRATOR, province)

    people = [User.objects.get(pk=user.pk) for user in (of_county, of_city, of_province)]
    assert [bool(may_keep_imprint(user, NOW)) for user in people] == [False, False, True]


def test_who_administers_all_areas_with_years_may_and_who_administers_one_of_them_may_not():
    here, there = CityFactory(code="330200"), CityFactory(code="330300")
    for area in (here, there):
        CycleFactory(area=area)
    of_both, of_one = official(Role.ADMINISTRATOR, here), official(Role.ADMINISTRATOR, there)
    MandateFactory(user=of_both, role=Role.ADMINISTRATOR, area=there)

    assert [bool(may_keep_imprint(user, NOW)) for user in (of_both, of_one)] == [True, False]


def test_an_administrator_of_another_branch_stands_above_nobody_here():
    here = official(Role.ADMINISTRATOR, CountyFactory(parent=CityFactory(code="330200"), code="330226"))
    official(Role.ADMINISTRATOR, CityFactory(code="330300"))

    assert may_keep_imprint(here, NOW)


def test_where_several_areas_have_years_none_of_them_sets_it_for_all():
    one, other = CityFactory(code="330200"), CityFactory(code="330300")
    CycleFactory(area=CountyFactory(parent=one, code="330226"))
    administrator = official(Role.ADMINISTRATOR, one)
    assert may_keep_imprint(administrator, NOW)

    CycleFactory(area=other)

    verdict = may_keep_imprint(administrator, NOW)
    assert not verdict
    assert "其他地区" in str(verdict.reason)
    assert may_keep_imprint(official(Role.ADMINISTRATOR, one.parent), NOW)


@pytest.mark.parametrize("above", [{"ends_on": date(2024, 10, 31)}, {"user__closed_at": NOW}, {"role": Role.AUDITOR}])
def test_who_is_above_no_longer_or_in_another_role_does_not_count(above: dict[str, object]):
    county = CountyFactory()
    administrator = official(Role.ADMINISTRATOR, county)
    if "user__closed_at" in above:
        above = {**above, "user__closed_by": administrator}
    MandateFactory(**{"role": Role.ADMINISTRATOR, "area": county.parent, **above})

    assert may_keep_imprint(administrator, NOW)
