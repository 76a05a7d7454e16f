"""The desk for candidates: draft, sheet, propose, drop, discard, freeze."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of, mark_of_all
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.verdict import require
from livelihood.lists.grids import acting
from livelihood.lists.grids.shown import Asking
from livelihood.web.decorators import cycle_view, found
from proposals import rules, selectors, services
from proposals.forms import (
    CandidateForm,
    CandidateRevisionForm,
    CarryForm,
    DiscardForm,
    DropForm,
    SheetForm,
    sheet_initial,
)
from proposals.grids.candidates import CANDIDATES
from proposals.models import Candidate
from proposals.states import CandidateOrigin, CandidateState


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def candidates(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List all candidates of the year, drafts too, and what stands in the way of the freeze; a POST acts upon some."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    rules.settle_planning(cycle)
    context = {
        "frozen": selectors.frozen_list(cycle),
        "issues": selectors.freeze_issues(cycle),
        "plan": rules.may_plan(user, cycle, now),
        "decide": rules.may_decide_candidates(user, cycle, now),
    }
    return acting.answered(Asking(CANDIDATES, request, cycle, user, now), "proposals/candidate_queue.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def candidate_draft(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Draft a candidate, from a need when one is named."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_plan(user, cycle, now))
    number = parameters.whole(request.GET, "need")
    origin = found(selectors.need_at(cycle, number)) if number is not None else None
    initial = {}
    if origin:
        aspect = origin.aspect.number if origin.aspect else None
        initial = {
            "origin": CandidateOrigin.NEED,
            "title": origin.title,
            "summary": origin.summary,
            "aspect": aspect,
            "needs": [origin.number],
        }
    form = CandidateForm(cycle, request.POST or None, initial=initial)
    if drafted := submit(form, lambda: services.draft_candidate(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("proposals:desk_candidate", number=drafted.result.number))
    return show_form(request, "proposals/candidate_draft.html", form)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def candidate(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show a candidate at the desk; a POST writes its feasibility sheet."""
    now, user = timezone.now(), signed_in(request)
    seen = mark_of(_find(request, cycle, number, now))
    shown = _find(request, cycle, number, now)
    sheet = getattr(shown, "sheet", None)
    costs = selectors.costs_of(sheet) if sheet else {}
    form = SheetForm(request.POST or None, initial=sheet_initial(shown, costs) | {"seen": seen})
    if submit(form, lambda: services.write_sheet(candidate=shown, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("proposals:desk_candidate", number=number))
    context = {
        "candidate": shown,
        "notes": selectors.note_count(shown),
        "sheet": sheet,
        "costs": [(source.label, amount) for source, amount in costs.items()],
        "total_wan": sum(costs.values()),
        "needs": selectors.needs_of_candidate(shown.pk),
        "edit": rules.may_edit_candidate(user, shown, now),
        "decide": rules.may_decide_candidates(user, cycle, now),
        "is_draft": shown.state == CandidateState.DRAFT,
        "is_open": shown.state in {CandidateState.DRAFT, CandidateState.PROPOSED},
    }
    return show_form(request, "proposals/candidate_desk.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def candidate_revise(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Word a candidate anew."""
    now, user = timezone.now(), signed_in(request)
    shown = _find(request, cycle, number, now)
    require(rules.may_edit_candidate(user, shown, now))
    seen = mark_of(shown)
    form = CandidateRevisionForm(request.POST or None, initial=vars(shown) | {"seen": seen})
    if submit(form, lambda: services.revise_candidate(candidate=shown, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("proposals:desk_candidate", number=number))
    return show_form(request, "proposals/candidate_revise.html", form, {"candidate": shown})


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def candidate_carry(request: HttpRequest, cycle: Cycle, candidate_id: int) -> HttpResponse:
    """Take a candidate of an earlier year over into this one."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    earlier: Candidate = found(selectors.carriable(cycle, candidate_id))
    require(rules.may_carry_candidate(user, earlier, cycle, now))
    same = cycle.aspects.filter(name_zh=earlier.aspect.name_zh).order_by("number").first()
    form = CarryForm(cycle, request.POST or None, initial={"aspect": same.number if same else None})
    if carried := submit(
        form, lambda: services.carry_candidate(candidate=earlier, cycle=cycle, **form.cleaned_data, by=user, at=now)
    ):
        return redirect(cycle.address("proposals:desk_candidate", number=carried.result.number))
    return show_form(request, "proposals/candidate_carry.html", form, {"candidate": earlier})


@require_http_methods(["GET", "POST"])
@cycle_view
def candidate_propose(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Propose a candidate after a confirmation."""
    now = timezone.now()
    shown = _find(request, cycle, number, now)
    require(rules.may_edit_candidate(request.user, shown, now))
    address = cycle.address("proposals:desk_candidate", number=number)
    if request.method == "POST":
        seen = parameters.whole(request.POST, "seen")
        services.propose_candidate(candidate=shown, seen=seen, by=signed_in(request), at=now)
        return redirect(address)
    return show_question(
        request,
        title=_("Propose this candidate"),
        label=_("Propose"),
        text=shown.title,
        consequences=[_("Its page is public from now on."), _("It goes on the list when the list is frozen.")],
        cancel_url=address,
        seen=mark_of(shown),
    )


@require_http_methods(["GET", "POST"])
@cycle_view
def candidate_drop(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Leave a candidate off the list, with the reason."""
    now = timezone.now()
    shown = _find(request, cycle, number, now)
    require(rules.may_decide_candidates(request.user, cycle, now))
    form = DropForm(request.POST or None, initial={"seen": mark_of(shown)})
    if submit(
        form, lambda: services.drop_candidate(candidate=shown, **form.cleaned_data, by=signed_in(request), at=now)
    ):
        return redirect(cycle.address("proposals:desk_candidate", number=number))
    return show_form(request, "proposals/candidate_drop.html", form, {"candidate": shown})


@require_http_methods(["GET", "POST"])
@cycle_view
def candidate_discard(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Take a draft away that was entered by mistake; what was public is left off the list instead."""
    now = timezone.now()
    shown = _find(request, cycle, number, now)
    require(rules.may_decide_candidates(request.user, cycle, now))
    form = DiscardForm(request.POST or None, initial={"seen": mark_of(shown)})
    by = signed_in(request)
    if submit(form, lambda: services.discard_candidate(candidate=shown, **form.cleaned_data, by=by, at=now)):
        return redirect(cycle.address("proposals:desk_candidate", number=number))
    context = {
        "title": _("Discard a draft that was entered by mistake"),
        "text": _("Nothing of it is published; the needs that no other candidate answers are open again."),
        "label": _("Discard as a mistake"),
        "cancel_url": cycle.address("proposals:desk_candidate", number=number),
    }
    return show_form(request, "form_page.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def candidates_freeze(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Freeze the list after a confirmation that shows what is on it."""
    now = timezone.now()
    require(rules.may_decide_candidates(request.user, cycle, now))
    if request.method == "POST":
        seen = parameters.whole(request.POST, "seen")
        services.freeze_candidates(cycle=cycle, seen=seen, by=signed_in(request), at=now)
        return redirect(cycle.address("proposals:candidates"))
    seen = mark_of_all(Candidate.objects.for_cycle(cycle))
    rows = selectors.candidate_rows(cycle).filter(state=CandidateState.PROPOSED)
    context = {"candidates": rows, "issues": selectors.freeze_issues(cycle), "seen": seen}
    return render(request, "proposals/candidates_freeze.html", context)


def _find(request: HttpRequest, cycle: Cycle, number: int, at: datetime) -> Candidate:
    require(rules.may_read_desk(request.user, cycle, at))
    shown: Candidate = found(selectors.candidate_at(cycle, number))
    return shown
