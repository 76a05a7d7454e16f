"""What is wrong with the days of a row."""

from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.resolving import Problem
from livelihood.places.hanging import Hanging, named


def wrong_days(begins: date | None, ends: date | None) -> list[Problem]:
    """Say that something ends before it begins."""
    if begins and ends and ends < begins:
        return [Problem("valid_until", _("It ends before it begins."), _("Correct one of the two dates."))]
    return []


LEAVE_EMPTY = _("Leave the cell empty, and end it on its page, which says what and asks why.")


def hangs_on_it(hanging: Hanging, remedy: Text = LEAVE_EMPTY) -> Problem:
    """Say that something ends on which something hangs, and what: that is looked at on its page."""
    label, number = named(hanging)[0]
    problem = format_lazy(_("Something hangs on it: {what} ({number})."), what=label, number=number)
    return Problem("valid_until", problem, remedy)
