"""Whoever sits at a desk that was left open changes no second factor: the password is asked for once more."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from livelihood.accounts import proof
from livelihood.accounts.models import Authenticator, Passkey, RecoveryCode, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel import totp
from tests.factories.frame import CityFactory, PasskeyFactory, official

pytestmark = pytest.mark.django_db

PASSWORD = "a quiet green river 7"
AUTHENTICATOR, RECOVERY = "/account/factors/authenticator/", "/account/factors/recovery/"


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 11, 29, 2, 0, tzinfo=timezone.get_default_timezone()), tick=False) as clock:
        yield clock


@pytest.fixture
def person() -> User:
    person = official(Role.DEPARTMENT, CityFactory())
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def desk(clock, person) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.post("/sign-in/", {"username": person.username, "password": PASSWORD})
    return client


def keep(client: Client, name: str, value: Any) -> None:
    session = client.session
    session[name] = value
    session.save()


def code_of(client: Client) -> str:
    page = client.get(AUTHENTICATOR).content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")  # type: ignore[index]
    return totp.code_at(secret, int(timezone.now().timestamp()) // totp.SECONDS)


@pytest.mark.parametrize("present", [{}, {"present": ""}, {"present": "not the one"}])
def test_an_open_session_alone_sets_up_no_first_factor(desk, present):
    refused = desk.post(AUTHENTICATOR, {"code": code_of(desk), **present})

    assert (refused.status_code, Authenticator.objects.exists()) == (422, False)
    assert not Entry.objects.filter(act="user.factor_added").exists()
    assert desk.post(AUTHENTICATOR, {"code": code_of(desk), "present": PASSWORD}).status_code == 200
    assert Authenticator.objects.exists()


def test_nor_adds_or_removes_a_passkey_or_makes_recovery_codes(desk, person):
    mine = PasskeyFactory(user=person)
    PasskeyFactory(user=person)
    keep(desk, proof.PROVEN, timezone.now().timestamp())
    remove = f"/account/factors/passkey/{mine.pk}/remove/"

    for path in ("/account/factors/passkey/", remove, RECOVERY):
        refused = desk.post(path, {"name": "别人的手机", "credential": "{}"})
        assert (refused.status_code, "present" in refused.context["form"].errors) == (422, True), path

    assert (Passkey.objects.count(), RecoveryCode.objects.count()) == (2, 0)
    assert desk.post(remove, {"present": PASSWORD}).status_code == 302
    assert not Passkey.objects.filter(pk=mine.pk).exists()


def test_five_wrong_passwords_close_it_to_the_right_one_and_a_right_one_forgets_them(desk):
    for wrong in (4, 5):
        answers = {desk.post(AUTHENTICATOR, {"code": "000000", "present": "wrong"}).status_code for _ in range(wrong)}
        right = desk.post(AUTHENTICATOR, {"code": "000000", "present": PASSWORD})
        assert (answers, right.status_code) == ({422}, {4: 422, 5: 429}[wrong])

    assert not Authenticator.objects.exists()


def test_who_came_by_an_identity_provider_comes_by_it_again_unless_just_now(desk, clock):
    keep(desk, "by_provider", True)

    clock.shift(19 * 60)
    young = desk.post(RECOVERY)
    done = desk.post(AUTHENTICATOR, {"code": code_of(desk)})
    Authenticator.objects.all().delete()
    clock.shift(2 * 60)
    old = [desk.get(AUTHENTICATOR), desk.post(AUTHENTICATOR, {"code": "000000"})]

    assert (young.status_code, done.status_code) == (422, 200)  # there is no factor yet for which codes could be made
    assert {led.headers["Location"] for led in old} == {f"/sign-in/provider/?{urlencode({'next': AUTHENTICATOR})}"}
    assert not Authenticator.objects.exists()
