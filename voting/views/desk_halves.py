"""The desk for the key to a sealed round: its two halves, drawn, tried and put in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from voting import halves as key
from voting import rules, selectors, services
from voting.forms import HalfForm
from voting.record import hash_of, in_groups
from voting.schemes import envelopes, sealed
from voting.states import FINISHED, RoundState
from voting.views import _shared as shared


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def halves(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show how far the two halves are, and take one: to be tried before the vote, to open the ballots after it."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    is_closed = shown.state not in (RoundState.RULES_LOCKED, RoundState.ROLL_LOCKED, RoundState.SIGN_IN)
    act = services.hand_in_half if is_closed else services.try_half
    form = HalfForm(request.POST or None)
    if submit(form, lambda: act(round_=shown, typed=form.cleaned_data["code"], by=user, at=now)):
        return redirect(shown.address("voting:halves"))
    fingerprints = sealed.fingerprints(shown)
    context = {
        "round": shown,
        "halves": [(row, rules.may_draw_half(user, shown, row.number, now)) for row in selectors.halves_of(shown)],
        "is_used": key.are_used(shown),
        "is_over": shown.state in (RoundState.COUNTED, *FINISHED),
        "may_try": rules.may_try_half(user, shown, now),
        "may_hand_in": rules.may_hand_in_half(user, shown, now),
        "envelopes": len(fingerprints),
        "envelopes_hash": in_groups(hash_of(fingerprints)) if fingerprints else "",
        "are_in": key.are_in(shown),
    }
    return show_form(request, "voting/half_list.html", form, context)


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def half_draw(request: HttpRequest, cycle: Cycle, number: int, half: int) -> HttpResponse:
    """Draw a half of the key, after saying what it is for; the answer shows it, this once."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    row = found(next((row for row in selectors.halves_of(shown) if row.number == half), None))
    require(rules.may_draw_half(user, shown, half, now))
    context = {"round": shown, "number": half, "half": row.half, "back_url": shown.address("voting:halves")}
    if request.method == "POST":
        seen = parameters.text(request.POST, "seen", most=2 * envelopes.POINT_LENGTH)
        _half, typed = services.draw_half(round_=shown, number=half, by=user, at=now, seen=seen)
        return render(request, "voting/half_drawn.html", {**context, "typed": typed})
    return render(request, "voting/half_draw.html", context)
