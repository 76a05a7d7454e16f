"""What is wrong with the days of a row."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.resolving import Problem


def wrong_days(begins: date | None, ends: date | None) -> list[Problem]:
    """Say that something ends before it begins."""
    if begins and ends and ends < begins:
        return [Problem("valid_until", _("It ends before it begins."), _("Correct one of the two dates."))]
    return []
