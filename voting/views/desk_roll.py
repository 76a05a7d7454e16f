"""The desk for the roll: who stands on it, sign-in, and the screen of the hall."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from livelihood.accounts import services as accounts
from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.imports.exporters import shown_traces
from livelihood.kernel import parameters
from livelihood.kernel.charts import Chart
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.paging import paginate
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from voting import rules, selectors, services
from voting.filters import ROLL_STATES, RollFilter
from voting.forms import RollCodesForm, SubstituteForm
from voting.models import RollEntry, Round
from voting.selectors import pictures
from voting.states import BEFORE_OPENING, ROLL_OPEN, SIGNING_IN, VOTING, RoundState
from voting.views import _shared as shared


@require_GET
@cycle_view
def roll(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show the roll; sign deputies in where it is time for it."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_roll(user, cycle, now))
    shown = shared.find_round(cycle, number)
    rows = RollFilter.on_page(request, selectors.roll_of(shown)).qs
    context = {
        "round": shown,
        "page": paginate(rows, ["number", "pk"], request.GET),
        "count": rows.count(),
        "turnout": selectors.turnout(shown),
        "states": ROLL_STATES,
        "delegations": [(name, name) for name in selectors.delegations_of(shown)],
        "check": selectors.roll_check(shown, now) if shown.state in ROLL_OPEN else None,
        "may_issue": rules.may_issue_credentials(user, shown, now),
        "may_substitute": shown.method.has_substitutes and shown.state in BEFORE_OPENING,
        "may_import": rules.may_import_roll(user, shown, now),
        "may_print_codes": rules.may_print_codes(user, shown, now),
        "may_sign_in": rules.may_sign_in_deputy(user, shown, None, now),
        "may_hand_out": rules.may_hand_out_papers(user, shown, now),
    }
    return render(request, "voting/roll_list.html", context)


@require_GET
@cycle_view
def roll_line(request: HttpRequest, cycle: Cycle, number: int, line: int) -> HttpResponse:
    """Show a line of the roll, and what sheets wrote of it with the old values."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_roll(user, cycle, now))
    shown = shared.find_round(cycle, number)
    entry: RollEntry = found(selectors.entry_at(shown, line))
    traces = shown_traces(RollEntry._meta.label_lower, entry.pk, reader=user, at=now)
    return render(request, "voting/roll_line.html", {"round": shown, "entry": entry, "traces": traces})


@require_http_methods(["GET", "POST"])
@cycle_view
def line_remove(request: HttpRequest, cycle: Cycle, number: int, line: int) -> HttpResponse:
    """Take a line off the roll, after saying what that means."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_import_roll(user, shown, now))
    entry: RollEntry = found(selectors.entry_at(shown, line))
    if request.method == "POST":
        services.clear_roll(round_=shown, entries=[entry], by=user, at=now)
        return redirect(shown.address("voting:roll"))
    return show_question(
        request,
        title=_("Take a line off the roll"),
        label=_("Take it off"),
        text=f"{entry.number} {entry.name}",
        consequences=[
            _("This deputy cannot vote in this round. The account stays, and the mandate."),
            _("Until the roll is locked, an import puts the line on again."),
        ],
        cancel_url=shown.address("voting:roll"),
    )


@require_http_methods(["GET", "POST"])
@cycle_view
def roll_clear(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Take everybody off the roll, after saying how many they are."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_import_roll(user, shown, now))
    if request.method == "POST":
        services.clear_roll(round_=shown, entries=list(shown.roll.all()), by=user, at=now)
        return redirect(shown.address("voting:roll"))
    return show_question(
        request,
        title=_("Clear the roll"),
        label=_("Take everybody off"),
        text=gettext("Deputies on the roll: %(count)d") % {"count": shown.roll.count()},
        consequences=[
            _("Their accounts and mandates stay, and the codes that were printed for them."),
            _("The roll can be brought again until it is locked."),
        ],
        cancel_url=shown.address("voting:roll"),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def roll_codes(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Print slips for those on the roll who have never signed in, after saying what becomes of former ones."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_print_codes(user, shown, now))
    form = RollCodesForm(request.POST or None)
    printed = submit(
        form,
        lambda: accounts.print_codes_of_deputies(
            people=selectors.deputies_without_password(shown, user, now, **form.cleaned_data),
            area=cycle.area,
            by=user,
            at=now,
            delegations=dict(shown.roll.values_list("deputy_id", "delegation")),
        ),
    )
    if printed:
        headers = {"Content-Disposition": f'attachment; filename="codes-{cycle.area.slug}-{number}.pdf"'}
        return HttpResponse(printed.result, content_type="application/pdf", headers=headers)
    context = {
        "round": shown,
        "count": len(selectors.deputies_without_password(shown, user, now, is_again=False)),
        "count_again": len(selectors.deputies_without_password(shown, user, now, is_again=True)),
        "back_url": shown.address("voting:roll"),
    }
    return show_form(request, "voting/roll_codes.html", form, context)


@require_http_methods(["POST"])
@cycle_view
def sign_in(request: HttpRequest, cycle: Cycle, number: int, line: int) -> HttpResponse:
    """Sign a deputy in, or take a sign-in back."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    entry: RollEntry = found(selectors.entry_at(shown, line))
    act = services.undo_sign_in if parameters.is_given(request.POST, "undo") else services.sign_in_deputy
    act(entry=entry, by=user, at=now)
    return redirect(f"{shown.address('voting:roll')}?{request.GET.urlencode()}#line-{line}")


