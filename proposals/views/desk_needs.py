"""The desk for needs: opened, linked with suggestions, turned down."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.paging import paginate
from livelihood.kernel.text import mask_personal
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from proposals import rules, selectors, services
from proposals.filters import NeedFilter
from proposals.forms import LinkCandidateForm, NeedForm, ReasonForm
from proposals.models import Need
from proposals.states import NeedOutcome
from proposals.views import _shared as shared

NUMBER_LENGTH = 40
"""More than the number of any suggestion."""


@require_GET
@cycle_view
def needs(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the needs with their outcome, the most wanted first."""
    now = timezone.now()
    require(rules.may_read_desk(request.user, cycle, now))
    rows = Need.objects.for_cycle(cycle)
    outcomes = shared.counts_by(rows, "outcome")
    filters = NeedFilter.on_page(request, rows)
    context = {
        "page": paginate(filters.listed, ["-support", "number"], request.GET, joined=selectors.NAMES),
        "count": filters.count if filters.chosen else sum(outcomes.values()),
        "states": [(value, label, outcomes.get(value, 0)) for value, label in NeedOutcome.choices],
        "verdict": rules.may_shape_needs(request.user, cycle, now),
    }
    return render(request, "proposals/need_queue.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def need_open(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Open a need, from a suggestion when one is named: it is then linked at once."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_shape_needs(user, cycle, now))
    number = parameters.text(request.GET, "suggestion", most=NUMBER_LENGTH)
    origin = found(selectors.suggestion_at(cycle, number)) if number else None
    initial: dict[str, object] = {"area": cycle.area.code}
    if origin:
        initial = {
            "title": origin.public_title or mask_personal(origin.title),
            "summary": origin.public_wish or mask_personal(origin.wish),
            "aspect": origin.aspect.number if origin.aspect else None,
            "area": origin.area.code,
        }
    form = NeedForm(cycle, request.POST or None, initial=initial)
    if opened := submit(form, lambda: services.open_need(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        if origin:
            services.link_suggestion(suggestion=origin, need=opened.result, by=user, at=now)
        return redirect(cycle.address("proposals:desk_need", number=opened.result.number))
    return show_form(request, "proposals/need_open.html", form, {"origin": origin})


@require_http_methods(["GET", "POST"])
@cycle_view
def need(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show a need with its suggestions; a POST turns it down."""
    now = timezone.now()
    require(rules.may_read_desk(request.user, cycle, now))
    shown = found(selectors.need_at(cycle, number))
    form = ReasonForm(request.POST or None)
    if submit(form, lambda: services.turn_down_need(need=shown, **form.cleaned_data, by=signed_in(request), at=now)):
        return redirect(cycle.address("proposals:desk_need", number=number))
    rows = selectors.suggestions_behind(shown)
    page = paginate(rows, ["-received_at", "-pk"], request.GET, joined=selectors.NAMES)
    selectors.with_replies(page.rows)
    context = {
        "need": shown,
        "notes": selectors.note_count(shown),
        "support": selectors.support_of_need(shown),
        "candidates": selectors.candidates_of_need(shown, drafts_too=True),
        "may_be_linked": selectors.candidates_to_link(shown).exists(),
        "frozen": selectors.frozen_list(cycle),
        "page": page,
        "verdict": rules.may_shape_needs(request.user, cycle, now),
        "plan": rules.may_plan(request.user, cycle, now),
        "draft_url": f"{cycle.address('proposals:candidate_draft')}?need={number}",
    }
    return show_form(request, "proposals/need_desk.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def need_link(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Link a need that came later to a candidate that answers it, also to one of the frozen list."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_shape_needs(user, cycle, now))
    initial = {"seen": selectors.closed_needs(cycle)}
    shown = found(selectors.need_at(cycle, number))
    form = LinkCandidateForm(selectors.candidates_to_link(shown), request.POST or None, initial=initial)
    if submit(form, lambda: services.link_candidate(need=shown, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("proposals:desk_need", number=number))
    context = {"need": shown, "frozen": selectors.frozen_list(cycle)}
    return show_form(request, "proposals/need_link.html", form, context)
