"""The first half of a year decided by the deputies: collected, planned, decided."""

from collections import Counter
from decimal import Decimal

import pytest

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, NotAllowed
from livelihood.portal import services as portal
from proposals import selectors as intake
from proposals import services as proposals
from proposals.models import Candidate, Need, Suggestion
from proposals.states import DeclineReason, HandOver, NeedOutcome, SuggestionState
from tests.factories.voting import in_urn
from tests.year.acts import (
    accept,
    advance,
    draft,
    not_ready,
    open_need,
    publish_letter,
    suggest,
    write_sheet,
)
from tests.year.town import Town, day, finish_round, sign_in_and_open, vote
from voting import selectors as decisions
from voting import services as voting
from voting.models import Ballot, Round, RoundResult
from voting.states import Outcome, RoundKind, RoundState

LIFT, LIFT_TOO, CANTEEN, PARK, LIBRARY, CLAIM, LAMP = (
    *("老楼没有电梯", "盼望加装电梯", "社区没有食堂", "公园晚上太暗", "图书馆太远", "邻居欠我的钱", "门口路灯坏了"),
)
NEEDS = {"老楼加装电梯": [LIFT, LIFT_TOO], "社区食堂": [CANTEEN], "公园照明": [PARK], "社区书房": [LIBRARY]}
CANDIDATES = ("加装电梯四部", "新建食堂两处", "公园照明改造", "新建书房")
VOTE = "民生实事项目票决"


def collect(people: Town, cycle: Cycle) -> proposals.SuggestionReceipt:
    """Publish the letter, take seven suggestions, and return the receipt of the first."""
    with pytest.raises(NotAllowed):
        advance(people, cycle, Phase.SOLICIT, day(2024, 10, 14))
    with pytest.raises(NotAllowed):
        suggest(people, cycle, LIFT, day(2024, 10, 14))
    assert not Suggestion.objects.exists()
    publish_letter(people, cycle)
    cycle.refresh_from_db()

    contact = proposals.Contact(name="王先生", phone="13800001111", notice=0)
    first = suggest(people, cycle, LIFT, day(2024, 10, 15), contact=contact)
    assert suggest(people, cycle, LIFT, day(2024, 10, 15), contact=contact) == first
    for title in (LIFT_TOO, CANTEEN, PARK, LIBRARY, CLAIM, LAMP):
        suggest(people, cycle, title, day(2024, 10, 20))
    with pytest.raises(NotAllowed):
        suggest(people, cycle, "来得太晚的建议", day(2024, 11, 16))
    assert Suggestion.objects.count() == 7
    assert not intake.published_suggestions().exists()

    with pytest.raises(NotAllowed):
        portal.advance_year(cycle=cycle, expected=Phase.SOLICIT, by=people.department, at=day(2024, 11, 16))
    advance(people, cycle, Phase.SOLICIT, day(2024, 11, 16))
    with pytest.raises(Conflict):
        advance(people, cycle, Phase.SOLICIT, day(2024, 11, 16))
    return first


def screen(people: Town, cycle: Cycle) -> None:
    """Check every suggestion, put those accepted behind needs, and answer the first."""
    at = day(2024, 11, 20)
    with not_ready("7 suggestions are not checked.", "The candidate list is not frozen."):
        advance(people, cycle, Phase.PLAN, at)
    sent = {suggestion.title: suggestion for suggestion in Suggestion.objects.all()}
    for title in (LIFT, LIFT_TOO, CANTEEN, PARK, LIBRARY):
        accept(people, sent[title], at)
    words = "这是个人之间的纠纷，请向人民法院提起诉讼或申请调解。"
    proposals.decline_suggestion(
        suggestion=sent[CLAIM], reason=DeclineReason.SINGLE_CLAIM, words=words, by=people.office, at=at
    )
    words = "已转交12345热线，请凭编号查询。"
    proposals.hand_over_suggestion(
        suggestion=sent[LAMP], handed_to=HandOver.HOTLINE_12345, words=words, by=people.office, at=at
    )
    assert Counter(Suggestion.objects.values_list("state", flat=True)) == {
        SuggestionState.ACCEPTED: 5,
        SuggestionState.DECLINED: 1,
        SuggestionState.HANDED_OVER: 1,
    }

    needs = {title: open_need(people, cycle, title, at) for title in NEEDS}
    with not_ready(
        "5 accepted suggestions stand behind no need.",
        "4 needs have neither a candidate nor a reason.",
        "The candidate list is not frozen.",
    ):
        advance(people, cycle, Phase.PLAN, at)
    for title, behind in NEEDS.items():
        for suggestion in behind:
            proposals.link_suggestion(suggestion=sent[suggestion], need=needs[title], by=people.office, at=at)
    text = "老楼加装电梯已列入候选项目，将提交代表票决。"
    proposals.reply_to_suggestion(
        suggestion=sent[LIFT], organisation=people.works, text=text, by=people.department, at=at
    )
    contact = proposals.read_contact(suggestion=sent[LIFT], by=people.office, at=at)
    assert contact is not None
    assert contact.phone == "13800001111"
    with pytest.raises(NotAllowed):
        proposals.read_contact(suggestion=sent[LIFT], by=people.department, at=at)


