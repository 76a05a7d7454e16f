"""The glossary speaks of what is there, and has the words by which the documents call the parts of the portal."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [row.strip("| ").split(" | ") for row in GLOSSARY.splitlines() if row.startswith("| ") and "---" not in row]
OF_THE_PORTAL = ["house", "room", "layer", "ground", "roof", "guard", "desk", "booth", "hall", "thread", "door"]
GONE = re.compile(r"\bdrawers?\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Return the classes of the application, and their members as Class.member."""
    found = set()
    for room in ("livelihood", "proposals", "voting", "projects"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    members = {name.id for row in node.body for name in ast.walk(row) if isinstance(name, ast.Name)}
                    found |= {node.name, *(f"{node.name}.{member}" for member in members)}
    return found


def test_every_name_in_the_glossary_is_a_class_or_a_member_of_one(names):
    listed = [name for row in ROWS for name in re.findall(r"\(`([\w.]+)`\)", row[0])]

    assert len(listed) > 30
    assert [name for name in listed if name not in names] == []


def test_no_term_is_explained_twice():
    terms = [re.sub(r" \(`.*", "", row[0]) for row in ROWS if row[0] != "English"]

    assert sorted(term for term in set(terms) if terms.count(term) > 1) == []


def test_the_words_for_the_parts_of_the_portal_are_explained():
    terms = {row[0] for row in ROWS}

    assert [word for word in OF_THE_PORTAL if word not in terms] == []


SAID_OTHERWISE = {"票决阶段": "审议决定", "开设": "开启年度", "开启、关闭": "开始、结束"}
"""What was said for the same thing beside the word that the glossary has."""

PUT_OUT = re.compile(
    "公布(公开信|动态|通知|公告|更正)|(公开信|动态|通知|公告|更正)[^，。；：]*公布|发布[^，。；：或]*(结果|清单|名单|票数|数据)"
)
"""A document is put out (发布), what was decided or counted is made known (公布); never the other way round."""


def test_the_pages_say_each_thing_in_one_word():
    entries = polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    texts = {text: entry.msgid for entry in entries for text in (entry.msgstr, *entry.msgstr_plural.values())}
    manuals = {path.read_text(encoding="utf-8"): path.name for path in (ROOT / "docs" / "manuals").glob("*.md")}
    twice = {where: word for text, where in (texts | manuals).items() for word in SAID_OTHERWISE if word in text}
    accepted = [msgid for text, msgid in texts.items() if re.search("accepted suggestion", msgid) and "采纳" in text]

    assert len(texts) > 1000
    assert (twice, accepted) == ({}, [])
    assert [text for text in (texts | manuals) if PUT_OUT.search(text)] == []
    assert [text for text in [*texts, *texts.values()] if text.endswith("…")] == []


def test_a_word_that_was_given_up_stands_nowhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "pyproject.toml", *(ROOT / "docs").rglob("*.md")]

    assert [path.name for path in pages if GONE.search(path.read_text(encoding="utf-8"))] == []
