import re
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from livelihood.accounts import services
from livelihood.accounts.models import Mandate, SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.fields import FoldsTooLong
from livelihood.kernel.text import BadText
from tests.factories.frame import (
    NOW,
    TODAY,
    CityFactory,
    CountyFactory,
    MandateFactory,
    OrganisationFactory,
    UserFactory,
    official,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough phrase 7"


def test_an_administrator_gives_an_account():
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)

    person = services.create_user(username="lin", name="林", password=PASSWORD, area=city, by=admin, at=NOW)

    assert person.check_password(PASSWORD)
    assert (person.username, person.name, person.is_active) == ("lin", "林", True)
    entry = Entry.objects.get()
    assert (entry.act, entry.actor_id, entry.detail) == ("user.created", admin.pk, {})


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_gives_accounts(role):
    city = CityFactory()
    person = official(role, city)

    with pytest.raises(NotAllowed):
        services.create_user(username="lin", name="林", password=PASSWORD, area=city, by=person, at=NOW)

    assert not User.objects.filter(username="lin").exists()


@pytest.mark.parametrize(
    ("password", "username", "error"), [("short", "lin", InvalidInput), (PASSWORD, "taken", Conflict)]
)
def test_weak_passwords_and_taken_names_are_refused(password, username, error):
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    UserFactory(username="taken")
    before = User.objects.count()

    with pytest.raises(error):
        services.create_user(username=username, name="林", password=password, area=city, by=admin, at=NOW)

    assert User.objects.count() == before
    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_name_at_once_one_is_refused():
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    half: dict[str, Any] = {"name": "林", "password": PASSWORD, "area": city, "by": admin, "at": NOW}

    for username in ("lin1", "lin2", "lin3"):
        ends = at_once(*[partial(services.create_user, username=username, **half)] * 4)

        assert sorted(type(end).__name__ for end in ends) == ["Conflict", "Conflict", "Conflict", "User"]
        assert User.objects.filter(username=username).count() == 1


def test_an_administrator_lets_deputies_in_whatever_they_are_beside():
    city = CityFactory()
    deputy = official(Role.DEPUTY, city)
    MandateFactory(user=deputy, area=city, role=Role.CHAIR)
    staff, admin = official(Role.CONGRESS_STAFF, city), official(Role.ADMINISTRATOR, city)

    with pytest.raises(NotAllowed):
        services.print_codes_of_deputies(people=[deputy], area=city, by=staff, at=NOW)
    assert not SignInCode.objects.exists()
    services.print_codes_of_deputies(people=[deputy], area=city, by=admin, at=NOW)

    assert SignInCode.objects.get().user == deputy


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012", "lin20260101"])
def test_what_is_wrong_with_a_password_is_said_in_the_readers_language(password):
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)

    with translation.override("zh-hans"):
        with pytest.raises(InvalidInput) as refused:
            services.create_user(username="lin", name="林", password=password, area=city, by=admin, at=NOW)
        said = str(refused.value)

    assert re.search(r"[\u4e00-\u9fff]{3}", said)
    assert not re.search(r"[A-Za-z]{3}", said), said


TWINS = ("WuLin9", "\uff57\uff55\uff4c\uff49\uff4e\uff19", "wulin9\u3164", "wu\u200dlin9", " wulin9 ")


@pytest.mark.parametrize("twin", TWINS)
def test_a_user_name_is_taken_in_every_spelling(twin):
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    person = services.create_user(username="wulin9", name="林", password=PASSWORD, area=city, by=admin, at=NOW)

    with pytest.raises(Conflict):
        services.create_user(username=twin, name="林", password=PASSWORD, area=city, by=admin, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(username=twin)

    assert list(User.objects.filter(username=twin)) == [person]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": "\u3164\u3164"}, "username"),
        ({"username": "\u200d"}, "username"),
        ({"name": "\u2800\u2800\u2800"}, "name"),
        ({"name": "字" * 61}, "name"),
        ({"password": PASSWORD * 7}, "password"),
    ],
)
def test_what_has_nothing_visible_or_no_end_is_no_account(values, field):
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    given = {"username": "lin", "name": "林", "password": PASSWORD} | values

    with pytest.raises(InvalidInput) as refusal:
        services.create_user(**given, area=city, by=admin, at=NOW)

    assert refusal.value.field == field
    assert list(User.objects.all()) == [admin]


