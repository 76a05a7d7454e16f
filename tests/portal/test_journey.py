import pytest

from livelihood.cycles.states import Phase
from livelihood.web import threads
from proposals.states import CandidateState, NeedOutcome
from tests.factories.frame import NOW, CycleFactory, UserFactory
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    ContactFactory,
    NeedFactory,
    NeedLinkFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return CycleFactory(phase=Phase.DELIVER)


@pytest.fixture
def need(cycle):
    """A need that three suggestions of two persons stand behind."""
    need = NeedFactory(cycle=cycle, outcome=NeedOutcome.CANDIDATE)
    for phone in ("13800001111", "13800001111", "13900002222"):
        suggestion = AcceptedFactory(cycle=cycle)
        ContactFactory(suggestion=suggestion, phone=phone)
        NeedLinkFactory(need=need, suggestion=suggestion)
    return need


@pytest.fixture
def candidate(cycle, need):
    candidate = CandidateFactory(cycle=cycle, state=CandidateState.LISTED)
    CandidateNeedFactory(candidate=candidate, need=need)
    return candidate


@pytest.fixture
def site(cycle, candidate):
    project = ProjectFactory(cycle=cycle, candidate=candidate)
    return SiteFactory(cycle=cycle, project=project, indicator=IndicatorFactory(project=project))


def states(subject):
    return [step.state for step in threads.of(subject)]


def texts(subject):
    return [str(step.text) for step in threads.of(subject)]


def test_the_thread_leads_from_the_people_to_the_site_and_back(cycle, need, candidate, site):
    base = f"/{cycle.area.slug}/{cycle.year}"

    urls = [step.url for step in threads.of(need)]

    assert urls == [step.url for step in threads.of(candidate)] == [step.url for step in threads.of(site.project)]
    assert urls == [
        f"{base}/needs/",
        f"{base}/needs/{need.number}/",
        f"{base}/candidates/{candidate.number}/",
        "",
        f"{base}/projects/{site.project.pk}/",
        f"{base}/sites/?project={site.project.pk}",
        "",
    ]


def test_persons_are_counted_once_each(need):
    assert texts(need)[0].startswith("2")


def test_each_object_stands_at_its_own_step(need, candidate, site):
    assert states(need).index("current") == 1
    assert states(candidate).index("current") == 2
    assert states(site.project).index("current") == 4
    assert states(site).index("current") == 5
    assert texts(site)[5] == site.name


def test_a_need_that_was_not_adopted_ends_there(cycle):
    need = NeedFactory(
        cycle=cycle,
        outcome=NeedOutcome.NOT_ADOPTED,
        reason="太贵，一年内做不完。",
        decided_at=NOW,
        decided_by=UserFactory(),
    )

    assert states(need) == ["open", "current", "open", "open", "open", "open", "open"]


def test_a_candidate_that_was_dropped_shows_where_the_thread_stopped(cycle, need):
    candidate = CandidateFactory(
        cycle=cycle,
        state=CandidateState.NOT_ADOPTED,
        reason="资金不足。",
        dropped_at=NOW,
        dropped_by=UserFactory(),
    )
    CandidateNeedFactory(candidate=candidate, need=need)

    assert states(need)[2] == "stopped"


def test_a_project_decided_elsewhere_has_a_thread_too(cycle):
    project = ProjectFactory(cycle=cycle)

    assert states(project) == ["open", "open", "open", "open", "current", "open", "open"]


def test_only_what_has_a_step_has_a_thread(cycle):
    with pytest.raises(TypeError):
        threads.of(cycle.area)
