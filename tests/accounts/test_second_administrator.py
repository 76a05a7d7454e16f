"""An administrator waits for a second as soon as one is there, and nobody confirms by the word of the giver alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
from django.db import DatabaseError, transaction

from livelihood.accounts import holding, selectors, services
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Permission, Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.kernel.errors import NotAllowed
from tests.factories.frame import (
    NOW,
    TODAY,
    CityFactory,
    LeaveFactory,
    MandateFactory,
    OrganisationFactory,
    UserFactory,
    official,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Area:
    return CityFactory()


@pytest.fixture
def admin(city: Area) -> User:
    return official(Role.ADMINISTRATOR, city)


def give(user: User, role: Role, area: Area, by: User) -> Mandate:
    return services.give_mandate(user=user, role=role, area=area, starts_on=TODAY, by=by, at=NOW)


def _nobody(city: Area) -> None:
    pass


def _other(role: Role, where: str = "here", **values: Any) -> Callable[[Area], Mandate]:
    def place(city: Area) -> Area:
        places: dict[str, Any] = {"here": city, "above": city.parent, "elsewhere": CityFactory()}
        return cast("Area", places[where])

    return lambda city: MandateFactory(role=role, area=place(city), **values)


def _on_leave(city: Area) -> None:
    LeaveFactory(user=official(Role.ADMINISTRATOR, city), ends_on=None)


def _closed(city: Area) -> None:
    admin = official(Role.ADMINISTRATOR, city)
    User.objects.filter(pk=admin.pk).update(closed_at=NOW, closed_by=admin)


@pytest.mark.parametrize(
    ("there_is", "waits"),
    [
        (_nobody, False),
        (_other(Role.ADMINISTRATOR), True),
        (_other(Role.ADMINISTRATOR, "above"), True),
        (_other(Role.ADMINISTRATOR, "elsewhere"), False),
        (_other(Role.CONGRESS_STAFF), True),
        (_other(Role.CONGRESS_STAFF, "above"), False),
        (_other(Role.CHAIR), False),
        (_other(Role.AUDITOR, "above"), False),
        (_other(Role.CONGRESS_STAFF, is_waiting=True), False),
        (_other(Role.ADMINISTRATOR, ends_on=TODAY - timedelta(days=1)), False),
        (_other(Role.ADMINISTRATOR, starts_on=TODAY + timedelta(days=1)), False),
        (_on_leave, True),
        (_closed, False),
    ],
)
def test_an_administrators_mandate_waits_as_soon_as_somebody_else_can_confirm_it(there_is, waits, city, admin):
    there_is(city)

    mandate = give(UserFactory(), Role.ADMINISTRATOR, city, admin)

    assert mandate.is_waiting is waits
    assert holding.has(mandate.user, Permission.CONFIRM_MANDATES, city, NOW) is not waits


def test_one_administrator_makes_no_puppet_where_there_is_a_second(city, admin):
    second = official(Role.ADMINISTRATOR, city)
    puppet = give(UserFactory(), Role.ADMINISTRATOR, city, admin)
    chair = give(UserFactory(), Role.CHAIR, city, admin)

    for waiting, by in ((puppet, admin), (puppet, puppet.user), (chair, puppet.user)):
        with pytest.raises(NotAllowed):
            services.confirm_mandate(mandate=waiting, by=by, at=NOW)
    services.refuse_mandate(mandate=puppet, reason="不认识此人", by=second, at=NOW)

    assert list(Mandate.objects.filter(is_waiting=True)) == [chair]
    assert not Entry.objects.filter(act="mandate.confirmed").exists()


def test_of_two_administrators_that_come_by_one_sheet_the_second_waits_for_the_first(city, admin):
    grants = [services.Grant(user=UserFactory(), role=Role.ADMINISTRATOR, area=city, starts_on=TODAY) for _ in range(2)]

    first, second = services.give_mandates(grants=grants, by=admin, at=NOW)

    assert (first.is_waiting, second.is_waiting) == (False, True)
    services.confirm_mandate(mandate=second, by=first.user, at=NOW)


def test_who_stands_in_for_an_administrator_waits_for_a_second_too(city, admin):
    away = MandateFactory(role=Role.ADMINISTRATOR, area=city)

    stand_in = services.name_stand_in(
        mandate=away, user=UserFactory(), starts_on=TODAY, ends_on=TODAY, reason="出差", by=admin, at=NOW
    )

    assert (stand_in.is_waiting, stand_in.given_by) == (True, admin)


def test_whom_the_only_administrator_has_made_confirms_until_there_is_somebody_else(city, admin):
    made = give(UserFactory(), Role.ADMINISTRATOR, city, admin).user
    first, second = (give(UserFactory(), Role.CHAIR, city, admin) for _ in range(2))
    services.confirm_mandate(mandate=first, by=made, at=NOW)
    other = official(Role.ADMINISTRATOR, city)

    with pytest.raises(NotAllowed, match="未经其他人确认"):
        services.confirm_mandate(mandate=second, by=made, at=NOW)

    second.refresh_from_db()
    assert second.is_waiting
    assert [selectors.mandates_to_confirm(user, NOW) for user in (made, other)] == [[], [second]]
    services.confirm_mandate(mandate=second, by=other, at=NOW)
    of_theirs = give(UserFactory(), Role.SCRUTINEER, city, other)
    services.confirm_mandate(mandate=of_theirs, by=made, at=NOW)


def test_puppets_made_where_nobody_looks_confirm_nothing_below_though_one_makes_the_next(city):
    province = city.parent
    admin, staff = official(Role.ADMINISTRATOR, province), official(Role.CONGRESS_STAFF, city)
    one = give(UserFactory(), Role.ADMINISTRATOR, province, admin)
    two = give(UserFactory(), Role.ADMINISTRATOR, province, admin)
    services.confirm_mandate(mandate=two, by=one.user, at=NOW)
    three = give(UserFactory(), Role.ADMINISTRATOR, province, one.user)
    services.confirm_mandate(mandate=three, by=two.user, at=NOW)
    services.end_mandate(mandate=one, last_day=TODAY, by=admin, at=NOW)
    chair = give(UserFactory(), Role.CHAIR, city, admin)

    for puppet in (one, two, three):
        with pytest.raises(NotAllowed):
            services.confirm_mandate(mandate=chair, by=User.objects.get(pk=puppet.user_id), at=NOW + timedelta(days=1))

    chair.refresh_from_db()
    assert chair.is_waiting
    services.confirm_mandate(mandate=chair, by=staff, at=NOW)


def test_whom_somebody_else_has_confirmed_confirms_what_the_giver_gives(city, admin):
    other = official(Role.ADMINISTRATOR, city)
    staff = give(UserFactory(), Role.CONGRESS_STAFF, city, admin)
    services.confirm_mandate(mandate=staff, by=other, at=NOW)
    chair = give(UserFactory(), Role.CHAIR, city, admin)

    services.confirm_mandate(mandate=chair, by=staff.user, at=NOW)

    assert holding.has(chair.user, Permission.RUN_ROUND, city, NOW)


def test_a_mandate_that_goes_over_to_another_area_is_given_anew_there(city, admin):
    other = CityFactory()
    official(Role.ADMINISTRATOR, other)
    here, there = OrganisationFactory(area=city), OrganisationFactory(area=other)
    boss = official(Role.ADMINISTRATOR, city.parent)
    kept = {"given_by": admin, "confirmed_by": boss, "confirmed_at": NOW}
    for role in (Role.ADMINISTRATOR, Role.CHAIR, Role.DEPARTMENT):
        MandateFactory(role=role, area=city, organisation=here, **kept)

    for new in (OrganisationFactory(area=city), there):
        services.move_mandates(old=here, new=new, last_day=TODAY - timedelta(days=1), by=boss, at=NOW)
        words = (
            Mandate.objects.filter(organisation=new)
            .order_by("role")
            .values_list("role", "is_waiting", "given_by", "confirmed_by")
        )
        here = new
        if new.area == city:
            assert set(words) == {(role, False, admin.pk, boss.pk) for role in ("administrator", "chair", "department")}
    assert list(words) == [
        ("administrator", True, boss.pk, None), ("chair", True, boss.pk, None), ("department", False, boss.pk, None),
    ]  # fmt: skip


def test_the_database_takes_no_administrator_from_one_alone_where_there_is_another(city, admin):
    alone = MandateFactory(role=Role.ADMINISTRATOR, area=city, given_by=admin)
    official(Role.ADMINISTRATOR, city.parent)
    waiting = give(UserFactory(), Role.ADMINISTRATOR, city, admin)
    refused = {"role": Role.ADMINISTRATOR, "area": city, "starts_on": TODAY, "given_by": admin}

    with pytest.raises(DatabaseError, match="somebody else"), transaction.atomic():
        MandateFactory(**refused)
    for values in ({"is_waiting": False}, {"is_waiting": False, "confirmed_at": NOW, "confirmed_by": admin}):
        with pytest.raises(DatabaseError, match="confirmed"), transaction.atomic():
            Mandate.objects.filter(pk=waiting.pk).update(**values)

    assert set(Mandate.objects.filter(given_by=admin)) == {alone, waiting}
    MandateFactory(**refused, user=alone.user, organisation=OrganisationFactory(area=city))
