"""Candidates from needs to the proposal, and how they are worded anew."""

from datetime import date
from decimal import Decimal

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import IllegalMove, InvalidInput, NotAllowed, NotReady
from livelihood.kernel.text import BadText
from proposals import selectors, services
from proposals.models import Candidate, CandidateList, CostLine, FeasibilitySheet
from proposals.services.candidates import NO_PLACE
from proposals.states import CandidateOrigin, CandidateState, FundSource, NeedOutcome
from tests.factories.frame import NOW, AspectFactory, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import CandidateFactory, CandidateNeedFactory, NeedFactory, SheetFactory
from tests.proposals.candidates import REASON, SHEET, SUMMARY, draft, proposed, revised


def test_a_candidate_is_drafted_from_needs(planning, office_of, journal):
    office = office_of(planning)
    needs = [NeedFactory(cycle=planning), NeedFactory(cycle=planning)]
    untouched = NeedFactory(cycle=planning)

    candidate = draft(planning, office, needs=needs)

    assert (candidate.number, candidate.state, candidate.drafted_by) == (1, CandidateState.DRAFT, office)
    assert candidate.place == "城东 街道"
    assert [need.pk for need in selectors.needs_of_candidate(candidate.pk)] == [need.pk for need in needs]
    for need, outcome in [(needs[0], "candidate"), (needs[1], "candidate"), (untouched, "open")]:
        need.refresh_from_db()
        assert need.outcome == outcome
    assert journal() == [
        ("candidate.drafted", office.pk, {"number": 1, "origin": "need", "needs": [need.pk for need in needs]}),
    ]


def test_a_candidate_is_carried_over_from_an_earlier_year(planning, office_of):
    earlier = CandidateFactory(cycle=CycleFactory(area=planning.area, year=2024))

    candidate = draft(planning, office_of(planning), needs=[], origin=CandidateOrigin.RESERVE, carried_from=earlier)

    assert candidate.carried_from == earlier


def test_a_department_brings_a_proposal_of_its_own_and_makes_up_no_source(planning, office_of, journal):
    office = office_of(planning)

    candidate = draft(planning, office, needs=[], origin=CandidateOrigin.DEPARTMENT)

    assert (candidate.origin, candidate.source, candidate.needs.count()) == ("department", "", 0)
    assert journal() == [("candidate.drafted", office.pk, {"number": 1, "origin": "department", "needs": []})]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("aspect", lambda cycle: {"aspect": AspectFactory()}),
        ("lead_organisation", lambda cycle: {"lead_organisation": OrganisationFactory()}),
        ("needs", lambda cycle: {"needs": [NeedFactory()]}),
        ("needs", lambda cycle: {"needs": []}),
        ("source", lambda cycle: {"origin": CandidateOrigin.PUBLISHED}),
        ("origin", lambda cycle: {"origin": CandidateOrigin.RESERVE}),
        ("origin", lambda cycle: {"carried_from": CandidateFactory(cycle__year=2020)}),
        ("carried_from", lambda cycle: {"carried_from": CandidateFactory(cycle__year=2025)}),
    ],
)
def test_what_comes_from_elsewhere_or_nowhere_is_refused(planning, office_of, journal, field, changes):
    with pytest.raises(InvalidInput) as refusal:
        draft(planning, office_of(planning), **changes(planning))

    assert refusal.value.field == field
    assert not Candidate.objects.for_cycle(planning).exists()
    assert journal() == []


