"""What one example or test has done, the next must not find: values that were changed, names that grew longer."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from factory.django import DjangoModelFactory

from tests.factories import FIRST, RowFactory

TESTS = settings.BASE_DIR / "tests"
SHARING = {"sampled_from", "just"}
"""Strategies that give what they were given, not a new value for each draw."""

CHANGEABLE = (list, dict, set, bytearray)


def is_changeable(value: Any) -> bool:
    return isinstance(value, CHANGEABLE) or (isinstance(value, tuple) and any(map(is_changeable, value)))


def shared_by(tree: ast.AST, module: ModuleType) -> Iterator[str]:
    """Find strategies that hand out changeable values of the module; values made within a test are its own."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") not in SHARING or not node.args:
            continue
        try:
            given = eval(compile(ast.Expression(node.args[0]), "<argument>", "eval"), vars(module))  # noqa: S307 -- ours
        except (NameError, AttributeError):  # of the test: unknown here, or called like a fixture
            continue
        offered = [given] if node.func.attr == "just" else list(given)  # type: ignore[attr-defined]
        if any(map(is_changeable, offered)):
            yield f"{module.__name__}:{node.lineno}"


def test_every_row_of_a_run_is_named_as_long_as_the_first():
    for file in TESTS.glob("factories/[a-z]*.py"):
        import_module(f"tests.factories.{file.stem}")

    makers = [maker for maker in DjangoModelFactory.__subclasses__() if maker.__module__.startswith("tests.")]

    assert makers == [RowFactory]
    assert RowFactory._setup_next_sequence() == FIRST


def files() -> list[Path]:
    return [file for file in sorted(TESTS.rglob("*.py")) if any(f"st.{name}(" in file.read_text() for name in SHARING)]


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(TESTS)))
def test_no_strategy_hands_one_changeable_value_to_two_examples(file: Path):
    module = import_module(".".join(file.relative_to(settings.BASE_DIR).with_suffix("").parts))

    assert list(shared_by(ast.parse(file.read_text()), module)) == []


@pytest.mark.parametrize(
    ("strategy", "is_found"),
    [
        ("st.sampled_from(ODD)", True),
        ("st.sampled_from([1, [2]])", True),
        ("st.sampled_from([(1, {})])", True),
        ("st.just({})", True),
        ("st.sampled_from([1, 'a', (2, 3)])", False),
        ("st.sampled_from(drawn_before)", False),
        ("st.lists(st.sampled_from('ab'))", False),
    ],
)
def test_a_shared_value_would_be_found(strategy: str, is_found: bool):
    module = ModuleType("planted")
    module.ODD = [None, [1]]  # type: ignore[attr-defined]

    assert list(shared_by(ast.parse(strategy), module)) == (["planted:1"] if is_found else [])
