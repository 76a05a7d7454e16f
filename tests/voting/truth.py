"""docs/voting-rules.md as a table, and how acts are tried against it: everybody, by the act itself and by its rule."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.verdict import Verdict

PAGE = Path(settings.BASE_DIR) / "docs" / "voting-rules.md"
DEPUTIES = ("voted", "present", "absent")
DESK = frozenset(str(role) for role in Role if role not in (Role.DEPUTY, Role.CPPCC_MEMBER))
EVERYBODY = frozenset(map(str, Role)) | frozenset(DEPUTIES)
GROUPS = {"anybody": EVERYBODY, "desk": DESK, "nobody": frozenset[str]()}

Cell = tuple[str, str, str]
"""Act, who, state."""

Tried = tuple[str, str, bool, bool]
"""Act, who, whether its rule says yes, whether it is done."""


class Undone(Exception):
    """Takes back what an attempt has done."""


@dataclass(frozen=True)
class Act:
    """How an act is tried in a world as a person. before: what others must have done for it; refused, so is the act.

    without: people for whom it would be another act.
    """

    rule: Callable[[Any, User], Verdict]
    service: Callable[[Any, User], object] | None = None
    before: Callable[[Any], object] | None = None
    without: tuple[str, ...] = ()


def rows() -> list[list[str]]:
    """Return the rows of the page's tables: act, rule, who, state."""
    lines = re.findall(r"^\| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    table = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [row for row in table if row[0] != "act"]


def written(state: str) -> set[Cell]:
    cells: set[Cell] = set()
    for act, _rule, who, states in rows():
        if state in states.split(", "):
            people = frozenset().union(*(GROUPS.get(name, frozenset({name})) for name in who.split(", ")))
            cells |= {(act, person, state) for person in people}
    return cells


def attempts(acts: dict[str, Act], world: Any, people: dict[str, User]) -> list[Tried]:
    """Try every act as everybody. What others do before it is done once for all; everything is taken back."""
    tried: list[Tried] = []
    for name, act in acts.items():
        trying = people.keys() - act.without
        try:
            with transaction.atomic():
                if act.before:
                    act.before(world)
                found = _fresh(world)
                tried += [(name, who, *_attempt(act, found, people[who])) for who in trying]
                raise Undone
        except NotAllowed:  # of what comes before
            tried += [(name, who, False, False) for who in trying]
        except Undone:
            pass
    return tried


def _fresh(world: Any) -> Any:
    """Return a world that has not looked at anything yet: what it has seen holds until somebody acts."""
    return replace(world) if is_dataclass(world) and not isinstance(world, type) else world


def _attempt(act: Act, world: Any, user: User) -> tuple[bool, bool]:
    says = does = False
    with suppress(Undone, NotAllowed), transaction.atomic():
        verdict = act.rule(world, user)
        assert verdict or str(verdict.reason)
        says = does = bool(verdict)
        if act.service:
            does = False
            act.service(world, user)
            does = True
        raise Undone
    return says, does


def check(acts: dict[str, Act], world: Any, people: dict[str, User], state: str) -> None:
    """Compare what these people can do in a state with what is written of them."""
    tried = attempts(acts, world, people)

    assert [row[:2] for row in tried if row[2] != row[3]] == []  # the rule that a page asks says what the act does
    assert {(name, who, state) for name, who, _says, does in tried if does} == {
        cell for cell in written(state) if cell[0] in acts and cell[1] in people
    }
