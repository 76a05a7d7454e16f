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


DOWN: dict[Role, set[Permission]] = {
    Role.LIVELIHOOD_OFFICE: {Permission.READ_DESK},
    Role.SUPERVISION_OFFICE: {Permission.READ_DESK, Permission.SUPERVISE},
    Role.AUDITOR: {Permission.READ_DESK, Permission.READ_JOURNAL},
    Role.ADMINISTRATOR: {
        Permission.READ_DESK, Permission.MANAGE_PEOPLE, Permission.KEEP_IMPRINT, Permission.MANAGE_CYCLE,
        Permission.KEEP_AREAS, Permission.KEEP_ORGANISATIONS, Permission.READ_JOURNAL, Permission.CONFIRM_MANDATES,
    },
}  # fmt: skip
"""What holds in every area below, too; nothing else of no other role."""


@pytest.mark.parametrize("role", Role)
def test_permissions_reach_down_only_where_the_role_says_so_and_never_up_or_aside(role):
    province = ProvinceFactory()
    city, sibling = CityFactory(parent=province), CityFactory(parent=province)
    county = CountyFactory(parent=city)
    person = official(role, city)

    for permission in ROLES[role].permissions:
        reach = {area.pk for area in (province, city, sibling, county) if selectors.has(person, permission, area, NOW)}
        assert reach == ({city.pk, county.pk} if permission in DOWN.get(role, ()) else {city.pk}), permission
        filtered = Area.objects.filter(selectors.areas_with(person, [permission], NOW))
        assert set(filtered.values_list("pk", flat=True)) == reach
        assert selectors.is_held_above(county, permission, NOW) is (permission in DOWN.get(role, ()))


def test_of_several_permissions_each_reaches_as_far_as_it_does():
    county = CountyFactory()
    office = official(Role.LIVELIHOOD_OFFICE, county.parent)

    def areas_with(*permissions: Permission) -> set[int]:
        found = Area.objects.filter(selectors.areas_with(office, permissions, NOW))
        return set(found.values_list("pk", flat=True))

    assert areas_with(Permission.READ_DESK, Permission.RUN_SURVEYS) == {county.pk, county.parent.pk}
    assert areas_with(Permission.MANAGE_CYCLE, Permission.RUN_SURVEYS) == {county.parent.pk}


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
