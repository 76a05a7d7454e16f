"""One thread through the year, both ways: from the suggestions to the satisfaction with the finished sites."""

from dataclasses import replace

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import PHASE_ORDER, Phase
from livelihood.web.navigation import cycle_address
from livelihood.web.threads import Step
from projects import selectors as projects
from projects.models import Project, Site
from projects.surveys import selectors as surveys
from proposals import selectors as proposals
from proposals.models import Candidate, Need
from proposals.states import CandidateState, NeedOutcome
from voting import selectors as voting

PLACES: dict[type[Model], int] = {Need: 1, Candidate: 2, Project: 4, Site: 5}
"""What a thread can be asked of, and the step it stands for."""


def thread_of(subject: Model) -> list[Step]:
    """Return the thread of a need, candidate, project or site, with its own step marked as current.

    A need with several candidates shows the first; a site's thread is that of its project, ending in the site.

    :raises TypeError: the subject has no thread.
    """
    site = subject if isinstance(subject, Site) else None
    project = site.project if site else subject if isinstance(subject, Project) else None
    candidate = project.candidate if project else subject if isinstance(subject, Candidate) else None
    need = subject if isinstance(subject, Need) else None
    if need is not None:
        candidate = next(iter(proposals.candidates_of_need(need)), None)
    elif candidate is not None:
        need = next(iter(proposals.needs_of_candidate(candidate.pk)), None)
    elif project is None:
        raise TypeError(f"{type(subject).__name__} has no thread")
    cycle: Cycle = subject.cycle  # type: ignore[attr-defined]
    if project is None and candidate is not None:
        project = Project.objects.filter(candidate=candidate).first()
    steps = [
        _suggestions(cycle, need, candidate),
        _need(cycle, need),
        _candidate(cycle, candidate),
        _decision(cycle, candidate),
        _project(cycle, project),
        _sites(cycle, project, site),
        _satisfaction(cycle, project),
    ]
    here = PLACES[type(subject)]
    steps[here] = replace(steps[here], state="current")
    return steps


def _suggestions(cycle: Cycle, need: Need | None, candidate: Candidate | None) -> Step:
    label = _("Suggestions")
    if candidate is not None:
        support = proposals.support_of_candidate(candidate.pk)
    elif need is not None:
        support = proposals.support_of_need(need)
    else:
        return Step(label, _("Published elsewhere, not collected here"), "open")
    if not support.suggestions:
        return Step(label, _("None published here"), "open", cycle_address("proposals:board", cycle))
    text = ngettext("%(count)s person asked for this", "%(count)s people asked for this", support.persons)
    return Step(label, text % {"count": support.persons}, "done", cycle_address("proposals:board", cycle))


def _need(cycle: Cycle, need: Need | None) -> Step:
    label = _("Need")
    if need is None:
        return Step(label, _("None recorded"), "open")
    state = "stopped" if need.outcome == NeedOutcome.NOT_ADOPTED else "done"
    return Step(label, need.title, state, _at("proposals:need", cycle, number=need.number))


def _candidate(cycle: Cycle, candidate: Candidate | None) -> Step:
    label = _("Candidate")
    if candidate is None:
        return Step(label, _("Not yet"), "open")
    url = _at("proposals:candidate", cycle, number=candidate.number)
    if candidate.state == CandidateState.NOT_ADOPTED:
        return Step(label, _("Not adopted; the reason is on its page"), "stopped", url)
    state = "done" if candidate.state == CandidateState.LISTED else "open"
    return Step(label, candidate.title, state, url)


def _decision(cycle: Cycle, candidate: Candidate | None) -> Step:
    label = _("Decision")
    result = voting.result_for(candidate) if candidate is not None else None
    if result is None:
        return Step(label, _("Not yet"), "open")
    return Step(label, str(result.text), "done" if result.is_chosen else "stopped", result.url)


def _project(cycle: Cycle, project: Project | None) -> Step:
    label = _("Project")
    if project is None:
        return Step(label, _("Not yet"), "open")
    return Step(label, project.title, "done", _at("projects:project", cycle, pk=project.pk))


def _sites(cycle: Cycle, project: Project | None, site: Site | None) -> Step:
    label = _("Sites")
    if project is None:
        return Step(label, _("Not yet"), "open")
    if site is not None:
        return Step(_("Site"), site.name, "done", _at("projects:site", cycle, pk=site.pk))
    counted = projects.thread_of_project(cycle, project)[-1]
    # `current` there means under way; on the thread it is the page one stands on, and there is one of them.
    return Step(label, counted.text, "done" if counted.state == "done" else "open", counted.url)


def _satisfaction(cycle: Cycle, project: Project | None) -> Step:
    label = _("Satisfaction")
    lines = surveys.satisfaction_of_project(project) if project is not None else ()
    answers = sum(line.counts.n for line in lines)
    if not answers:
        return Step(label, _("Not yet"), "open")
    text = ngettext("%(count)s answer", "%(count)s answers", answers) % {"count": answers}
    has_page = PHASE_ORDER.index(Phase(cycle.phase)) >= PHASE_ORDER.index(Phase.EVALUATE)
    return Step(label, text, "done", cycle_address("surveys:satisfaction", cycle) if has_page else "")


def _at(name: str, cycle: Cycle, **kwargs: object) -> str:
    return reverse(name, kwargs={"area": cycle.area.slug, "year": cycle.year, **kwargs})