def test_an_administrator_gives_a_mandate_in_an_area_below():
    city = CityFactory()
    county = CountyFactory(parent=city)
    admin = official(Role.ADMINISTRATOR, city)
    person = UserFactory()

    mandate = services.give_mandate(user=person, role=Role.DEPUTY, area=county, starts_on=TODAY, by=admin, at=NOW)

    assert (mandate.user, mandate.role, mandate.area, mandate.ends_on) == (person, Role.DEPUTY, county, None)
    assert Entry.objects.get().detail == {"user": person.pk, "role": "deputy", "area": county.code}


def test_an_administrator_gives_nothing_in_a_sibling_area():
    admin = official(Role.ADMINISTRATOR, CityFactory())
    before = Mandate.objects.count()

    with pytest.raises(NotAllowed):
        services.give_mandate(
            user=UserFactory(), role=Role.DEPUTY, area=CityFactory(), starts_on=TODAY, by=admin, at=NOW
        )

    assert Mandate.objects.count() == before


def test_a_mandate_names_an_organisation_of_its_own_area():
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)

    with pytest.raises(InvalidInput) as refusal:
        services.give_mandate(
            user=UserFactory(),
            role=Role.DEPARTMENT,
            area=city,
            organisation=OrganisationFactory(),
            starts_on=TODAY,
            by=admin,
            at=NOW,
        )

    assert refusal.value.field == "organisation"


def test_a_mandate_is_given_once_and_does_not_end_before_it_starts():
    city = CityFactory()
    admin, person = official(Role.ADMINISTRATOR, city), UserFactory()
    give: dict[str, Any] = {
        "user": person,
        "role": Role.LIVELIHOOD_OFFICE,
        "area": city,
        "starts_on": TODAY,
        "by": admin,
        "at": NOW,
    }

    with pytest.raises(InvalidInput):
        services.give_mandate(**give, ends_on=TODAY - timedelta(days=1))
    services.give_mandate(**give)
    with pytest.raises(Conflict):
        services.give_mandate(**give)

    assert Mandate.objects.filter(user=person).count() == 1
    assert Entry.objects.filter(act="mandate.given").count() == 1


def test_a_mandate_ends_and_stays_on_record():
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    person = official(Role.DEPARTMENT, city)
    mandate = person.mandates.get()

    services.end_mandate(mandate=mandate, last_day=TODAY, by=admin, at=NOW)

    assert Mandate.objects.get(pk=mandate.pk).ends_on == TODAY
    assert Entry.objects.get().act == "mandate.ended"


def test_a_mandate_does_not_end_before_it_began():
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    mandate = official(Role.DEPARTMENT, city).mandates.get()

    with pytest.raises(InvalidInput):
        services.end_mandate(mandate=mandate, last_day=date(2019, 1, 1), by=admin, at=NOW)

    assert Mandate.objects.get(pk=mandate.pk).ends_on is None


def test_nobody_ends_the_own_mandate_as_administrator():
    city = CityFactory()
    alone, other = official(Role.ADMINISTRATOR, city), official(Role.ADMINISTRATOR, city)
    own = alone.mandates.get()

    with pytest.raises(NotAllowed):
        services.end_mandate(mandate=own, last_day=TODAY, by=alone, at=NOW)

    own.refresh_from_db()
    assert own.ends_on is None
    assert services.end_mandate(mandate=own, last_day=TODAY, by=other, at=NOW).ends_on == TODAY


@pytest.mark.parametrize("typed", ["\ufdfa" * 20, "ß" * 40])
def test_a_user_name_is_measured_as_it_is_typed_and_as_it_is_kept(typed):
    with pytest.raises(FoldsTooLong):
        services.clean_username(typed)
    with translation.override("zh-hans"), pytest.raises(BadText, match="文本有61个字"):
        services.clean_username("ß" * 61)
    assert services.clean_username("ß" * 30) == "ss" * 30
