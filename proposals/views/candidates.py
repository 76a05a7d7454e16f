"""Public pages of candidates: the list, one candidate, the list as a file."""

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel.filters import with_counts
from livelihood.kernel.methods import require_GET
from livelihood.web import threads
from livelihood.web.decorators import cycle_view, found, public_page
from proposals import selectors
from proposals.filters import CandidateFilter
from proposals.querysets import NOT_PUBLIC
from proposals.states import CandidateKind, CandidateState


@public_page
@require_GET
@cycle_view
def candidates(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the candidates with their cost, and those not adopted with the reason."""
    rows = selectors.candidate_rows(cycle).exclude(state__in=NOT_PUBLIC)
    filters = CandidateFilter.on_page(request, rows)
    chosen, counts = filters.qs, filters.counts({"aspect": F("aspect__number"), "kind": F("kind")})
    context = {
        "candidates": [row for row in chosen if row.state != CandidateState.NOT_ADOPTED],
        "not_adopted": [row for row in chosen if row.state == CandidateState.NOT_ADOPTED],
        "frozen": selectors.frozen_list(cycle),
        "aspects": with_counts(cycles.aspect_choices(cycle), counts.get("aspect")),
        "kinds": with_counts(CandidateKind.choices, counts.get("kind")),
    }
    return render(request, "proposals/candidate_list.html", context)


@public_page
@require_GET
@cycle_view
def candidate(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show one candidate: what, why, who, how much, by when, and whose suggestions it answers."""
    shown = found(selectors.candidate_at(cycle, number))
    found(shown if shown.state not in NOT_PUBLIC else None)
    sheet = getattr(shown, "sheet", None)
    costs = selectors.costs_of(sheet) if sheet else {}
    context = {
        "candidate": shown,
        "sheet": sheet,
        "costs": [(source.label, amount) for source, amount in costs.items()],
        "total_wan": sum(costs.values()),
        "needs": selectors.needs_of_candidate(shown.pk),
        "support": selectors.support_of_candidate(shown.pk),
        "thread": threads.of(shown),
    }
    return render(request, "proposals/candidate_detail.html", context)


@public_page
@require_GET
@cycle_view
def candidate_list_file(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Give the frozen list as the very bytes whose SHA-256 is printed on the page."""
    frozen = found(selectors.frozen_list(cycle))
    response = HttpResponse(frozen.content.encode(), content_type="application/json")
    name = f"candidates-{cycle.area.code}-{cycle.year}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
