"""Every page that shows the journal says it in the reader's words: no code, no key, no value as Python writes it."""

import ast
import re
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import DateField
from django.test import Client
from django.utils import translation

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.portal.journals import journal_rows
from tests.house.addresses import TABLE, address
from tests.house.world import YEARS, World

pytestmark = pytest.mark.django_db

ROOMS = ("livelihood", "proposals", "voting", "projects")
PAGES = sorted(name for name in TABLE if re.search("journal|history", name))
DIGEST = re.compile(r"\b[0-9a-f]{8,64}\b")
LATIN = re.compile(r"[A-Za-z]{2,}|[a-z]+[._:][a-z_0-9]+|\[\(|[{}'\"]")
KNOWN = {"SHA", "PDF", "Excel", "CSV", "xlsx"}


def foreign(text: str) -> list[str]:
    """Return what is no Chinese in what the journal says, but digests and names of formats."""
    return [found for found in LATIN.findall(DIGEST.sub("", text)) if found not in KNOWN]


def said(row: Any) -> str:
    return " · ".join([str(row.words), row.called, *(f"{fact.label} {fact.value}" for fact in row.facts)])


def test_the_pages_of_the_journal_are_known():
    assert PAGES == [
        "places:area_history",
        "places:organisation_history",
        "portal:area_journal",
        "portal:journal",
        "portal:person_journal",
    ]


def test_every_page_of_the_journal_is_in_the_words_of_its_reader(world: World, visitors: dict[str, Client]):
    client = visitors[Role.ADMINISTRATOR]
    paths = {address(world, name) for name in PAGES}
    paths |= {f"/desk/{world.area.slug}/{year}/journal/" for year, _phase, _mode in YEARS.values()}
    rows, wrong = 0, []

    for path in sorted(paths):
        for cell in re.findall(r"<td[^>]*>.*?</td>", (client.get(path).content.decode()), re.DOTALL):
            if 'data-label="经办' not in cell and 'data-label="操作人' not in cell:
                rows += 1
                text = re.sub(r"<[^>]*>", " ", cell)
                wrong += [f"{path}: {' '.join(text.split())}"] if foreign(text) else []

    assert wrong == []
    assert rows > 100


def test_whatever_was_done_in_the_world_was_done_to_what_has_a_name(world: World):
    """A row that is there is called by what a reader knows of it, and never by its key."""
    with translation.override("zh-hans"):
        called = {row.called for row in journal_rows(list(Entry.objects.all()))}

    assert len(called) > 20
    assert [name for name in called if re.search(r"(^| )\d+$", name)] == []


def test_whatever_was_done_in_the_world_is_said_in_words(world: World):
    with translation.override("zh-hans"):
        wrong = [line for row in journal_rows(list(Entry.objects.all())) if foreign(line := said(row))]

    assert wrong == []


@pytest.mark.parametrize(
    "text",
    ["user.code_used", "单位 cycles.organisation:15", "[('new', '{}')]", "kind 单位", "role department", "{'a': 1}"],
)
def test_a_planted_code_is_found(text: str):
    assert foreign(text) != []


def _may_be_none(annotation: ast.expr | None) -> bool:
    return annotation is not None and "None" in ast.unparse(annotation)


def test_no_act_notes_the_word_none_for_what_is_not_there():
    """`str(day)` of a day that may be none is the word None, in every language; a fact that is none is left out."""
    empty = {
        field.name for model in apps.get_models() for field in model._meta.concrete_fields
        if field.null and isinstance(field, DateField)
    }  # fmt: skip
    wrong = []
    for file in sorted(path for room in ROOMS for path in (settings.BASE_DIR / room).rglob("services/**/*.py")):
        for function in ast.walk(ast.parse(file.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            arguments = [*function.args.args, *function.args.kwonlyargs]
            names = {one.arg for one in arguments if _may_be_none(one.annotation)}
            calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
            noted = [call for call in calls if ast.unparse(call.func).rpartition(".")[2] in {"record", "entry_of"}]
            for value in (keyword.value for call in noted for keyword in call.keywords):
                if isinstance(value, ast.Call) and ast.unparse(value.func) == "str":
                    (what,) = value.args
                    is_empty = isinstance(what, ast.Attribute) and what.attr in empty
                    if is_empty or ast.unparse(what) in names:
                        wrong.append(f"{file.name}: {function.name}: {ast.unparse(value)}")

    assert wrong == []


def test_digests_and_formats_are_let_pass():
    assert foreign(f"SHA-256 校验值 {'a1' * 32} PDF：{'0f' * 32}") == []