def plan(people: Town, cycle: Cycle) -> list[Candidate]:
    """Draft a candidate for each need and one too many, freeze the list, and return those on it."""
    at = day(2024, 12, 1)
    needs = list(Need.objects.order_by("number"))
    listed = [draft(people, cycle, need, title, at) for need, title in zip(needs, CANDIDATES, strict=True)]
    for candidate in listed:
        write_sheet(people, candidate, at)
        proposals.propose_candidate(candidate=candidate, by=people.department, at=at)
    extra = draft(people, cycle, needs[3], "图书馆新馆", at)
    with not_ready("The feasibility sheet is not written yet."):
        proposals.propose_candidate(candidate=extra, by=people.department, at=at)
    with not_ready("1 draft is neither proposed nor dropped."):
        proposals.freeze_candidates(cycle=cycle, by=people.office, at=at)
    proposals.drop_candidate(candidate=extra, reason="当年不能建成，转入明年储备。", by=people.office, at=at)
    with not_ready("The candidate list is not frozen."):
        advance(people, cycle, Phase.PLAN, at)

    frozen = proposals.freeze_candidates(cycle=cycle, by=people.office, at=day(2024, 12, 20))
    with pytest.raises(NotAllowed):
        write_sheet(people, listed[0], day(2024, 12, 21))
    assert [(row.number, row.total_wan) for row in intake.candidates_for(cycle)] == [
        (number, Decimal("1000.5")) for number in (1, 2, 3, 4)
    ]
    assert frozen.digest == intake.list_content(cycle)[1]
    assert {need.outcome for need in Need.objects.all()} == {NeedOutcome.CANDIDATE}
    advance(people, cycle, Phase.PLAN, day(2024, 12, 31))
    return listed


def decide(people: Town, cycle: Cycle, listed: list[Candidate]) -> None:
    """Vote on two of four: one is chosen, two tie, the run-off decides."""
    at = day(2025, 1, 10)
    with not_ready("No result has been announced."):
        advance(people, cycle, Phase.DECIDE, at)
    round_ = voting.create_round(cycle=cycle, title=VOTE, seats=2, by=people.congress, at=at)
    voting.lock_rules(round_=round_, by=people.congress, at=at)
    roll = [
        voting.RollLine(number, deputy.pk, deputy.name, "第一代表团")
        for number, deputy in enumerate(people.deputies, start=1)
    ]
    assert len(voting.write_roll(round_=round_, lines=roll, by=people.congress, at=at)) == 5
    with pytest.raises(NotAllowed):
        vote(people, round_, [[1, 2]] * 5, at)
    sign_in_and_open(people, round_, at)
    receipts = vote(people, round_, [[1, 2], [1, 2], [1, 3], [1, 3], [2, 3]], at)
    with pytest.raises(NotAllowed):
        vote(people, round_, [[1, 2]] * 5, at)
    assert len(set(receipts)) == len(in_urn()) == 5
    with not_ready(f"The vote “{VOTE}” is not finished.", "No result has been announced."):
        advance(people, cycle, Phase.DECIDE, at)
    assert decisions.elected(cycle) == ()

    finish_round(people, round_, at)
    result = RoundResult.objects.get(round=round_)
    assert (result.in_term, result.present, result.returned, result.needed, result.tied_seats) == (5, 5, 5, 3, 1)
    assert [
        (option.number, option.result.approve, option.result.outcome)
        for option in round_.options.select_related("result").order_by("number")
    ] == [(1, 4, Outcome.ELECTED), (2, 3, Outcome.TIED), (3, 3, Outcome.TIED), (4, 0, Outcome.NOT_PASSED)]
    with not_ready(f"The tie of “{VOTE}” waits for its run-off."):
        advance(people, cycle, Phase.DECIDE, at)

    run_off(people, round_)
    assert [row.number for row in decisions.elected(cycle)] == [1, 3]
    lost = decisions.result_for(listed[1])
    assert lost is not None
    assert not lost.is_chosen
    assert (lost.approve, str(lost.text)) == (2, "Majority reached, but others had more approvals")
    advance(people, cycle, Phase.DECIDE, day(2025, 1, 31))


def run_off(people: Town, round_: Round) -> None:
    """Vote again on the two that are tied."""
    at = day(2025, 1, 11)
    second = voting.start_run_off(round_=round_, by=people.congress, at=at)
    assert (second.kind, second.seats, second.roll.exclude(signed_in_at=None).count()) == (RoundKind.RUN_OFF, 1, 5)
    voting.lock_rules(round_=second, by=people.congress, at=at)
    sign_in_and_open(people, second, at)
    vote(people, second, [[2], [2], [3], [3], [3]], at)
    finish_round(people, second, at)
    assert second.state == RoundState.ANNOUNCED
    assert (len(in_urn()), Ballot.objects.count()) == (0, 10)
