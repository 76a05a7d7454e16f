"""Signing in and out with an identity provider."""

from dataclasses import asdict
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from livelihood.accounts import provider, services
from livelihood.accounts.provider import Pending
from livelihood.accounts.states import Entrance
from livelihood.accounts.views import _shared as shared
from livelihood.kernel import parameters
from livelihood.kernel.methods import require_GET

PENDING, TARGET = "provider_pending", "provider_next"
LONGEST = 4096
"""Characters of a code or a state."""


@login_not_required
@never_cache
@require_GET
def provider_start(request: HttpRequest) -> HttpResponse:
    """Lead to the provider; the session keeps what its answer is held against."""
    _offered()
    pending = provider.begin()
    is_again = shared.is_by_provider(request)
    address = provider.address_to_ask(pending, back=_back(), is_again=is_again)
    request.session[PENDING] = asdict(pending)
    request.session[TARGET] = parameters.text(request.GET, "next", most=shared.ADDRESS_LENGTH)
    return HttpResponseRedirect(address)


@login_not_required
@never_cache
@require_GET
def provider_back(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer, once, and sign in whoever it is of."""
    _offered()
    kept, target, now = request.session.pop(PENDING, None), request.session.pop(TARGET, ""), timezone.now()
    identity = provider.identify(
        Pending(**kept) if kept else None,
        state=parameters.text(request.GET, "state", most=LONGEST),
        code=parameters.text(request.GET, "code", most=LONGEST),
        issuer=parameters.text(request.GET, "iss", most=LONGEST),
        back=_back(),
    )
    user = services.enter_by_provider(identity=identity, at=now)
    shared.begin(request, user, Entrance.PROVIDER, at=now)
    request.session[shared.BY_PROVIDER] = True
    return redirect(shared.safe_target(request, target))


def address_to_leave() -> str:
    """Return where the sign-in at the provider is ended, and from where one comes back; empty where that is unknown."""
    address = provider.address_to_leave()
    query = urlencode({"client_id": settings.OIDC_CLIENT_ID, "post_logout_redirect_uri": f"{settings.SITE_URL}/"})
    return f"{address}?{query}" if address else ""


def _offered() -> None:
    if not provider.is_offered():
        raise Http404


def _back() -> str:
    with translation.override(settings.LANGUAGE_CODE):  # one address, which the provider knows
        return f"{settings.SITE_URL}{reverse('accounts:provider_back')}"
