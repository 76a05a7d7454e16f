"""One place per idea: how forms are submitted and addresses of a year are built, and one class per name."""

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings

VIEWS = ("views.py", "/views/")
BUILDERS = {"livelihood/cycles/models.py"}
"""Where an address of a year is built; `Cycle.address` is the only one."""


LONGEST, LONGEST_OF_TESTS = 400, 500
"""Lines of a module; a longer one is split by noun."""


def sources() -> Iterator[tuple[str, str]]:
    """Yield name and text of every module but the migrations."""
    names = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True).stdout.split()
    for name in names:
        if "/migrations/" not in name and (settings.BASE_DIR / name).exists():
            yield name, (settings.BASE_DIR / name).read_text(encoding="utf-8")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield every module of the portal."""
    for name, text in sources():
        if not name.startswith("tests/"):
            yield name, ast.parse(text)


def test_no_module_is_too_long_to_be_read_at_once():
    lengths = {name: text.count("\n") for name, text in sources()}

    assert {
        name: lines
        for name, lines in lengths.items()
        if lines > (LONGEST_OF_TESTS if name.startswith("tests/") else LONGEST)
    } == {}
    assert len(lengths) > 400


def test_views_act_through_submit_alone():
    """No view catches a refusal itself, puts one into a form, or smuggles a result out of an act."""
    own_ways = []
    for name, tree in modules():
        if not any(part in name for part in VIEWS):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and "DomainError" in ast.unparse(node.type or ast.Constant("")):
                own_ways.append(f"{name}:{node.lineno} except")
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("refuse", "services.refuse")):
                own_ways.append(f"{name}:{node.lineno} refuse")
            elif isinstance(node, ast.Lambda) and ".append(" in ast.unparse(node.body):
                own_ways.append(f"{name}:{node.lineno} append")
            elif isinstance(node, ast.keyword) and node.arg == "status" and ".is_bound" in ast.unparse(node.value):
                own_ways.append(f"{name}:{node.lineno} status")

    assert own_ways == []


def test_addresses_of_a_year_are_built_in_one_place():
    """By `cycle.address(name, …)` in Python, `{% cycle_url name cycle … %}` in pages."""
    built = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("reverse", "redirect")):
                keys = {keyword.arg for keyword in node.keywords if keyword.arg}
                keys |= {part.rpartition(".")[2] for part in map(ast.unparse, node.args[1:])}
            else:
                continue
            values = ast.unparse(node)
            if {"area", "year"} <= keys | ({"area"} if "slug" in keys else set()) and ".slug" in values:
                built.append(f"{name}:{node.lineno}")

    assert {place.partition(":")[0] for place in built} == BUILDERS, built
    assert len(built) == 1


def test_no_class_stands_twice_under_one_name():
    """A name that means two things makes a reader look twice; Django itself asks for `Command`, again and again."""
    found = defaultdict(list)
    for name, tree in modules():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and "/management/commands/" not in name:
                found[node.name].append(name)

    assert {name: places for name, places in found.items() if len(places) > 1} == {}
    assert len(found) > 500
