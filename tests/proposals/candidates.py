"""Candidates as their acts make them."""

from datetime import date
from decimal import Decimal
from typing import Any

from proposals import services
from proposals.states import CandidateKind, CandidateOrigin, CandidateState, FundSource
from tests.factories.frame import NOW, AspectFactory, OrganisationFactory
from tests.factories.proposals import CostLineFactory, NeedFactory

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
        "origin": CandidateOrigin.NEED,
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


def proposed(cycle, **changes):
    line = CostLineFactory(sheet__candidate__cycle=cycle, sheet__candidate__state=CandidateState.PROPOSED, **changes)
    return line.sheet.candidate