@require_http_methods(["GET", "POST"])
@cycle_view
def substitute(request: HttpRequest, cycle: Cycle, number: int, line: int) -> HttpResponse:
    """Let a substitute take a deputy's line, with the reason."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    entry: RollEntry = found(selectors.entry_at(shown, line))
    require(rules.may_substitute(user, shown, entry, now))
    form = SubstituteForm(request.POST or None)
    if submit(form, lambda: services.substitute_deputy(entry=entry, **form.cleaned_data, by=user, at=now)):
        return redirect(f"{shown.address('voting:roll')}#line-{line}")
    return show_form(
        request,
        "voting/roll_substitute.html",
        form,
        {"round": shown, "entry": entry, "back_url": shown.address("voting:roll")},
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def awaited(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """List whom the round waits for, by delegation; a POST reminds all of them at once."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_roll(user, cycle, now))
    shown = shared.find_round(cycle, number)
    if request.method == "POST":
        services.remind_deputies(round_=shown, by=user, at=now)
        return redirect(shown.address("voting:awaited"))
    waits = shown.state in (RoundState.SIGN_IN, *VOTING)
    context = {
        "round": shown,
        "is_signing_in": shown.state == RoundState.SIGN_IN,
        "delegations": selectors.awaited_by_delegation(shown) if waits else [],
        "may_remind": rules.may_remind(user, shown, now),
        "reminder": selectors.last_reminder(shown),
    }
    return render(request, "voting/roll_awaited.html", context)


@never_cache
@require_GET
@cycle_view
def hall(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show the hall's screen: the code to sign in to those who may see it, who is present, how many have voted."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    counted = selectors.turnout(shown)
    context = {
        "round": shown,
        "turnout": counted,
        "bar": selectors.turnout_bar(shown, counted),
        "clock": shared.clock(shown, now),
        "reminder": selectors.last_reminder(shown),
        "result_chart": _announced(shown),
        "takes_sign_ins": shown.state in SIGNING_IN,
        "may_read_code": rules.may_read_hall_code(user, shown, now),
        "now": now,
    }
    return render(request, "voting/round_hall.html", context)


def _announced(shown: Round) -> Chart | None:
    """Draw the result once it is announced; None before, and where its rules keep the counts back."""
    if shown.state != RoundState.ANNOUNCED:
        return None
    sheets = (sheet for sheet in selectors.announced_sheets(shown.cycle) if sheet.round.pk == shown.pk)
    return next((pictures.approvals_chart(sheet) for sheet in sheets), None)
