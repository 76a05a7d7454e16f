"""One-time codes: issued, printed, used once, and what becomes worthless by them."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from livelihood.accounts import selectors, services
from livelihood.accounts.models import SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Organisation
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.typesetting import Unprintable
from tests.factories.frame import (
    NOW,
    CityFactory,
    CountyFactory,
    MandateFactory,
    OrganisationFactory,
    ProvinceFactory,
    UserFactory,
    official,
)
from tests.threads import at_once

pytestmark = pytest.mark.django_db

PASSWORD = "a quiet green river 7"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def entered(**more: str) -> dict[str, str]:
    return {"password": PASSWORD, "again": PASSWORD} | more


def acts() -> list[str]:
    return list(Entry.objects.exclude(act="user.signed_in").order_by("pk").values_list("act", flat=True))


def test_a_person_comes_in_by_the_code_once_and_with_their_own_password_from_then_on():
    city = CityFactory(slug="here")
    admin = official(Role.ADMINISTRATOR, city)
    person = services.create_user(username="lin", name="林", area=city, by=admin, at=NOW)
    (slip,) = services.issue_codes(people=[person], by=admin, at=timezone.now())
    client, later = Client(), Client()

    first = client.post("/sign-in/code/", entered(code=f" {slip.code.lower()} "))
    again = later.post("/sign-in/code/", entered(code=slip.code))

    assert (first.status_code, first.headers.get("Location")) == (302, "/desk/")
    assert client.get("/desk/").status_code == 200
    assert (again.status_code, "_auth_user_id" in later.session) == (422, False)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert [(row.way, row.session_key) for row in person.sign_ins.all()] == [("code", client.session.session_key)]
    assert acts() == ["user.created", "user.code_issued", "user.code_used"]
    signed_in = Client().post("/sign-in/", {"username": "LIN", "password": PASSWORD})
    assert signed_in.status_code == 302


@pytest.mark.parametrize("spoil", ["expired", "replaced", "closed"])
def test_a_code_that_is_good_no_longer_opens_nothing(spoil):
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    person = services.create_user(username="lin", name="林", area=city, by=admin, at=NOW)
    (slip,) = services.issue_codes(people=[person], by=admin, at=NOW)
    at = NOW
    if spoil == "expired":
        at = slip.expires_at
    elif spoil == "replaced":
        services.issue_codes(people=[person], by=admin, at=NOW)
    else:
        services.close_account(user=person, reason="调离", by=admin, at=NOW)
    before = acts()

    with pytest.raises(services.NoSuchCode):
        services.use_code(code=slip.code, password=PASSWORD, at=at)

    person.refresh_from_db()
    assert not person.has_usable_password()
    assert acts() == before


@pytest.mark.django_db(transaction=True)
def test_one_code_sent_by_many_at_once_sets_one_password():
    person = UserFactory()
    (slip,) = services.issue_codes(people=[person], by=None, at=NOW)
    passwords = [f"{PASSWORD} {number}" for number in range(6)]

    def use(password: str) -> str:
        try:
            services.use_code(code=slip.code, password=password, at=NOW)
        except services.NoSuchCode:
            return "refused"
        return password

    answers = at_once(*[lambda password=password: use(password) for password in passwords])

    (won,) = [answer for answer in answers if answer != "refused"]
    person.refresh_from_db()
    assert (answers.count("refused"), person.check_password(won)) == (5, True)
    assert acts().count("user.code_used") == 1


@pytest.mark.parametrize("password", ["short", "password2026", "林林林林2026!", "ningbo-2026", "lin.lin.2026"])
def test_a_weak_password_leaves_the_code_as_it_was(password):
    city = CityFactory(slug="ningbo", name_zh="宁波市")
    admin = official(Role.ADMINISTRATOR, city)
    person = services.create_user(username="lin", name="林林", area=city, by=admin, at=NOW)
    (slip,) = services.issue_codes(people=[person], by=admin, at=NOW)

    with pytest.raises(InvalidInput) as refusal:
        services.use_code(code=slip.code, password=password, at=NOW)

    assert refusal.value.field == "password"
    assert SignInCode.objects.get().used_at is None
    services.use_code(code=slip.code, password=PASSWORD, at=NOW)


def test_a_reset_ends_password_and_sign_ins_and_says_so_to_the_person():
    city = CityFactory(slug="here")
    admin, person = official(Role.ADMINISTRATOR, city), official(Role.DEPARTMENT, city)
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    client = Client()
    client.post("/sign-in/", {"username": person.username, "password": PASSWORD})
    assert client.get("/account/").status_code == 200

    services.issue_codes(people=[person], by=admin, at=NOW)

    assert client.get("/account/").status_code == 302
    assert Client().post("/sign-in/", {"username": person.username, "password": PASSWORD}).status_code == 422
    entry = Entry.objects.get(act="user.code_issued")
    assert (entry.actor_id, entry.subject_id) == (admin.pk, str(person.pk))


def test_only_who_looks_after_all_of_a_persons_areas_resets_and_nobody_themselves():
    province = ProvinceFactory()
    city = CityFactory(parent=province)
    county, other = CountyFactory(parent=city), CountyFactory(parent=city)
    person = MandateFactory(area=county, role=Role.DEPARTMENT).user
    MandateFactory(user=person, area=other, role=Role.DEPARTMENT)
    of_county, of_city, boss = (official(Role.ADMINISTRATOR, area) for area in (county, city, province))
    stranger = UserFactory()

    refused = [(of_county, person), (of_county, of_city), (of_city, boss), (of_city, of_city), (boss, stranger)]
    for by, user in refused:
        with pytest.raises(NotAllowed):
            services.issue_codes(people=[user], by=by, at=NOW)

    assert SignInCode.objects.count() == 0
    assert acts() == []
    services.issue_codes(people=[person, of_county], by=of_city, at=NOW)
    assert SignInCode.objects.count() == 2


def test_a_closed_account_is_given_no_code():
    admin = official(Role.ADMINISTRATOR, CityFactory())
    person = services.create_user(username="lin", name="林", area=admin.mandates.get().area, by=admin, at=NOW)
    services.close_account(user=person, reason="调离", by=admin, at=NOW)

    with pytest.raises(Conflict):
        services.issue_codes(people=[person], by=admin, at=NOW)

    assert not SignInCode.objects.exists()


def test_slips_are_printed_one_for_each_who_waits_rare_names_too():
    city = CityFactory(slug="here", name_zh="宁波市")
    admin = official(Role.ADMINISTRATOR, city)
    names = ["王\U00020bb7", "阿依古丽·买买提", "林"]
    people = services.create_people(
        people=[services.NewPerson(f"deputy-{place}", name, city) for place, name in enumerate(names)],
        by=admin, at=NOW,
    )  # fmt: skip
    for person in people[:2]:
        MandateFactory(user=person, area=city, role=Role.DEPUTY)
    client = Client()
    client.force_login(admin)

    response = client.post("/desk/here/people/codes/", {"role": "deputy"})

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages)
    codes = CODE.findall(text)
    assert len(codes) == 2
    assert (names[0] in text, names[1] in text, "deputy-2" in text) == (True, True, False)
    for code in codes:
        services.use_code(code=code, password=PASSWORD, at=NOW)
    assert selectors.people_waiting_for_code(city, admin, NOW, role=Role.DEPUTY) == []
    assert client.post("/desk/here/people/codes/", {"role": "deputy"}).status_code == 422


def test_slips_say_organisation_and_role_and_stand_by_them():
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    for number, name in enumerate(["乙单位", "甲单位", "乙单位"]):
        user = UserFactory(username=f"person-{number}", area=city)
        organisation = Organisation.objects.filter(name_zh=name).first() or OrganisationFactory(area=city, name_zh=name)
        MandateFactory(user=user, area=city, role=Role.DEPARTMENT, organisation=organisation)
    people = list(User.objects.filter(username__startswith="person-").order_by("username"))

    printed = services.print_codes(people=people, area=city, by=admin, at=NOW)

    (page,) = (page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages)
    order = sorted(("person-0", "person-1", "person-2"), key=page.index)
    assert order == ["person-0", "person-2", "person-1"]
    assert [page.count(f"{name} 部门") for name in ("甲单位", "乙单位")] == [1, 2]


def test_a_name_that_cannot_be_printed_leaves_all_codes_as_they_were():
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)
    people = [
        services.create_user(username=f"lin{number}", name=name, area=city, by=admin, at=NOW)
        for number, name in enumerate(["林", "王\U0003134a"])
    ]
    (slip,) = services.issue_codes(people=people[:1], by=admin, at=NOW)

    with pytest.raises(Unprintable):
        services.print_codes(people=people, area=city, by=admin, at=NOW)

    services.use_code(code=slip.code, password=PASSWORD, at=NOW)


def test_wrong_codes_close_the_door_but_not_to_those_who_have_one(client):
    (slip,) = services.issue_codes(people=[UserFactory()], by=None, at=NOW + timedelta(days=900))

    answers = [client.post("/sign-in/code/", entered(code="0000-0000-0000")).status_code for _ in range(62)]

    assert answers == [422] * 60 + [429] * 2
    assert User.objects.exclude(last_login=None).count() == 0
    assert client.post("/sign-in/code/", entered(code=slip.code)).status_code == 302


def test_the_command_gives_a_code_to_whoever_stands_before_a_closed_door(capsys):
    person = UserFactory(username="lin")

    call_command("issue_code", "LIN")

    services.use_code(code=capsys.readouterr().out.strip(), password=PASSWORD, at=NOW)
    assert [entry.actor_id for entry in Entry.objects.exclude(act="user.signed_in").order_by("pk")] == [None, person.pk]
    with pytest.raises(CommandError, match="Nobody has"):
        call_command("issue_code", "nobody")


def test_ten_thousand_people_and_codes_take_as_many_statements_as_ten(django_assert_max_num_queries):
    """Timed in the bench; here that no statement is sent for each of them."""
    city = CityFactory()
    admin = official(Role.ADMINISTRATOR, city)

    for first, count in ((0, 10), (10, 700)):
        people = [
            services.NewPerson(f"deputy{number:05}", f"代表{number}", city) for number in range(first, first + count)
        ]
        with django_assert_max_num_queries(26):
            made = services.create_people(people=people, by=admin, at=NOW)
            grants = [services.Grant(user=user, role=Role.DEPUTY, area=city, starts_on=NOW.date()) for user in made]
            services.give_mandates(grants=grants, by=admin, at=NOW)
            services.issue_codes(people=made, by=admin, at=NOW)
    assert SignInCode.objects.count() == 710


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "啊啊啊啊啊啊啊啊啊啊",
        "a1a1a1a1a1a1",
        "abcdefghijklmn",
        "zyxwvutsrqponm",
        "abcabcabcabc",
        "12345678901234ab",
    ],
)
def test_rows_and_repetitions_are_no_password(password):
    with pytest.raises(ValidationError, match="不同的字符"):
        validate_password(password)


@pytest.mark.parametrize("password", [PASSWORD, "正确的马电池订书钉呀", "k3-Vt9!qLm2x"])
def test_what_begins_often_enough_is_one(password):
    validate_password(password)
