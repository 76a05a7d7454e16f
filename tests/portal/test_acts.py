"""Every act of the journal is a member of its room's acts, is recorded somewhere, and has words in every language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from livelihood.audit import services
from livelihood.audit.acts import Act
from livelihood.portal.acts import ACTS, words
from projects.acts import ProjectAct
from projects.states import SITE_MOVES
from proposals.services.inquiries import ENDS
from proposals.services.screening import OF_DECISIONS

ROOMS = ("livelihood", "proposals", "voting", "projects")
KINDS = {kind.__name__: kind for kind in Act.__subclasses__() if kind.__module__.split(".")[0] in ROOMS}
MEMBERS = {act for kind in KINDS.values() for act in kind}
JOURNAL = Path(services.__file__)
BY_VERB: dict[str, set[Act]] = {
    "ProjectAct(f'site.{verb}')": {ProjectAct(f"site.{verb}") for _state, verb in SITE_MOVES if verb != "complete"},
    "OF_DECISIONS[decision]": {*OF_DECISIONS.values()},
    "ENDS[end]": {*ENDS.values()},
}
"""Acts named after the verb of a machine or a decision, by how the code writes them; a report completes a site."""


def recorded() -> Iterator[tuple[str, set[Act]]]:
    """Return where the code records something, and which acts that may be."""
    paths = {path for room in ROOMS for path in Path(settings.BASE_DIR, room).rglob("*.py")}
    for path in sorted(paths - {JOURNAL}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name("record" | "record_all" | "entry_of")
                    | ast.Attribute(ast.Name("audit" | "journal" | "services"), "record" | "entry_of"),
                    args=[act, *_],
                ):
                    yield f"{path}:{node.lineno}", acts_in(act)


def acts_in(expression: ast.expr) -> set[Act]:
    match expression:
        case ast.Attribute(value=ast.Name(id=kind), attr=member) if kind in KINDS:
            return {KINDS[kind][member]}
        case ast.IfExp(body=one, orelse=other):
            return acts_in(one) | acts_in(other)
        case _:
            return BY_VERB.get(ast.unparse(expression), set())


def test_what_is_recorded_is_an_act_by_name():
    unnamed = [place for place, acts in recorded() if not acts]

    assert unnamed == []


def test_every_act_is_recorded_somewhere_and_no_two_rooms_share_a_code():
    assert {act for _place, acts in recorded() for act in acts} == MEMBERS
    assert len(MEMBERS) == sum(len(kind) for kind in KINDS.values())


@pytest.mark.parametrize(("language", "is_chinese"), [("zh-hans", True), ("en", False)])
def test_every_act_has_words_of_its_own_in_each_language(language, is_chinese):
    assert set(ACTS) == MEMBERS
    with translation.override(language):
        found = [str(words(act)) for act in sorted(MEMBERS)]

    assert len(set(found)) == len(found)
    assert {any("\u4e00" <= one <= "\u9fff" for one in text) for text in found} == {is_chinese}


def test_an_act_that_nobody_knows_any_more_shows_its_code():
    assert words("letter.burnt") == "letter.burnt"
