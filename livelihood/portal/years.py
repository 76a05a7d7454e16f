"""Pages of a year's settings: its desk, its draft, its dates, its steps, and the decision that is adopted."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.once import once
from livelihood.accounts.roles import Permission
from livelihood.accounts.seen import mark_of_year
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.jobs import pulse
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.uploads import CONTENT_TYPES, FileKind
from livelihood.kernel.verdict import require
from livelihood.portal import rules, selectors, services
from livelihood.portal.at_hand import to_do
from livelihood.portal.forms import (
    AdoptionForm,
    DatesForm,
    DecisionForm,
    MoveBackForm,
    MoveForm,
    YearForm,
    day_fields,
)
from livelihood.portal.setting_up import beginning
from livelihood.web.bounds import takes_file
from livelihood.web.decorators import cycle_view, found, public_page
from proposals.rules import may_read_intake, may_suggest
from proposals.selectors import counts
from proposals.states import Channel


@require_GET
@cycle_view
def desk(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show a year from the inside: phase, what is unfinished, the way on and the way back."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    unfinished = selectors.unfinished_business(cycle)
    step = selectors.next_step(cycle, timezone.localdate(now))
    is_collecting = cycle.phase == Phase.SOLICIT
    context = {
        "unfinished": unfinished,
        "to_do": to_do(user, cycle, now, waiting=selectors.waiting_for(user, now)),
        "form_url": f"{settings.SITE_URL}{cycle.address('proposals:suggest')}" if is_collecting else "",
        "came_in": counts(cycle)["total"] if is_collecting and may_read_intake(user, cycle, now) else None,
        "may_suggest": may_suggest(None, cycle, Channel.WEB, now) if is_collecting else None,
        "may_manage": rules.may_manage_cycle(user, cycle, now),
        "may_edit": rules.may_edit_draft(user, cycle, now),
        "beginning": beginning(cycle, user, now) if cycle.phase == Phase.DRAFT else None,
        "may_take_back": rules.may_take_back(user, cycle, now),
        "may_read_journal": rules.may_read_journal(user, cycle, now),
        "step": step,
        "before": selectors.step_before(cycle),
        "moves": selectors.move_rows(cycle),
        "adoption": cycles.adoption_of(cycle),
        "may_correct": rules.may_correct_adoption(user, cycle, now),
        "standstill": pulse.standstill(at=now, with_clock=True),
    }
    return render(request, "portal/desk_home.html", context)


@require_http_methods(["GET", "POST"])
@once
def year_open(request: HttpRequest, area: str) -> HttpResponse:
    """Open a new year of an area as a draft."""
    place = get_object_or_404(Area, slug=area)
    now = timezone.now()
    require(rules.may_open_year(signed_in(request), place, now))
    today = timezone.localdate(now)
    year = today.year + 1
    initial = {"year": year, "proposed_for": year, **day_fields(cycles.usual_periods(year, today))}
    form = YearForm(request.POST or None, initial=initial)
    if opened := submit(form, lambda: services.open_year(area=place, **form.given(), by=signed_in(request), at=now)):
        return redirect(opened.result.address("portal:desk"))
    return show_form(request, "portal/year_open.html", form, {"area": place})


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def year_edit(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Write the draft of a year anew."""
    now = timezone.now()
    require(rules.may_edit_draft(signed_in(request), cycle, now))
    seen = mark_of_year(cycle)
    aspects = [" | ".join(filter(None, (one.name_zh, one.name_en))) for one in cycles.aspects_of(cycle)]
    initial = {
        "year": cycle.year,
        "decision_mode": cycle.decision_mode,
        "aspects": "\n".join(aspects),
        **_dates(cycle),
        "seen": seen,
    }
    form = YearForm(request.POST or None, initial=initial)
    act, by = services.edit_year, signed_in(request)
    if done := submit(form, lambda: act(cycle=cycle, **form.given(), seen=form.cleaned_data["seen"], by=by, at=now)):
        return redirect(done.result.address("portal:desk"))
    return show_form(request, "portal/year_edit.html", form)


