"""Whoever is refused a page that asks for a sign-in stands in the journal: who, when, where, with which roles, why."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.accounts.services import note_refused_access
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.portal.labels import PARTS
from tests.factories.frame import NOW, CityFactory, UserFactory, official
from tests.factories.voting import plenary
from tests.house.addresses import TABLE
from voting.services import issue_credential

pytestmark = pytest.mark.django_db

WHY = "Only auditors and administrators may read the journal."


@pytest.fixture
def here() -> Area:
    return CityFactory(slug="here", code="330700")


@pytest.fixture
def clerk(here: Area) -> User:
    clerk: User = official(Role.DEPARTMENT, here)
    return clerk


def browser(person: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def noted() -> list[tuple[int | None, str, dict[str, Any]]]:
    entries = Entry.objects.filter(act=AccountAct.ACCESS_REFUSED).order_by("pk")
    return [(one.actor_id, f"{one.subject_type}:{one.subject_id}", one.detail) for one in entries]


@time_machine.travel(NOW, tick=False)
def test_a_refusal_is_noted_with_address_roles_and_reason_and_nothing_that_was_typed(here, clerk):
    refused = browser(clerk).get("/desk/here/journal/?actor=Zhang+San&q=13800001234")

    assert refused.status_code == 403
    (entry,) = Entry.objects.filter(act=AccountAct.ACCESS_REFUSED)
    assert (entry.at, entry.actor_id, entry.area_id, entry.cycle_id) == (NOW, clerk.pk, here.pk, None)
    assert (entry.subject_type, entry.subject_id) == ("cycles.area", str(here.pk))
    assert entry.detail == {"page": "portal:area_journal", "roles": ["department"], "reason": WHY}


def test_nobody_fills_the_journal_once_in_a_quarter_of_an_hour_for_each_person_and_page(here, clerk):
    client, other = browser(clerk), browser(official(Role.DEPARTMENT, here))
    with time_machine.travel(NOW, tick=False) as clock:
        for _time in range(5):
            client.get("/desk/here/journal/")
        other.get("/desk/here/journal/")
        client.get("/desk/here/people/")
        clock.shift(timedelta(minutes=14))
        client.get("/desk/here/journal/")
        assert [detail["page"] for _who, _what, detail in noted()] == [
            "portal:area_journal", "portal:area_journal", "places:people",
        ]  # fmt: skip

        clock.shift(timedelta(minutes=2))
        client.get("/desk/here/journal/")

    assert [who for who, _what, _detail in noted()].count(clerk.pk) == 3


def test_a_form_that_came_from_elsewhere_is_noted_too_and_a_page_that_opened_is_not(here, clerk):
    client = browser(clerk, enforce_csrf_checks=True)

    assert client.get("/account/password/").status_code == 200
    assert client.post("/account/password/", {"present": "x"}).status_code == 403

    assert noted() == [
        (
            clerk.pk,
            f"accounts.user:{clerk.pk}",
            {"page": "accounts:password_change", "roles": ["department"], "reason": ""},
        )
    ]


def test_of_who_is_not_signed_in_nothing_is_noted_and_of_a_card_neither(here, clerk):
    session = plenary()
    card = issue_credential(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)
    deputy, anybody = Client(), browser(clerk)
    with time_machine.travel(NOW):
        deputy.post("/booth/enter/", {"code": card.code})

        assert deputy.get("/account/").status_code == 403
        assert Client().get("/desk/here/journal/").status_code == 302
        assert anybody.post("/booth/enter/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403

    assert noted() == []


def test_a_reason_that_names_somebody_is_kept_by_its_pattern_alone(here):
    person = UserFactory(area=here)
    reason = format_lazy(_("{name}: no."), name="张三")
    note_refused_access(user=person, page="voting:round_act", area=None, reason=reason, at=NOW)
    note_refused_access(user=person, page="voting:rounds", area=None, reason="张三 was here", at=NOW)

    assert [detail["reason"] for _who, _what, detail in noted()] == [
        "{name}: no.", "",
    ]  # fmt: skip


def test_a_reason_is_the_same_in_whatever_language_it_was_read(here, clerk):
    browser(clerk).get("/en/desk/here/journal/")

    assert [detail["reason"] for _who, _what, detail in noted()] == [WHY]


def test_who_audits_the_place_reads_it_in_words(here, clerk):
    browser(clerk).get("/desk/here/journal/")

    page = browser(official(Role.AUDITOR, here)).get("/desk/here/journal/")

    (row,) = [one for one in page.context["rows"] if one.act == "user.access_refused"]
    assert (row.words, row.called, row.actor) == ("访问被拒绝", f"地区 {here.name}", clerk.name)
    assert [(fact.label, fact.value) for fact in row.facts] == [
        ("所涉功能", "年度、工作台与操作日志"), ("所任角色", str(Role.DEPARTMENT.label)),
        ("理由", "只有审计员和管理员可以查看操作日志。"),
    ]  # fmt: skip


def test_every_page_with_a_sign_in_belongs_to_a_part_that_the_journal_can_name():
    rooms = {name.partition(":")[0] for name, row in TABLE.items() if ":" in name}

    assert sorted(rooms) == sorted(PARTS)
