"""The desk for the roll: import with preview, sign-in, and the screen of the hall."""

from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import DomainError
from livelihood.kernel.forms import done, refuse
from livelihood.kernel.paging import paginate
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from voting import importers, rules, selectors, services
from voting.forms import RollConfirmForm, RollFileForm, sign_roll
from voting.models import RollEntry
from voting.views import _shared as shared
from voting.views.desk_rounds import address

ROLL_STATES = [
    ("absent", _("Absent")),
    ("present", _("Present")),
    ("waited_for", _("Not yet voted")),
    ("voted", _("Has voted")),
]


@require_GET
@cycle_view
def roll(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show the roll; sign deputies in where it is time for it."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    rows = selectors.roll_of(shown, request.GET.get("q", "").strip()[:60], request.GET.get("state", ""))
    context = {
        "round": shown,
        "page": paginate(rows, ["number", "pk"], request.GET),
        "count": rows.count(),
        "turnout": selectors.turnout(shown),
        "states": ROLL_STATES,
        "may_import": rules.may_import_roll(user, shown, now),
        "may_sign_in": rules.may_sign_in_deputies(user, shown, now),
    }
    return render(request, "voting/roll_list.html", context)


@require_http_methods(["GET", "POST"])
@cycle_view
def roll_import(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Read a roll file and show what it would do; write what was shown when that is confirmed."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_import_roll(user, shown, now))
    if "roll" in request.POST:
        confirm = RollConfirmForm(shown, request.POST)
        if done(
            confirm,
            lambda: services.import_roll(round_=shown, lines=confirm.cleaned_data["roll"], by=user, at=now),
        ):
            return redirect(address("voting:roll", shown))
        return render(request, "voting/roll_import.html", {"round": shown, "form": confirm}, status=422)
    form = RollFileForm(request.POST or None, request.FILES or None)
    context = {"round": shown, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            preview = importers.read_roll(cast("BinaryIO", form.cleaned_data["file"]), shown, now)
        except DomainError as error:
            refuse(form, error)
        else:
            context |= {"preview": preview, "signed": sign_roll(shown, preview.lines) if preview.lines else ""}
            return render(request, "voting/roll_import.html", context, status=422 if preview.errors else 200)
    return render(request, "voting/roll_import.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["POST"])
@cycle_view
def sign_in(request: HttpRequest, cycle: Cycle, number: int, line: int) -> HttpResponse:
    """Sign a deputy in, or take a sign-in back."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    entry: RollEntry = found(selectors.entry_at(shown, line))
    act = services.undo_sign_in if "undo" in request.POST else services.sign_in_deputy
    act(entry=entry, by=user, at=now)
    return redirect(f"{address('voting:roll', shown)}?{request.GET.urlencode()}#line-{line}")


@never_cache
@require_GET
@cycle_view
def hall(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show the hall's screen: the code to sign in, who is present, how many have voted; never what."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    context = {
        "round": shown,
        "turnout": selectors.turnout(shown),
        "planned_end": selectors.planned_end(shown),
        "shows_code": shown.state in rules.SIGNING_IN,
        "now": now,
    }
    return render(request, "voting/round_hall.html", context)
