"""What of a row of sites is possible and yet looks like a slip or needs a reason: dates, points beside the area."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from math import cos, hypot, radians

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area
from livelihood.kernel.sheets.handling import KEEP, SAID, RowQuestion
from livelihood.kernel.sheets.points import in_china
from projects.importers import SiteRow
from projects.selectors.lookups import Lookups

KM_A_DEGREE = 111.2
AT_ONE_PLACE = 0.5
"""Kilometres; what lies nearer may be one site, entered twice."""

REACH = 110.0
"""Kilometres from the middle of a county; few reach further, all of them in the west."""

NEAR = 30.0
"""Kilometres from the middle of its area; no nearer point is looked at."""

CLEARLY = 2.5
"""A point lies outside when it is so many times nearer to a county outside."""

MOVED = "moved"
"""The question why a site is to be done later than the list says."""

POINT = frozenset({"longitude", "latitude", "area_id"})
Place = tuple[float, float]


class Doubts:
    """Asks about rows of one year."""

    def __init__(self, lookups: Lookups) -> None:
        self.lookups = lookups
        self.years = {lookups.first_day.year, lookups.last_day.year}
        self.middles: dict[int, Place | None] = {}

    def of(self, row: SiteRow, columns: AbstractSet[str]) -> Iterator[RowQuestion]:
        """Yield what is to be asked about a row. columns: that are new or changed."""
        if "due_on" in columns and row.due_on.year not in self.years:
            problem = format_lazy(_("The date {day} lies outside the year of this list."), day=row.due_on.isoformat())
            yield RowQuestion("year", problem, "due_on")
        if row.longitude is not None and row.latitude is not None and not columns.isdisjoint(POINT):
            far = self._is_far(row.area_id, (float(row.longitude), float(row.latitude)))
            if far is not None and in_china(row.longitude, row.latitude):  # else the reading asks already
                problem = format_lazy(
                    _("The point lies {distance} km from {area}, and outside of the area of this year as it seems."),
                    distance=round(far),
                    area=self.lookups.areas_by_key[row.area_id].name_zh,
                )
                yield RowQuestion("place", problem, "longitude")

    def _is_far(self, area_id: int, point: Place) -> float | None:
        """Return how far a point lies from its area, where that is outside of the area of the year; None where not."""
        if area_id not in self.middles:
            self.middles[area_id] = _middle(self.lookups.areas_by_key[area_id])
        middle = self.middles[area_id]
        distance = kilometres(point, middle) if middle else 0.0
        if distance <= NEAR:
            return None
        inside, outside = self.lookups.counties
        here = min((kilometres(point, one) for one in inside), default=distance)
        there = min((kilometres(point, one) for one in outside), default=here)
        return distance if here > REACH or there * CLEARLY < here else None


def moved(old: date, new: date) -> RowQuestion:
    """Ask why a date that stands on the list moves to a later one."""
    problem = format_lazy(
        _("The date of this site moves from {old} to {new}, which is later. Which decision or reason moves it?"),
        old=old.isoformat(),
        new=new.isoformat(),
    )
    answers = {SAID: _("For this decision or reason:"), KEEP: _("Keep the date that is there")}
    return RowQuestion(MOVED, problem, "due_on", answers)


def _middle(area: Area) -> Place | None:
    return (float(area.longitude), float(area.latitude)) if area.longitude and area.latitude else None


def are_near(one: tuple[Decimal | None, Decimal | None], other: tuple[Decimal | None, Decimal | None]) -> bool:
    """Say whether two points may be one place; one that is not known may be anywhere."""
    if one[0] is None or one[1] is None or other[0] is None or other[1] is None:
        return True
    distance = kilometres((float(one[0]), float(one[1])), (float(other[0]), float(other[1])))
    return distance <= AT_ONE_PLACE


def kilometres(one: Place, other: Place) -> float:
    """Return about how far two points lie apart, near enough for what lies in one province."""
    return hypot((one[0] - other[0]) * cos(radians(one[1])), one[1] - other[1]) * KM_A_DEGREE
