"""The desk for personal cards, and for the machines of the hall."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.qr import qr_svg
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from voting import rules, selectors, services
from voting.forms import CardsForm
from voting.models import RollEntry, Round
from voting.services import Card
from voting.views import _shared as shared
from voting.views.kiosk import KIOSK, KIOSK_SALT, KIOSK_SECONDS


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def cards(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Issue cards to the whole roll or to one delegation, after saying what becomes of those issued before."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_issue_credentials(user, shown, now))
    form = CardsForm(selectors.delegations_of(shown), request.POST or None)
    if issued := submit(form, lambda: services.issue_credentials(round_=shown, **form.cleaned_data, by=user, at=now)):
        return _printed(request, shown, issued.result)
    return show_form(
        request,
        "voting/credential_issue.html",
        form,
        {"round": shown, "counts": selectors.cards_of(shown), "back_url": _roll(shown)},
    )


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def card(request: HttpRequest, cycle: Cycle, number: int, line: int) -> HttpResponse:
    """Issue one deputy a new card, which makes the former one worthless."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    entry: RollEntry = found(selectors.entry_at(shown, line))
    require(rules.may_issue_credential(user, shown, entry, now))
    if request.method == "POST":
        return _printed(request, shown, [services.issue_credential(entry=entry, by=user, at=now)])
    context = {"round": shown, "entry": entry, "back_url": _roll(shown)}
    return render(request, "voting/credential_reissue.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@cycle_view
def kiosk_open(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Make this machine a kiosk of the hall for one day, and sign congress staff out of it."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_sign_in_deputies(user, shown, now))
    if request.method != "POST":
        return render(request, "voting/kiosk_open.html", {"round": shown, "back_url": shown.address("voting:round")})
    logout(request)
    response = redirect("voting:kiosk")
    response.set_signed_cookie(
        KIOSK,
        str(shown.cycle_id),
        salt=KIOSK_SALT,
        max_age=KIOSK_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
    return response


def _printed(request: HttpRequest, shown: Round, issued: list[Card]) -> HttpResponse:
    """Show the cards, this once: nobody can show them again."""
    with translation.override(settings.LANGUAGE_CODE):  # whoever prints them: a card is read by its deputy
        enter = f"{settings.SITE_URL}{reverse('voting:enter')}"
    context = {
        "round": shown,
        "cards": [(card, qr_svg(f"{enter}#{card.code}", title=card.name)) for card in issued],
        "enter_url": enter,
        "back_url": _roll(shown),
    }
    return render(request, "voting/credential_cards.html", context)


def _roll(shown: Round) -> str:
    return shown.address("voting:roll")
