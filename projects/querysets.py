"""Filters over the lists; lights are written here, their rules stand in `lights`."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from projects.lights import LIGHT, REASON, thresholds
from projects.states import CountedBy, SiteState

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


def _of_units(units: Collection[int]) -> Q:
    return Q(organisation__in=units) | Q(project__lead_organisation__in=units)


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
        seen = Q(cycle__area__in=Area.objects.filter(accounts.areas_with(user, SEEN_BY, at)))
        return self.filter(seen | _of_units(accounts.organisations_of(user, at)))

    def unfinished(self) -> Self:
        """Keep what is neither completed nor accepted."""
        return self.filter(state__in=[SiteState.PLANNED, SiteState.UNDER_WAY])

    def overdue(self, on: date) -> Self:
        """Keep what should be completed by a day and is not."""
        return self.unfinished().filter(due_on__lt=on)

    def refresh_lights(self, rule: "LightRule", *, on: date) -> int:
        """Compute the lights for a day and write those that differ, in one statement; return how many did."""
        given = thresholds(rule, on)
        # Not by the ORM's own expressions: an import lights its rows by the same two pieces of SQL.
        light, reason = RawSQL(LIGHT, given), RawSQL(REASON, given)  # noqa: S611 -- constants of `lights`
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
