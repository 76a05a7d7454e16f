"""Coming in by a personal card: on one's own phone, or on a machine that stands in the hall."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts.attempts import Attempts
from livelihood.kernel.cookies import keep_signed
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.web import confined
from livelihood.web.decorators import public_form
from voting import rules, selectors, services
from voting.forms import CardForm
from voting.models import Kiosk, RollEntry
from voting.services import kiosks as machines
from voting.views._shared import CARD, MACHINE

WRONG = Attempts(
    "voting.card",
    60,
    ngettext_lazy(
        "Too many wrong codes were tried from here. Ask congress staff for a new card, or wait %(minutes)s minute.",
        "Too many wrong codes were tried from here. Ask congress staff for a new card, or wait %(minutes)s minutes.",
        "minutes",
    ),
)
"""Of wrong codes only: a hall shares few addresses, and nobody there may close the entrance to the cards of others.
Codes of 60 random bits are not guessed either way."""

KIOSK = settings.KIOSK_COOKIE_NAME
KIOSK_SALT = "voting.kiosk"
KIOSK_SECONDS = 12 * 60 * 60
"""A machine is a kiosk for one day of the session, and serves every round of it."""

PHONE_IDLE = 30 * 60
KIOSK_IDLE = 5 * 60
"""Seconds without use until the booth is left: enough to read 30 projects, not to leave a machine open.

On a phone, to wait with the page before one's eyes is use; a machine goes back to its start all the same.
"""


@public_form
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Let a deputy in by the code of their card, for the booth of its round only.

    The code comes in the part of the address that no browser sends, or is typed; it reaches no server but in the body.
    """
    return _enter(request, "voting/card_enter.html")


@public_form
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Take the next deputy's card on a machine of the hall; whoever was here before is signed out by this page."""
    machine, token = _machine(request, timezone.now())
    if machine is None or not token:
        return render(request, "voting/kiosk_closed.html", {"copied": machine}, status=403)
    if confined.is_confined(request):
        request.session.flush()
    response = _enter(request, "voting/kiosk_start.html", machine, token)
    # What the browser kept of the former deputy's pages goes too, whichever button is pressed.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def hold(response: HttpResponse, machine: Kiosk, token: str) -> None:
    """Let the browser of a machine of the hall hold what it comes with next."""
    keep_signed(response, KIOSK, f"{machine.pk}:{token}", salt=KIOSK_SALT, seconds=KIOSK_SECONDS)


def _machine(request: HttpRequest, at: datetime) -> tuple[Kiosk | None, str]:
    """Return the machine of the hall whose browser asks, and what it holds; "" where that is no longer good, as noted.

    Another browser has then come with a copy, or this one is it.
    """
    held = request.get_signed_cookie(KIOSK, "", KIOSK_SALT, KIOSK_SECONDS) or ""
    key, _colon, token = held.partition(":")
    machine = selectors.kiosk_in_use(int(key)) if key.isdecimal() else None
    if machine and machines.hash_of(token) not in (machine.token_hash, machine.former_hash):
        machines.note_copy(kiosk=machine, at=at)
        return machine, ""
    return machine, token


def _enter(request: HttpRequest, template: str, machine: Kiosk | None = None, token: str = "") -> HttpResponse:
    now, form = timezone.now(), CardForm(request.POST or None)
    hall = machine.cycle_id if machine else None
    entered = submit(form, lambda: services.use_credential(code=form.cleaned_data["code"], in_hall_of=hall, at=now))
    if entered:
        response = _come_in(request, entered.result, machine)
        if machine:
            hold(response, machine, machines.renew_kiosk(kiosk=machine, token=token, at=now))
        return response
    if isinstance(entered.refusal, services.WrongCode):
        WRONG.check(request, at=now)
        WRONG.failed(request, at=now)
    return show_form(request, template, form, {"copied": machine if machine and machine.copied_at else None})


def _come_in(request: HttpRequest, entry: RollEntry, machine: Kiosk | None) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        place = reverse("voting:booth_round", kwargs={"round_id": entry.round_id})
    if machine:
        back = reverse("voting:kiosk")
        confined.sign_in(request, entry.deputy, place=place, seconds=KIOSK_IDLE, back_to=back, back_after=KIOSK_IDLE)
        request.session[MACHINE] = machine.pk
    else:
        confined.sign_in(request, entry.deputy, place=place, seconds=PHONE_IDLE)
    request.session[CARD] = entry.cards_issued
    is_ready = rules.may_cast(entry.deputy, entry.round, entry, timezone.now(), entry.cards_issued)
    return redirect("voting:ballot" if is_ready else "voting:booth_round", round_id=entry.round_id)
