"""Values come out of requests in one way, so that the walk of tests/house/test_hostile.py meets every one of them."""

import ast
import subprocess
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from livelihood.kernel.parameters import is_appended
from tests.house.test_filters import sets
from tests.house.test_hostile import HEADERS

QUERIES = {"GET", "POST", "query_params"}
WHOLE = {"urlencode", "dict"}
"""What hands a query on as it is."""
READERS = {
    "livelihood/kernel/parameters.py",
    # Takes a digest of the form as a whole.
    "livelihood/accounts/once.py",
    # Keeps the form as a whole while the second factor is proven.
    "livelihood/accounts/proof.py",
    # Gives a form that is shown again to the browser as a whole.
    "livelihood/web/templatetags/form_again.py",
    # Takes from the names of the fields which rows were sent.
    "livelihood/imports/views/reading.py",
    # Copies the whole query to draw an address from it.
    "livelihood/web/templatetags/lists.py",
    "livelihood/web/templatetags/web.py",
}
OF_SERVERS = {"REMOTE_ADDR", "HTTP_HOST", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH"}
"""Set by the server itself: Django refuses a wrong Host; queries and bodies are walked on their own, lengths by
`tests/web/test_bounds.py`."""


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


def test_no_page_reads_what_is_left_out_of_its_address():
    """What others append is gone before a view is asked, so a filter or a parameter of that name would never arrive."""
    read = {name for found in sets() for name in found.base_filters}
    for _name, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and any(getattr(one, "attr", "") == "GET" for one in node.args[:1]):
                read |= {one.value for one in node.args[1:] if isinstance(one, ast.Constant)}

    assert len(read) > 30
    assert {name for name in read if is_appended(str(name))} == set()
