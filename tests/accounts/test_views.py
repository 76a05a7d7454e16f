"""The page of people and mandates."""

import io
import re
from typing import Any

import pytest
from django.test import Client

from livelihood.accounts import services
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.imports import services as imports
from tests.factories.frame import NOW, TODAY, CityFactory, MandateFactory, official

pytestmark = pytest.mark.django_db

PATH = "/en/desk/here/people/"
SIZE = 50


@pytest.fixture
def city() -> Area:
    return CityFactory(code="330700", slug="here")


@pytest.fixture
def administrator(city: Area) -> Client:
    client = Client()
    client.force_login(official(Role.ADMINISTRATOR, city))
    return client


def names(page: str) -> list[str]:
    return re.findall(r'<a\s+href="/en/desk/here/people/\d+/"\s*>([^<]+)</a>', page)


def test_a_congress_is_paged_and_every_member_shown_once(city: Area, administrator: Client):
    members = {f"代表{number:03d}" for number in range(120)}
    for member in members:
        MandateFactory(area=city, role=Role.DEPUTY, user__name=member, user__username=member)
    shown, path, sizes = [], f"{PATH}?role=deputy", []

    while path:
        page = administrator.get(path).content.decode()
        sizes.append(len(names(page)))
        shown += names(page)
        following = re.search(r'rel="next"\s+href="(\?[^"]+)"', page)
        path = f"{PATH}{following[1].replace('&amp;', '&')}" if following else ""

    assert sizes == [SIZE, SIZE, 20]
    assert shown == sorted(members)


def test_a_person_is_found_by_a_part_of_the_name(city: Area, administrator: Client):
    for name, username in (("王小明", "wang"), ("李小红", "li"), ("王大山", "wangds")):
        MandateFactory(area=city, role=Role.DEPUTY, user__name=name, user__username=username)

    found = {
        words: names(administrator.get(PATH, {"q": words}).content.decode())
        for words in ("王", "小", "王 小", "LI", "赵")
    }

    assert found == {
        "王": ["王小明", "王大山"],
        "小": ["李小红", "王小明"],
        "王 小": ["王小明"],
        "LI": ["李小红"],
        "赵": [],
    }


def test_ended_mandates_come_last(city: Area, administrator: Client):
    ended = MandateFactory(area=city, role=Role.DEPUTY, user__username="a", ends_on=TODAY)
    running = MandateFactory(area=city, role=Role.DEPUTY, user__username="b")

    page = administrator.get(PATH, {"role": "deputy"}).content.decode()

    assert names(page) == [running.user.name, ended.user.name]


def test_mandates_are_ended_together_and_of_those_that_may_not_the_reason_is_told(city: Area, administrator: Client):
    term: list[Mandate] = [MandateFactory(area=city, role=Role.DEPUTY) for _number in range(3)]
    own = Mandate.objects.get(area=city, role=Role.ADMINISTRATOR)
    elsewhere: Mandate = MandateFactory(role=Role.DEPUTY)
    rows = [*term[:2], own, elsewhere]

    asked = administrator.post(PATH, {"act": "end", "row": [row.pk for row in rows]})
    assert [row.pk for row in asked.context["allowed"]] == [row.pk for row in term[:2]]
    assert [row.pk for row in asked.context["refused"]] == [own.pk]
    assert not Mandate.objects.exclude(ends_on=None).exists()

    sent = {"act": "end", "chosen": ".".join(str(row.pk) for row in rows), "last_day": TODAY.isoformat()}
    done = administrator.post(PATH, sent)

    assert (done.status_code, [row.pk for row in done.context["refused"]]) == (422, [own.pk])
    assert set(Mandate.objects.exclude(ends_on=None).values_list("pk", "ends_on")) == {
        (row.pk, TODAY) for row in term[:2]
    }
    assert Entry.objects.filter(act=AccountAct.MANDATE_ENDED).count() == 2


def test_the_list_shows_by_which_name_each_signs_in(city: Area, administrator: Client):
    MandateFactory(area=city, role=Role.DEPUTY, user__name="王小明", user__username="wangxiaoming")

    assert "wangxiaoming" in administrator.get(PATH).content.decode()


def test_where_nobody_waits_for_a_code_the_page_says_so_and_offers_none(city: Area, administrator: Client):
    empty = administrator.get(f"{PATH}codes/").content.decode()
    user = MandateFactory(area=city, role=Role.DEPARTMENT, user__area=city).user
    user.set_unusable_password()
    user.save(update_fields=["password"])
    full = administrator.get(f"{PATH}codes/").content.decode()

    assert [("Nobody waits for a code" in page, "Print the slips" in page) for page in (empty, full)] == [
        (True, False), (False, True),
    ]  # fmt: skip


@pytest.mark.parametrize("by_sheet", [False, True])
def test_a_person_whom_a_colleague_or_a_sheet_changed_is_not_overturned_unawares(
    city: Area, administrator: Client, by_sheet: bool
):
    person, colleague = official(Role.DEPARTMENT, city), official(Role.ADMINISTRATOR, city)
    page = f"/desk/here/people/{person.pk}/edit/"
    form = administrator.get(page).context["form"]
    typed = {name: form[name].value() for name in form.fields} | {"mail": "typed@example.cn"}
    services.end_sessions(user=person, by=colleague, at=NOW)  # which changes nothing that is shown here
    by: Any = {"by": colleague, "at": NOW}
    if by_sheet:
        file = io.BytesIO(f"用户名,姓名,电话\n{person.username},{person.name},0574-65750001\n".encode())
        batch = imports.receive_import(kind="people", area=city, cycle=None, file=file, file_name="表.csv", **by)
        imports.write_import(batch=imports.preview_import(batch=batch, **by), **by)
    else:
        change = services.PersonChange(person, person.name, person.mail, "0574-65750001")
        services.change_people(changes=[change], **by)

    refused = administrator.post(page, typed)

    person.refresh_from_db()
    assert (refused.status_code, person.phone, person.mail) == (422, "0574-65750001", "")
    form = refused.context["form"]
    (told,) = form.non_field_errors()
    assert colleague.name in told
    assert "0574-65750001" in told
    assert form["mail"].value() == "typed@example.cn"
    again = {name: form[name].value() for name in form.fields} | {"phone": person.phone}
    assert administrator.post(page, again).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.mail) == ("0574-65750001", "typed@example.cn")
