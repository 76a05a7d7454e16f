"""Signing in and out."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts import devices, provider, services
from livelihood.accounts.attempts import Attempts, GrowingAttempts
from livelihood.accounts.forms import ForgottenForm, SignInCodeForm, SignInForm
from livelihood.accounts.services import NoSuchCode
from livelihood.accounts.services.mails import is_mail_sent
from livelihood.accounts.states import Entrance
from livelihood.accounts.views import _shared as shared
from livelihood.accounts.views.provider import address_to_leave
from livelihood.kernel import parameters
from livelihood.kernel.addresses import network_of
from livelihood.kernel.errors import TooManyAttempts
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form

WRONG_CODES = Attempts(
    "accounts.code",
    60,
    ngettext_lazy(
        "Too many wrong codes were tried from here. Ask your administrator, or wait %(minutes)s minute.",
        "Too many wrong codes were tried from here. Ask your administrator, or wait %(minutes)s minutes.",
        "minutes",
    ),
)
"""Of wrong codes only, as an office shares few addresses; codes of 60 random bits are not guessed."""

FORGOTTEN = Attempts(
    "accounts.forgotten",
    10,
    ngettext_lazy(
        "Codes were asked for too often from here. Ask your administrator, or wait %(minutes)s minute.",
        "Codes were asked for too often from here. Ask your administrator, or wait %(minutes)s minutes.",
        "minutes",
    ),
)


CLOSED = ngettext_lazy(
    "Too many wrong passwords. Try again in %(minutes)s minute, or ask your administrator.",
    "Too many wrong passwords. Try again in %(minutes)s minutes, or ask your administrator.",
    "minutes",
)
TOGETHER = Attempts("accounts.sign_in", 5, CLOSED)
"""Of a name from an address; in a browser in which it came in before, of the name there, wherever that browser is."""

FROM_ADDRESS = GrowingAttempts("accounts.sign_in.address", 50, CLOSED, seconds=60 * 60)
"""An office of hundreds shares one address and mistypes; who goes through names from one is slowed down ever more."""

OF_NAME = GrowingAttempts("accounts.sign_in.name", 21, CLOSED, seconds=60 * 60)
"""From whatever address. One address alone gets to twenty in an hour, as the two together close before."""


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a person in and send them where they were going, or to their work."""
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and _is_right(request, form, timezone.now()):
        shared.begin(request, form.get_user(), Entrance.PASSWORD, at=timezone.now())
        target = parameters.text(request.POST, "next", most=shared.ADDRESS_LENGTH)
        response = redirect(shared.safe_target(request, target))
        devices.remember(response, form.name_tried())
        return response
    if form.has_error(NON_FIELD_ERRORS, "invalid_login"):
        name = form.cleaned_data["username"]
        services.note_refusal(username=name, at=timezone.now())
    context = {
        "next": parameters.text(request.GET, "next", most=shared.ADDRESS_LENGTH),
        "is_factor_required": settings.SECOND_FACTOR_REQUIRED,
        "provider_name": provider.is_offered() and (settings.OIDC_NAME or Entrance.PROVIDER.label),
    }
    return show_form(request, "accounts/sign_in.html", form, context)


def _is_right(request: HttpRequest, form: SignInForm, at: datetime) -> bool:
    """Try a password, counted before it is tried by address, by name and by both; what was not wrong is taken back.

    From a browser in which this name came in before it is counted by that browser alone.

    :raises TooManyAttempts: too many were wrong, from this address or for this name, or in this browser.
    """
    name = form.name_tried()
    device = devices.known(request, name)
    together = device or f"{network_of(request)} {name}"
    counted: list[tuple[Attempts, HttpRequest | str]] = [(TOGETHER, together)]
    if not device:
        counted += [(FROM_ADDRESS, request), *([(OF_NAME, name)] if name else [])]
    try:
        for attempts, who in counted:
            attempts.check(who, at=at)
        for attempts, who in counted:
            attempts.failed(who, at=at)
    except TooManyAttempts:
        services.note_closed_sign_in(username=name, at=at)
        raise
    is_right = form.is_valid()
    if not form.has_error(NON_FIELD_ERRORS, "invalid_login"):
        for attempts, who in counted:
            attempts.right(who)
    if is_right:
        TOGETHER.forget(together)
    return is_right


@login_not_required
@sensitive_post_parameters("code", "password", "again")
@never_cache
@require_http_methods(["GET", "POST"])
def code_enter(request: HttpRequest) -> HttpResponse:
    """Let somebody in by a one-time code, with the password that they choose at once.

    The code comes in the part of the address that no browser sends, or is typed; it reaches no server but in the body.
    """
    now, form = timezone.now(), SignInCodeForm(request.POST or None)
    entered = submit(
        form,
        lambda: services.use_code(code=form.cleaned_data["code"], password=form.cleaned_data["password"], at=now),
    )
    if entered:
        shared.begin(request, entered.result, Entrance.CODE, at=now)
        return redirect("portal:my_work")
    if isinstance(entered.refusal, NoSuchCode):
        WRONG_CODES.check(request, at=now)
        WRONG_CODES.failed(request, at=now)
    return show_form(request, "accounts/code_enter.html", form)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a code by mail. The answer is the same whoever asks, and so is the time it takes."""
    if not is_mail_sent():
        return render(request, "accounts/forgotten.html")
    now, form = timezone.now(), ForgottenForm(request.POST or None)
    if form.is_valid():
        FORGOTTEN.check(request, at=now)
        FORGOTTEN.failed(request, at=now)
        services.ask_for_code(username=form.cleaned_data["username"], at=now)
        return render(request, "accounts/forgotten.html", {"is_asked": True})
    return show_form(request, "accounts/forgotten.html", form)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sign-in; who came by the provider is still signed in there, and is told so."""
    is_by_provider = shared.is_by_provider(request)
    logout(request)
    leave_url = address_to_leave() if is_by_provider else ""
    if leave_url:
        return render(request, "accounts/signed_out.html", {"leave_url": leave_url})
    return redirect("portal:index")
