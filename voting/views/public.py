"""What anyone may read: what was decided, how, and what the two sessions said."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.kernel.methods import require_GET
from livelihood.web.decorators import cycle_view, public_page
from voting import selectors
from voting.schemes import scheme_of
from voting.selectors import pictures


@public_page
@require_GET
@cycle_view
def reserve(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show what was not chosen this year and before, with votes and reasons, and what a later year took up again."""
    return render(request, "voting/reserve.html", {"pool": selectors.reserve_pool(cycle.area, cycle.year)})


@public_page
@require_GET
@cycle_view
def decision(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the rounds with their results, or the review with its opinions and answers, and what was not chosen."""
    sheets = selectors.announced_sheets(cycle)
    review = selectors.review_of(cycle)
    context = {
        "adoption": cycles.adoption_of(cycle) if cycle.decision_mode == DecisionMode.ELSEWHERE else None,
        "sheets": [
            (sheet, pictures.approvals_chart(sheet), selectors.rules_rows(sheet.round), scheme_of(sheet.round).words)
            for sheet in sheets
        ],
        "reserve": selectors.reserve_of(sheets),
        "under_way": selectors.public_rounds(cycle),
        "review": review,
        "items": selectors.review_items(review) if review else [],
        "opinions": selectors.opinions_of(review) if review else [],
        "revisions": selectors.revisions_of(review) if review else [],
    }
    return render(request, "voting/decision.html", context)
