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
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.qr import qr_svg
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from voting import rules, selectors, services
from voting.forms import CardsForm, KioskForm
from voting.models import RollEntry, Round
from voting.services import Card
from voting.views import _shared as shared
from voting.views.kiosk import hold


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
    require(rules.may_open_kiosk(user, shown, now))
    form = KioskForm(request.POST or None)
    opened = submit(form, lambda: services.open_kiosk(round_=shown, **form.cleaned_data, by=user, at=now))
    if not opened:
        return show_form(
            request, "voting/kiosk_open.html", form, {"round": shown, "back_url": shown.address("voting:kiosks")}
        )
    logout(request)
    response = redirect("voting:kiosk")
    hold(response, *opened.result)
    return response


@require_GET
@cycle_view
def kiosks(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """List the machines of the hall, and how many ballots each took in which minute."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    may_watch = rules.may_watch_casts(user, shown, now)
    context = {
        "round": shown,
        "machines": [(row, rules.may_revoke_kiosk(user, row, now)) for row in selectors.kiosks_of(cycle)],
        "may_open": rules.may_open_kiosk(user, shown, now),
        "may_watch": may_watch,
        "pace": selectors.pace(shown) if may_watch else [],
    }
    return render(request, "voting/kiosk_list.html", context)


@require_http_methods(["POST"])
@cycle_view
def kiosk_revoke(request: HttpRequest, cycle: Cycle, number: int, kiosk_id: int) -> HttpResponse:
    """Take a machine of the hall out of use."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    services.revoke_kiosk(kiosk=found(selectors.kiosks_of(cycle).filter(pk=kiosk_id).first()), by=user, at=now)
    return redirect(shown.address("voting:kiosks"))


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