def test_a_sheet_is_written_and_written_anew(planning, office_of, journal):
    candidate, office = CandidateFactory(cycle=planning), office_of(planning)

    services.write_sheet(candidate=candidate, **SHEET, by=office, at=NOW)
    changed = {
        **SHEET,
        "people_served": 9000,
        "cost_wan": {FundSource.CITY: Decimal(900), FundSource.SOCIAL: Decimal(0)},
    }
    sheet = services.write_sheet(candidate=candidate, **changed, by=office, at=NOW)

    assert FeasibilitySheet.objects.get() == sheet
    assert sheet.people_served == 9000
    assert selectors.costs_of(sheet) == {FundSource.CITY: Decimal(900), FundSource.SOCIAL: Decimal(0)}
    assert journal() == [
        (
            "candidate.sheet_written",
            office.pk,
            {"cost_wan": {"city": "800", "province": "200.5"}, "people_served": 12000},
        ),
        ("candidate.sheet_written", office.pk, {"cost_wan": {"city": "900", "social": "0"}, "people_served": 9000}),
    ]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("finishes_on", {"finishes_on": date(2024, 12, 31)}),
        ("people_served", {"people_served": 0}),
        ("people_served", {"people_served": 10**9}),
        ("legal_basis", {"legal_basis": " "}),
        ("cost", {"cost_wan": {}}),
        ("cost", {"cost_wan": {"moon": Decimal(1)}}),
        ("cost", {"cost_wan": {FundSource.CITY: Decimal("-0.0001")}}),
        ("cost", {"cost_wan": {FundSource.CITY: Decimal("NaN")}}),
        ("cost", {"cost_wan": {FundSource.CITY: Decimal("1e10")}}),
    ],
)
def test_a_wrong_sheet_is_refused(planning, office_of, journal, field, changes):
    with pytest.raises(InvalidInput) as refusal:
        services.write_sheet(
            candidate=CandidateFactory(cycle=planning), **{**SHEET, **changes}, by=office_of(planning), at=NOW
        )

    assert refusal.value.field == field
    assert not FeasibilitySheet.objects.exists()
    assert not CostLine.objects.exists()
    assert journal() == []


def test_a_candidate_is_proposed_with_its_sheet(planning, office_of, journal):
    candidate, office = SheetFactory(candidate__cycle=planning).candidate, office_of(planning)

    services.propose_candidate(candidate=candidate, by=office, at=NOW)

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PROPOSED
    assert journal() == [("candidate.proposed", office.pk, {})]
    with pytest.raises(IllegalMove):
        services.propose_candidate(candidate=candidate, by=office, at=NOW)
    assert len(journal()) == 1


def test_a_candidate_without_a_sheet_is_not_proposed(planning, office_of, journal):
    candidate = CandidateFactory(cycle=planning)

    with pytest.raises(NotReady):
        services.propose_candidate(candidate=candidate, by=office_of(planning), at=NOW)

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.DRAFT
    assert journal() == []


def test_dropping_a_candidate_ends_the_needs_that_no_other_answers(planning, office_of, journal):
    office = office_of(planning)
    alone = NeedFactory(cycle=planning, outcome=NeedOutcome.CANDIDATE)
    both = NeedFactory(cycle=planning, outcome=NeedOutcome.CANDIDATE)
    dropped, kept = CandidateFactory(cycle=planning), CandidateFactory(cycle=planning)
    for candidate, need in [(dropped, alone), (dropped, both), (kept, both)]:
        CandidateNeedFactory(candidate=candidate, need=need)

    services.drop_candidate(candidate=dropped, reason=REASON, by=office, at=NOW)

    for row in (dropped, alone, both):
        row.refresh_from_db()
    assert (dropped.state, dropped.reason, dropped.dropped_by) == (CandidateState.NOT_ADOPTED, REASON, office)
    assert (alone.outcome, alone.reason, alone.decided_by) == (NeedOutcome.NOT_ADOPTED, REASON, office)
    assert (both.outcome, both.reason, both.decided_by) == (NeedOutcome.CANDIDATE, "", None)
    assert journal() == [("candidate.dropped", office.pk, {})]


def test_a_candidate_is_not_dropped_without_a_reason(planning, office_of, journal):
    candidate = CandidateFactory(cycle=planning)

    with pytest.raises(BadText):
        services.drop_candidate(candidate=candidate, reason="不行", by=office_of(planning), at=NOW)

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.DRAFT
    assert journal() == []


