"""Candidates as pages, deputies and the next room read them, and the frozen list."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from proposals.models import Candidate, CandidateList, CostLine, FeasibilitySheet, Need
from proposals.selectors.figures import counts
from proposals.states import CandidateKind, CandidateState, FundSource, NeedOutcome


@dataclass(frozen=True, slots=True)
class CandidateOnList:
    """A candidate as it stands on the frozen list: what goes to the deputies or to the two sessions.

    cost_wan: source → amount in 10,000 yuan, sources in the order of FundSource; total_wan is their sum.
    place: where it is to be done; empty on lists frozen before candidates had one.
    people_served: people who have the use of it in a year.
    source: where the candidate was published; empty if it was entered here.
    """

    candidate_id: int
    number: int
    title: str
    summary: str
    place: str
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
        place=row.get("place", ""),
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


def public_candidates() -> QuerySet[Candidate]:
    """Return the candidates of all years that anyone may read, with aspect and lead organisation."""
    return Candidate.objects.public().select_related("aspect", "lead_organisation")


def candidate_rows(cycle: Cycle) -> QuerySet[Candidate]:
    """Return all candidates of a cycle by number, with aspect, lead organisation, sheet and `total_wan`."""
    rows = Candidate.objects.for_cycle(cycle).select_related("aspect", "lead_organisation", "sheet")
    return rows.annotate(total_wan=Sum("sheet__cost_lines__amount_wan")).order_by("number")


def candidate_at(cycle: Cycle, number: int) -> Candidate | None:
    """Return one candidate of a cycle by its number, with everything its page shows of it."""
    rows = Candidate.objects.for_cycle(cycle).select_related("cycle__area", "aspect", "lead_organisation", "sheet")
    rows = rows.select_related("carried_from__cycle__area")
    return rows.filter(number=number).first()


def carriable(cycle: Cycle, candidate_id: int) -> Candidate | None:
    """Return a candidate of an earlier year of the same area, with its aspect."""
    rows = Candidate.objects.filter(cycle__area=cycle.area_id, cycle__year__lt=cycle.year)
    return rows.select_related("cycle__area", "aspect", "lead_organisation").filter(pk=candidate_id).first()


def costs_of(sheet: FeasibilitySheet) -> dict[FundSource, Decimal]:
    """Return what each source pays, in the order of FundSource."""
    amounts = dict(CostLine.objects.filter(sheet=sheet).values_list("source", "amount_wan"))
    return {source: amounts[source] for source in FundSource if source in amounts}


def freeze_issues(cycle: Cycle) -> list[Text]:
    """Return what stands in the way of freezing the list."""
    states = Counter(Candidate.objects.for_cycle(cycle).values_list("state", flat=True))
    issues: list[Text] = []
    if not states[CandidateState.PROPOSED]:
        issues.append(_("No candidate is proposed yet."))
    if drafts := states[CandidateState.DRAFT]:
        text = ngettext(
            "%(count)s draft is neither proposed nor dropped.",
            "%(count)s drafts are neither proposed nor dropped.",
            drafts,
        )
        issues.append(text % {"count": drafts})
    return [*issues, *unanswered_wishes(cycle)]


def unanswered_wishes(cycle: Cycle) -> list[Text]:
    """Return which suggestions and needs of a year lead to nothing yet: neither to a candidate nor to a reason.

    Asked before the freeze, as a frozen list answers no further need, and again before planning ends.
    """
    issues: list[Text] = []
    suggestions = counts(cycle)
    if unchecked := suggestions["received"]:
        text = ngettext("%(count)s suggestion is not checked.", "%(count)s suggestions are not checked.", unchecked)
        issues.append(text % {"count": unchecked})
    if loose := suggestions["loose"]:
        text = ngettext(
            "%(count)s accepted suggestion stands behind no need.",
            "%(count)s accepted suggestions stand behind no need.",
            loose,
        )
        issues.append(text % {"count": loose})
    if undecided := Need.objects.for_cycle(cycle).filter(outcome=NeedOutcome.OPEN).count():
        text = ngettext(
            "%(count)s need has neither a candidate nor a reason.",
            "%(count)s needs have neither a candidate nor a reason.",
            undecided,
        )
        issues.append(text % {"count": undecided})
    return issues


def list_content(cycle: Cycle) -> tuple[str, str]:
    """Return the list as canonical JSON (sorted keys, no blanks), and the SHA-256 of its UTF-8 bytes.

    Holds the listed candidates with their sheets, and those not adopted with their reasons, by number.
    """
    rows = candidate_rows(cycle).prefetch_related("sheet__cost_lines", "needs")
    content = {
        "area": cycle.area.code,
        "year": cycle.year,
        "candidates": [_frozen(row) for row in rows if row.state == CandidateState.LISTED],
        "not_adopted": [
            {"number": row.number, "title": row.title, "reason": row.reason}
            for row in rows
            if row.state == CandidateState.NOT_ADOPTED
        ],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, hashlib.sha256(text.encode()).hexdigest()


def _frozen(candidate: Candidate) -> dict[str, Any]:
    sheet = candidate.sheet
    return {
        "id": candidate.pk,
        "number": candidate.number,
        "title": candidate.title,
        "summary": candidate.summary,
        "place": candidate.place,
        "aspect": {"id": candidate.aspect_id, "name": candidate.aspect.name_zh},
        "lead_organisation": {"id": candidate.lead_organisation_id, "name": candidate.lead_organisation.name_zh},
        "kind": candidate.kind,
        "cost_wan": {line.source: str(line.amount_wan) for line in sheet.cost_lines.all()},
        "people_served": sheet.people_served,
        "starts_on": sheet.starts_on.isoformat(),
        "finishes_on": sheet.finishes_on.isoformat(),
        "legal_basis": sheet.legal_basis,
        "needs": sorted(need.number for need in candidate.needs.all()),
        "source": candidate.source,
    }
