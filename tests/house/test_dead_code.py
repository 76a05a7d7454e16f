"""What nothing uses goes: functions, classes, templates, components, tags.

What only tests use is used by nobody, and so is what only the style guide shows.
"""

import ast
import re
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from django.conf import settings
from vulture import Vulture

from livelihood.web.templatetags import web

ROOT = Path(settings.BASE_DIR)
ROOMS = ("livelihood", "proposals", "voting", "projects")
TEMPLATES = ROOT / "templates"
STYLEGUIDE = TEMPLATES / "styleguide.html"

KEPT = {
    "livelihood.demo.facts.vote_counts": "published counts, which tests/voting/test_sessions.py counts again",
}
"""What stays although nothing in the application uses it, and why."""

KINDS = {"function", "class", "method", "property", "import"}
CALLED_BY_NAME = [
    *("Command", "add_arguments", "handle", "*Config", "ready", "Meta", "Migration", "*Middleware"),  # Django
    *("SessionStore", "_get_session_from_db"),  # sessions
    *("database_forwards", "database_backwards", "state_forwards", "describe", "deconstruct"),  # migrations
    *(
        "as_sql",
        "db_type",
        "create_sql",
        "db_check",
        "from_db_value",
        "contribute_to_class",
        "formfield",
        "pre_save",
        "to_python",
        "to_url",
    ),  # fields, routes
    *(
        "clean_*",
        "_post_clean",
        "has_changed",
        "bound_data",
        "prepare_value",
        "value_from_datadict",
        "format_value",
        "label_from_instance",
    ),
    *("get_*", "process_*", "to_representation", "filter_queryset", "default"),  # views, REST framework, JSON
    *("visit_*", "validateLink", "unused_*", "__*__"),  # ast, Markdown, arguments, Python
    "redirect_request",  # urllib
]
"""Called by a library by the name alone."""

READ_BY_NAME = {
    "__all__",
    "urlpatterns",
    "app_name",
    "handler400",
    "handler403",
    "handler404",
    "handler500",
    "MACHINES",
    "OF_DJANGO",
}
"""Constants that Python, Django and `state_diagrams` read by the name alone, and texts that `messages` reads."""

REGISTERED = ["@register.*", "@shared_task*", "@*.connect", "@app.*", "@*.register", "@*.register_*"]
"""Decorators that hand a function to whoever calls it."""


@cache
def modules() -> dict[str, ast.Module]:
    """Return the modules of the application by name; migrations are steps of the past."""
    paths = (path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): tree
        for path, tree in trees.items()
    }


@cache
def words_outside_the_code() -> frozenset[str]:
    """Return the names that stand in templates, and those that strings of the code give to whoever looks them up.

    Such a string is a name and nothing else, or a path with dots: `method="keep_overdue"`, settings, `getattr`.
    """
    words = {word for page in TEMPLATES.rglob("*.*") for word in re.findall(r"\w+", page.read_text(encoding="utf-8"))}
    for tree in modules().values():
        exported = {id(name) for row in ast.walk(tree) if _is_all(row) for name in ast.walk(row)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in exported:
                continue
            if re.fullmatch(r"[\w.]+", node.value):
                words.add(node.value.rpartition(".")[2])
    return frozenset(words)


def _is_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


@dataclass(frozen=True)
class Uses:
    """What a module names. taken: pairs of the module that it takes a name from, and the name."""

    names: set[str]
    attributes: set[str]
    imports: set[str]
    taken: set[tuple[str, str]]


@cache
def uses() -> dict[str, Uses]:
    """Return what each module names."""
    found = {}
    for module, tree in modules().items():
        nodes = list(ast.walk(tree))
        taken = {(str(node.module), a.name) for node in nodes if isinstance(node, ast.ImportFrom) for a in node.names}
        found[module] = Uses(
            names={node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)},
            attributes={node.attr for node in nodes if isinstance(node, ast.Attribute)},
            imports={alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
            | {module for module, _name in taken}
            | {f"{module}.{name}" for module, name in taken},
            taken=taken,
        )
    return found


def is_used(module: str, name: str) -> bool:
    """Say whether a name is used where it is defined, or by a module that takes it from there, at whatever remove.

    Another thing of the same name elsewhere does not count.
    """
    homes, waiting = {module}, [module]
    while waiting:
        home = waiting.pop()
        found = {user for user, its in uses().items() if (home, name) in its.taken} - homes
        homes |= found
        waiting += found
    return any(name in uses()[home].names for home in homes) or any(
        name in its.attributes and its.imports & homes for its in uses().values()
    )


def test_everything_in_the_code_is_used_by_the_code():
    look = Vulture(ignore_names=CALLED_BY_NAME, ignore_decorators=REGISTERED)
    look.scavenge([str(ROOT / room) for room in ROOMS])

    unused = [
        f"{Path(item.filename).relative_to(ROOT)}:{item.first_lineno} {item.typ} {item.name}"
        for item in look.get_unused_code(min_confidence=60)
        if item.typ in KINDS and item.name not in words_outside_the_code() | {name.rpartition(".")[2] for name in KEPT}
    ]

    assert not unused, "\n".join(unused)


def test_every_function_class_and_constant_is_named_by_its_own_module_or_another():
    migrations = "".join(path.read_text() for room in ROOMS for path in (ROOT / room).rglob("migrations/*.py"))
    elsewhere = words_outside_the_code() | set(re.findall(r"\w+", migrations))
    constants = {
        (module, name.id)
        for module, tree in modules().items()
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and not module.startswith("livelihood.settings.")
        for name in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(name, ast.Name) and name.id not in READ_BY_NAME
    }
    defined = constants | {
        (module, node.name)
        for module, tree in modules().items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not any(fnmatch(f"@{ast.unparse(by)}", known) for by in node.decorator_list for known in REGISTERED)
        and not any(fnmatch(node.name, known) for known in CALLED_BY_NAME)
    }

    unused = {f"{module}.{name}" for module, name in defined if name not in elsewhere and not is_used(module, name)}

    assert unused == set(KEPT)


def test_every_template_is_reached_from_a_page():
    """The style guide shows components; one that it alone shows is used by nobody."""
    strings = {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    everything = {str(path.relative_to(TEMPLATES)): path for path in TEMPLATES.rglob("*.*")}
    by_name = {"403.html", "404.html", "500.html"}
    waiting = [name for name in everything if name in strings | by_name and everything[name] != STYLEGUIDE]
    reached = set(waiting)
    while waiting:
        source = everything[waiting.pop()].read_text(encoding="utf-8")
        found = set(re.findall(r'"([\w/]+\.\w+)"', source)) & everything.keys() - reached
        reached |= found
        waiting += found

    assert everything.keys() - reached == {STYLEGUIDE.name}


def test_every_tag_and_filter_is_used_by_a_page():
    pages = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.*") if path != STYLEGUIDE)
    library = web.register
    uses = re.findall(r"{%-?\s*(\w+)", pages) + re.findall(r"\|(\w+)", pages)

    assert (library.tags.keys() | library.filters.keys()) - set(uses) == set()
