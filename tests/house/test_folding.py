"""There is one folding of names, and one place where Unicode is composed."""

import re
from itertools import cycle, islice
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.test import Client

from tests.house.addresses import TABLE, address
from tests.house.test_hostile import DONE, Kind, form_of, kind_of, let_in
from tests.house.walking import Walker
from tests.house.world import World

HOME = "livelihood/kernel/folding.py"
OWN_WAYS = re.compile(r"unicodedata|casefold\(|NFK?[CD]\b|__iexact|\bLower\(|\bUpper\(|normalize_username")
ALLOWED = {
    "livelihood/kernel/exports.py": {"casefold("},  # names of sheets, compared as Excel does
    "proposals/substance.py": {"casefold("},  # of whole texts, longer than names are
    "livelihood/kernel/text.py": {"NFC"},  # the form of stored texts, made by `normalised`
    "livelihood/kernel/sheets/cells.py": {"NFC"},
    "livelihood/kernel/sheets/codes.py": {"NFKC"},  # the form of keys that offices make, made by `normalised`
    "livelihood/kernel/sheets/persons.py": {"NFKC"},  # of telephone numbers, as well
}


def sources() -> list[Path]:
    rooms = ("livelihood", "proposals", "voting", "projects")
    return [
        path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py") if "migrations" not in path.parts
    ]


EMPTY_OTHERWISE = re.compile(r"(?:not|if|and|or) [\w.]+\.strip\(\)|\.strip\(\)(?=\]|\)| (?:and|or|if|else|for)\b|:)")
MEANT = {
    "livelihood/settings/env.py", "livelihood/web/deadline.py", "livelihood/portal/messages.py", "voting/pabulib.py",
}  # fmt: skip
"""What an administrator, a catalogue or a file of elections says; nobody types it."""


def test_nobody_takes_spaces_alone_for_what_is_not_seen():
    """Whether something typed is empty, `fold` says, and `clean_text` what of it is kept."""
    found = {
        name: used
        for path in sources()
        if not (name := str(path.relative_to(settings.BASE_DIR))).startswith(("livelihood/kernel/", "livelihood/demo/"))
        and name not in MEANT
        and (used := EMPTY_OTHERWISE.findall(path.read_text()))
    }

    assert found == {}


def test_nobody_folds_in_a_way_of_their_own():
    found = {
        name: used
        for path in sources()
        if (name := str(path.relative_to(settings.BASE_DIR))) != HOME
        and (used := set(OWN_WAYS.findall(path.read_text())) - ALLOWED.get(name, set()))
    }

    assert found == {}


@pytest.mark.parametrize("code", ["unicodedata.normalize('NFC', x)", "x.casefold()", "q(name__iexact=x)"])
def test_the_rule_finds_what_it_is_for(code):
    assert OWN_WAYS.search(code)


NOTHING = [
    "\u3164" * 8,
    "\u200d" * 8,
    "\u2800" * 8,
    "\ufe0f" * 8,
    "\u00ad" * 8,
    "\u3000\u00a0\u2003 " * 2,
    "\U000e0041" * 8,
]
"""Fillers, joiners, the empty pattern of Braille, selectors, soft hyphens, spaces, tags: none is seen."""


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_no_form_takes_a_text_of_which_nothing_is_seen(name: str, world: World, visitors: dict[str, Client]):
    """Whoever it takes them from as they were meant: what must be filled in is refused, by form or service.

    Forms that send the same fields are one form, beside each row and for everybody: once it was taken, it is judged.
    A field that is not cleaned as all are takes at least six of the texts, so each is given two, by turns.
    """
    row, url, walker = TABLE[name], address(world, name), Walker()
    taken: list[tuple[str, str]] = []
    judged: set[Kind] = set()
    by_turns = cycle(NOTHING)
    for _first in range(list(TABLE).index(name) % len(NOTHING)):
        next(by_turns)

    for role in let_in(row):
        for sent, known in form_of(visitors[role], row, url):
            texts = [
                each
                for each in sent
                if isinstance(field := known.get(each), forms.CharField)
                and field.required
                and not field.widget.is_hidden
            ]
            kind = kind_of(sent)
            if texts and kind not in judged and walker.send(visitors[role], "POST", url, sent).status_code in DONE:
                judged.add(kind)
                taken += [
                    (each, ascii(text))
                    for each in texts
                    for text in islice(by_turns, 2)
                    if walker.send(visitors[role], "POST", url, sent | {each: text}).status_code in DONE
                ]

    assert (taken, walker.failures) == ([], [])
