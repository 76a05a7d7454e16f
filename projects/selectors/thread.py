"""This room's steps on the thread from a suggestion to its satisfaction."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livelihood.cycles.models import Cycle
from projects.models import Project, Site
from projects.states import ProjectState, SiteState


@dataclass(frozen=True, slots=True)
class ThreadStep:
    """One step of the thread. state: `done`, `current`, `open` (still to come) or `stopped`; url is empty for none."""

    label: str | Promise
    text: str
    url: str
    state: str


PROJECT, SITES = gettext_lazy("Project"), gettext_lazy("Sites")


def thread_of_project(cycle: Cycle, project: Project) -> list[ThreadStep]:
    """Return the steps of a project: itself and its sites."""
    finished = Q(state__in=[SiteState.COMPLETED, SiteState.ACCEPTED])
    sites = Site.objects.filter(project=project).aggregate(total=Count("pk"), finished=Count("pk", filter=finished))
    is_closed = project.state == ProjectState.CLOSED_OUT
    return [
        ThreadStep(PROJECT, project.title, cycle.address("projects:project", pk=project.pk), "done"),
        ThreadStep(
            SITES,
            _("%(finished)s of %(total)s completed") % sites,
            f"{cycle.address('projects:sites')}?project={project.pk}",
            "done" if is_closed else "current" if sites["total"] else "open",
        ),
    ]
