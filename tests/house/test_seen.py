"""A page by which something is written anew says what it had shown (ADR 43)."""

import pytest
from django.test import Client

from tests.house.addresses import TABLE, address
from tests.house.test_irrevocable import AGAIN, WAYS_BACK
from tests.house.world import World

OTHERWISE = {
    "imports:columns": "a file is decided on by whoever brought it",
    "imports:words": "as above",
    "imports:answers": "as above",
    "voting:card": "nothing is written over: a new card is printed, and the last one counts",
    "voting:cards": "as above",
    "voting:signed_sheet": "a scan is a row of its own, and what was brought before stays",
    "voting:papers": "two hands read the same stack, each without the other",
    "voting:paper_sheet": "as above",
    "projects:area_report": "a report is a row of its own, and what was reported before stays",
    "projects:desk_site": "as above",
}
"""What is sent anew and overturns nothing that somebody else has written."""

ALSO = ["accounts:person_edit", "imprint:setting"]
"""Pages that write anew and are something else besides: a factor is asked for again, or each version is kept."""


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*(name for name, ways in WAYS_BACK.items() if ways == AGAIN), *ALSO])
def test_what_is_written_anew_says_what_was_seen(name: str, world: World, visitors: dict[str, Client]):
    pages = [visitors[role].get(address(world, name)).content.decode() for role in sorted(TABLE[name].who or ())]

    assert any('name="seen"' in page for page in pages) != (name in OTHERWISE)
