"""What stands in the way of taking back a row of an import."""

from collections.abc import Collection, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.sheets.handling import Written
from livelihood.kernel.sheets.resolving import Problem

GONE = Problem("", _("It is there no longer, or was merged into another."), "")
USED = Problem("", _("Something refers to it already."), _("End it by hand on the day that is right."))
ON_ITS_PAGE = _("End it on its page, which says what and asks why.")
AT_ONCE = 200
"""Rows that one statement changes: what it takes to read a statement grows faster than the statement."""


def free_of(used: Collection[int], above: Mapping[int, int | None]) -> set[int]:
    """Return the keys of rows that may go: nothing refers to them, nor to what lies below them.

    above: key of each row → key of the one above it, which need not be among them.
    """
    held: set[int] = set()
    for key in used:
        place: int | None = key
        while place is not None and place in above and place not in held:
            held.add(place)
            place = above[place]
    return above.keys() - held


def days_before(one: Written, row: Area | Organisation) -> tuple[date | None, date | None]:
    """Return the first and the last day that a row will have again."""
    old = {change.column: change.old for change in one.changes}
    return old.get("valid_from", row.valid_from), old.get("valid_until", row.valid_to)
