"""What is written in the house goes by name: no row without a query, no loose bags, no SQL without its reason."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import JSONField

ROOMS = ("livelihood", "proposals", "voting", "projects")
BASE = Path(settings.BASE_DIR)
SOURCES = sorted(path for room in ROOMS for path in (BASE / room).rglob("*.py") if "migrations" not in path.parts)
MODELS = {model.__name__ for model in apps.get_models() if model.__module__.split(".")[0] in ROOMS}


@cache
def trees() -> dict[str, ast.Module]:
    """Return every file of ours, parsed: by the first test that asks, and not by every process that only collects."""
    return {str(path.relative_to(BASE)): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


@cache
def dataclasses() -> set[str]:
    return {
        node.name
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(one) for one in node.decorator_list)
    }


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Return every call with the name of what is called, without its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func).rsplit(".", 1)[-1]


def rows_by_key(tree: ast.AST) -> list[int]:
    """Return the lines in which a model is made of a key alone, as if it had been read."""
    return [
        call.lineno
        for call, name in calls(tree)
        if name in MODELS and [keyword.arg for keyword in call.keywords] in (["pk"], ["id"]) and not call.args
    ]


def dataclasses_by_position(tree: ast.AST) -> list[int]:
    """Return the lines in which a dataclass takes a row as it comes, so that a column moved would be a value wrong."""
    found = []
    for call, name in calls(tree):
        taken = call.args[0] if name in {"starmap", "zip"} and call.args else None
        takes = {ast.unparse(taken).removesuffix(".__slots__")} if taken else {name}
        if takes & dataclasses() and (taken or any(isinstance(one, ast.Starred) for one in call.args)):
            found.append(call.lineno)
    return found


def bags_within_bags(tree: ast.AST) -> list[int]:
    """Return the lines with a type such as `list[dict[str, Any]]`: what is in it has no name.

    A function may be handed over whatever it returns, and rows of the ORM are mappings until they are given a shape.
    """
    return sorted(
        {
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Subscript)
            and ast.unparse(node.value) != "Callable"
            and "dict[str, Any]" in ast.unparse(node.slice)
        }
    )


def bare_sql(tree: ast.Module, lines: list[str]) -> list[int]:
    """Return the lines that send SQL without a comment, there or at its text, which says why not by the ORM."""
    above = {
        node.targets[0].id: _comment_above(lines, node.lineno)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    found = []
    for block in tree.body:
        for call, name in calls(block):
            names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
            said = [line for line in lines[block.lineno - 1 : call.lineno] if line.strip().startswith("#")]
            said += [above.get(one, "") for one in names]
            if _sends_sql(call, name) and not any("ORM" in one for one in said):
                found.append(call.lineno)
    return found


def _sends_sql(call: ast.Call, name: str) -> bool:
    if name in {"RawSQL", "raw", "extra", "copy_expert", "executemany"}:
        return True
    return name == "execute" and not ast.unparse(call.func).startswith(("jobs.", "pipeline.", "super()."))


def _comment_above(lines: list[str], number: int) -> str:
    """Return the comment that stands directly above a line."""
    said = []
    for line in reversed(lines[: number - 1]):
        if not line.startswith("#"):
            break
        said.append(line)
    return " ".join(reversed(said))


FINDERS = {"rows": rows_by_key, "dataclasses": dataclasses_by_position, "bags": bags_within_bags}


@pytest.mark.parametrize("finder", FINDERS.values(), ids=FINDERS)
def test_nothing_goes_without_its_name(finder):
    found = [f"{file}:{line}" for file, tree in trees().items() for line in finder(tree)]

    assert found == []


def test_every_sql_says_why_it_is_not_left_to_the_orm():
    texts = {file: (BASE / file).read_text(encoding="utf-8").split("\n") for file in trees()}
    found = [f"{file}:{line}" for file, tree in trees().items() for line in bare_sql(tree, texts[file])]

    assert found == []


def test_what_is_kept_as_json_is_read_through_its_type():
    """`told` reads it strictly; the API alone hands it out as it is kept, since the digest is made of that."""
    kept = {
        field.name
        for model in apps.get_app_config("reports").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, JSONField)
    }
    found = [
        f"{file}:{node.lineno}"
        for file, tree in trees().items()
        if file.startswith("projects/reports/") and not file.endswith(("/models.py", "/serializers.py"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in kept
    ]

    assert kept == {"content", "figures"}
    assert found == []


@pytest.mark.parametrize(
    ("kind", "planted"),
    [
        ("rows", "cast(Round(pk=3))"),
        ("rows", "models.Site(id=pk)"),
        ("dataclasses", "[SiteCopy(*row) for row in rows.values_list('pk')]"),
        ("dataclasses", "list(starmap(SiteCopy, rows))"),
        ("dataclasses", "dict(zip(SiteCopy.__slots__, row))"),
        ("bags", "def rows() -> list[dict[str, Any]]: ..."),
        ("bags", "rows: Mapping[int, Sequence[dict[str, Any]]] = {}"),
    ],
)
def test_a_planted_one_is_found(kind, planted):
    assert FINDERS[kind](ast.parse(planted)) == [1]


@pytest.mark.parametrize(
    "planted",
    [
        "def f():\n    cursor.execute('SELECT 1')",
        "ALL = 'SELECT 1'\ndef f():\n    # All of them.\n    cursor.execute(ALL)",
        "# Not by the ORM: elsewhere.\nOTHER = 1\ndef f():\n    Site.objects.raw('SELECT 1')",
    ],
)
def test_planted_sql_without_a_reason_is_found(planted):
    assert bare_sql(ast.parse(planted), planted.split("\n")) == [planted.count("\n") + 1]


def test_sql_with_its_reason_is_let_pass():
    at_text = (
        "# Not by the ORM: it has no FULL JOIN.\n# Nothing else.\nALL = 'SELECT 1'\ndef f():\n    cursor.execute(ALL)"
    )
    at_call = "def f():\n    # Not by the ORM: it has no FOR SHARE.\n    cursor.execute('SELECT 1')"

    assert [bare_sql(ast.parse(text), text.split("\n")) for text in (at_text, at_call)] == [[], []]


def test_every_module_says_in_a_line_of_its_own_what_it_is():
    """Whoever opens a file judges by its first line whether to read on, so it names its matter and not its place."""
    bare = {"__init__", "apps", "wsgi"}
    first = {
        file: (ast.get_docstring(tree) or "").split("\n")[0]
        for file, tree in trees().items()
        if Path(file).stem not in bare and tree.body
    }
    said = Counter(first.values())

    assert [file for file, line in first.items() if not line.endswith((".", ":")) or said[line] > 1] == []
    assert [file for file, line in first.items() if "this room" in line or "stage " in line] == []
