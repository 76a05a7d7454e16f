"""What happens around every request: addresses, headers, refusals, sign-ins that end."""

from datetime import timedelta
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.models import User
from tests.factories.frame import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]

PASSWORD = "a-quiet-green-river"


@pytest.fixture
def person() -> User:
    person = UserFactory(username="wang")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def sign_in(client, password: str = PASSWORD, username: str = "wang", **headers: str):
    return client.post(reverse("accounts:sign_in"), {"username": username, "password": password}, **headers)


def test_a_public_page_neither_reads_nor_renews_the_session(client, person, django_assert_num_queries):
    sign_in(client)

    with django_assert_num_queries(0):
        response = client.get("/try/public/")

    assert response.status_code == 200
    assert dict(response.cookies) == {}
    assert not response.has_header("Vary")


def test_a_public_page_says_how_long_it_may_be_kept(client):
    response = client.get("/try/public/")

    assert set(response["Cache-Control"].split(", ")) == {
        "public", "max-age=60", "stale-if-error=86400", "stale-while-revalidate=60",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["/try/absent/", "/try/form/", "/try/conflict/", "/try/private/", "/nowhere/"])
def test_what_is_not_a_public_page_is_kept_by_nobody(client, path):
    assert client.get(path)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("path", "status"), [("/try/conflict/", 409), ("/try/unready/", 409)])
def test_a_refusal_is_a_page(client, path, status):
    response = client.get(path)

    assert response.status_code == status
    assert "refusal.html" in [template.name for template in response.templates]
    assert 'href="/"' in response.content.decode().split("<h1>")[1]


def test_a_refusal_lists_what_is_unfinished(client):
    html = client.get("/try/unready/").content.decode()

    assert html.index("Two suggestions have no reply.") < html.index("One sheet is missing.")


def test_every_answer_has_an_id_of_its_own(client):
    ids = {client.get("/try/public/")["X-Request-ID"] for _ in range(3)}

    assert len(ids) == 3


@pytest.fixture
def folder(settings, tmp_path):
    """The folder of check files, with one in it."""
    settings.CHECK_FILES_FOLDER = tmp_path
    (tmp_path / "check.txt").write_text("checked")


def answer_of(method: str, path: str, condition: dict[str, str]) -> Any:
    """Ask as a server does, who closes the answer when it has been given."""
    environ = RequestFactory().generic(method, path, **condition).environ | {"wsgi.input": BytesIO()}  # type: ignore[arg-type]
    return WSGIHandler()(environ, lambda *_: lambda _body: None)


@pytest.mark.urls("livelihood.urls")
@pytest.mark.django_db(transaction=True)  # pages are kept outside of transactions only
@pytest.mark.parametrize(
    "path", ["/", "/check.txt", "/sign-in/", "/nowhere/", "/static/css/base.css", "/api/v1/cycles/"]
)
def test_a_request_ends_once_and_when_its_answer_has_been_given(folder, path):
    """What ends a request also gives back its connection to the database: nothing inside may end it early."""
    ended: list[int] = []

    def note(**_signal: object) -> None:
        ended.append(1)

    request_finished.connect(note)
    for method, condition in product(("GET", "HEAD", "POST"), ({}, {"HTTP_IF_NONE_MATCH": "*"})):
        ended.clear()

        response = answer_of(method, path, condition)
        before, body = list(ended), b"".join(response)
        response.close()

        assert (before, ended) == ([], [1]), (method, condition)
        assert method != "HEAD" or body == b""
    request_finished.disconnect(note)


@pytest.mark.urls("livelihood.urls")
def test_a_file_asked_for_by_head_has_its_length_and_is_closed_at_the_end(folder, tmp_path):
    def is_open() -> bool:
        return tmp_path / "check.txt" in {file.resolve() for file in Path("/proc/self/fd").iterdir()}

    response = answer_of("HEAD", "/check.txt", {})

    assert (response["Content-Length"], list(response), is_open()) == ("7", [], True)
    response.close()
    assert not is_open()


def test_a_stranger_is_sent_to_the_sign_in_and_back(client, person):
    response = client.get("/try/private/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/try/private/")

    back = client.post("/sign-in/", {"username": "wang", "password": PASSWORD, "next": "/try/private/"})
    assert (back.status_code, back["Location"]) == (302, "/try/private/")
    assert client.get("/try/private/").content == b"wang"


def test_a_sign_in_ends_after_two_hours_without_use(client, person):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        sign_in(client)
    with time_machine.travel(now + timedelta(hours=1, minutes=59), tick=False):
        assert client.get("/try/private/").status_code == 200
    with time_machine.travel(now + timedelta(hours=3, minutes=58), tick=False):
        assert client.get("/try/private/").status_code == 200
    with time_machine.travel(now + timedelta(hours=5, minutes=59), tick=False):
        assert client.get("/try/private/").status_code == 302


def test_a_sign_in_ends_after_eight_hours_whatever_is_clicked(client, person):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        sign_in(client)
    for hours in range(1, 9):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            assert client.get("/try/private/").status_code == 200
    with time_machine.travel(now + timedelta(hours=8, seconds=1), tick=False):
        assert client.get("/try/private/").status_code == 302
        assert client.get("/try/private/")["Location"] == "/sign-in/?next=/try/private/"

    assert not Session.objects.exists()


def test_five_wrong_passwords_close_the_door_for_that_name_from_that_address(client, person):
    UserFactory(username="li")
    statuses = [sign_in(client, "wrong").status_code for _ in range(5)]

    assert statuses == [422] * 5
    locked = sign_in(client)
    assert locked.status_code == 429
    assert "_auth_user_id" not in client.session
    assert sign_in(client, "wrong", username="li").status_code == 422


def test_the_door_closed_for_one_address_is_open_for_another(client, person):
    for _ in range(5):
        sign_in(client, "wrong")

    assert sign_in(client, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_the_door_opens_again_after_a_quarter_of_an_hour(client, person):
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        for _ in range(5):
            sign_in(client, "wrong")
    for minutes in (0, 5, 14):  # who goes on trying, wrong or right, does not wait the longer
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            for password in ("wrong", PASSWORD):
                closed = sign_in(client, password)
                assert (closed.status_code, closed["Retry-After"]) == (429, str((15 - minutes) * 60))
                assert f"请{15 - minutes}分钟后再试" in closed.content.decode()
    with time_machine.travel(now + timedelta(minutes=15, seconds=1), tick=False):
        assert sign_in(client).status_code == 302


@pytest.mark.parametrize(("behind_proxy", "statuses"), [(True, [422] * 6), (False, [422] * 5 + [429])])
def test_only_our_own_nginx_is_believed_who_is_asking(client, person, settings, behind_proxy, statuses):
    settings.BEHIND_PROXY = behind_proxy

    answers = [sign_in(client, "wrong", HTTP_X_REAL_IP=f"192.0.2.{number}") for number in range(6)]

    assert [answer.status_code for answer in answers] == statuses
