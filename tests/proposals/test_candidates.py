"""Candidates from needs to the frozen list."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from threading import Event
from time import sleep
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import IllegalMove, InvalidInput, NotAllowed, NotReady
from livelihood.kernel.text import BadText
from proposals import selectors, services
from proposals.models import Candidate, CandidateList, CostLine, FeasibilitySheet
from proposals.selectors import CandidateOnList
from proposals.services.candidates import NO_PLACE
from proposals.states import CandidateKind, CandidateState, FundSource, NeedOutcome
from tests import databases
from tests.factories.frame import NOW, AspectFactory, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import CandidateFactory, CandidateNeedFactory, CostLineFactory, NeedFactory, SheetFactory
from tests.threads import at_once

SHEET: dict[str, Any] = {
    "starts_on": date(2025, 1, 1),
    "finishes_on": date(2025, 11, 30),
    "people_served": 12000,
    "legal_basis": "《无障碍环境建设法》",
    "cost_wan": {FundSource.CITY: Decimal(800), FundSource.PROVINCE: Decimal("200.5")},
}
SUMMARY = "为老旧小区加装电梯一百部。"
REASON = "今年财力不足,列入储备库。"


def draft(cycle, by, **changes):
    given = {
        "cycle": cycle,
        "title": "加装电梯一百部",
        "summary": SUMMARY,
        "place": " 城东\u3000街道\n",
        "kind": CandidateKind.HARDWARE,
        "by": by,
        "at": NOW,
        **changes,
    }
    given.setdefault("aspect", AspectFactory(cycle=cycle))
    given.setdefault("lead_organisation", OrganisationFactory(area=cycle.area))
    given.setdefault("needs", [NeedFactory(cycle=cycle)])
    return services.draft_candidate(**given)


def revised(candidate, by, **changes):
    given = {
        "title": candidate.title,
        "summary": SUMMARY,
        "place": candidate.place,
        "source": candidate.source,
        **changes,
    }
    return services.revise_candidate(candidate=candidate, **given, by=by, at=NOW)


def freeze_slowly(cycle, office, is_frozen):
    """Freeze and hold the transaction open for a while; `is_frozen` tells the others to begin."""
    with transaction.atomic():
        frozen = services.freeze_candidates(cycle=cycle, by=office, at=NOW)
        is_frozen.set()
        sleep(0.5)
    return frozen


def proposed(cycle, **changes):
    line = CostLineFactory(sheet__candidate__cycle=cycle, sheet__candidate__state=CandidateState.PROPOSED, **changes)
    return line.sheet.candidate


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
        ("candidate.drafted", office.pk, {"number": 1, "needs": [need.pk for need in needs]}),
    ]


def test_a_candidate_is_carried_over_from_an_earlier_year(planning, office_of):
    earlier = CandidateFactory(cycle=CycleFactory(area=planning.area, year=2024))

    candidate = draft(planning, office_of(planning), needs=[], carried_from=earlier)

    assert candidate.carried_from == earlier


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("aspect", lambda cycle: {"aspect": AspectFactory()}),
        ("lead_organisation", lambda cycle: {"lead_organisation": OrganisationFactory()}),
        ("needs", lambda cycle: {"needs": [NeedFactory()]}),
        ("needs", lambda cycle: {"needs": []}),
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


def test_the_frozen_list_is_handed_on_as_it_was(planning, office_of, journal):
    office = office_of(planning)
    candidate = proposed(planning)
    CostLineFactory(sheet=candidate.sheet, source=FundSource.PROVINCE, amount_wan=Decimal("200.5"))
    need = CandidateNeedFactory(candidate=candidate).need
    dropped = CandidateFactory(
        cycle=planning, state=CandidateState.NOT_ADOPTED, reason=REASON, dropped_at=NOW, dropped_by=office
    )
    assert selectors.candidates_for(planning) == ()

    frozen = services.freeze_candidates(cycle=planning, by=office, at=NOW)

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.LISTED
    assert frozen.digest == hashlib.sha256(frozen.content.encode()).hexdigest()
    content = json.loads(frozen.content)
    assert content["candidates"][0]["needs"] == [need.number]
    assert content["candidates"][0]["place"] == "城东街道"
    assert content["not_adopted"] == [{"number": dropped.number, "title": dropped.title, "reason": REASON}]
    assert selectors.candidates_for(planning) == (
        CandidateOnList(
            candidate_id=candidate.pk,
            number=candidate.number,
            title=candidate.title,
            summary=candidate.summary,
            place="城东街道",
            aspect_id=candidate.aspect_id,
            aspect_name=candidate.aspect.name_zh,
            lead_organisation_id=candidate.lead_organisation_id,
            lead_organisation_name=candidate.lead_organisation.name_zh,
            kind=CandidateKind.HARDWARE,
            cost_wan={FundSource.PROVINCE: Decimal("200.5"), FundSource.CITY: Decimal(800)},
            total_wan=Decimal("1000.5"),
            people_served=12000,
            starts_on=date(2025, 1, 1),
            finishes_on=date(2025, 11, 30),
            legal_basis="《无障碍环境建设法》",
            source="",
        ),
    )
    assert journal() == [("candidates.frozen", office.pk, {"digest": frozen.digest})]


def test_a_list_with_drafts_or_without_proposals_is_not_frozen(planning, office_of, journal):
    office = office_of(planning)

    with pytest.raises(NotReady) as empty:
        services.freeze_candidates(cycle=planning, by=office, at=NOW)
    proposed(planning)
    CandidateFactory(cycle=planning)
    with pytest.raises(NotReady) as drafts:
        services.freeze_candidates(cycle=planning, by=office, at=NOW)

    assert (len(empty.value.issues), len(drafts.value.issues)) == (1, 1)
    assert not CandidateList.objects.exists()
    assert journal() == []


def test_after_the_freeze_services_and_database_refuse_every_change(planning, office_of, journal):
    office = office_of(planning)
    candidate = proposed(planning)
    need = CandidateNeedFactory(candidate=candidate).need
    frozen = services.freeze_candidates(cycle=planning, by=office, at=NOW)
    entries = len(journal())

    for act in (
        lambda: draft(planning, office, needs=[need]),
        lambda: services.write_sheet(candidate=candidate, **SHEET, by=office, at=NOW),
        lambda: services.propose_candidate(candidate=candidate, by=office, at=NOW),
        lambda: services.drop_candidate(candidate=candidate, reason=REASON, by=office, at=NOW),
        lambda: services.freeze_candidates(cycle=planning, by=office, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    for change in (
        lambda: Candidate.objects.filter(pk=candidate.pk).update(title="改"),
        lambda: Candidate.objects.filter(pk=candidate.pk).delete(),
        lambda: CandidateFactory(cycle=planning),
        lambda: FeasibilitySheet.objects.update(people_served=1),
        lambda: CostLine.objects.update(amount_wan=1),
        lambda: CostLine.objects.all().delete(),
        lambda: CostLineFactory(sheet=candidate.sheet, source=FundSource.SOCIAL),
        lambda: CandidateNeedFactory(candidate=candidate),
        lambda: CandidateList.objects.update(digest="0" * 64),
        lambda: CandidateList.objects.all().delete(),
    ):
        with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert CandidateList.objects.get() == frozen
    assert selectors.list_content(planning) == (frozen.content, frozen.digest)
    assert len(journal()) == entries


def test_another_year_may_still_change_after_a_freeze(planning, office_of):
    proposed(planning)
    services.freeze_candidates(cycle=planning, by=office_of(planning), at=NOW)
    other = SheetFactory(candidate__cycle=CycleFactory(phase=Phase.PLAN))

    FeasibilitySheet.objects.filter(pk=other.pk).update(people_served=1)

    other.refresh_from_db()
    assert other.people_served == 1


@pytest.mark.django_db(transaction=True)
def test_edits_beside_a_freeze_wait_and_are_refused(office_of):
    cycle = CycleFactory(phase=Phase.PLAN)
    office, candidate = office_of(cycle), proposed(cycle)
    is_frozen = Event()

    def edit():
        is_frozen.wait()
        return services.write_sheet(candidate=candidate, **SHEET, by=office, at=NOW)

    frozen, *edits = at_once(lambda: freeze_slowly(cycle, office, is_frozen), *[edit] * 5)

    assert [type(outcome) for outcome in edits] == [NotAllowed] * 5
    assert CandidateList.objects.get() == frozen
    assert selectors.list_content(cycle) == (frozen.content, frozen.digest)


@pytest.mark.django_db(transaction=True)
def test_two_freezes_at_once_make_one_list(office_of):
    cycle = CycleFactory(phase=Phase.PLAN)
    office = office_of(cycle)
    proposed(cycle)

    outcomes = at_once(*[lambda: services.freeze_candidates(cycle=cycle, by=office, at=NOW)] * 4)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CandidateList", *["NotAllowed"] * 3]
    assert CandidateList.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_lets_a_change_wait_for_a_freeze_under_way(office_of):
    cycle = CycleFactory(phase=Phase.PLAN)
    office, candidate = office_of(cycle), proposed(cycle)
    fields = {name: getattr(candidate, name) for name in ("cycle", "title", "summary", "aspect", "lead_organisation")}
    is_frozen = Event()

    def slip_in():
        is_frozen.wait()
        return Candidate.objects.create(number=99, kind=candidate.kind, drafted_at=NOW, drafted_by=office, **fields)

    frozen, slipped = at_once(lambda: freeze_slowly(cycle, office, is_frozen), slip_in)

    assert isinstance(slipped, IntegrityError)
    assert CandidateList.objects.get() == frozen
    assert Candidate.objects.count() == 1


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


def test_the_source_stays_when_nothing_else_is_left_that_a_candidate_comes_from(planning, office_of):
    office = office_of(planning)
    published = CandidateFactory(cycle=planning, source="《日报》2024年1月10日")
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


def test_a_list_frozen_before_candidates_had_a_place_is_still_read(planning, office_of):
    proposed(planning)
    frozen = services.freeze_candidates(cycle=planning, by=office_of(planning), at=NOW)
    content = json.loads(frozen.content)
    del content["candidates"][0]["place"]

    (read,) = selectors.on_list(CandidateList(content=json.dumps(content)))

    assert (read.title, read.place) == (content["candidates"][0]["title"], "")
