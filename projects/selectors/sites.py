"""Sites: found, listed, counted."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Text
from projects.aggregation import SiteCounts, share_passed
from projects.models import IndicatorFigure, Notice, Project, Site
from projects.querysets import SiteQuerySet
from projects.selectors.figures import SUMS, totals_of
from projects.states import LightReason, SiteState

NAMES = ("project", "indicator", "area", "organisation", "standard")
"""What a list of sites shows beside the site itself."""


def sites_for(cycle: Cycle, *, project: Project | None = None, area: Area | None = None) -> SiteQuerySet:
    """Return a year's sites with all that a list shows, by date; of one project or within one area if asked."""
    sites = Site.objects.for_cycle(cycle)
    if project is not None:
        sites = sites.filter(project=project)
    if area is not None:
        sites = sites.within(area)
    return sites.select_related(*NAMES).order_by("due_on", "pk")


def sees_all_sites(cycle: Cycle, user: Person, at: datetime) -> bool:
    """Say whether a person has a desk in the area of the year, so that no site need be asked whether they see it."""
    return accounts.has(user, Permission.READ_DESK, cycle.area, at)


def sites_seen(cycle: Cycle, user: Person, at: datetime) -> SiteQuerySet:
    """Return the sites of a year that a person may open at the desk."""
    sites = Site.objects.for_cycle(cycle)
    return sites if sees_all_sites(cycle, user, at) else sites.visible_to(user, at)


def sites_of_units(cycle: Cycle, units: Collection[int]) -> list[SiteQuerySet]:
    """Return a year's sites that some organisations build, and those that they lead: each list has its index."""
    sites = Site.objects.for_cycle(cycle)
    return [sites.filter(organisation__in=units), sites.filter(project__in=_led_by(units, cycle))]


def notices_of_units(cycle: Cycle, units: Collection[int]) -> list[QuerySet[Notice]]:
    """Return the notices on sites of a year that some organisations build, and on those that they lead."""
    notices = Notice.objects.filter(cycle=cycle)
    led = _led_by(units, cycle)
    return [notices.filter(site__organisation__in=units), notices.filter(site__project__in=led)]


def _led_by(units: Collection[int], cycle: Cycle) -> list[int]:
    """Return the keys of the projects that some organisations lead: the database looks for nothing where none is."""
    return list(Project.objects.filter(cycle=cycle, lead_organisation__in=units).values_list("pk", flat=True))


def find_site(cycle: Cycle, pk: int) -> Site | None:
    """Return a site of this year, or None."""
    site = sites_for(cycle).filter(pk=pk).first()
    if site is not None:
        site.cycle = cycle
    return site


def first_site(project: int) -> Site | None:
    """Return the site of a project, by its key, that is due first."""
    return Site.objects.filter(project=project).order_by("due_on", "pk").first()


def why_light(site: Site, on: date) -> Text:
    """Return why a site shows its light, with the figures behind it."""
    if site.light_reason == LightReason.OVERDUE:
        return _("Completion was due %(days)s days ago.") % {"days": (on - site.due_on).days}
    if site.light_reason == LightReason.LATE_START:
        return _("Work should have begun %(days)s days ago.") % {"days": (on - site.starts_on).days}
    if site.light_reason in {LightReason.BEHIND, LightReason.ON_PLAN} and site.quantity_planned:
        passed = share_passed((on - site.starts_on).days, (site.due_on - site.starts_on).days)
        done = site.quantity_done / site.quantity_planned
        return _("%(passed)s%% of the time has passed, %(done)s%% is done.") % {
            "passed": round(passed * 100),
            "done": int(done * 100),
        }
    return LightReason(site.light_reason).label


def site_counts(cycle: Cycle) -> SiteCounts:
    """Return how many sites a year has, by state and light, from the summary rows."""
    return totals_of(IndicatorFigure.objects.filter(indicator__project__cycle=cycle).aggregate(**SUMS)).sites


def sites_by_year(years: Collection[Cycle]) -> dict[int, SiteCounts]:
    """Return the sites of each year that has any, by its key, from the summary rows; one query."""
    rows = IndicatorFigure.objects.filter(indicator__project__cycle__in=years, sites__gt=0)
    summed = rows.values("indicator__project__cycle").annotate(**SUMS)
    return {row["indicator__project__cycle"]: totals_of(row).sites for row in summed}


def stored_sites(cycle: Cycle, columns: Sequence[str]) -> dict[tuple[int, str], tuple[Any, ...]]:
    """Return the sites of a year by project and folded key: some columns, then state and last report."""
    rows = Site.objects.for_cycle(cycle).order_by("pk")
    found = rows.values_list("project_id", "key_folded", *columns, "state", "reported_on")
    return {(row[0], row[1]): row[2:] for row in found.iterator(chunk_size=5_000)}


def used_sites(pks: Collection[int]) -> set[int]:
    """Return those of some sites to which anything refers, whichever room it is of, or on which work has begun."""
    sites = Site.objects.filter(pk__in=pks)
    referred = (
        relation.related_model.objects.filter(**{relation.field.name: OuterRef("pk")})  # type: ignore[attr-defined]
        for relation in Site._meta.related_objects
    )
    used = reduce(or_, (Q(Exists(rows)) for rows in referred), ~Q(state=SiteState.PLANNED))
    return set(sites.filter(used).values_list("pk", flat=True))
