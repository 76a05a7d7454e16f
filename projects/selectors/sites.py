"""Sites: found, listed, put on the map."""

from django.db.models import QuerySet

from livelihood.cycles.models import Area, Cycle
from projects.models import Project, Site


def sites_for(cycle: Cycle, *, project: Project | None = None, area: Area | None = None) -> QuerySet[Site]:
    """Return a year's sites with all that a list shows, by date; of one project or within one area if asked."""
    sites = Site.objects.for_cycle(cycle)
    if project is not None:
        sites = sites.filter(project=project)
    if area is not None:
        sites = sites.within(area)
    return sites.select_related("project", "indicator", "area", "organisation", "standard").order_by("due_on", "pk")


def find_site(cycle: Cycle, pk: int) -> Site | None:
    """Return a site of this year, or None."""
    return sites_for(cycle).filter(pk=pk).first()
