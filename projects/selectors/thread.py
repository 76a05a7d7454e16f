"""This room's steps on the thread from a suggestion to its satisfaction."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
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
        ThreadStep(PROJECT, project.title, _page(cycle, "projects:project", project.pk), "done"),
        ThreadStep(
            SITES,
            _("%(finished)s of %(total)s completed") % sites,
            f"{_list(cycle)}?project={project.pk}",
            "done" if is_closed else "current" if sites["total"] else "open",
        ),
    ]


def _page(cycle: Cycle, name: str, pk: int) -> str:
    return reverse(name, kwargs={"area": cycle.area.slug, "year": cycle.year, "pk": pk})


def _list(cycle: Cycle) -> str:
    return reverse("projects:sites", kwargs={"area": cycle.area.slug, "year": cycle.year})
