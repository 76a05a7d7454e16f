"""Filters over the lists, and the one place where the light of a site is computed."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db import models
from django.db.models import Case, DateField, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Greatest

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
    """One line of the table of lights: the first that fits gives the light and says why."""

    condition: Q
    light: Light
    reason: LightReason


def light_table(rule: "LightRule", on: date) -> list[LightRow]:
    """Return the table of lights for a day, first match first.

    rule: the cycle's thresholds. on: the day the light is for.
    """

    def days_before(days: int) -> date:
        return on - timedelta(days=days)

    return [
        LightRow(Q(state=SiteState.ACCEPTED), Light.BLUE, LightReason.ACCEPTED),
        LightRow(Q(state=SiteState.COMPLETED), Light.GREEN, LightReason.COMPLETED),
        LightRow(Q(due_on__lte=days_before(rule.red_overdue_days)), Light.RED, LightReason.OVERDUE),
        LightRow(Q(due_on__lte=days_before(rule.yellow_overdue_days)), Light.YELLOW, LightReason.OVERDUE),
        LightRow(
            Q(state=SiteState.PLANNED, starts_on__lte=days_before(rule.red_start_days)),
            Light.RED, LightReason.LATE_START,
        ),
        LightRow(
            Q(state=SiteState.PLANNED, starts_on__lte=days_before(rule.yellow_start_days)),
            Light.YELLOW, LightReason.LATE_START,
        ),
        LightRow(Q(state=SiteState.PLANNED), Light.GREY, LightReason.NOT_DUE),
        LightRow(
            Q(quantity_planned__isnull=True) | Q(quantity_planned=0),
            Light.GREEN, LightReason.NO_QUANTITY,
        ),
        LightRow(Q(points_behind__gt=rule.red_points), Light.RED, LightReason.BEHIND),
        LightRow(Q(points_behind__gte=rule.yellow_points), Light.YELLOW, LightReason.BEHIND),
        LightRow(Q(), Light.GREEN, LightReason.ON_PLAN),
    ]  # fmt: skip


def _days(end: Value | F, start: F) -> Func:
    """Count the days between two dates."""
    return Func(end, start, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


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

    def with_points_behind(self, on: date) -> Self:
        """Add `points_behind`: the share of the time that has passed minus the share done, in per cent points."""
        whole = Greatest(_days(F("due_on"), F("starts_on")), 1)
        passed = _days(Value(on, DateField()), F("starts_on"))
        planned = Func(F("quantity_planned"), 0, function="NULLIF")
        decimal = models.DecimalField(max_digits=18, decimal_places=4)
        # Written with a decimal place: PostgreSQL would divide whole numbers to a whole number.
        return self.annotate(
            points_behind=models.ExpressionWrapper(
                passed * Value(Decimal("100.0"), decimal) / whole - F("quantity_done") * 100 / planned, decimal
            )
        )

    def refresh_lights(self, rule: "LightRule", *, on: date) -> int:
        """Compute the lights for a day and write those that differ, in one statement; return how many did."""
        table = light_table(rule, on)
        light = Case(
            *(When(row.condition, then=Value(row.light)) for row in table[:-1]), default=Value(table[-1].light)
        )
        reason = Case(
            *(When(row.condition, then=Value(row.reason)) for row in table[:-1]), default=Value(table[-1].reason)
        )
        return (
            self.with_points_behind(on)
            .exclude(light=light, light_reason=reason)
            .update(light=light, light_reason=reason)
        )


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