@require_http_methods(["GET", "POST"])
@cycle_view
def year_discard(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Discard the draft of a year after a confirmation."""
    now = timezone.now()
    require(rules.may_edit_draft(signed_in(request), cycle, now))
    if request.method == "POST":
        seen = parameters.whole(request.POST, "seen")
        services.discard_year(cycle=cycle, seen=seen, by=signed_in(request), at=now)
        return redirect("portal:my_work")
    return show_question(
        request,
        title=_("Discard the draft"),
        label=_("Discard the draft"),
        text=f"{cycle.area.name} {cycle.year}",
        consequences=[
            _("Its dates and aspects are deleted; the journal keeps what they were."),
            _("A year for which something has been entered, for instance its letter, cannot be discarded."),
        ],
        cancel_url=cycle.address("portal:desk"),
        seen=mark_of_year(cycle),
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def year_dates(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Set the dates of the phases."""
    now = timezone.now()
    require(rules.may_manage_cycle(signed_in(request), cycle, now))
    initial = {"seen": mark_of_year(cycle), **_dates(cycle)}
    form = DatesForm(request.POST or None, phases=cycles.phases_had(cycle.decision_mode), initial=initial)
    if submit(
        form,
        lambda: services.date_year(
            cycle=cycle,
            periods=form.all_periods(),
            seen=form.cleaned_data["seen"],
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
            at=now,
        ),
    ):
        return redirect(cycle.address("portal:desk"))
    return show_form(request, "portal/year_dates.html", form)


@require_http_methods(["GET", "POST"])
@cycle_view
def year_advance(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Move the year to its next phase, after saying what will happen; both dates are named."""
    now = timezone.now()
    require(rules.may_advance(signed_in(request), cycle, now))
    seen = mark_of_year(cycle)
    step = found(selectors.next_step(cycle, timezone.localdate(now)))
    initial = {"seen": seen, "starts_on": step.starts_on, "ends_on": step.ends_on}
    form = MoveForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        ends=step.phase != Phase.CLOSED,
        is_early=step.is_early,
    )
    expected = Phase(parameters.word(request.POST, "expected", Phase.values, default=cycle.phase))
    act = services.advance_year
    done = submit(form, lambda: act(cycle=cycle, expected=expected, **form.given(), by=signed_in(request), at=now))
    if done:
        return redirect(cycle.address("portal:desk"))
    context = {"step": step, "unfinished": selectors.unfinished_business(cycle)}
    return show_form(request, "portal/year_advance.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def year_take_back(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Take the year back to where it came from, with a reason."""
    now = timezone.now()
    require(rules.may_take_back(signed_in(request), cycle, now))
    form = MoveBackForm(request.POST or None)
    expected = Phase(parameters.word(request.POST, "expected", Phase.values, default=cycle.phase))
    act = services.take_back_year
    done = submit(form, lambda: act(cycle=cycle, expected=expected, **form.cleaned_data, by=signed_in(request), at=now))
    if done:
        return redirect(cycle.address("portal:desk"))
    context = {"before": selectors.step_before(cycle), "done_here": selectors.done_in_phase(cycle)}
    return show_form(request, "portal/year_take_back.html", form, context)


@takes_file
@require_http_methods(["GET", "POST"])
@cycle_view
def year_adopt(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Adopt a list that was decided elsewhere: the year begins in delivery."""
    now = timezone.now()
    require(rules.may_adopt(signed_in(request), cycle, now))
    seen = mark_of_year(cycle)
    period, today = cycles.period(cycle, Phase.DELIVER), timezone.localdate(now)
    usual = cycles.usual_periods(cycle.year, today)[Phase.DELIVER]
    starts_on, ends_on = (period.starts_on, period.ends_on) if period else usual
    initial = {"seen": seen, "starts_on": min(starts_on, today), "ends_on": ends_on}
    form = AdoptionForm(request.POST or None, request.FILES or None, initial=initial)
    if submit(form, lambda: services.adopt_year(cycle=cycle, **form.given(), by=signed_in(request), at=now)):
        keeps = accounts.has(signed_in(request), Permission.MANAGE_PROJECTS, cycle.area, now)
        return redirect(cycle.address("projects:desk_projects" if keeps else "portal:desk"))
    return show_form(request, "portal/year_adopt.html", form)


@takes_file
@require_http_methods(["GET", "POST"])
@once
@cycle_view
def adoption_correct(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Correct the decision that was entered."""
    now = timezone.now()
    require(rules.may_correct_adoption(signed_in(request), cycle, now))
    seen = mark_of_year(cycle)
    adoption = found(cycles.adoption_of(cycle))
    initial = {"seen": seen} | {name: getattr(adoption, name) for name in ("decided_by", "number", "decided_on")}
    form = DecisionForm(request.POST or None, request.FILES or None, initial=initial, is_correction=True)
    act = services.correct_year_adoption
    if submit(form, lambda: act(cycle=cycle, **form.given(), by=signed_in(request), at=now)):
        return redirect(cycle.address("portal:desk"))
    return show_form(request, "portal/adoption_correct.html", form, {"adoption": adoption})


@public_page
@require_GET
@cycle_view
def adoption_file(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Hand out the file of the decision by which the list came.

    :raises Http404: no list was adopted.
    """
    adoption = cycles.adoption_of(cycle)
    if adoption is None:
        raise Http404
    response = HttpResponse(bytes(adoption.content), content_type=CONTENT_TYPES[FileKind(adoption.kind)])
    response["Content-Disposition"] = content_disposition_header(True, adoption.file_name) or ""
    return response


def _dates(cycle: Cycle) -> dict[str, object]:
    initial: dict[str, object] = {}
    for step in cycles.year_track(cycle):
        initial |= {f"{step.name}_starts_on": step.starts_on, f"{step.name}_ends_on": step.ends_on}
    return initial
