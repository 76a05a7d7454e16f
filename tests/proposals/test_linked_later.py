"""A need that came after its candidate: linked to it with a reason, also once the list is frozen, which stays."""

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.text import BadText
from proposals import selectors, services
from proposals.models import Candidate, CandidateList, CandidateNeed, Need, Suggestion
from proposals.states import CandidateState, NeedOutcome
from tests import databases
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.proposals import AcceptedFactory, CandidateFactory, CandidateNeedFactory, NeedFactory
from tests.proposals.candidates import proposed
from tests.proposals.pages import at, text_of

WHY = "该需求与本项目的建设内容一致。"


def link(need, candidate, by, reason=WHY):
    return services.link_candidate(need=need, candidate=candidate, reason=reason, by=by, at=NOW)


def test_a_wish_that_comes_after_the_freeze_is_put_in_a_need_and_the_need_linked_to_the_list(
    client, planning, planner, journal
):
    candidate = proposed(planning, sheet__candidate__title="加装电梯一百部")
    frozen = services.freeze_candidates(cycle=planning, by=planner, at=NOW)
    late = AcceptedFactory(cycle=planning)
    opening = at("need_open", planning) + f"?suggestion={late.number}"
    form = {"title": "老楼加装电梯", "summary": "老人下不了楼，盼望加装电梯。", "area": planning.area.code}

    opened = client.post(opening, form)
    need = Need.objects.get()
    before = selectors.unfinished_business(planning, Phase.PLAN)
    desk = client.get(at("desk_need", planning, number=need.number))
    link_page = client.get(at("need_link", planning, number=need.number))
    linked = client.post(at("need_link", planning, number=need.number), {"candidate": candidate.number, "reason": WHY})

    assert [response.status_code for response in (opened, linked)] == [302, 302]
    assert at("need_link", planning, number=need.number) in desk.content.decode()
    assert "清单校验值都保持不变" in text_of(link_page)
    assert (len(before), selectors.unfinished_business(planning, Phase.PLAN)) == (1, [])
    need.refresh_from_db()
    assert (need.outcome, Suggestion.objects.get(pk=late.pk).is_adopted) == (NeedOutcome.CANDIDATE, True)
    row = CandidateNeed.objects.get()
    assert (row.candidate, row.linked_by, row.reason) == (candidate, planner, WHY)
    assert journal()[-1] == ("need.linked", planner.pk, {"candidate": candidate.pk})
    public = text_of(client.get(at("need", planning, number=need.number)))
    assert (WHY in public, "加装电梯一百部" in public) == (True, True)
    assert CandidateList.objects.get() == frozen
    assert f'"needs":[{need.number}]' not in frozen.content


def test_before_the_freeze_it_is_linked_to_a_draft_and_shown_at_the_desk_alone(client, planning, planner):
    draft, need = CandidateFactory(cycle=planning, title="新建停车位"), NeedFactory(cycle=planning)

    link(need, draft, planner)

    pages = [text_of(client.get(at(name, planning, number=need.number))) for name in ("desk_need", "need")]
    assert ["新建停车位" in page for page in pages] == [True, False]
    assert list(selectors.candidates_to_link(need)) == []


def test_a_need_that_was_turned_down_is_linked_and_its_refusal_is_gone_from_its_page(planning, office_of, journal):
    office, need = office_of(planning), NeedFactory(cycle=planning)
    services.turn_down_need(need=need, reason="今年财力不足,列入储备库。", by=office, at=NOW)
    candidate = proposed(planning)
    services.freeze_candidates(cycle=planning, by=office, at=NOW)

    link(need, candidate, office)

    need.refresh_from_db()
    assert (need.outcome, need.reason, need.decided_at) == (NeedOutcome.CANDIDATE, "", None)
    assert [act for act, *_rest in journal()] == ["need.turned_down", "candidates.frozen", "need.linked"]


def test_what_does_not_belong_together_or_says_no_reason_is_refused(planning, office_of, journal):
    office, need = office_of(planning), NeedFactory(cycle=planning)
    answered = CandidateNeedFactory(candidate__cycle=planning, need=need).candidate
    dropped = CandidateFactory(
        cycle=planning, state=CandidateState.NOT_ADOPTED, reason="不列。", dropped_at=NOW, dropped_by=office
    )
    fitting = CandidateFactory(cycle=planning)

    for candidate, reason, refusal in (
        (CandidateFactory(), WHY, InvalidInput),
        (answered, WHY, Conflict),
        (dropped, WHY, NotAllowed),
        (fitting, "同", BadText),
    ):
        with pytest.raises(refusal):
            link(need, candidate, office, reason)

    assert CandidateNeed.objects.get().candidate == answered
    assert journal() == []


@pytest.mark.parametrize(("phase", "role"), [(Phase.PLAN, Role.DEPARTMENT), (Phase.DECIDE, Role.LIVELIHOOD_OFFICE)])
def test_others_and_later_phases_link_nothing(db, journal, phase, role):
    cycle = CycleFactory(phase=phase)
    need, candidate = NeedFactory(cycle=cycle), CandidateFactory(cycle=cycle)

    with pytest.raises(NotAllowed):
        link(need, candidate, official(role, cycle.area))

    assert not CandidateNeed.objects.exists()
    assert journal() == []


def test_the_database_lets_a_frozen_list_have_no_other_change_of_what_it_answers(planning, office_of):
    office, candidate = office_of(planning), proposed(planning)
    first = CandidateNeedFactory(candidate=candidate, need__outcome=NeedOutcome.CANDIDATE)
    services.freeze_candidates(cycle=planning, by=office, at=NOW)
    row = link(NeedFactory(cycle=planning), candidate, office)

    for change in (
        lambda: CandidateNeedFactory(candidate=candidate),
        lambda: CandidateNeed.objects.filter(pk=first.pk).update(linked_at=NOW, linked_by=office, reason=WHY),
        lambda: CandidateNeed.objects.filter(pk=row.pk).update(reason="别的理由。"),
        lambda: CandidateNeed.objects.filter(pk=row.pk).delete(),
        lambda: CandidateNeedFactory(candidate=candidate, linked_at=NOW, linked_by=office),
    ):
        with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert Candidate.objects.get() == candidate
    assert sorted(CandidateNeed.objects.values_list("pk", "reason")) == [(first.pk, ""), (row.pk, WHY)]
