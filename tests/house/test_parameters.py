"""Values come out of requests in one way, so that the walk of tests/house/test_hostile.py meets every one of them."""

import ast
import subprocess
from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django.conf import settings
from django.test import Client

from livelihood.api import router
from livelihood.kernel.filters import StrictFilterSet
from tests.house.test_hostile import HEADERS

QUERIES = {"GET", "POST", "query_params"}
WHOLE = {"urlencode", "dict"}
"""What hands a query on as it is."""
READERS = {
    "livelihood/kernel/parameters.py",
    # Copies the whole query to draw an address from it.
    "livelihood/web/templatetags/web.py",
}
OF_SERVERS = {"REMOTE_ADDR", "HTTP_HOST", "QUERY_STRING"}
"""Set by the server itself: Django refuses a wrong Host, and the query is walked name by name."""


def sources() -> Iterator[tuple[str, ast.AST]]:
    """Yield every module of the portal."""
    names = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True).stdout.split()
    for name in names:
        if not name.startswith("tests/") and "/migrations/" not in name:
            yield name, ast.parse((settings.BASE_DIR / name).read_text(encoding="utf-8"))


def test_single_values_are_read_by_the_kernel_alone():
    """`request.GET` and `request.POST` go whole to a form, a filter set, `paginate` or `kernel.parameters`."""
    raw = []
    for name, tree in sources():
        if name in READERS:
            continue
        for node in ast.walk(tree):
            inner: list[Any] = []
            if (isinstance(node, ast.Attribute) and node.attr not in WHOLE) or isinstance(node, ast.Subscript):
                inner = [node.value]
            elif isinstance(node, ast.Compare):
                inner = node.comparators
            elif isinstance(node, ast.For | ast.comprehension):
                inner = [node.iter]
            raw += [f"{name}:{part.lineno}" for part in inner if getattr(part, "attr", "") in QUERIES]

    assert raw == []


def test_every_header_that_is_read_is_walked():
    """By `request.headers.get("…")` or `request.META…"…"`; a name that is no constant is refused too."""
    read = {}
    for name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Subscript):
                where, given = node.value, node.slice
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                where, given = node.func.value, node.args[0]
            else:
                continue
            if getattr(where, "attr", "") in {"headers", "META"} and "request" in ast.unparse(where):
                header = given.value if isinstance(given, ast.Constant) else ast.unparse(given)
                read[header] = f"{name}:{node.lineno}"

    walked = {*HEADERS, *(f"HTTP_{header.upper().replace('-', '_')}" for header in HEADERS), *OF_SERVERS}
    assert {header: place for header, place in read.items() if header not in walked} == {}
    assert len(read) > 5


def sets(parent: Any = django_filters.FilterSet) -> Iterator[Any]:
    for child in parent.__subclasses__():
        if child.__module__.split(".")[0] in {"livelihood", "proposals", "voting", "projects"}:
            yield child
        yield from sets(child)


def test_every_list_of_the_portal_has_strict_filters():
    assert [found for found in sets() if not issubclass(found, StrictFilterSet)] == []
    viewsets: list[Any] = [viewset for _prefix, viewset, _name in router.registry]
    assert {viewset.filterset_class for viewset in viewsets} <= set(sets())


@pytest.mark.parametrize(("prefix", "viewset"), [(prefix, viewset) for prefix, viewset, _name in router.registry])
@pytest.mark.django_db
def test_the_api_refuses_what_it_does_not_know(prefix: str, viewset: Any):
    """In the one shape of its errors: every filter with a value that is none of its, and a name that is none."""
    filters = viewset.filterset_class.base_filters
    wrong = [
        name for name, found in filters.items() if not isinstance(found, django_filters.CharFilter) or name in AREAS
    ]

    answer = Client().get(f"/api/v1/{prefix}/", dict.fromkeys([*wrong, "colour"], "purple"))
    twice = Client().get(f"/api/v1/{prefix}/?page_size=5&{'&'.join(f'{name}=' for name in filters)}")

    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["code"], set(error["fields"])) == ("bad_parameters", {*wrong, "colour"})
    assert all(name in error["fields"]["colour"][0] for name in filters)
    assert twice.status_code == 200


AREAS = {"area", "cycle_area", "parent"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor=cD1hYmM=", "cursor"),
        ("cursor=x", "cursor"),
        ("page_size=abc", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("overdue=maybe", "overdue"),
        ("overdue=1", "overdue"),
        ("year=2018.5", "year"),
        ("year=²", "year"),
        ("light=red&light=green", "light"),
        ("a[]=1", "a[]"),
    ],
)
@pytest.mark.django_db
def test_the_api_names_what_is_wrong(query: str, field: str):
    answer = Client().get(f"/api/v1/sites/?{query}")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])
