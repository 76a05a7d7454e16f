"""From the decision to the list."""

from datetime import date
from decimal import Decimal

import pytest

from livelihood.audit.models import Entry
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Conflict, NotAllowed
from projects import selectors, services
from projects.models import Project
from projects.states import ProjectState
from tests.factories.frame import CycleFactory
from tests.factories.projects import ProjectFactory, office
from tests.factories.proposals import CandidateFactory
from tests.projects.conftest import AT
from tests.threads import at_once
from voting.models import Review, ReviewItem
from voting.states import ReviewState

pytestmark = pytest.mark.django_db


@pytest.fixture
def adopted(db):
    """A year in delivery whose list was adopted with two candidates, numbers 3 and 5; a third was left out."""
    cycle = CycleFactory(decision_mode=DecisionMode.REVIEW, phase=Phase.DELIVER)
    review = Review.objects.create(
        cycle=cycle, session="两会", state=ReviewState.ADOPTED, document="决议2025年1号",
        adopted_date=date(2025, 1, 20),
        submitted_at=AT, submitted_by=office(cycle), adopted_at=AT, adopted_by=office(cycle),
    )  # fmt: skip
    for number, reason in ((3, ""), (4, "今年做不完"), (5, "")):
        candidate = CandidateFactory(cycle=cycle, number=number)
        ReviewItem.objects.create(
            review=review, candidate=candidate, number=number, title=candidate.title, summary=candidate.summary,
            aspect=candidate.aspect, lead_organisation=candidate.lead_organisation, kind=candidate.kind,
            cost_wan=Decimal(1), finish_date=date(2025, 12, 1), people_served=1, left_out_reason=reason,
            source="公布的清单" if number == 3 else "",
        )  # fmt: skip
    return cycle


def hand_over(cycle, **values):
    return services.hand_over_projects(**{"cycle": cycle, "by": office(cycle), "at": AT, **values})


def test_what_was_chosen_becomes_projects_as_it_was_chosen(adopted):
    projects = hand_over(adopted)

    assert [(project.number, project.title, project.candidate.number, project.state) for project in projects] == [
        (3, "候选项目3", 3, ProjectState.ACTIVE),
        (5, "候选项目5", 5, ProjectState.ACTIVE),
    ]
    assert (projects[0].content, projects[0].kind) == ("加装电梯一百部。", "hardware")
    assert [project.source for project in projects] == ["公布的清单", ""]
    assert projects[0].lead_organisation == projects[0].candidate.lead_organisation
    assert list(Entry.objects.values_list("act", flat=True)) == ["project.handed_over"] * 2


def test_hand_over_is_done_once(adopted):
    hand_over(adopted)

    with pytest.raises(Conflict):
        hand_over(adopted)

    assert Project.objects.count() == 2


def test_hand_over_finds_a_free_number_for_one_that_is_taken(adopted):
    ProjectFactory(cycle=adopted, number=3)

    assert [project.number for project in hand_over(adopted)] == [4, 5]
    assert Project.objects.for_cycle(adopted).count() == 3


def test_hand_over_refuses_strangers_and_waits_for_delivery(adopted):
    with pytest.raises(NotAllowed):
        hand_over(adopted, by=office(CycleFactory()))
    type(adopted).objects.update(phase=Phase.DECIDE)
    with pytest.raises(NotAllowed):
        hand_over(adopted)

    assert (Project.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_hand_overs_at_once_are_one(adopted):
    person = office(adopted)

    answers = at_once(*[lambda: hand_over(adopted, by=person)] * 2)

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "list"]
    assert Project.objects.count() == 2


def test_delivery_may_not_end_before_the_hand_over(adopted):
    assert len(selectors.unfinished_business(adopted, Phase.DELIVER)) == 2  # two are waiting; the list is empty

    hand_over(adopted)

    assert len(selectors.unfinished_business(adopted, Phase.DELIVER)) == 1  # no indicators yet


def test_hand_over_page_lists_what_waits_and_moves_it(client, adopted):
    client.force_login(office(adopted), backend="django.contrib.auth.backends.ModelBackend")
    url = f"/desk/{adopted.area.slug}/{adopted.year}/projects/hand-over/"

    page = client.get(url).content.decode()
    answer = client.post(url)

    assert "候选项目3" in page
    assert "候选项目4" not in page
    assert (answer.status_code, Project.objects.count()) == (302, 2)
