"""What stands in the way of taking back a row of an import."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.resolving import Problem

GONE = Problem("", _("It is there no longer, or was merged into another."), "")
USED = Problem("", _("Something refers to it already."), _("End it by hand on the day that is right."))
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
