"""A draft that was entered by mistake is no public refusal; what the public has read is."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from livelihood.audit.models import Entry
from livelihood.kernel.errors import IllegalMove
from proposals import selectors, services
from proposals.models import Candidate
from proposals.states import CandidateState, NeedOutcome
from tests.factories.frame import NOW
from tests.factories.proposals import CandidateFactory, CandidateNeedFactory, NeedFactory
from tests.proposals.pages import at, text_of

pytestmark = pytest.mark.django_db
WHY = "标题录入有误。"


def test_a_mistake_is_nowhere_public_and_its_need_is_open_again(planning, planner, client):
    candidate = CandidateFactory(cycle=planning, title="加装电体")
    need = NeedFactory(cycle=planning, outcome=NeedOutcome.CANDIDATE)
    CandidateNeedFactory(candidate=candidate, need=need)
    page = at("candidate_discard", planning, number=candidate.number)

    assert client.post(page, {"reason": WHY, "seen": 0}).status_code == 302

    candidate.refresh_from_db()
    need.refresh_from_db()
    assert (candidate.state, candidate.reason, need.outcome) == (CandidateState.MISTAKEN, WHY, NeedOutcome.OPEN)
    public = Client()
    assert public.get(at("candidate", planning, number=candidate.number)).status_code == 404
    for name, more in (("candidates", {}), ("need", {"number": need.number})):
        assert "加装电体" not in text_of(public.get(at(name, planning, **more)))
    assert WHY in text_of(client.get(at("desk_candidate", planning, number=candidate.number)))
    assert "加装电体" not in selectors.list_content(planning)[0]
    assert Entry.objects.filter(act="candidate.discarded").count() == 1


def test_a_need_that_another_candidate_answers_stays_with_that(planning, planner):
    need = NeedFactory(cycle=planning, outcome=NeedOutcome.CANDIDATE)
    wrong, right = (CandidateFactory(cycle=planning) for _ in range(2))
    for candidate in (wrong, right):
        CandidateNeedFactory(candidate=candidate, need=need)

    services.discard_candidate(candidate=wrong, reason=WHY, by=planner, at=NOW)

    need.refresh_from_db()
    assert need.outcome == NeedOutcome.CANDIDATE
    assert [one.pk for one in selectors.candidates_to_link(NeedFactory(cycle=planning))] == [right.pk]


@pytest.mark.parametrize("state", [CandidateState.PROPOSED, CandidateState.LISTED])
def test_what_was_public_is_not_undone_as_a_mistake_by_any_path(planning, planner, state):
    candidate = CandidateFactory(cycle=planning, state=state)

    with pytest.raises(IllegalMove):
        services.discard_candidate(candidate=candidate, reason=WHY, by=planner, at=NOW)
    with pytest.raises(IntegrityError, match="by mistake"), transaction.atomic():
        Candidate.objects.update(state=CandidateState.MISTAKEN, reason=WHY, dropped_at=NOW, dropped_by=planner)

    candidate.refresh_from_db()
    assert candidate.state == state


def test_a_mistake_stays_one(planning, planner):
    candidate = CandidateFactory(cycle=planning)
    services.discard_candidate(candidate=candidate, reason=WHY, by=planner, at=NOW)

    with pytest.raises(IntegrityError, match="by mistake"), transaction.atomic():
        Candidate.objects.update(state=CandidateState.DRAFT, reason="", dropped_at=None, dropped_by=None)
    with pytest.raises(IllegalMove):
        services.drop_candidate(candidate=candidate, reason="资金不足，明年再议。", by=planner, at=NOW)


def test_a_candidate_taken_over_by_mistake_is_taken_over_again(planning, planner):
    earlier = CandidateFactory(cycle__area=planning.area, cycle__year=planning.year - 1)
    CandidateFactory(cycle=planning, carried_from=earlier)
    services.discard_candidate(candidate=Candidate.objects.get(cycle=planning), reason=WHY, by=planner, at=NOW)

    CandidateFactory(cycle=planning, carried_from=earlier)

    with pytest.raises(IntegrityError), transaction.atomic():
        CandidateFactory(cycle=planning, carried_from=earlier)
