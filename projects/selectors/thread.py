"""This room's steps on the thread from a suggestion to its satisfaction."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livelihood.cycles.models import Cycle
from projects.models import IndicatorFigure, Project
from projects.selectors.figures import SUMS, totals_of
from projects.states import ProjectState


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
    sites = totals_of(IndicatorFigure.objects.filter(indicator__project=project).aggregate(**SUMS)).sites
    is_closed = project.state == ProjectState.CLOSED_OUT
    return [
        ThreadStep(PROJECT, project.title, cycle.address("projects:project", pk=project.pk), "done"),
        ThreadStep(
            SITES,
            _("%(finished)s of %(total)s completed") % {"finished": sites.finished, "total": sites.total},
            f"{cycle.address('projects:sites')}?project={project.pk}",
            "done" if is_closed else "current" if sites.total else "open",
        ),
    ]
