"""The frozen list: handed on as it was, and closed to every change."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from threading import Event
from time import sleep

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from livelihood.cycles.states import Phase
from livelihood.kernel.errors import NotAllowed, NotReady
from proposals import selectors, services
from proposals.models import Candidate, CandidateList, CostLine, FeasibilitySheet
from proposals.selectors import CandidateOnList
from proposals.states import CandidateKind, CandidateState, FundSource, NeedOutcome
from tests import databases
from tests.factories.frame import NOW, CycleFactory
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    CostLineFactory,
    NeedFactory,
    SheetFactory,
    SuggestionFactory,
)
from tests.proposals.candidates import REASON, SHEET, draft, proposed
from tests.threads import at_once


def freeze_slowly(cycle, office, is_frozen):
    """Freeze and hold the transaction open for a while; `is_frozen` tells the others to begin."""
    with transaction.atomic():
        frozen = services.freeze_candidates(cycle=cycle, by=office, at=NOW)
        is_frozen.set()
        sleep(0.5)
    return frozen


def test_the_frozen_list_is_handed_on_as_it_was(planning, office_of, journal):
    office = office_of(planning)
    candidate = proposed(planning)
    CostLineFactory(sheet=candidate.sheet, source=FundSource.PROVINCE, amount_wan=Decimal("200.5"))
    need = CandidateNeedFactory(candidate=candidate, need__outcome=NeedOutcome.CANDIDATE).need
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


def test_a_list_is_not_frozen_while_wishes_lead_to_nothing_as_planning_does_not_end_then(planning, office_of, journal):
    proposed(planning)
    SuggestionFactory(cycle=planning)
    AcceptedFactory(cycle=planning)
    NeedFactory(cycle=planning)

    with translation.override("en"), pytest.raises(NotReady) as refused:
        services.freeze_candidates(cycle=planning, by=office_of(planning), at=NOW)
    with translation.override("en"):
        unfinished = selectors.unfinished_business(planning, Phase.PLAN)

    assert list(refused.value.issues) == [
        "1 suggestion is not checked.",
        "1 accepted suggestion stands behind no need.",
        "1 need has neither a candidate nor a reason.",
    ]
    assert unfinished == [*refused.value.issues, "The candidate list is not frozen."]
    assert not CandidateList.objects.exists()
    assert journal() == []


def test_after_the_freeze_services_and_database_refuse_every_change(planning, office_of, journal):
    office = office_of(planning)
    candidate = proposed(planning)
    need = CandidateNeedFactory(candidate=candidate, need__outcome=NeedOutcome.CANDIDATE).need
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
        return Candidate.objects.create(
            number=99, kind=candidate.kind, origin=candidate.origin, drafted_at=NOW, drafted_by=office, **fields
        )

    frozen, slipped = at_once(lambda: freeze_slowly(cycle, office, is_frozen), slip_in)

    assert isinstance(slipped, IntegrityError)
    assert CandidateList.objects.get() == frozen
    assert Candidate.objects.count() == 1


def test_a_list_frozen_before_candidates_had_a_place_is_still_read(planning, office_of):
    proposed(planning)
    frozen = services.freeze_candidates(cycle=planning, by=office_of(planning), at=NOW)
    content = json.loads(frozen.content)
    del content["candidates"][0]["place"]

    (read,) = selectors.on_list(CandidateList(content=json.dumps(content)))

    assert (read.title, read.place) == (content["candidates"][0]["title"], "")
