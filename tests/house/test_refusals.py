"""Whoever refuses, and whatever: programs are answered in the one form of the API, people by a page."""

import contextlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from livelihood.web.bounds import DESK_BODY, LONGEST_HEAD, LONGEST_PATH, LONGEST_QUERY
from tests import databases
from tests.factories.frame import CycleFactory

PROGRAMS = ["/api/v1/", "/api/v1/sites/", "/api/v1/sites/1/", "/api/v1/suggestions/", "/api/schema/", "/api/nowhere/"]
PEOPLE = ["/en/", "/en/sign-in/", "/en/search/", "/api/docs/", "/en/nowhere/at/all/"]

# Refused before a view is asked → how it is sent, the status, the code.
AT_THE_DOOR = {
    "query": ({"QUERY_STRING": "q=" + quote("\u0315" * LONGEST_QUERY)}, 414, "request_too_large"),
    "headers": ({"HTTP_X_LONG": "a" * (LONGEST_HEAD + 1)}, 431, "request_too_large"),
    "charset": ({"CONTENT_TYPE": "text/plain; charset=unicode_escape"}, 415, "unsupported_charset"),
}


def assert_form_of_api(answer, status: int, code: str) -> None:
    error = answer.json()["error"]
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert list(error) == ["code", "message", "fields", "issues"]
    assert error["code"] == code
    assert isinstance(error["message"], str)
    assert error["message"] or error["fields"]
    assert answer["Cache-Control"] == "no-store"


def assert_page(answer, status: int) -> None:
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert "<h1>" in answer.content.decode()


@pytest.fixture
def client() -> Client:
    cache.clear()
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", AT_THE_DOOR)
@pytest.mark.parametrize("path", [*PROGRAMS, *PEOPLE])
def test_what_is_refused_at_the_door(client, path, kind, settings):
    sent, status, code = AT_THE_DOOR[kind]
    settings.ALLOWED_HOSTS = ["testserver"]

    answer = client.get(path, **sent)

    if path in PROGRAMS:
        assert_form_of_api(answer, status, code)
    else:
        assert_page(answer, status)


@pytest.mark.parametrize("path", [*PROGRAMS, *PEOPLE])
def test_who_asks_for_another_host_is_answered_nothing(client, path, settings):
    settings.ALLOWED_HOSTS = ["testserver"]

    answer = client.get(path, HTTP_HOST="else.example")

    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (400, b"", "no-store")


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PROGRAMS[:-1], *PEOPLE[:-1]])
def test_a_body_that_is_too_large(client, path):
    answer = client.generic("GET", path, b"a" * (DESK_BODY + 1))

    if path in PROGRAMS:
        assert_form_of_api(answer, 413, "request_too_large")
    else:
        assert_page(answer, 413)


@pytest.mark.django_db
def test_an_address_that_is_too_long(client):
    assert_form_of_api(client.get("/api/v1/" + "a" * LONGEST_PATH), 414, "request_too_large")
    assert_page(client.get("/en/" + "a" * LONGEST_PATH), 414)


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PROGRAMS, *PEOPLE])
def test_maintenance(client, path, settings, tmp_path):
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    call_command("maintenance", "on")

    answer = client.get(path)

    assert answer["Retry-After"] == "300"
    if path in PROGRAMS:
        assert_form_of_api(answer, 503, "maintenance")
    else:
        assert_page(answer, 503)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PROGRAMS[:-1])
def test_what_a_view_of_the_api_refuses(client, path, monkeypatch):
    def unknown_method():
        return client.post(path, {}, content_type="application/json")

    assert_form_of_api(unknown_method(), 405, "method_not_allowed")
    assert unknown_method()["Allow"] == "GET, HEAD, OPTIONS"
    assert_form_of_api(client.get(path, headers={"Accept": "text/html"}), 406, "not_acceptable")

    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "anon", "1/hour")
    cache.clear()
    answers = [client.get(path) for _number in range(2)]
    assert answers[0].status_code in {200, 404}
    assert_form_of_api(answers[1], 429, "throttled")
    assert 3500 < int(answers[1]["Retry-After"]) <= 3600


@pytest.mark.django_db
def test_what_is_asked_wrongly_and_what_is_not_there(client):
    assert_form_of_api(client.get("/api/v1/sites/?light=purple"), 400, "bad_parameters")
    assert_form_of_api(client.get("/api/v1/sites/?cursor=cD1hYmM="), 400, "bad_parameters")
    assert_form_of_api(client.get("/api/v1/sites/1/"), 404, "not_found")
    assert_form_of_api(client.get("/api/nowhere/"), 404, "not_found")
    assert_page(client.get("/en/sites/?light=purple"), 404)


@contextlib.contextmanager
def locked(table: str) -> Iterator[None]:
    """Keep everybody else from reading a table, who wait for half a second at most."""
    name = connection.settings_dict["NAME"]
    with contextlib.closing(databases.connect(name)) as other, other.cursor() as cursor:
        cursor.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        with connection.cursor() as ours:
            ours.execute("SET statement_timeout = 500")
            try:
                yield
            finally:
                ours.execute("SET statement_timeout = 0")


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_the_database_gave_up(client):
    cycle = CycleFactory()

    with locked("projects_site"):
        program = client.get("/api/v1/sites/")
        person = client.get(f"/en/{cycle.area.slug}/{cycle.year}/sites/")

    assert_form_of_api(program, 503, "took_too_long")
    assert_page(person, 503)
    assert client.get("/api/v1/sites/").json()["results"] == []


@pytest.mark.django_db(transaction=True)
def test_a_fault_of_ours(client):
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE livelihood_reader")  # who may read neither suggestions whole nor failed sign-ins
        try:
            program = client.get("/api/v1/suggestions/")
            person = client.post("/en/sign-in/", {"username": "wang", "password": "x"})
        finally:
            cursor.execute(f"SET ROLE {databases.APPLICATION}")

    assert_form_of_api(program, 500, "server_error")
    assert_page(person, 500)
