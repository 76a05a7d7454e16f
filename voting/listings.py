"""The roll of a round, as a file that its sheet reads again: as much as the sheet holds, and nobody's telephone."""

from typing import Any

from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.exports import Field
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare
from livelihood.kernel.sheets.cells import YesNo
from livelihood.web.decorators import found
from voting import rules, selectors
from voting.filters import RollFilter
from voting.importers import ROLL

HEADINGS = {column.name: column.heading for column in ROLL.columns}


def _roll(asked: Asked) -> Any:
    """Return the lines of the round that the address names, as its page shows them."""
    round_ = found(selectors.round_at(asked.place, parameters.whole(asked.request.GET, "round") or 0))
    lines = selectors.roll_of(round_).select_related("deputy")
    return RollFilter.on_page(asked.request, lines, *OF_FILES, "round").qs


def _fields(_cycle: Cycle) -> list[Field]:
    return [
        Field(HEADINGS["number"], lambda row: row.number),
        Field(HEADINGS["username"], lambda row: row.deputy.username),
        Field(HEADINGS["name"], lambda row: row.name),
        Field(HEADINGS["delegation"], lambda row: row.delegation),
        Field(HEADINGS["may_vote_remotely"], lambda row: YesNo.YES.label if row.may_vote_remotely else YesNo.NO.label),
    ]


declare(
    Listing(
        "roll",
        ROLL.label,
        page="voting:roll",
        chosen=_roll,
        fields=_fields,
        may_read=rules.may_read_roll,
    )
)
