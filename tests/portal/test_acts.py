"""Every act that is journaled anywhere has its words."""

import re
from pathlib import Path

from django.conf import settings

from livelihood.portal.acts import ACTS
from projects.states import SITE_MOVES
from proposals.states import Decision

RECORDED = re.compile(r"""\b(?:record|entry_of)\(\s*f?"([a-z_]+\.[a-z_{}]+)\"""")
VERBS = {
    "site.{verb}": {f"site.{verb}" for _state, verb in SITE_MOVES},
    "suggestion.{decision}": {f"suggestion.{decision}" for decision in Decision.values},
}


def recorded() -> set[str]:
    """Return the acts that the code records."""
    rooms = (Path(settings.BASE_DIR, room) for room in ("livelihood", "proposals", "voting", "projects"))
    sources = (path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py"))
    found = {act for source in sources for act in RECORDED.findall(source)}
    return {act for code in found for act in VERBS.get(code, {code})}


def test_every_act_of_the_journal_has_words_and_no_words_are_left_over():
    acts = recorded()

    assert acts - set(ACTS) == set()
    assert set(ACTS) - acts == set()
    assert len(set(map(str, ACTS.values()))) == len(ACTS)
