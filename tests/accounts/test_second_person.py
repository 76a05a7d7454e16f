"""Those who run a vote are confirmed by a second person, and nobody holds two of the roles that confirm each other."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts import holding, selectors, services
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import ROLES, TAKE_TWO, Permission, Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.portal import selectors as portal
from tests import databases
from tests.factories.frame import (
    NOW,
    TODAY,
    CityFactory,
    MandateFactory,
    OrganisationFactory,
    UserFactory,
    official,
    signed_in,
)
from tests.factories.voting import plenary
from tests.places.door import Door
from voting.selectors import likely_officers

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Area:
    return CityFactory()


@pytest.fixture
def admin(city: Area) -> User:
    return official(Role.ADMINISTRATOR, city)


def give(user: User, role: Role, area: Area, by: User, **values: Any) -> Mandate:
    given: dict[str, Any] = {"starts_on": TODAY, "at": NOW, **values}
    return services.give_mandate(user=user, role=role, area=area, by=by, **given)


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_those_who_run_a_vote_are_the_roles_that_confirm_each_other():
    assert TAKE_TWO == (Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER)


@pytest.mark.parametrize("role", Role)
def test_a_mandate_waits_where_its_role_runs_a_vote_and_gives_nothing_meanwhile(role, city, admin):
    person = UserFactory()

    mandate = give(person, role, city, admin)

    waits = role in TAKE_TWO
    assert (mandate.is_waiting, mandate.given_by) == (waits, admin)
    assert bool(holding.held_mandates(User.objects.get(pk=person.pk), NOW)) is not waits
    assert all(holding.has(User.objects.get(pk=person.pk), right, city, NOW) is False for right in Permission) is waits


def test_a_waiting_mandate_counts_nowhere(city, admin):
    person = UserFactory(name="简候补")
    give(person, Role.SCRUTINEER, city, admin)
    learned = User.objects.get(pk=person.pk)
    holding.learn_mandates([learned], NOW)

    assert holding.held_mandates(learned, NOW) == ()
    assert selectors.roles_in(city, [person], NOW) == {}
    assert not selectors.holders_of(Permission.CONFIRM_ROUND, city, NOW).exists()
    assert "简候补" not in str(likely_officers(city, TODAY))
    assert not holding.needs_factor(learned, NOW)
    assert signed_in(person).get(reverse("places:people", kwargs={"area": city.slug})).status_code == 403


def test_at_the_command_line_nobody_waits(city):
    mandate = services.give_mandate(user=UserFactory(), role=Role.CHAIR, area=city, starts_on=TODAY, by=None, at=NOW)

    assert (mandate.is_waiting, mandate.given_by) == (False, None)


def test_who_stands_in_for_congress_staff_waits_as_well(city, admin):
    mandate = MandateFactory(role=Role.CONGRESS_STAFF, area=city)

    stand_in = services.name_stand_in(
        mandate=mandate, user=UserFactory(), starts_on=TODAY, ends_on=TODAY, reason="出差", by=admin, at=NOW
    )

    assert (stand_in.is_waiting, stand_in.given_by) == (True, admin)


def test_whoever_stands_in_for_somebody_who_waits_waits_with_them(city, admin):
    waiting = give(UserFactory(), Role.CONGRESS_STAFF, city, admin)
    stand_in = services.name_stand_in(
        mandate=waiting, user=UserFactory(), starts_on=TODAY, ends_on=TODAY, reason="出差", by=admin, at=NOW
    )

    services.confirm_mandate(mandate=stand_in, by=official(Role.ADMINISTRATOR, city), at=NOW)

    assert holding.held_mandates(User.objects.get(pk=stand_in.user_id), NOW) == ()


# --- confirming ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_another_administrator_or_congress_staff_confirms_and_nobody_else(role, city, admin):
    mandate = give(UserFactory(), Role.CHAIR, city, admin)
    by = official(role, city)

    if role in (Role.ADMINISTRATOR, Role.CONGRESS_STAFF):
        services.confirm_mandate(mandate=mandate, by=by, at=NOW)
    else:
        with pytest.raises(NotAllowed):
            services.confirm_mandate(mandate=mandate, by=by, at=NOW)

    mandate.refresh_from_db()
    is_done = role in (Role.ADMINISTRATOR, Role.CONGRESS_STAFF)
    assert (mandate.is_waiting, mandate.confirmed_by) == (not is_done, by if is_done else None)
    assert holding.has(mandate.user, Permission.RUN_ROUND, city, NOW) is is_done
    assert list(Entry.objects.filter(act="mandate.confirmed").values_list("actor_id", flat=True)) == [by.pk] * is_done


def test_neither_who_gave_it_nor_who_is_to_hold_it_confirms(city, admin):
    holder = official(Role.ADMINISTRATOR, city)
    mandate = give(holder, Role.CHAIR, city, admin)

    for by in (admin, holder, official(Role.CONGRESS_STAFF, CityFactory())):
        with pytest.raises(NotAllowed):
            services.confirm_mandate(mandate=mandate, by=by, at=NOW)

    mandate.refresh_from_db()
    assert mandate.is_waiting


def test_who_waits_confirms_nobody(city, admin):
    first, second = (give(UserFactory(), Role.CONGRESS_STAFF, city, admin) for _ in range(2))

    with pytest.raises(NotAllowed):
        services.confirm_mandate(mandate=second, by=first.user, at=NOW)

    second.refresh_from_db()
    assert second.is_waiting


def test_an_administrator_above_confirms(city, admin):
    mandate = give(UserFactory(), Role.SCRUTINEER, city, admin)

    services.confirm_mandate(mandate=mandate, by=official(Role.ADMINISTRATOR, city.parent), at=NOW)

    assert holding.has(mandate.user, Permission.CONFIRM_ROUND, city, NOW)


def test_it_is_under_my_work_of_who_can_confirm_it_and_of_nobody_else(city, admin):
    staff, other, auditor = (official(role, city) for role in (Role.CONGRESS_STAFF, Role.ADMINISTRATOR, Role.AUDITOR))
    mandate = give(UserFactory(name="朱席"), Role.CHAIR, city, admin)
    address = reverse("accounts:mandate_confirm", kwargs={"area": city.slug, "pk": mandate.pk})

    def work(user: User) -> list[str]:
        return [item.url for item in portal.work_for(User.objects.get(pk=user.pk), NOW) if item.url == address]

    assert [work(user) for user in (staff, other, admin, auditor)] == [[address], [address], [], []]
    services.confirm_mandate(mandate=mandate, by=staff, at=NOW)
    assert [work(user) for user in (staff, other)] == [[], []]


def test_the_page_says_whose_it_is_and_who_gave_it(city, admin, time_machine):
    time_machine.move_to(NOW, tick=False)
    mandate = give(UserFactory(name="朱席"), Role.CHAIR, city, admin)
    staff = signed_in(official(Role.CONGRESS_STAFF, city))
    address = reverse("accounts:mandate_confirm", kwargs={"area": city.slug, "pk": mandate.pk})

    text = staff.get(address).content.decode()
    assert all(said in text for said in ("朱席", mandate.user.username, admin.name))
    assert signed_in(admin).get(address).status_code == 403
    assert staff.post(address).status_code == 302

    mandate.refresh_from_db()
    assert not mandate.is_waiting
    assert staff.get(address).status_code == 403


# --- refusing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_may_confirm_may_refuse_with_a_reason_and_both_are_told(role, city, admin):
    holder, by = UserFactory(name="朱席"), official(role, city)
    mandate = give(holder, Role.CHAIR, city, admin)
    may = role in (Role.ADMINISTRATOR, Role.CONGRESS_STAFF)

    if not may:
        with pytest.raises(NotAllowed):
            services.refuse_mandate(mandate=mandate, reason="不是本届主席团成员", by=by, at=NOW)
        assert Mandate.objects.filter(pk=mandate.pk, is_waiting=True).exists()
        assert not Entry.objects.filter(act="mandate.refused").exists()
        return
    with pytest.raises(InvalidInput):
        services.refuse_mandate(mandate=mandate, reason=" ", by=by, at=NOW)
    assert Mandate.objects.filter(pk=mandate.pk).exists()
    services.refuse_mandate(mandate=mandate, reason="不是本届主席团成员", by=by, at=NOW)

    assert not Mandate.objects.filter(pk=mandate.pk).exists()
    entries = Entry.objects.filter(act="mandate.refused").order_by("pk")
    assert [(entry.subject_id, entry.actor_id) for entry in entries] == [
        (str(holder.pk), by.pk), (str(admin.pk), by.pk),
    ]  # fmt: skip
    told = {"user": holder.pk, "role": "chair", "area": city.code, "reason": "不是本届主席团成员"}
    assert [entry.detail for entry in entries] == [told, told]
    give(holder, Role.CHAIR, city, admin)


def test_who_gave_it_takes_it_back_as_long_as_it_waits(city, admin):
    holder, other = UserFactory(), official(Role.ADMINISTRATOR, city)
    first, second = give(holder, Role.CHAIR, city, admin), give(UserFactory(), Role.SCRUTINEER, city, admin)
    services.confirm_mandate(mandate=second, by=other, at=NOW)

    services.refuse_mandate(mandate=first, reason="选错了人", by=admin, at=NOW)
    for by in (admin, other):
        with pytest.raises(NotAllowed):
            services.refuse_mandate(mandate=second, reason="选错了人", by=by, at=NOW)
    for act in (
        lambda: services.refuse_mandate(mandate=first, reason="选错了人", by=other, at=NOW),
        lambda: services.confirm_mandate(mandate=first, by=other, at=NOW),
    ):
        with pytest.raises(Conflict):
            act()

    assert list(Mandate.objects.filter(role__in=TAKE_TWO)) == [second]
    assert [
        (one.act, one.subject_id) for one in Entry.objects.filter(act__in=["mandate.withdrawn", "mandate.refused"])
    ] == [("mandate.withdrawn", str(holder.pk))]


def test_a_mandate_that_waits_goes_though_its_holder_has_acted_and_stays_where_somebody_stands_in(city, admin):
    holder = official(Role.ADMINISTRATOR, city)
    mandate = give(holder, Role.CONGRESS_STAFF, city, admin)
    services.create_user(username="one", name="某", area=city, by=holder, at=NOW)
    stand_in = services.name_stand_in(
        mandate=mandate, user=UserFactory(), starts_on=TODAY, ends_on=TODAY, reason="出差", by=admin, at=NOW
    )

    with pytest.raises(Conflict):
        services.refuse_mandate(mandate=mandate, reason="选错了人", by=admin, at=NOW)
    services.refuse_mandate(mandate=stand_in, reason="选错了人", by=admin, at=NOW)
    services.refuse_mandate(mandate=mandate, reason="选错了人", by=admin, at=NOW)

    assert not Mandate.objects.filter(role=Role.CONGRESS_STAFF).exists()


def test_the_page_of_a_refusal_asks_why_and_the_giver_sees_it_under_my_work(city, admin, time_machine):
    time_machine.move_to(NOW, tick=False)
    client = signed_in(admin)
    mandate = give(UserFactory(name="朱席"), Role.CHAIR, city, admin)
    staff = signed_in(official(Role.CONGRESS_STAFF, city))
    where = {"area": city.slug, "pk": mandate.pk}
    address = reverse("accounts:mandate_refuse", kwargs=where)

    assert address in staff.get(reverse("accounts:mandate_confirm", kwargs=where)).content.decode()
    assert staff.post(address, {"reason": ""}).status_code == 422
    assert Mandate.objects.filter(pk=mandate.pk).exists()
    assert staff.post(address, {"reason": "不是本届主席团成员"})["Location"] == "/desk/"

    assert not Mandate.objects.filter(pk=mandate.pk).exists()
    assert "不是本届主席团成员" in client.get("/account/").content.decode()


# --- oneself ----------------------------------------------------------------------------------------------------------

FOR_ONESELF = {Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT, Role.IMPLEMENTING_UNIT, Role.SUPERVISION_OFFICE}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_gives_themselves_a_mandate_of_the_vote_or_of_those_who_watch(role, city, admin):
    count = Entry.objects.count()

    if role in FOR_ONESELF:
        give(admin, role, city, admin)
        assert admin.mandates.filter(role=role).exists()
        return
    with pytest.raises(NotAllowed):
        give(admin, role, city, admin)
    held = MandateFactory(role=role, area=city)
    if ROLES[role].may_have_stand_in:
        with pytest.raises(NotAllowed):
            services.name_stand_in(
                mandate=held, user=admin, starts_on=TODAY, ends_on=TODAY, reason="出差", by=admin, at=NOW
            )
    page = reverse("accounts:person", kwargs={"area": city.slug, "pk": admin.pk})
    by_page = signed_in(admin).post(page, {"role": role.value, "starts_on": str(timezone.localdate())})

    assert by_page.status_code == 422
    assert not admin.mandates.exclude(role=Role.ADMINISTRATOR).exists()
    assert Entry.objects.count() == count
    row = {"username": admin.username, "role": role}
    assert [column for column, _problem in Door("people", city, admin).said(row)] == ["role"]


# --- one person, one of the roles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), list(permutations(TAKE_TWO, 2)))
def test_nobody_holds_two_of_them_at_a_time(first, second, city, admin):
    person = MandateFactory(role=first, area=city, ends_on=TODAY).user

    with pytest.raises(Conflict):
        give(person, second, city, admin)
    with pytest.raises(DatabaseError, match="another role"), transaction.atomic():
        MandateFactory(user=person, role=second, area=city, starts_on=TODAY)
    assert person.mandates.count() == 1

    give(person, second, city, admin, starts_on=TODAY + timedelta(days=1))
    give(person, second, CityFactory(), official(Role.ADMINISTRATOR, city.parent))
    assert person.mandates.count() == 3


def test_two_given_at_once_are_seen_together_and_an_end_is_not_put_off_into_another(city, admin):
    person = UserFactory()
    grants = [
        services.Grant(user=person, role=role, area=city, starts_on=TODAY) for role in (Role.CHAIR, Role.SCRUTINEER)
    ]
    with pytest.raises(Conflict):
        services.give_mandates(grants=grants, by=admin, at=NOW)
    assert not person.mandates.exists()
    ended = give(person, Role.CHAIR, city, admin, ends_on=TODAY)
    give(person, Role.SCRUTINEER, city, admin, starts_on=TODAY + timedelta(days=1))

    with pytest.raises(Conflict):
        services.end_mandates(last_days={ended.pk: None}, by=admin, at=NOW)

    ended.refresh_from_db()
    assert ended.ends_on == TODAY


def test_the_database_keeps_what_was_confirmed_and_by_whom(city, admin):
    mandate = give(UserFactory(), Role.CHAIR, city, admin)
    rows = Mandate.objects.filter(pk=mandate.pk)

    for values in (
        {"is_waiting": False},
        {"is_waiting": False, "confirmed_at": NOW, "confirmed_by": admin},
        {"is_waiting": False, "confirmed_at": NOW, "confirmed_by": mandate.user},
        {"confirmed_at": NOW, "confirmed_by": UserFactory()},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)
    services.confirm_mandate(mandate=mandate, by=official(Role.ADMINISTRATOR, city), at=NOW)
    for values in ({"is_waiting": True, "confirmed_at": None, "confirmed_by": None}, {"confirmed_by": UserFactory()}):
        with databases.as_superuser(), pytest.raises(DatabaseError, match="confirmed"), transaction.atomic():
            rows.update(**values)

    mandate.refresh_from_db()
    assert (mandate.is_waiting, mandate.confirmed_at) == (False, NOW)


# --- days ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_nor_does_who_watches_or_keeps_the_people_by_page_or_by_sheet(role, city, admin):
    somebody, yesterday = UserFactory(area=city), TODAY - timedelta(days=1)

    with pytest.raises(InvalidInput, match="今天"):
        give(somebody, role, city, admin, starts_on=yesterday)
    row = {"username": somebody.username, "role": role, "starts_on": yesterday}
    assert [column for column, _problem in Door("people", city, admin).said(row)] == ["starts_on"]
    assert not somebody.mandates.exists()

    assert give(somebody, role, city, admin, starts_on=yesterday, reason="交接").starts_on == yesterday


def test_none_of_them_begins_before_today_without_a_reason(city, admin):
    yesterday = TODAY - timedelta(days=1)

    with pytest.raises(InvalidInput) as refused:
        give(UserFactory(), Role.CHAIR, city, admin, starts_on=yesterday)
    assert (refused.value.field, Mandate.objects.filter(role=Role.CHAIR).exists()) == ("reason", False)

    given = give(UserFactory(), Role.CHAIR, city, admin, starts_on=yesterday, reason="昨日由预备会议通过")
    assert (given.starts_on, given.reason) == (yesterday, "昨日由预备会议通过")
    assert Entry.objects.get(act="mandate.given").detail["reason"] == "昨日由预备会议通过"
    give(UserFactory(), Role.DEPARTMENT, city, admin, starts_on=yesterday, organisation=OrganisationFactory(area=city))


# --- the record ------------------------------------------------------------------------------------------------------


def test_the_record_of_a_round_says_who_held_which_role_since_when():
    session = plenary()
    admin, second = (official(Role.ADMINISTRATOR, session.cycle.area) for _ in range(2))
    late = give(UserFactory(name="简迟"), Role.SCRUTINEER, session.cycle.area, admin)
    give(UserFactory(name="简候补"), Role.SCRUTINEER, session.cycle.area, admin)
    services.confirm_mandate(mandate=late, by=second, at=NOW)
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    session.finish()
    Mandate.objects.filter(user=session.chair).update(ends_on=date(2020, 1, 2))

    rows = session.round.officials.order_by("pk").values_list("role", "name", "since_date", "confirmed_date")
    assert list(rows) == [
        (Role.CHAIR, session.chair.name, date(2020, 1, 1), None),
        (Role.CONGRESS_STAFF, session.staff.name, date(2020, 1, 1), None),
        *sorted([
            (Role.SCRUTINEER, session.scrutineer.name, date(2020, 1, 1), None),
            (Role.SCRUTINEER, "简迟", TODAY, TODAY),
        ], key=lambda row: row[1]),
    ]  # fmt: skip
    for change in (lambda: session.round.officials.update(name="x"), lambda: session.round.officials.all().delete()):
        with databases.as_superuser(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            change()
