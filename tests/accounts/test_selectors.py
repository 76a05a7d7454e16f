from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from livelihood.accounts import selectors
from livelihood.accounts.models import User
from livelihood.accounts.roles import ROLES, Permission, Role
from livelihood.cycles.models import Area
from tests.factories.frame import (
    NOW,
    TODAY,
    CityFactory,
    CountyFactory,
    MandateFactory,
    ProvinceFactory,
    UserFactory,
    official,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role)
def test_a_role_has_exactly_its_permissions_in_its_own_area(role):
    city = CityFactory()
    person = official(role, city)

    held = {permission for permission in Permission if selectors.has(person, permission, city, NOW)}

    assert held == ROLES[role].permissions


@pytest.mark.parametrize("role", Role)
def test_permissions_reach_down_only_where_the_role_says_so_and_never_up_or_aside(role):
    province = ProvinceFactory()
    city, sibling = CityFactory(parent=province), CityFactory(parent=province)
    county = CountyFactory(parent=city)
    person = official(role, city)
    permission = min(ROLES[role].permissions)

    reach = {area.pk for area in (province, city, sibling, county) if selectors.has(person, permission, area, NOW)}

    assert reach == ({city.pk, county.pk} if ROLES[role].reaches_down else {city.pk})
    assert (
        set(Area.objects.filter(selectors.areas_with(person, [permission], NOW)).values_list("pk", flat=True)) == reach
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (TODAY, TODAY, True),
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (date(2020, 1, 1), TODAY - timedelta(days=1), False),
    ],
)
def test_a_mandate_holds_from_its_first_to_its_last_day(starts_on, ends_on, expected):
    mandate = MandateFactory(starts_on=starts_on, ends_on=ends_on)

    assert selectors.has(mandate.user, Permission.PUBLISH_LETTER, mandate.area, NOW) is expected


def test_nobody_without_a_mandate_may_anything():
    city = CityFactory()

    assert not any(
        selectors.has(person, permission, city, NOW)
        for person in (UserFactory(), AnonymousUser(), None)
        for permission in Permission
    )


def test_a_closed_account_has_no_permission():
    city = CityFactory()
    person = official(Role.LIVELIHOOD_OFFICE, city)
    person.closed_at = NOW

    assert not selectors.has(person, Permission.PUBLISH_LETTER, city, NOW)


def test_mandates_of_many_are_learnt_by_one_query(django_assert_num_queries):
    city, other = CityFactory(), CityFactory()
    deputies = [official(Role.DEPUTY, city) for _ in range(3)]
    stranger, former, nobody = official(Role.DEPUTY, other), official(Role.DEPUTY, city), UserFactory()
    former.mandates.update(ends_on=TODAY - timedelta(days=1))
    people: list[User] = [*deputies, stranger, former, nobody]

    with django_assert_num_queries(1):
        selectors.learn_mandates(people, NOW)
        may_vote = [selectors.has(person, Permission.VOTE, city, NOW) for person in people]

    assert may_vote == [True, True, True, False, False, False]


def test_mandates_are_read_once_for_a_request(django_assert_num_queries):
    city = CityFactory()
    person = official(Role.LIVELIHOOD_OFFICE, city)

    with django_assert_num_queries(1):
        for permission in Permission:
            selectors.has(person, permission, city, NOW)
