"""What an earlier year left in the reserve pool is taken up again."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Aspect, Cycle
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.verdict import require
from proposals import rules, selectors
from proposals.acts import ProposalAct
from proposals.models import Candidate, FeasibilitySheet
from proposals.services import _shared as shared
from proposals.services.candidates import draft_candidate, write_sheet
from proposals.states import CandidateKind, CandidateOrigin


@transaction.atomic
def carry_candidate(
    *, candidate: Candidate, cycle: Cycle, by: User, at: datetime, aspect: Aspect | None = None
) -> Candidate:
    """Take a candidate of the reserve pool over as a draft of this year, with its sheet.

    The dates of the sheet are moved by the years between.
    aspect: of this year; left out, the one with the name that the candidate's aspect had.

    :raises NotAllowed: `by` may not build it, another phase, the list is frozen, or the candidate is not in the pool of
        an earlier year of the area or taken over already.
    :raises InvalidInput: no such aspect.
    """
    cycle = shared.lock_cycle(cycle)
    require(rules.may_carry_candidate(by, candidate, cycle, at))
    aspect = aspect or Aspect.objects.filter(cycle=cycle, name_zh=candidate.aspect.name_zh).order_by("number").first()
    if aspect is None:
        raise InvalidInput(_("This year has no aspect of that name. Choose one from the list."), field="aspect")
    carried = draft_candidate(
        cycle=cycle,
        title=candidate.title,
        summary=candidate.summary,
        place=candidate.place,
        aspect=aspect,
        lead_organisation=candidate.lead_organisation,
        kind=CandidateKind(candidate.kind),
        origin=CandidateOrigin.RESERVE,
        carried_from=candidate,
        by=by,
        at=at,
    )
    sheet = FeasibilitySheet.objects.get(candidate=candidate)  # nothing is frozen without one
    years = cycle.year - candidate.cycle.year
    write_sheet(
        candidate=carried,
        starts_on=_years_later(sheet.starts_on, years),
        finishes_on=_years_later(sheet.finishes_on, years),
        people_served=sheet.people_served,
        legal_basis=sheet.legal_basis,
        cost_wan=selectors.costs_of(sheet),
        notes=sheet.notes,
        by=by,
        at=at,
    )
    record(
        ProposalAct.CANDIDATE_CARRIED_OVER, carried, by=by, at=at, carried_from=candidate.pk, year=candidate.cycle.year
    )
    return carried


def _years_later(day: date, years: int) -> date:
    """Return the same day of a later year; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
