"""The count of wrong codes keeps intruders out, whatever becomes of the helpers beside the database."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from livelihood.accounts.models import WrongCodes
from livelihood.web.attempts import Attempts, TooManyAttempts
from tests.factories.frame import NOW
from tests.factories.voting import plenary
from tests.threads import at_once
from voting import services
from voting.services import roll
from voting.states import RoundState

DOOR = Attempts("test.door", most=3)


@pytest.mark.django_db(transaction=True)
def test_codes_sent_at_once_are_each_counted_and_close_the_door_for_a_while():
    at_once(*[lambda: DOOR.failed("10.0.0.1", at=NOW)] * 3)

    assert WrongCodes.objects.get().count == 3
    with pytest.raises(TooManyAttempts):
        DOOR.check("10.0.0.1", at=NOW + timedelta(minutes=15, seconds=-1))
    DOOR.check("10.0.0.1", at=NOW + timedelta(minutes=15))
    DOOR.check("10.0.0.2", at=NOW)
    Attempts("test.other_door", most=3).check("10.0.0.1", at=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_while_begins_with_the_first_wrong_code_and_what_is_over_is_deleted():
    DOOR.failed("10.0.0.1", at=NOW)
    DOOR.failed("10.0.0.2", at=NOW)
    later = NOW + timedelta(minutes=15)

    DOOR.failed("10.0.0.1", at=later)

    assert list(WrongCodes.objects.values_list("count", "forgotten_at")) == [(1, later + timedelta(minutes=15))]


@pytest.mark.django_db(transaction=True)
def test_who_tries_is_kept_under_no_name():
    DOOR.failed("10.0.0.1", at=NOW)

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
