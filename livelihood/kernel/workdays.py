"""Which days are worked, and how far so many of them reach.

Holidays and make-up days are set by the State Council year by year, most often in November for the next one. What a
library knows of them ends with a year (KNOWN_UNTIL): of later ones only weekends are known, until somebody enters days.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from chinese_calendar.constants import holidays, workdays

Days = Mapping[date, bool]
"""Day → whether it is worked there, where that is otherwise than the calendar says."""

KNOWN_UNTIL = date(max(holidays).year, 12, 31)
"""The last day of which holidays are known."""

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_workday(day: date, special: Days) -> bool:
    """Say whether a day is worked."""
    if (entered := special.get(day)) is not None:
        return entered
    return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)


def after(start: date, days: int, special: Days, *, without: Collection[date] = ()) -> date:
    """Return the last of so many working days; the day on which they begin is not one of them.

    without: days on which the clock stands still.
    Source: 民法典, article 201.
    """
    day = start
    while days:
        day += _DAY
        days -= is_workday(day, special) and day not in without
    return day