def test_a_department_works_on_what_it_leads_only(planning, journal):
    own, other = (CandidateFactory(cycle=planning) for _ in range(2))
    clerk = official(Role.DEPARTMENT, planning.area, own.lead_organisation)

    services.write_sheet(candidate=own, **SHEET, by=clerk, at=NOW)
    with pytest.raises(NotAllowed):
        services.write_sheet(candidate=other, **SHEET, by=clerk, at=NOW)
    with pytest.raises(NotAllowed):
        services.drop_candidate(candidate=own, reason=REASON, by=clerk, at=NOW)
    with pytest.raises(NotAllowed):
        services.freeze_candidates(cycle=planning, by=clerk, at=NOW)

    assert [sheet.candidate for sheet in FeasibilitySheet.objects.all()] == [own]
    assert len(journal()) == 1


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase != Phase.PLAN])
def test_candidates_are_built_while_planning_only(db, office_of, journal, phase):
    cycle = CycleFactory(phase=phase)
    candidate, office = proposed(cycle), office_of(cycle)

    for act in (
        lambda: draft(cycle, office),
        lambda: services.write_sheet(candidate=candidate, **SHEET, by=office, at=NOW),
        lambda: services.drop_candidate(candidate=candidate, reason=REASON, by=office, at=NOW),
        lambda: services.freeze_candidates(cycle=cycle, by=office, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert Candidate.objects.get().state == CandidateState.PROPOSED
    assert not CandidateList.objects.exists()
    assert journal() == []


@pytest.mark.parametrize("state", [CandidateState.DRAFT, CandidateState.PROPOSED])
def test_a_candidate_is_worded_anew_and_its_old_words_are_kept(planning, office_of, journal, state):
    office = office_of(planning)
    candidate = CandidateNeedFactory(candidate__cycle=planning, candidate__state=state).candidate
    was = {"title": candidate.title, "summary": candidate.summary, "place": "城东街道"}

    revised(candidate, office, title=" 加装电梯\u3000一百二十部 ", place=" 城西街道 ")

    candidate.refresh_from_db()
    assert (candidate.title, candidate.summary, candidate.state) == ("加装电梯 一百二十部", SUMMARY, state)
    assert candidate.place == "城西街道"
    assert journal() == [("candidate.revised", office.pk, {"was": was})]


def test_the_source_stays_of_a_candidate_that_comes_from_a_published_list(planning, office_of):
    office = office_of(planning)
    published = CandidateFactory(cycle=planning, origin=CandidateOrigin.PUBLISHED, source="《日报》2024年1月10日")
    needed = CandidateNeedFactory(candidate__cycle=planning, candidate__source="《日报》").candidate

    with pytest.raises(InvalidInput) as refusal:
        revised(published, office, source="")
    revised(needed, office, source="")

    assert refusal.value.field == "source"
    published.refresh_from_db()
    needed.refresh_from_db()
    assert (published.source, needed.source) == ("《日报》2024年1月10日", "")


def test_nobody_words_a_candidate_anew_who_may_not_build_it_or_once_it_is_decided(planning, office_of, journal):
    office = office_of(planning)
    candidate, dropped = proposed(planning), CandidateFactory(cycle=planning)
    services.drop_candidate(candidate=dropped, reason=REASON, by=office, at=NOW)
    other = official(Role.DEPARTMENT, planning.area, OrganisationFactory(area=planning.area))

    for row, by in ((candidate, other), (dropped, office)):
        with pytest.raises(NotAllowed):
            revised(row, by, title="改过的标题")
    services.freeze_candidates(cycle=planning, by=office, at=NOW)
    with pytest.raises(NotAllowed):
        revised(candidate, office, title="改过的标题")

    assert "改过的标题" not in Candidate.objects.values_list("title", flat=True)
    assert "candidate.revised" not in [act for act, *_rest in journal()]


@pytest.mark.parametrize(
    ("field", "value"), [("title", "短"), ("summary", "短"), ("place", "长" * 301), ("source", "长" * 301)]
)
def test_bad_words_change_nothing(planning, office_of, field, value):
    candidate = CandidateNeedFactory(candidate__cycle=planning).candidate
    before = (candidate.title, candidate.summary, candidate.place, candidate.source)

    with pytest.raises(BadText) as refusal:
        revised(candidate, office_of(planning), **{field: value})

    candidate.refresh_from_db()
    assert refusal.value.field == field
    assert (candidate.title, candidate.summary, candidate.place, candidate.source) == before


def test_only_a_draft_may_leave_its_place_open(planning, office_of, journal):
    office = office_of(planning)
    offered = CandidateNeedFactory(candidate=proposed(planning)).candidate
    written = draft(planning, office, place="")
    services.write_sheet(candidate=written, **SHEET, by=office, at=NOW)

    with pytest.raises(InvalidInput) as refusal:
        revised(offered, office, place="")
    with pytest.raises(NotReady) as unready:
        services.propose_candidate(candidate=written, by=office, at=NOW)

    assert (refusal.value.field, unready.value.issues) == ("place", (NO_PLACE,))
    offered.refresh_from_db()
    written.refresh_from_db()
    assert (offered.place, written.place, written.state) == ("城东街道", "", CandidateState.DRAFT)
    assert [act for act, *_rest in journal()] == ["candidate.drafted", "candidate.sheet_written"]
    revised(written, office, place="城西街道")
    assert services.propose_candidate(candidate=written, by=office, at=NOW).place == "城西街道"
