"""What organisations build and what they lead."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Cycle
from projects.models import Project, Site
from projects.querysets import SiteQuerySet
from projects.states import SiteState


@dataclass(frozen=True, slots=True)
class OwnSites:
    """Whose sites are looked for: those that units build, in the years in which they build any, and of their projects.

    Years and projects are named, so that the database looks for nothing where nothing is.

    projects: project → its year.
    """

    units: Collection[int]
    building: list[int]
    projects: dict[int, int]

    @property
    def years(self) -> set[int]:
        """The years in which they have any."""
        return {*self.building, *self.projects.values()}

    def conditions(self, of: str = "") -> tuple[Q, Q]:
        """Return the conditions of being built and of being led, apart: an index finds each, and none finds both.

        of: a lookup to the site, ending in two underscores.
        """
        built = Q(cycle__in=self.building) & Q(**{f"{of}organisation__in": self.units})
        led = Q(cycle__in={*self.projects.values()}) & Q(**{f"{of}project__in": [*self.projects]})
        return built, led


def projects_to_accept(user: Person, at: datetime) -> QuerySet[Project]:
    """Return the projects whose sites a person may accept: those their department leads, and those nobody leads."""
    may = Q(pk__in=[])
    for mandate in accounts.mandates_with(user, Permission.ACCEPT_SITES, at):
        led = Q(lead_organisation__isnull=True) | Q(lead_organisation=mandate.organisation_id)
        may |= led & Q(cycle__area=mandate.area_id)
    return Project.objects.filter(may)


def sites_to_accept(cycle: Cycle, user: Person, at: datetime) -> SiteQuerySet:
    """Return the completed sites of a year that a person may accept."""
    projects = list(projects_to_accept(user, at).filter(cycle=cycle).values_list("pk", flat=True))
    return Site.objects.for_cycle(cycle).filter(state=SiteState.COMPLETED, project__in=projects)


def own_sites(units: Collection[int], years: QuerySet[Cycle]) -> OwnSites:
    """Return what some organisations build and lead in some years; two queries."""
    built = Exists(Site.objects.filter(cycle=OuterRef("pk"), organisation__in=units))
    led = Project.objects.filter(cycle__in=years, lead_organisation__in=units)
    return OwnSites(
        units, list(years.filter(built).values_list("pk", flat=True)), dict(led.values_list("pk", "cycle_id"))
    )
