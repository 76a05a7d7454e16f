"""Projects and sites under way go over when an organisation is merged into another."""

from django.db import transaction

from livelihood.cycles.models import Cycle, Organisation
from livelihood.cycles.states import Phase
from projects.models import Project, Site


@transaction.atomic
def move_organisation(*, old: Organisation, new: Organisation) -> dict[str, list[int]]:
    """Let another organisation lead the projects and build the sites of years that are not closed; return their keys.

    What was announced keeps the name it has. Part of merging, which asks the rule and writes the journal.
    """
    projects = Project.objects.filter(lead_organisation=old)
    sites = Site.objects.filter(organisation=old)
    years = {*projects.values_list("cycle", flat=True), *sites.order_by().values_list("cycle", flat=True).distinct()}
    cycles = Cycle.objects.select_for_update(no_key=True).filter(pk__in=years).order_by("pk")
    held = [cycle.pk for cycle in cycles if cycle.phase != Phase.CLOSED]
    projects = projects.filter(cycle__in=held).select_for_update(no_key=True)
    led = list(projects.order_by("pk").values_list("pk", flat=True))
    Project.objects.filter(pk__in=led).update(lead_organisation=new)
    sites = sites.filter(cycle__in=held).select_for_update(no_key=True)
    built = list(sites.order_by("pk").values_list("pk", flat=True))
    Site.objects.filter(pk__in=built).update(organisation=new)
    return {"projects": led, "sites": built}
