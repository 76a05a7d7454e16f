"""How long a sign-in lasts, and how seldom that is written down."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import User
from tests.factories.frame import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return UserFactory()


@pytest.fixture
def browser(person: User, time_machine) -> Client:
    """A browser that signed in at NOW by the page."""
    time_machine.move_to(NOW, tick=False)
    client = Client()
    person.set_password("a-password-only-for-tests")
    person.save(update_fields=["password"])
    client.post(reverse("accounts:sign_in"), {"username": person.username, "password": "a-password-only-for-tests"})
    return client


def is_in(browser: Client) -> bool:
    answer = browser.get(reverse("portal:my_work"), follow=True)
    return bool(answer.wsgi_request.user.is_authenticated)


def ends_at() -> datetime:
    return Session.objects.get().expire_date


def test_end_by_disuse_is_put_off_once_in_an_interval(browser, time_machine):
    ends = []
    for minutes in (0, 5, 6, 11, 12):
        time_machine.move_to(NOW + timedelta(minutes=minutes), tick=False)
        assert is_in(browser)
        ends.append(ends_at() - NOW - timedelta(seconds=settings.SESSION_COOKIE_AGE))

    assert ends == [timedelta(minutes=minutes) for minutes in (0, 0, 6, 6, 12)]


def test_sign_in_ends_without_use_and_at_its_age(browser, time_machine):
    for hours in (1.9, 3.8, 5.7, 7.6):
        time_machine.move_to(NOW + timedelta(hours=hours), tick=False)
        assert is_in(browser)

    time_machine.move_to(NOW + timedelta(hours=8, minutes=1), tick=False)
    assert not is_in(browser)


def test_sign_in_ends_after_two_hours_without_use(browser, time_machine):
    time_machine.move_to(NOW + timedelta(hours=2, minutes=1), tick=False)

    assert not is_in(browser)
