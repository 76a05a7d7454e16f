"""The second factor: asked for after the password, and set up, kept and given up on one's own pages."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from webauthn import generate_authentication_options, generate_registration_options, options_to_json
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from livelihood.accounts import proof, selectors, services
from livelihood.accounts.attempts import Attempts
from livelihood.accounts.forms import AuthenticatorForm, FactorForm, PasskeyForm, PresentPasswordForm
from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.accounts.services import Challenge, WrongFactor
from livelihood.accounts.views import _shared as shared
from livelihood.kernel import parameters, totp
from livelihood.kernel.errors import Text
from livelihood.kernel.forms import NotDone, Submitted, T, submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.naming import portal_name
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.qr import qr_svg
from livelihood.kernel.sealing import seal, unseal

View = Callable[..., HttpResponse]

WRONG_FACTORS = Attempts(
    "accounts.factor",
    5,
    ngettext_lazy(
        "Too many wrong codes. Try again in %(minutes)s minute, or ask your administrator.",
        "Too many wrong codes. Try again in %(minutes)s minutes, or ask your administrator.",
        "minutes",
    ),
)
"""By user name: who knows a password gets no further by trying codes. A passkey cannot be guessed, and opens."""

NONCE, SECRET = "factor_nonce", "factor_secret"
"""What the session keeps for the next answer: the challenge for a passkey, the secret of an authenticator."""


def opens_before_factor(to_whom: str) -> Callable[[View], View]:
    """Let a view open without a second factor: "always", or "first" to who has none (`SecondFactorMiddleware`)."""

    def mark(view: View) -> View:
        view.before_factor = to_whom  # type: ignore[attr-defined]
        return view

    return mark


YOUNG = 20 * 60
"""Seconds for which a sign-in by an identity provider proves who sits there, as a factor does."""


def after_young_sign_in(view: View) -> View:
    """Lead who came by an identity provider there once more, unless they have just come; others type their password."""

    @wraps(view)
    def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        age = timezone.now().timestamp() - request.session.get(shared.SIGNED_IN_AT, 0)
        if shared.is_by_provider(request) and age > YOUNG:
            return redirect(f"{reverse('accounts:provider_start')}?{urlencode({'next': request.path})}")
        return view(request, *args, **kwargs)

    return asking


@opens_before_factor("always")
@sensitive_post_parameters("code", "credential")
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Take a code or a passkey; the session goes on under a new key."""
    now, user = timezone.now(), signed_in(request)
    target = parameters.text(request.GET, "next", most=shared.ADDRESS_LENGTH)
    form = FactorForm(request.POST or None)
    if form.is_valid() and not form.cleaned_data["credential"]:
        WRONG_FACTORS.failed(user.username, at=now)
    challenge = _asked(request)
    proven = submit(form, lambda: _prove(user, form.cleaned_data, challenge, now))
    if proven:
        WRONG_FACTORS.forget(user.username)
        _go_on(request)
        waiting = proof.kept_form(request, at=now)
        is_waited_for = waiting is not None and waiting.address == target
        return redirect("accounts:form_send_again" if is_waited_for else shared.safe_target(request, target))
    if isinstance(proven.refusal, WrongFactor):
        services.note_refusal(username=user.username, at=now)
    keys = [PublicKeyCredentialDescriptor(id=bytes(key.credential_id)) for key in selectors.passkeys_of(user)]
    asked = _ask(request)
    options = generate_authentication_options(rp_id=asked.relying_party, challenge=asked.nonce, allow_credentials=keys)
    context = {"has_passkeys": bool(keys), "options": options_to_json(options)}
    return show_form(request, "accounts/second_factor.html", form, context)


@never_cache
@require_GET
def form_send_again(request: HttpRequest) -> HttpResponse:
    """Offer the form that waited for the factor, to be sent with one press; nothing was done with it yet."""
    waiting = proof.kept_form(request, at=timezone.now())
    if waiting is None:
        return redirect("portal:my_work")
    return render(request, "accounts/form_send_again.html", {"waiting": waiting})


def _prove(user: User, given: dict[str, Any], challenge: Challenge | None, now: datetime) -> None:
    if not given["credential"]:
        services.prove_by_code(user=user, code=given["code"], at=now)
    elif challenge is None:
        raise WrongFactor
    else:
        services.prove_by_passkey(user=user, challenge=challenge, answer=given["credential"], at=now)


@opens_before_factor("first")
@require_GET
def factors(request: HttpRequest) -> HttpResponse:
    """Show one's own second factors, and whether one is needed."""
    now, user = timezone.now(), signed_in(request)
    context = {
        "has_authenticator": selectors.has_authenticator(user),
        "passkeys": selectors.passkeys_of(user),
        "recovery_codes": selectors.recovery_codes_left(user),
        "is_needed": selectors.needs_factor(user, now),
        "is_required_here": settings.SECOND_FACTOR_REQUIRED,
    }
    return render(request, "accounts/factors.html", context)


@opens_before_factor("first")
@sensitive_post_parameters("code", "present")
@never_cache
@require_http_methods(["GET", "POST"])
@after_young_sign_in
def authenticator_add(request: HttpRequest) -> HttpResponse:
    """Give an authenticator its secret, as a picture and in letters, and take it once it shows the right code."""
    now, user = timezone.now(), signed_in(request)
    form = AuthenticatorForm(request.POST or None, is_by_provider=shared.is_by_provider(request))
    sealed = request.session.get(SECRET)
    if sealed is None:
        sealed = request.session[SECRET] = seal(totp.new_secret(), purpose=SECRET)
    secret = unseal(sealed, purpose=SECRET)
    added = _submit(
        user,
        form,
        lambda: services.add_authenticator(user=user, secret=secret, code=form.cleaned_data["code"], at=now),
        now,
    )
    if added:
        del request.session[SECRET]
        _go_on(request)
        return _told(request, added.result)
    address = totp.address_of(secret, account=user.username, issuer=Challenge(b"").relying_party)
    context = {
        "picture": qr_svg(address, title=_("Code for your authenticator")),
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
    }
    return show_form(request, "accounts/authenticator_add.html", form, context)


