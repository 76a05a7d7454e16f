"""Filters over the lists, and the one place where the light of a site is computed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from projects.states import CountedBy, Light, LightReason, SiteState

if TYPE_CHECKING:
    from projects.models import Indicator, IndicatorFigure, LightRule, Notice, Project, Site  # noqa: F401 -- parameters of the querysets

SEEN_BY = (Permission.READ_DESK,)


class ProjectQuerySet(models.QuerySet["Project"]):
    """Projects."""

    def for_cycle(self, cycle: Cycle) -> Self:
        """Keep one year's list."""
        return self.filter(cycle=cycle)


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Indicators."""

    def for_cycle(self, cycle: Cycle) -> Self:
        """Keep one year's indicators."""
        return self.filter(project__cycle=cycle)


class LightRow(NamedTuple):
    """One line of the table of lights: the first whose condition (SQL on a site) holds gives the light and says why."""

    condition: str
    light: Light
    reason: LightReason


# The share of the time that has passed minus the share done, in per cent points; unknown without a planned quantity.
# Written with a decimal place: PostgreSQL would divide whole numbers to a whole number.
POINTS_BEHIND = """
(%s - starts_on) * 100.0 / greatest(due_on - starts_on, 1) - quantity_done * 100 / nullif(quantity_planned, 0)
"""

# Written out as SQL once: putting the same together from expressions for every act took longer than the act itself.
LIGHTS = [
    LightRow("state = 'accepted'", Light.BLUE, LightReason.ACCEPTED),
    LightRow("state = 'completed'", Light.GREEN, LightReason.COMPLETED),
    LightRow("due_on <= %s", Light.RED, LightReason.OVERDUE),
    LightRow("due_on <= %s", Light.YELLOW, LightReason.OVERDUE),
    LightRow("state = 'planned' AND starts_on <= %s", Light.RED, LightReason.LATE_START),
    LightRow("state = 'planned' AND starts_on <= %s", Light.YELLOW, LightReason.LATE_START),
    LightRow("state = 'planned'", Light.GREY, LightReason.NOT_DUE),
    LightRow("quantity_planned IS NULL OR quantity_planned = 0", Light.GREEN, LightReason.NO_QUANTITY),
    LightRow(f"{POINTS_BEHIND} > %s", Light.RED, LightReason.BEHIND),
    LightRow(f"{POINTS_BEHIND} >= %s", Light.YELLOW, LightReason.BEHIND),
    LightRow("TRUE", Light.GREEN, LightReason.ON_PLAN),
]


def _first_fitting(part: str) -> str:
    """Write the table as SQL that gives the light or the reason of its first fitting line."""
    lines = (f"WHEN {row.condition} THEN '{getattr(row, part).value}'" for row in LIGHTS)
    return f"CASE {' '.join(lines)} END"


LIGHT, REASON = _first_fitting("light"), _first_fitting("reason")


def thresholds(rule: "LightRule", on: date) -> tuple[date | int, ...]:
    """Return what the table of lights compares with, in its order: the parameters of LIGHT, and of REASON."""

    def days_before(days: int) -> date:
        return on - timedelta(days=days)

    return (
        days_before(rule.red_overdue_days),
        days_before(rule.yellow_overdue_days),
        days_before(rule.red_start_days),
        days_before(rule.yellow_start_days),
        on,
        rule.red_points,
        on,
        rule.yellow_points,
    )


class SiteQuerySet(models.QuerySet["Site"]):
    """Sites."""

    def for_cycle(self, cycle: Cycle) -> Self:
        """Keep one year's sites."""
        return self.filter(cycle=cycle)

    def within(self, area: Area) -> Self:
        """Keep the sites of an area and of everything below it."""
        return self.filter(area__in=Area.objects.within(area))

    def visible_to(self, user: accounts.Person, at: datetime) -> Self:
        """Keep what a person may open at the desk: sites of their areas, and those their unit leads or builds."""
        units = accounts.organisations_of(user, at)
        return self.filter(
            Q(cycle__area__in=Area.objects.filter(accounts.areas_with(user, SEEN_BY, at)))
            | Q(organisation__in=units)
            | Q(project__lead_organisation__in=units)
        )

    def unfinished(self) -> Self:
        """Keep what is neither completed nor accepted."""
        return self.filter(state__in=[SiteState.PLANNED, SiteState.UNDER_WAY])

    def overdue(self, on: date) -> Self:
        """Keep what should be completed by a day and is not."""
        return self.unfinished().filter(due_on__lt=on)

    def refresh_lights(self, rule: "LightRule", *, on: date) -> int:
        """Compute the lights for a day and write those that differ, in one statement; return how many did."""
        given = thresholds(rule, on)
        light, reason = RawSQL(LIGHT, given), RawSQL(REASON, given)  # noqa: S611 -- constants of this file
        differs = RawSQL(  # noqa: S611 -- built from the constants
            f"(light, light_reason) IS DISTINCT FROM ({LIGHT}, {REASON})", given * 2, models.BooleanField()
        )
        return self.filter(differs).update(light=light, light_reason=reason)


class IndicatorFigureQuerySet(models.QuerySet["IndicatorFigure"]):
    """Summary rows."""

    def known(self) -> Self:
        """Leave out rows from which all sites have moved away: they say nothing, not zero."""
        return self.exclude(indicator__counted_by=CountedBy.SITES, sites=0)

    def within(self, area: Area) -> Self:
        """Keep the rows of an area and of everything below it."""
        return self.filter(area__in=Area.objects.within(area))


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices."""

    def for_sites(self, sites: "models.QuerySet[Site] | Iterable[Site]") -> Self:
        """Keep the notices of some sites."""
        return self.filter(site__in=sites)
