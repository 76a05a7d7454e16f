"""People from a sheet: what each row would do, written in bulk, and taken back while nobody has acted."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from livelihood.accounts import services
from livelihood.accounts.handlers import People
from livelihood.accounts.importers import PEOPLE
from livelihood.accounts.models import Mandate, SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, NotAllowed
from livelihood.kernel.sheets.handling import Change, Frame, Line, RowOutcome, Written, handlers
from livelihood.kernel.sheets.results import Row
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

PEOPLE_HANDLER = People()
LATER = NOW + timedelta(hours=1)
Values = Mapping[str, Any]


@pytest.fixture
def city() -> Area:
    return CityFactory(code="330200", slug="ningbo", name_zh="宁波市")


@pytest.fixture
def admin(city: Area) -> User:
    return official(Role.ADMINISTRATOR, city)


def frame_of(by: User, area: Area, **more: Any) -> Frame:
    return Frame(area=area, cycle=None, by=User.objects.get(pk=by.pk), at=NOW, **more)


def rows_of(*values: Values) -> list[Row]:
    return [Row("人员", number, dict(one)) for number, one in enumerate(values, start=2)]


def plan(frame: Frame, *values: Values) -> list[Line]:
    return PEOPLE_HANDLER.plan(frame, rows_of(*values))


def write(frame: Frame, *values: Values) -> list[Written]:
    """Write a sheet as the door does, and return what it keeps."""
    with transaction.atomic():
        lines = plan(PEOPLE_HANDLER.lock(frame), *values)
        assert {line.outcome for line in lines} <= {RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED}, said(
            lines
        )
        chosen = {line.row.number: line for line in lines if line.outcome != RowOutcome.UNCHANGED}
        done = PEOPLE_HANDLER.write(frame, list(chosen.values()))
    return [
        Written(
            one.row,
            chosen[one.row].name,
            one.subject,
            chosen[one.row].outcome == RowOutcome.NEW,
            chosen[one.row].changes
            or [Change(name, None, value) for name, value in chosen[one.row].row.values.items() if value],
            one.kept,
        )
        for one in done
    ]


def take_back(frame: Frame, written: list[Written]) -> dict[int, str]:
    with transaction.atomic():
        foreseen = PEOPLE_HANDLER.staying(frame, written)
        refused = PEOPLE_HANDLER.take_back(PEOPLE_HANDLER.lock(frame), written)
    assert refused == foreseen
    return {row: problem.column for row, problem in refused.items()}


def said(lines: list[Line]) -> list[tuple[str, list[str]]]:
    """Return the outcome of each line, and in which columns something is wrong or asked."""
    problems = [[one.column for one in line.problems] for line in lines]
    asked = [[one.column for one in line.questions] for line in lines]
    return [(line.outcome, [*p, *q]) for line, p, q in zip(lines, problems, asked, strict=True)]


def stored() -> tuple[list[Any], list[Any]]:
    people = User.objects.order_by("pk").values_list("pk", "username", "name", "mail", "phone", "area")
    mandates = Mandate.objects.order_by("pk").values_list("pk", "user", "role", "area", "organisation", "ends_on")
    return list(people), list(mandates)


def test_the_door_knows_the_handler():
    assert handlers()["people"].kind is PEOPLE


def test_new_people_get_accounts_mandates_and_no_code(city, admin):
    works = OrganisationFactory(area=city, name_zh="市住建局")
    district = CountyFactory(parent=city, code="330203", slug="haishu", name_zh="海曙区")
    zhang: Values = {
        "username": "\uff3a\uff28\uff21\uff2e\uff27-san", "name": "张三",
        "role": Role.DEPARTMENT, "organisation": "市住建局",
        "starts_on": date(2026, 1, 1), "ends_on": date(2030, 12, 31), "phone": "0574-1", "email": "zhang@example.cn",
    }  # fmt: skip
    li: Values = {"username": "li", "name": "李四", "role": Role.AUDITOR, "area": "330203", "organisation": None}

    lines = plan(frame_of(admin, city), zhang, li, {**zhang, "role": Role.AUDITOR, "organisation": None})
    before = stored()
    written = write(frame_of(admin, city), zhang, li, {**zhang, "role": Role.AUDITOR, "organisation": None})

    assert said(lines) == [(RowOutcome.NEW, [])] * 3
    assert (len(before[0]), lines[1].row.values["starts_on"]) == (1, TODAY)
    user = User.objects.get(username="zhang-san")
    assert [one.subject for one in written] == [user.pk, User.objects.get(username="li").pk, user.pk]
    assert (user.name, user.phone, user.mail, user.area, user.has_usable_password()) == (
        "张三", "0574-1", "zhang@example.cn", city, False,
    )  # fmt: skip
    mandates = Mandate.objects.order_by("pk").values_list("user__username", "role", "area", "organisation", "ends_on")
    assert list(mandates)[1:] == [
        ("zhang-san", Role.DEPARTMENT, city.pk, works.pk, date(2030, 12, 31)),
        ("li", Role.AUDITOR, district.pk, None, None),
        ("zhang-san", Role.AUDITOR, city.pk, None, date(2030, 12, 31)),
    ]
    assert not SignInCode.objects.exists()
    assert (
        list(Entry.objects.order_by("pk").values_list("act", flat=True)) == ["user.created"] * 2 + ["mandate.given"] * 3
    )


def test_the_same_sheet_again_says_that_nothing_would_change(city, admin):
    rows: list[Values] = [
        {"username": "zhang", "name": "张三", "role": Role.DEPARTMENT, "ends_on": None},
        {"username": "li", "name": "李四", "role": None, "phone": "1"},
    ]
    write(frame_of(admin, city), *rows)

    assert said(plan(frame_of(admin, city), *rows)) == [(RowOutcome.UNCHANGED, [])] * 2


def test_only_what_the_sheet_has_is_changed_and_old_and_new_are_told(city, admin):
    zhang: Values = {"username": "zhang", "name": "张三", "role": Role.AUDITOR}
    write(frame_of(admin, city), {**zhang, "phone": "1", "email": "a@b.cn"})
    user = User.objects.get(username="zhang")
    day = date(2031, 1, 1)
    row: Values = {**zhang, "name": "张三丰", "email": None, "ends_on": day}

    (line,) = plan(frame_of(admin, city), row)
    (written,) = write(frame_of(admin, city), row)

    assert (line.outcome, line.subject) == (RowOutcome.CHANGED, user.pk)
    assert list(line.changes) == [
        Change("name", "张三", "张三丰"), Change("email", "a@b.cn", None), Change("ends_on", None, day),
    ]  # fmt: skip
    user.refresh_from_db()
    assert (user.name, user.phone, user.mail) == ("张三丰", "1", "")
    assert user.mandates.get().ends_on == day
    assert take_back(frame_of(admin, city), [written]) == {}
    user.refresh_from_db()
    assert (user.name, user.mail, user.mandates.get().ends_on) == ("张三", "a@b.cn", None)


def test_a_role_for_rows_without_one_is_chosen_with_the_file(city, admin):
    frame = frame_of(admin, city, target="cppcc_member")

    write(frame, {"username": "a", "name": "甲"}, {"username": "b", "name": "乙", "role": Role.DEPUTY})

    assert dict(User.objects.exclude(pk=admin.pk).values_list("username", "mandates__role")) == {
        "a": "cppcc_member", "b": "deputy",
    }  # fmt: skip
    offered = [value for value, _label in PEOPLE_HANDLER.targets(frame)]
    assert offered == ["", "department", "implementing_unit", "deputy", "cppcc_member"]


def test_user_names_are_made_where_the_sheet_has_none_and_the_same_people_are_known_again(city, admin):
    UserFactory(username="ningbo-0007")
    rows: list[Values] = [{"name": "甲", "role": Role.DEPUTY}, {"name": "乙", "role": Role.DEPUTY}]
    write(frame_of(admin, city), *rows)
    usernames = ["ningbo-0008", "ningbo-0009"]
    assert list(User.objects.filter(name__in="甲乙").order_by("pk").values_list("username", flat=True)) == usernames

    again = plan(frame_of(admin, city), *rows)

    assert [(line.outcome, line.row.values["username"]) for line in again] == [
        (RowOutcome.UNCHANGED, name) for name in usernames
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"username": "zhan9", "name": "新人", "area": "330300"}, "area"),
        ({"username": "wanglei", "name": "新人"}, "username"),  # looks like wang1ei
        ({"username": "\u0430dmin", "name": "新人"}, "username"),  # another's letter
        ({"username": "gone", "name": "旧人"}, "username"),
        ({"username": "stranger", "name": "路人"}, "username"),
        ({"username": "stranger", "name": "路人", "role": Role.AUDITOR}, "username"),
        ({"username": "x" * 61, "name": "新人"}, "username"),
        ({"username": "new", "name": None}, "name"),
        ({"username": "new"}, "name"),
        ({"username": "new", "name": "新人", "email": "no address"}, "email"),
        ({"username": "new", "name": "新人", "organisation": "市教育局"}, "organisation"),
        ({"username": "new", "name": "新人", "role": Role.DEPARTMENT, "organisation": "没有的局"}, "organisation"),
        ({"username": "new", "name": "新人", "role": Role.DEPUTY, "ends_on": date(2000, 1, 1)}, "ends_on"),
        ({"username": "wang1ei", "name": "王磊", "role": Role.AUDITOR, "starts_on": date(2026, 5, 1)}, "starts_on"),
        ({"username": "wang1ei", "name": "王磊", "role": Role.AUDITOR, "ends_on": date(2000, 1, 1)}, "ends_on"),
        ({"username": "boss", "name": "改名"}, "name"),
    ],
)
def test_a_row_that_may_not_be_written_says_where_and_nothing_happens(city, admin, row, column):
    UserFactory(username="wang1ei", area=city)
    MandateFactory(user=User.objects.get(username="wang1ei"), area=city, role=Role.AUDITOR, starts_on=date(2026, 1, 1))
    UserFactory(username="admin", area=city)
    services.close_account(user=UserFactory(username="gone", area=city), reason="调离", by=admin, at=NOW)
    there = CityFactory(code="330300", slug="wenzhou")
    UserFactory(username="stranger", name="路人", area=there)
    boss = UserFactory(username="boss", name="头儿", area=city)
    MandateFactory(user=boss, area=city.parent, role=Role.AUDITOR)
    before = stored()

    lines = plan(frame_of(admin, city), row)

    assert said(lines) == [(RowOutcome.REFUSED, [column])]
    assert stored() == before


def test_rows_that_contradict_each_other_are_refused(city, admin):
    lines = plan(
        frame_of(admin, city),
        {"username": "a", "name": "甲", "phone": "1", "role": Role.DEPUTY},
        {"username": "a", "name": "甲", "phone": "2", "role": Role.AUDITOR},
        {"username": "adam0", "name": "乙", "phone": None, "role": None},
        {"username": "adamo", "name": "丙", "phone": None, "role": None},
        {"username": None, "name": "甲", "phone": "1", "role": Role.DEPARTMENT, "email": "other@b.cn"},
    )

    assert said(lines) == [
        (RowOutcome.NEW, []), (RowOutcome.REFUSED, ["phone"]), (RowOutcome.NEW, []), (RowOutcome.REFUSED, ["username"]),
        (RowOutcome.REFUSED, ["email"]),
    ]  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_administrators_bring_people_to_their_own_area_and_those_below(role):
    city = CityFactory(code="330200", slug="ningbo")
    county, sibling = CountyFactory(parent=city, code="330203", slug="here"), CountyFactory(parent=city, code="330205")
    may = {
        name: PEOPLE_HANDLER.may_bring(official(role, area), county, None, NOW).ok
        for name, area in (("own", county), ("sibling", sibling), ("parent", city))
    }
    assert may == dict.fromkeys(may, False) | ({"own": True, "parent": True} if role == Role.ADMINISTRATOR else {})


def test_the_acts_behind_ask_the_rule_again(city):
    stranger = official(Role.ADMINISTRATOR, CityFactory(code="330300", slug="wenzhou"))
    user = UserFactory(area=city)
    mandate = MandateFactory(user=user, area=city)
    before = stored()

    for act in (
        lambda: services.create_people(people=[services.NewPerson("a", "甲", city)], by=stranger, at=NOW),
        lambda: services.change_people(changes=[services.PersonChange(user, "甲")], by=stranger, at=NOW),
        lambda: services.end_mandates(last_days={mandate.pk: TODAY}, by=stranger, at=NOW),
        lambda: services.remove_mandates(mandates=[mandate], by=stranger, at=NOW),
        lambda: services.remove_people(users=[user], by=stranger, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert stored() == before


def test_an_import_taken_back_leaves_nothing(city, admin):
    old = UserFactory(username="old", name="老人", area=city)
    before = stored()
    written = write(
        frame_of(admin, city),
        {"username": "new", "name": "新人", "role": Role.DEPUTY, "phone": "1", "starts_on": date(2026, 1, 1)},
        {"username": "new", "name": "新人", "role": Role.AUDITOR, "phone": "1", "starts_on": None},
        {"username": "old", "name": "老人家", "role": Role.DEPUTY, "phone": None, "starts_on": None},
        {"username": "bare", "name": "白丁", "role": None, "phone": None, "starts_on": None},
    )

    refused = take_back(frame_of(admin, city), written)

    assert (refused, stored()) == ({}, before)
    assert list(Entry.objects.order_by("pk").values_list("act", flat=True))[-6:] == [
        "mandate.taken_back", "mandate.taken_back", "mandate.taken_back", "user.taken_back", "user.taken_back",
        "user.changed",
    ]  # fmt: skip
    assert write(frame_of(admin, city), {"username": "new", "name": "新人"})[0].subject > old.pk


def test_what_somebody_has_acted_upon_since_stays_row_by_row(city, admin):
    held = UserFactory(username="held", area=city)
    names = ("code", "named", "closed", "role", "free")
    written = write(
        frame_of(admin, city),
        *({"username": name, "name": name, "role": Role.DEPARTMENT} for name in names),
        {"username": "held", "name": held.name, "role": Role.DEPARTMENT},
        {"username": "role", "name": "role", "role": Role.AUDITOR},
    )
    user = {one.username: one for one in User.objects.all()}
    services.issue_codes(people=[user["code"]], by=admin, at=LATER)
    services.change_people(changes=[services.PersonChange(user["named"], "改名")], by=admin, at=LATER)
    services.close_account(user=user["closed"], reason="调离", by=admin, at=LATER)
    services.end_mandate(mandate=user["role"].mandates.get(role=Role.DEPARTMENT), last_day=TODAY, by=admin, at=LATER)
    Entry.objects.create(at=LATER, act="user.changed", subject_type="x", subject_id="1", actor_id=held.pk)

    refused = take_back(frame_of(admin, city), written)

    assert refused == {2: "username", 3: "name", 4: "ends_on", 5: "ends_on", 7: "role", 8: "ends_on"}
    left = set(User.objects.values_list("username", flat=True))
    assert {"code", "named", "closed", "role", "held"} <= left
    assert "free" not in left
    again = take_back(frame_of(admin, city), [one for one in written if one.name == "free"])
    assert again == {6: ""}


def test_a_mandate_that_was_prolonged_ends_as_before_only_where_nobody_has_acted(city, admin):
    old, soon = TODAY - timedelta(days=30), TODAY + timedelta(days=30)
    ends = {"acted": old, "still": soon, "free": old, "stood": soon}
    held = {
        name: MandateFactory(user__username=name, user__area=city, role=Role.DEPARTMENT, area=city, ends_on=last)
        for name, last in ends.items()
    }
    starts = next(iter(held.values())).starts_on
    rows = ({"username": name, "role": Role.DEPARTMENT, "starts_on": starts, "ends_on": None} for name in held)
    written = write(frame_of(admin, city), *rows)
    for name in ("acted", "still"):
        actor = held[name].user_id
        Entry.objects.create(at=LATER, act="user.changed", subject_type="x", subject_id="1", actor_id=actor)
    services.name_stand_in(
        mandate=held["stood"], user=UserFactory(area=city), starts_on=TODAY, ends_on=soon + timedelta(days=1),
        reason="休假", by=admin, at=NOW,
    )  # fmt: skip

    assert take_back(frame_of(admin, city), written) == {2: "role", 5: "role"}
    assert {name: Mandate.objects.get(pk=one.pk).ends_on for name, one in held.items()} == {
        "acted": None, "still": soon, "free": old, "stood": None,
    }  # fmt: skip


def test_a_mandate_that_a_sheet_has_ended_goes_on_only_where_it_may(city, admin):
    office, other = OrganisationFactory(area=city), OrganisationFactory(area=city)
    held = [
        MandateFactory(user__username=f"u{number}", user__area=city, role=role, area=city, organisation=unit)
        for number, (role, unit) in enumerate(
            [(Role.DEPARTMENT, office), (Role.DEPARTMENT, other), (Role.CHAIR, None), (Role.DEPARTMENT, office)]
        )
    ]
    rows = ({"username": one.user.username, "role": Role(one.role), "ends_on": TODAY} for one in held)
    written = write(frame_of(admin, city), *rows)
    services.close_account(user=held[0].user, reason="调离", by=admin, at=LATER)
    type(other).objects.filter(pk=other.pk).update(valid_to=TODAY)
    MandateFactory(user=held[2].user, role=Role.SCRUTINEER, area=city, starts_on=TODAY + timedelta(days=1))

    assert take_back(frame_of(admin, city), written) == {2: "username", 3: "organisation", 4: "role"}
    assert [Mandate.objects.get(pk=one.pk).ends_on for one in held] == [TODAY, TODAY, TODAY, None]


def test_the_database_keeps_accounts_and_mandates_under_which_somebody_acted(city, admin):
    signed_in, acted = UserFactory(area=city, last_login=NOW), UserFactory(area=city)
    mandate = services.give_mandate(user=acted, role=Role.AUDITOR, area=city, starts_on=TODAY, by=admin, at=NOW)
    unknown = MandateFactory(user=UserFactory(area=city), area=city)
    for actor in (acted, unknown.user):
        Entry.objects.create(at=LATER, act="user.changed", subject_type="x", subject_id="1", actor_id=actor.pk)

    for row in (mandate, unknown, signed_in, UserFactory(area=city)):
        is_used = row in (mandate, unknown, signed_in)
        try:
            with transaction.atomic():
                type(row).objects.filter(pk=row.pk).delete()
        except IntegrityError:
            assert is_used
        else:
            assert not is_used


@pytest.mark.django_db(transaction=True)
def test_of_two_sheets_at_once_with_one_name_one_is_written():
    city = CityFactory(code="330200", slug="ningbo")
    admin = official(Role.ADMINISTRATOR, city)
    row: Values = {"username": "new", "name": "新人", "role": Role.DEPUTY}

    answers = at_once(*[lambda: write(frame_of(admin, city), row)] * 3)

    assert [one for one in answers if not isinstance(one, list | Conflict | AssertionError)] == []
    assert sum(isinstance(one, list) and bool(one) for one in answers) == 1
    assert (User.objects.filter(username="new").count(), Mandate.objects.filter(role=Role.DEPUTY).count()) == (1, 1)


def test_many_people_take_as_many_statements_as_few(city, admin):
    counts = []
    for first, count in ((0, 5), (5, 400)):
        rows: list[Values] = [
            {"username": f"d{number:05}", "name": f"代表{number}", "role": Role.DEPUTY, "phone": str(number)}
            for number in range(first, first + count)
        ]
        with CaptureQueriesContext(connection) as queries:
            written = write(frame_of(admin, city), *rows)
            changed = write(frame_of(admin, city), *({**row, "phone": "1", "ends_on": TODAY} for row in rows))
            refused = [take_back(frame_of(admin, city), rows) for rows in (changed, written)]
        assert (len(written), len(changed), refused) == (count, count, [{}, {}])
        counts.append(len(queries))

    assert counts[1] <= counts[0] + 2 * 3  # Django deletes a hundred rows with a statement


def test_the_page_of_a_person_below_leads_to_their_own_area(city, admin):
    county = CountyFactory(parent=city, code="330203", slug="haishu")
    person = UserFactory(area=county)
    client = Client()
    client.force_login(admin)

    response = client.get(PEOPLE_HANDLER.address(frame_of(admin, city), person.pk))

    assert response.headers["Location"] == f"/desk/haishu/people/{person.pk}/"
    assert client.get(f"/desk/ningbo/people/{UserFactory().pk}/").status_code == 404


def test_a_sheet_gives_nobody_two_of_the_roles_that_confirm_each_other_and_none_from_before_today(city, admin):
    chair: Values = {"username": "zhu", "name": "朱席", "role": Role.CHAIR}
    early = {"username": "jian", "name": "简票", "role": Role.SCRUTINEER, "starts_on": TODAY - timedelta(days=1)}

    lines = plan(frame_of(admin, city), chair, {**chair, "role": Role.SCRUTINEER}, early)

    assert [found for _outcome, found in said(lines)] == [[], ["role"], ["starts_on"]]
    write(frame_of(admin, city), chair)
    assert list(Mandate.objects.filter(user__username="zhu").values_list("role", "is_waiting", "given_by")) == [
        (Role.CHAIR, True, admin.pk)
    ]
    again = plan(frame_of(admin, city), {**chair, "role": Role.CONGRESS_STAFF})
    assert [found for _outcome, found in said(again)] == [["role"]]
