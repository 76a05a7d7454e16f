"""Coming in by a personal card: on one's own phone, or on a machine that stands in the hall."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts.attempts import Attempts
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.web import confined
from livelihood.web.decorators import public_form
from voting import rules, services
from voting.forms import CardForm
from voting.models import RollEntry

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
KIOSK_SALT = "voting.kiosk.cycle"
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
    return _enter(request, "voting/card_enter.html", None)


@public_form
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Take the next deputy's card on a machine of the hall; whoever was here before is signed out by this page."""
    cycle_id = request.get_signed_cookie(KIOSK, None, KIOSK_SALT, KIOSK_SECONDS)
    if cycle_id is None:
        return render(request, "voting/kiosk_closed.html", status=403)
    if confined.is_confined(request):
        request.session.flush()
    response = _enter(request, "voting/kiosk_start.html", int(cycle_id))
    # What the browser kept of the former deputy's pages goes too, whichever button is pressed.
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _enter(request: HttpRequest, template: str, kiosk_of: int | None) -> HttpResponse:
    now, form = timezone.now(), CardForm(request.POST or None)
    entered = submit(form, lambda: services.use_credential(code=form.cleaned_data["code"], in_hall_of=kiosk_of, at=now))
    if entered:
        return _come_in(request, entered.result, is_kiosk=kiosk_of is not None)
    if isinstance(entered.refusal, services.WrongCode):
        WRONG.check(request, at=now)
        WRONG.failed(request, at=now)
    return show_form(request, template, form)


def _come_in(request: HttpRequest, entry: RollEntry, *, is_kiosk: bool) -> HttpResponse:
    with translation.override(settings.LANGUAGE_CODE):
        place = reverse("voting:booth_round", kwargs={"round_id": entry.round_id})
    if is_kiosk:
        back = reverse("voting:kiosk")
        confined.sign_in(request, entry.deputy, place=place, seconds=KIOSK_IDLE, back_to=back, back_after=KIOSK_IDLE)
    else:
        confined.sign_in(request, entry.deputy, place=place, seconds=PHONE_IDLE)
    is_ready = rules.may_cast(entry.deputy, entry.round, entry, timezone.now())
    return redirect("voting:ballot" if is_ready else "voting:booth_round", round_id=entry.round_id)
