"""The API keeps its own word: what the schema says is what a client gets, whatever it asks."""

import warnings
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.management import call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from livelihood.accounts.roles import Role
from tests.house.world import World, build

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6
"""Requests drawn for each operation; a bounded run, the same ones each time."""

MANY = 30
"""Of the slow run, for each of those who ask."""

ASK = (None, Role.ADMINISTRATOR, Role.LIVELIHOOD_OFFICE, Role.DEPUTY, Role.AUDITOR)
"""Who asks there: nobody signed in, who may most, who works most, who votes, who looks."""


@pytest.fixture
def world(transactional_db: None) -> World:
    """A year in every phase, and everybody."""
    return build()


@pytest.fixture
def api(live_server: LiveServer, world: World) -> Iterator[schemathesis.BaseSchema]:
    """The schema of the running portal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of libraries below schemathesis
        yield schemathesis.openapi.from_url(f"{live_server.url}/api/schema/?format=json")


def operations(api: schemathesis.BaseSchema):
    """Return every operation; one that cannot be read fails."""
    found = [result.ok() for result in api.get_all_operations() if isinstance(result, Ok)]
    assert len(found) == sum(1 for _result in api.get_all_operations())
    return found


def test_the_schema_is_valid_and_leaves_nothing_to_guess(tmp_path, settings):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))

    assert "openapi: 3.1.0" in (tmp_path / "schema.yml").read_text(encoding="utf-8")


def ask(api: schemathesis.BaseSchema, examples: int, headers: dict[str, str]) -> list[str]:
    """Ask every operation for what is drawn, the same each time, and return where it answers otherwise than it says."""
    found = []
    for operation in operations(api):

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one(case):
            case.call_and_validate(checks=CHECKS, headers=headers)

        try:
            one()
        except FailureGroup as failures:
            found.append(f"{operation.label}: {failures}")
    return found


@pytest.mark.django_db(transaction=True)
def test_every_operation_answers_as_its_schema_says(api):
    assert ask(api, EXAMPLES, {}) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ASK, ids=str)
def test_every_operation_answers_everybody_as_its_schema_says(role: Role | None, api, world: World):
    client = Client()
    if role:
        client.force_login(world.people[role])

    assert ask(api, MANY, {"Cookie": "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())}) == []


@pytest.mark.django_db(transaction=True)
def test_every_collection_has_rows_and_every_row_its_page(api):
    listed = {operation.path: operation for operation in operations(api) if "{" not in operation.path}
    single = {operation.path.partition("{")[0]: operation for operation in operations(api) if "{" in operation.path}
    assert set(single) == set(listed)

    for path, operation in listed.items():
        rows = operation.Case().call_and_validate(checks=CHECKS).json()["results"]
        assert rows, path
        (parameter,) = single[path].path_parameters
        key = rows[0][parameter.name]
        answer = single[path].Case(path_parameters={parameter.name: key}).call_and_validate(checks=CHECKS)
        assert (answer.status_code, answer.json()[parameter.name]) == (200, key), path
