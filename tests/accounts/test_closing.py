"""Sign-in closes by name, by address and by both, for a moment at first, and an office behind one address comes in."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from livelihood.accounts.attempts import GrowingAttempts
from livelihood.kernel.errors import TooManyAttempts
from tests.factories.frame import NOW, UserFactory
from tests.threads import at_once

PASSWORD = "a-quiet-green-river"
DOOR = GrowingAttempts("test.growing", 3, "%(minutes)s", seconds=3600)


def closed_for(seconds: int) -> int:
    """Return for how many seconds a door is closed, some seconds after NOW; 0 where it is open."""
    try:
        DOOR.check("somebody", at=NOW + timedelta(seconds=seconds))
    except TooManyAttempts as refusal:
        return refusal.seconds or 0
    return 0


@pytest.mark.django_db(transaction=True)
def test_it_closes_for_twice_as_long_each_time_and_opens_for_good_after_the_while():
    waits, moment = [], 0
    for _ in range(8):
        DOOR.failed("somebody", at=NOW + timedelta(seconds=moment))
        waits.append(closed_for(moment))
        moment += waits[-1]

    assert waits == [0, 0, 30, 60, 120, 240, 480, 960]
    assert closed_for(3600) == 0
    DOOR.failed("somebody", at=NOW + timedelta(seconds=3600))
    assert closed_for(3600) == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_no_more_are_tried_than_one_after_the_other():
    answers = at_once(*[lambda: DOOR.failed("somebody", at=NOW)] * 8)

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType"] * 3 + ["TooManyAttempts"] * 5


@pytest.mark.django_db(transaction=True)
def test_what_was_right_counts_for_nothing():
    for _ in range(10):
        DOOR.failed("somebody", at=NOW)
        DOOR.right("somebody")

    assert closed_for(0) == 0


@pytest.fixture
def guarded(db):
    person = UserFactory(username="wang")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def tries(name: str, address: str, password: str = "wrong") -> int:  # noqa: S107 -- it is
    return Client(REMOTE_ADDR=address).post("/sign-in/", {"username": name, "password": password}).status_code


def test_sixty_names_from_one_address_are_stopped_and_soon_let_on(guarded):
    answers = [tries(f"name{number}", "10.0.0.1") for number in range(60)]

    assert answers == [422] * 50 + [429] * 10
    assert (tries("wang", "10.0.0.1", PASSWORD), tries("wang", "10.0.0.2", PASSWORD)) == (429, 302)
    guarded.shift(31)
    assert tries("wang", "10.0.0.1", PASSWORD) == 302


def test_one_name_from_twelve_addresses_is_stopped(guarded):
    answers = [tries("wang", f"10.0.1.{number}") for number in range(12) for _ in range(4)]

    assert answers == [422] * 21 + [429] * 27
    refused = Client(REMOTE_ADDR="10.0.9.9").post("/sign-in/", {"username": "wang", "password": PASSWORD})
    assert (refused.status_code, refused["Retry-After"]) == (429, "30")
    guarded.shift(31)
    assert tries("wang", "10.0.9.9", PASSWORD) == 302


def test_one_address_cannot_close_a_name_to_others(guarded):
    for _ in range(3):
        assert [tries("wang", "10.0.0.1") for _ in range(12)] == [422] * 5 + [429] * 7
        guarded.shift(16 * 60)

    assert tries("wang", "10.0.0.2", PASSWORD) == 302


def test_an_office_behind_one_address_comes_in_however_often(guarded):
    answers = [tries("wang", "10.0.0.1", PASSWORD) for _ in range(60)]

    assert set(answers) == {302}


def test_who_came_in_before_comes_in_again_whatever_others_try_from_the_address_or_for_the_name(guarded):
    own = Client(REMOTE_ADDR="10.0.0.1")
    right = {"username": "Wang", "password": PASSWORD}
    assert own.post("/sign-in/", right).status_code == 302
    own.post("/sign-out/")
    assert {tries(f"name{number}", "10.0.0.1") for number in range(60)} == {422, 429}
    assert 429 in {tries("wang", f"10.0.1.{number}") for number in range(12) for _ in range(4)}

    assert (tries("wang", "10.0.0.1", PASSWORD), own.post("/sign-in/", right).status_code) == (429, 302)


def test_a_browser_that_is_known_is_closed_by_its_own_wrong_passwords_and_knows_one_name(guarded):
    own = Client(REMOTE_ADDR="10.0.0.1")
    own.post("/sign-in/", {"username": "wang", "password": PASSWORD})
    held = own.cookies["device"].value
    assert "wang" not in held
    answers = []
    for number in range(24):
        thief = Client(REMOTE_ADDR=f"10.0.2.{number}")
        thief.cookies["device"] = held
        answers.append(thief.post("/sign-in/", {"username": "wang", "password": "wrong"}).status_code)
    assert answers == [422] * 5 + [429] * 19

    for forged in (held[:-1] + ("a" if held[-1] != "a" else "b"), "", "x:y"):
        thief = Client(REMOTE_ADDR="10.0.0.9")
        thief.cookies["device"] = forged
        assert thief.post("/sign-in/", {"username": "li", "password": "wrong"}).status_code == 422
