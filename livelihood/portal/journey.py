"""One thread through the year, both ways: from the suggestions to the satisfaction with the finished sites."""

from dataclasses import replace

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import PHASE_ORDER, DecisionMode, Phase
from livelihood.web.threads import JourneyStep
from projects import selectors as projects
from projects.models import Project, Site
from projects.surveys import selectors as surveys
from proposals import selectors as proposals
from proposals.models import Candidate, Need
from proposals.states import CandidateState, NeedOutcome
from voting import selectors as voting

PLACES: dict[type[Model], int] = {Need: 1, Candidate: 2, Project: 4, Site: 5}
"""What a thread can be asked of, and the step it stands for."""


def thread_of(subject: Model) -> list[JourneyStep]:
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
    if cycle.decision_mode == DecisionMode.ELSEWHERE:
        steps[:4] = _elsewhere(cycle)
    here = PLACES[type(subject)]
    steps[here] = replace(steps[here], state="current")
    return steps


def _elsewhere(cycle: Cycle) -> list[JourneyStep]:
    """Return the steps to the decision of a year whose list was decided elsewhere: there is the decision alone."""
    labels = (_("Suggestions"), _("Need"), _("Candidate"))
    adoption = cycles.adoption_of(cycle)
    text = _("Decided elsewhere: %(number)s") % {"number": adoption.number if adoption else ""}
    decided = JourneyStep(_("Decision"), text, "done", cycle.address("voting:decision"))
    return [*(JourneyStep(label, _("Not in this portal"), "open") for label in labels), decided]


def _suggestions(cycle: Cycle, need: Need | None, candidate: Candidate | None) -> JourneyStep:
    label = _("Suggestions")
    if candidate is not None:
        support = proposals.support_of_candidate(candidate.pk)
    elif need is not None:
        support = proposals.support_of_need(need)
    else:
        return JourneyStep(label, _("Published elsewhere, not collected here"), "open")
    if not support.suggestions:
        return JourneyStep(label, _("None published here"), "open", cycle.address("proposals:board"))
    if support.is_more:
        text = _("At least %(count)s people asked for this")
    else:
        text = ngettext("%(count)s person asked for this", "%(count)s people asked for this", support.persons)
    return JourneyStep(label, text % {"count": support.persons}, "done", cycle.address("proposals:board"))


def _need(cycle: Cycle, need: Need | None) -> JourneyStep:
    label = _("Need")
    if need is None:
        return JourneyStep(label, _("None recorded"), "open")
    state = "stopped" if need.outcome == NeedOutcome.NOT_ADOPTED else "done"
    return JourneyStep(label, need.title, state, cycle.address("proposals:need", number=need.number))


def _candidate(cycle: Cycle, candidate: Candidate | None) -> JourneyStep:
    label = _("Candidate")
    if candidate is None:
        return JourneyStep(label, _("Not yet"), "open")
    url = cycle.address("proposals:candidate", number=candidate.number)
    if candidate.state == CandidateState.NOT_ADOPTED:
        return JourneyStep(label, _("Not adopted; the reason is on its page"), "stopped", url)
    state = "done" if candidate.state == CandidateState.LISTED else "open"
    return JourneyStep(label, candidate.title, state, url)


def _decision(cycle: Cycle, candidate: Candidate | None) -> JourneyStep:
    label = _("Decision")
    result = voting.result_for(candidate) if candidate is not None else None
    if result is None:
        return JourneyStep(label, _("Not yet"), "open")
    return JourneyStep(label, str(result.text), "done" if result.is_chosen else "stopped", result.url)


def _project(cycle: Cycle, project: Project | None) -> JourneyStep:
    label = _("Project")
    if project is None:
        return JourneyStep(label, _("Not yet"), "open")
    return JourneyStep(label, project.title, "done", cycle.address("projects:project", pk=project.pk))


def _sites(cycle: Cycle, project: Project | None, site: Site | None) -> JourneyStep:
    label = _("Sites")
    if project is None:
        return JourneyStep(label, _("Not yet"), "open")
    if site is not None:
        return JourneyStep(_("Site"), site.name, "done", cycle.address("projects:site", pk=site.pk))
    counted = projects.thread_of_project(cycle, project)[-1]
    # `current` there means under way; on the thread it is the page one stands on, and there is one of them.
    return JourneyStep(label, counted.text, "done" if counted.state == "done" else "open", counted.url)


def _satisfaction(cycle: Cycle, project: Project | None) -> JourneyStep:
    label = _("Satisfaction")
    lines = surveys.satisfaction_of_project(project) if project is not None else ()
    answers = sum(line.counts.n for line in lines)
    if not answers:
        return JourneyStep(label, _("Not yet"), "open")
    text = ngettext("%(count)s answer", "%(count)s answers", answers) % {"count": answers}
    has_page = PHASE_ORDER.index(Phase(cycle.phase)) >= PHASE_ORDER.index(Phase.EVALUATE)
    return JourneyStep(label, text, "done", cycle.address("surveys:satisfaction") if has_page else "")
