"""There is one folding of names, and one place where Unicode is composed."""

import re
from pathlib import Path

import pytest
from django.conf import settings

HOME = "livelihood/kernel/folding.py"
OWN_WAYS = re.compile(r"unicodedata|casefold\(|NFK?[CD]\b|__iexact|\bLower\(|\bUpper\(|normalize_username")
ALLOWED = {
    "livelihood/kernel/exports.py": {"casefold("},  # names of sheets, compared as Excel does
    "livelihood/kernel/text.py": {"NFC"},  # the form of stored texts, made by `normalised`
    "livelihood/kernel/cells.py": {"NFC"},
}


def sources() -> list[Path]:
    rooms = ("livelihood", "proposals", "voting", "projects")
    return [
        path for room in rooms for path in (settings.BASE_DIR / room).rglob("*.py") if "migrations" not in path.parts
    ]


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
