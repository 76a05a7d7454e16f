"""The count of wrong codes keeps intruders out, whatever becomes of the helpers beside the database."""

import gc
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import get_resolver
from django.utils import translation

from livelihood.accounts.attempts import Attempts
from livelihood.accounts.models import WrongCodes
from livelihood.kernel.errors import TooManyAttempts
from tests.factories.frame import NOW, UserFactory, signed_in
from tests.factories.voting import plenary
from tests.threads import at_once
from voting import services
from voting.services import roll
from voting.states import RoundState

MESSAGE = "%(minutes)s分钟 / %(minutes)s min"
ENTRANCE = Attempts("test.entrance", 3, MESSAGE)


@pytest.mark.django_db(transaction=True)
def test_codes_sent_at_once_are_each_counted_and_close_the_door_for_a_while():
    at_once(*[lambda: ENTRANCE.failed("10.0.0.1", at=NOW)] * 3)

    assert WrongCodes.objects.get().count == 3
    with pytest.raises(TooManyAttempts):
        ENTRANCE.check("10.0.0.1", at=NOW + timedelta(minutes=15, seconds=-1))
    ENTRANCE.check("10.0.0.1", at=NOW + timedelta(minutes=15))
    ENTRANCE.check("10.0.0.2", at=NOW)
    Attempts("test.other_door", 3, MESSAGE).check("10.0.0.1", at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_codes_sent_at_once_no_more_than_allowed_are_answered():
    answers = at_once(*[lambda: ENTRANCE.failed("10.0.0.1", at=NOW)] * 8)

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType"] * 3 + ["TooManyAttempts"] * 5
    assert WrongCodes.objects.get().count == 8


@pytest.mark.django_db(transaction=True)
def test_of_passwords_sent_at_once_from_an_open_machine_five_are_tried():
    person = UserFactory()
    wrong = {"present": "not the one", "password": "a-quiet-green-river", "again": "a-quiet-green-river"}
    machine = signed_in(person)

    answers = at_once(*[lambda: machine.post("/account/password/", wrong).status_code] * 8)

    assert sorted(answers) == [422] * 5 + [429] * 3


@pytest.mark.django_db(transaction=True)
def test_the_while_begins_with_the_first_wrong_code_and_what_is_over_is_deleted():
    ENTRANCE.failed("10.0.0.1", at=NOW)
    ENTRANCE.failed("10.0.0.2", at=NOW)
    later = NOW + timedelta(minutes=15)

    ENTRANCE.failed("10.0.0.1", at=later)

    assert list(WrongCodes.objects.values_list("count", "forgotten_at")) == [(1, later + timedelta(minutes=15))]


@pytest.mark.django_db(transaction=True)
def test_every_door_says_when_it_opens_and_trying_on_does_not_put_it_off():
    assert get_resolver().url_patterns  # every view is imported
    gc.unfreeze()  # what tests/conftest.py has put out of its sight
    entrances = {entrance.name: entrance for entrance in gc.get_objects() if type(entrance) is Attempts}
    assert {"proposals.track", "voting.card", "voting.hall"} <= set(entrances)

    for entrance in entrances.values():
        for _try in range(entrance.most):
            entrance.failed("192.0.2.1", at=NOW)
        for left, minutes in ((entrance.seconds, entrance.seconds // 60), (500, 9), (500, 9), (59, 1), (1, 1)):
            for language in ("zh-hans", "en"):
                with translation.override(language), pytest.raises(TooManyAttempts) as refused:
                    entrance.check("192.0.2.1", at=NOW + timedelta(seconds=entrance.seconds - left))
                assert refused.value.seconds == left
                said = str(refused.value).replace(" 分", "分")
                assert f"{minutes}{'分钟' if language == 'zh-hans' else ' min'}" in said, entrance.name
        entrance.check("192.0.2.1", at=NOW + timedelta(seconds=entrance.seconds))


@pytest.mark.django_db(transaction=True)
def test_who_tries_is_kept_under_no_name():
    ENTRANCE.failed("10.0.0.1", at=NOW)

    key = WrongCodes.objects.get().key
    assert len(key) == 64
    assert "10.0.0.1" not in key


@pytest.mark.django_db(transaction=True)
def test_neither_the_refusal_nor_an_emptied_cache_takes_a_wrong_hall_code_back():
    session = plenary(until=RoundState.SIGN_IN)
    deputy = session.deputies[0]
    entry = session.entry(deputy)

    for _try in range(roll.WRONG_CODES.most):
        with pytest.raises(services.WrongHallCode):
            services.sign_in_deputy(entry=entry, hall_code="not it", by=deputy, at=NOW)
        cache.clear()

    session.round.refresh_from_db()
    with pytest.raises(TooManyAttempts):
        services.sign_in_deputy(entry=entry, hall_code=session.round.hall_code, by=deputy, at=NOW)
    assert session.entry(deputy).signed_in_at is None
