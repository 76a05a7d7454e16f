"""Reading candidates and the frozen list."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from livelihood.cycles.models import Cycle
from proposals.models import CandidateList
from proposals.states import CandidateKind, FundSource


@dataclass(frozen=True, slots=True)
class CandidateOnList:
    """A candidate as it stands on the frozen list: what goes to the deputies or to the two sessions.

    cost_wan: source → amount in 10,000 yuan, sources in the order of FundSource; total_wan is their sum.
    people_served: people who have the use of it in a year.
    source: where the candidate was published; empty if it was entered here.
    """

    candidate_id: int
    number: int
    title: str
    summary: str
    aspect_id: int
    aspect_name: str
    lead_organisation_id: int
    lead_organisation_name: str
    kind: CandidateKind
    cost_wan: Mapping[FundSource, Decimal]
    total_wan: Decimal
    people_served: int
    starts_on: date
    finishes_on: date
    legal_basis: str
    source: str


def frozen_list(cycle: Cycle) -> CandidateList | None:
    """Return the frozen list of a cycle, None before the freeze."""
    return CandidateList.objects.filter(cycle=cycle).first()


def candidates_for(cycle: Cycle) -> tuple[CandidateOnList, ...]:
    """Return the candidates handed on to the decision, by number, as frozen; empty before the freeze."""
    frozen = frozen_list(cycle)
    return () if frozen is None else on_list(frozen)


def on_list(frozen: CandidateList) -> tuple[CandidateOnList, ...]:
    """Return what a frozen list says of its candidates."""
    return tuple(_candidate(row) for row in json.loads(frozen.content)["candidates"])


def _candidate(row: Mapping[str, Any]) -> CandidateOnList:
    cost = {source: Decimal(row["cost_wan"][source]) for source in FundSource if source in row["cost_wan"]}
    return CandidateOnList(
        candidate_id=row["id"],
        number=row["number"],
        title=row["title"],
        summary=row["summary"],
        aspect_id=row["aspect"]["id"],
        aspect_name=row["aspect"]["name"],
        lead_organisation_id=row["lead_organisation"]["id"],
        lead_organisation_name=row["lead_organisation"]["name"],
        kind=CandidateKind(row["kind"]),
        cost_wan=cost,
        total_wan=sum(cost.values(), Decimal(0)),
        people_served=row["people_served"],
        starts_on=date.fromisoformat(row["starts_on"]),
        finishes_on=date.fromisoformat(row["finishes_on"]),
        legal_basis=row["legal_basis"],
        source=row["source"],
    )
