"""Reads out of the source of a room's services which of them makes which move of its machines."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

Verb = str | int
"""A verb as it stands in the source, or the place of the argument that brings it."""


@dataclass(slots=True)
class Function:
    """A function of the services. verbs: (name of the table, verb) of the moves it makes, its helpers' included."""

    file: str
    node: ast.FunctionDef
    verbs: set[tuple[str, Verb]] = field(default_factory=set)

    @property
    def name(self) -> str:
        return self.in_its_file(self.node.name)

    def in_its_file(self, name: str) -> str:
        """Return the name under which this function's file knows another one; private ones may be named alike."""
        return f"{self.file}.{name}" if name.startswith("_") else name

    @property
    def arguments(self) -> list[str]:
        given = self.node.args
        return [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]

    def verb_of(self, node: ast.expr | None) -> Verb | None:
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.Name) and node.id in self.arguments:
            return self.arguments.index(node.id)
        return None

    def moves(self, functions: dict[str, "Function"]) -> Iterator[tuple[str, Verb]]:
        """Find the calls of `check_move`, and of helpers that were given the verb by this function."""
        for call in (node for node in ast.walk(self.node) if isinstance(node, ast.Call)):
            name = self.in_its_file(getattr(call.func, "attr", getattr(call.func, "id", "")))
            if name == "check_move":
                table, _state, verb = call.args
                if (found := self.verb_of(verb)) is not None:
                    yield ast.unparse(table), found
            elif name in functions:
                helper, named = functions[name], {keyword.arg: keyword.value for keyword in call.keywords}
                for machine, place in helper.verbs:
                    if isinstance(place, int):
                        argument = call.args[place] if place < len(call.args) else named.get(helper.arguments[place])
                        if (found := self.verb_of(argument)) is not None:
                            yield machine, found


def sources(module: str) -> dict[str, str]:
    """Return the name and the text of every file of a room's services."""
    path = Path(str(import_module(f"{module}.services").__file__))
    files = sorted(path.parent.glob("*.py")) if path.name == "__init__.py" else [path]
    return {file.stem: file.read_text() for file in files}


def made_by(texts: dict[str, str]) -> dict[tuple[str, str], list[str]]:
    """Return (name of the table, verb) → the functions that make this move, private ones behind their file's name.

    texts: of the files of a room's services, by name.
    """
    found = [
        Function(file, node)
        for file, text in texts.items()
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    ]
    functions = {function.name: function for function in found}
    assert len(functions) == len(found), "two functions of one name in the services of a room"
    while any(_learn(function, functions) for function in found):
        pass  # until nobody learns of another move through a helper
    made: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, function in sorted(functions.items()):
        for table, verb in function.verbs:
            if isinstance(verb, str):
                made[table, verb].append(name)
    return dict(made)


def _learn(function: Function, functions: dict[str, Function]) -> bool:
    known = len(function.verbs)
    function.verbs |= set(function.moves(functions))
    return len(function.verbs) > known
