"""Whether a year's sites, and what they name, are still as somebody saw them."""

from django.db.models import QuerySet

from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.kernel import versions
from projects.models import Indicator, Project, Standard
from projects.querysets import SiteQuerySet


def named_by_sites(cycle: Cycle) -> list[QuerySet]:
    """Return all that a list of a year's sites may name."""
    within = Area.objects.within(cycle.area)
    return [
        Project.objects.for_cycle(cycle),
        Indicator.objects.for_cycle(cycle),
        Standard.objects.filter(cycle=cycle),
        Organisation.objects.filter(area__in=within),
        within,
    ]


def state_of(cycle: Cycle, sites: SiteQuerySet) -> str:
    """Return the SHA-256 of the versions of sites and of all that they may name."""
    state, _keys = versions.state_of(sites, named_by_sites(cycle))
    return state