@opens_before_factor("first")
@sensitive_post_parameters("credential", "present")
@never_cache
@require_http_methods(["GET", "POST"])
@after_young_sign_in
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Let the browser make a passkey, and keep its public half."""
    now, user = timezone.now(), signed_in(request)
    form = PasskeyForm(request.POST or None, is_by_provider=shared.is_by_provider(request))
    challenge = _asked(request)
    added = _submit(user, form, lambda: _add(user, form.cleaned_data, challenge, now), now)
    if added:
        _go_on(request)
        return _told(request, added.result)
    asked = _ask(request)
    options = generate_registration_options(
        rp_id=asked.relying_party,
        rp_name=portal_name(),
        user_id=str(user.pk).encode(),
        user_name=user.username,
        user_display_name=user.name,
        challenge=asked.nonce,
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=bytes(key.credential_id)) for key in selectors.passkeys_of(user)
        ],
    )
    return show_form(request, "accounts/passkey_add.html", form, {"options": options_to_json(options)})


def _add(user: User, given: dict[str, Any], challenge: Challenge | None, now: datetime) -> list[str]:
    if challenge is None or not given["credential"]:
        raise WrongFactor(_("The passkey could not be taken. Try again."))
    return services.add_passkey(user=user, challenge=challenge, answer=given["credential"], name=given["name"], at=now)


@sensitive_post_parameters("present")
@require_http_methods(["GET", "POST"])
@after_young_sign_in
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one of one's own passkeys."""
    now, user, form = timezone.now(), signed_in(request), _password_form(request)
    passkey = get_object_or_404(selectors.passkeys_of(user), pk=pk)
    if _submit(user, form, lambda: services.remove_passkey(passkey=passkey, by=user, at=now), now):
        return redirect("accounts:factors")
    text = format_lazy(_("{name}: it opens your account no longer."), name=passkey.name)
    return _ask_password(request, form, _("Remove a passkey"), text, _("Remove the passkey"))


@sensitive_post_parameters("present")
@never_cache
@require_http_methods(["GET", "POST"])
@after_young_sign_in
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, which are shown this once."""
    now, user, form = timezone.now(), signed_in(request), _password_form(request)
    if made := _submit(user, form, lambda: services.make_recovery_codes(user=user, at=now), now):
        return _told(request, made.result)
    text = _(
        "All recovery codes that you have are worthless from that moment. The new ones are shown once: print them or"
        " write them down."
    )
    return _ask_password(request, form, _("Make new recovery codes"), text, _("Make them"))


def _password_form(request: HttpRequest) -> PresentPasswordForm:
    sent = request.POST if request.method == "POST" else None
    return PresentPasswordForm(sent, is_by_provider=shared.is_by_provider(request))


def _ask_password(request: HttpRequest, form: Any, title: Text, text: Text, label: Text) -> HttpResponse:
    context = {"title": title, "text": text, "label": label, "cancel": "accounts:factors"}
    return show_form(request, "accounts/own_act.html", form, context)


def _submit(user: User, form: Any, act: Callable[[], T], now: datetime) -> Submitted[T] | NotDone:
    """Do something to one's own factors, with the password where it is asked for: an open session is not enough."""

    def proven() -> T:
        if "present" in form.fields:
            services.check_password(user=user, present=form.cleaned_data["present"])
        return act()

    return shared.submit_password(user, form, proven, at=now)


@require_http_methods(["GET", "POST"])
def factors_reset(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Remove all second factors of a person, and print the one-time code by which they come in anew."""
    place, someone, now = shared.managed_person(request, area, pk)
    if request.method == "POST":
        slip = services.print_reset(user=someone, area=place, by=signed_in(request), at=now)
        return shared.pdf(slip, f"code-{someone.pk}.pdf")
    return show_question(
        request,
        title=_("Reset the second factors"),
        label=_("Reset them and print the slip"),
        text=f"{someone.name} ({someone.username})",
        consequences=[
            _("Authenticator, passkeys and recovery codes of this person are removed."),
            _("The password that was good until now is worthless, and all sign-ins of this person end."),
            _("The slip is made once, and the portal keeps no code. Hand it over in person."),
            _("The person is told on their own page, and by mail where it is sent."),
        ],
        cancel_url=shared.person_address(place, someone),
    )


def _ask(request: HttpRequest) -> Challenge:
    """Return a new challenge, which the session keeps for one answer."""
    nonce = secrets.token_bytes(32)
    request.session[NONCE] = bytes_to_base64url(nonce)
    return Challenge(nonce)


def _asked(request: HttpRequest) -> Challenge | None:
    """Return what was asked last, if this is an answer; it is over then, whatever the answer says."""
    if request.method != "POST" or NONCE not in request.session:
        return None
    return Challenge(base64url_to_bytes(request.session.pop(NONCE)))


def _go_on(request: HttpRequest) -> None:
    """Note that the factor was proven, under a new session key."""
    shared.cycle_key(request)
    proof.note(request, at=timezone.now())


def _told(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show recovery codes, this once; where there are none, the page of the factors."""
    if not codes:
        return redirect("accounts:factors")
    return render(request, "accounts/recovery_codes.html", {"codes": codes})
