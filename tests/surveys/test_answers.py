"""Taking answers: services.answers and phones."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import redis
from django.conf import settings
from django.core.cache import cache

from livelihood.audit.models import Entry
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.numbers import opaque_id
from projects.surveys import phones
from projects.surveys.models import IncomingResponse, Invitation, Receipt
from projects.surveys.services import answers
from projects.surveys.services.answers import AlreadyAnswered, UnknownCode
from projects.surveys.states import Grade, SurveyChannel, SurveyState, Target
from tests.factories.frame import NOW, CycleFactory
from tests.factories.surveys import SurveyFactory, arrived, arrived_one, invite, project_in, say, site_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return SurveyFactory(target=Target.SITE)


@pytest.fixture
def site(survey):
    return site_of(project_in(survey.cycle))


def send(survey, site, **changes):
    values: dict[str, Any] = {
        "grade": Grade.SATISFIED,
        "comment": "",
        "key": opaque_id(),
        "origin": opaque_id(),
        "at": NOW,
    }
    return answers.answer_by_qr(survey=survey, site=site, **(values | changes))


def test_an_answer_by_qr_code_is_kept_with_its_day_and_nothing_else(survey, site):
    assert send(survey, site, grade=Grade.BASICALLY_SATISFIED, comment=" 门口有台阶。 ") is True

    row = arrived_one()
    assert (row.survey, row.project, row.site, row.channel) == (survey, site.project, site, SurveyChannel.QR)
    assert (row.grade, row.comment, row.day) == (Grade.BASICALLY_SATISFIED, "门口有台阶。", NOW.date())
    assert {field.name for field in IncomingResponse._meta.get_fields()} == {
        "id", "survey", "project", "site", "channel", "grade", "comment", "day",
    }  # fmt: skip
    assert not Entry.objects.filter(act__startswith="survey.answer").exists()


def test_the_same_form_sent_twice_is_one_answer(survey, site):
    key = opaque_id()

    first = send(survey, site, key=key, origin="phone")
    again = send(survey, site, key=key, origin="phone")

    assert (first, again) == (True, False)
    assert IncomingResponse.objects.count() == 1


def test_the_same_form_with_another_answer_is_refused(survey, site):
    key = opaque_id()
    send(survey, site, key=key)

    with pytest.raises(InvalidInput) as refusal:
        send(survey, site, key=key, grade=Grade.DISSATISFIED)

    assert refusal.value.status == 422
    assert arrived("grade") == [(Grade.SATISFIED,)]


def test_a_receipt_holds_neither_key_nor_grade(survey, site):
    key = opaque_id()

    send(survey, site, key=key)

    receipt = Receipt.objects.get()
    guesses = {
        hashlib.sha256(f"{survey.pk}:{site.project_id}:{site.pk}:{grade}:".encode()).hexdigest() for grade in Grade
    }
    assert receipt.key_hash == hashlib.sha256(key.encode()).hexdigest()
    assert receipt.seal not in guesses


def test_one_phone_answers_once_a_day_about_one_thing(survey, site):
    other = site_of(site.project, "S2")
    send(survey, site, origin="phone")

    with pytest.raises(AlreadyAnswered):
        send(survey, site, origin="phone")
    send(survey, other, origin="phone")
    send(survey, site, origin="another phone")

    assert IncomingResponse.objects.count() == 3


def test_the_mark_of_a_phone_ends_with_the_day():
    noon = datetime(2024, 11, 1, 4, tzinfo=UTC)  # 12:00 in Hangzhou
    claim = {"subject": "1:0:0", "origin": "phone"}

    assert phones.claim(**claim, key="a", at=noon)
    assert not phones.claim(**claim, key="b", at=noon + timedelta(hours=11))
    assert phones.claim(**claim, key="b", at=noon + timedelta(hours=12, seconds=1))


def test_redis_never_sees_the_phone_and_forgets_its_mark():
    late = datetime(2024, 11, 1, 15, 59, 30, tzinfo=UTC)  # half a minute before midnight

    phones.claim("1:0:0", origin="203.0.113.7\nMozilla", key="the-form-key", at=late)

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        keys = [key for key in client.keys("*") if b"surveys:" in key]
        kept = b"".join(key + client.get(key) for key in keys)
        assert len(keys) == 2
        assert all(0 < client.ttl(key) <= 30 for key in keys)
    for secret in (b"203.0.113.7", b"Mozilla", b"the-form-key"):
        assert secret not in kept


def test_without_redis_answers_are_taken(survey, site, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}

    assert send(survey, site, origin="phone") is True
    assert send(survey, site, origin="phone") is True

    assert IncomingResponse.objects.count() == 2


@pytest.mark.parametrize("state", sorted(set(SurveyState) - {SurveyState.OPEN}))
def test_only_an_open_survey_takes_answers(site, survey, state):
    survey.state = state
    survey.save(update_fields=["state"])

    with pytest.raises(NotAllowed):
        send(survey, site)

    assert not IncomingResponse.objects.exists()
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("days", [-32, 30])
def test_only_from_the_first_to_the_last_day(survey, site, days):
    with pytest.raises(NotAllowed):
        send(survey, site, at=NOW + timedelta(days=days))

    assert not IncomingResponse.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"comment": "长" * 501}, {"key": ""}, {"key": "x" * 10_000}, {"key": "A" * 20}], ids=str
)
def test_damaged_forms_are_refused(survey, site, changes):
    with pytest.raises(InvalidInput):
        send(survey, site, **changes)

    assert not IncomingResponse.objects.exists()


def test_a_survey_takes_answers_about_its_own_things_only(survey, site):
    foreign = site_of(project_in(CycleFactory()))
    for subject in ({"site": foreign}, {"project": site.project}, {}):
        with pytest.raises(InvalidInput):
            say(survey, **subject)

    assert not IncomingResponse.objects.exists()


def test_a_code_counts_once_and_however_it_is_typed():
    survey = SurveyFactory()
    code, *_others = invite(survey)

    answers.answer_by_code(code=f" {code.lower().replace('-', '')}", grade=Grade.SATISFIED, comment="", at=NOW)
    with pytest.raises(AlreadyAnswered):
        answers.answer_by_code(code=code, grade=Grade.DISSATISFIED, comment="", at=NOW)

    (found,) = arrived("survey", "channel", "grade", "day")
    assert found == (
        survey.pk, SurveyChannel.INVITATION, Grade.SATISFIED, NOW.date(),
    )  # fmt: skip
    assert Invitation.objects.filter(is_used=True).count() == 1


def test_a_code_answers_about_what_it_was_drawn_for(survey, site):
    code, *_others = invite(survey, site=site)

    answers.answer_by_code(code=code, grade=Grade.SATISFIED, comment="", at=NOW)

    (found,) = arrived("project", "site")
    assert found == (site.project_id, site.pk)


@pytest.mark.parametrize(
    "code", ["", "7K2M-Q9XD-0F4T", "x" * 100_000, "'; DROP TABLE--"], ids=["", "other", "long", "sql"]
)
def test_unknown_codes_are_refused(code):
    invite(SurveyFactory())

    with pytest.raises(UnknownCode):
        answers.answer_by_code(code=code, grade=Grade.SATISFIED, comment="", at=NOW)

    assert not IncomingResponse.objects.exists()
    assert not Invitation.objects.filter(is_used=True).exists()


def test_a_refused_answer_leaves_its_code_unused():
    survey = SurveyFactory()
    code, *_others = invite(survey)

    with pytest.raises(InvalidInput):
        answers.answer_by_code(code=code, grade=Grade.SATISFIED, comment="长" * 501, at=NOW)

    assert not Invitation.objects.filter(is_used=True).exists()


@pytest.fixture(autouse=True)
def _no_marks():
    cache.clear()
