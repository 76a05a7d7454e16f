"""The API keeps its own word: what the schema says is what a client gets, whatever it asks."""

import warnings
from collections.abc import Iterator

import pytest
import schemathesis
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.house.world import build

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6
"""Requests drawn for each operation; a bounded run, the same ones each time."""


@pytest.fixture
def api(live_server: LiveServer) -> Iterator[schemathesis.BaseSchema]:
    """The schema of the running portal, which holds a year in every phase."""
    build()
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


@pytest.mark.django_db(transaction=True)
def test_every_operation_answers_as_its_schema_says(api):
    for operation in operations(api):

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            case.call_and_validate(checks=CHECKS)

        ask()


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
