"""Who may open a page that asks for a sign-in: how long it lasts, what a card opens, the second factor, refusals."""

import math
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts import proof
from livelihood.accounts import services as accounts
from livelihood.accounts.models import User
from livelihood.accounts.selectors import has_factor, signed_in
from livelihood.cycles import selectors as cycles
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.pages import show_refusal
from livelihood.web import confined, irrevocable
from livelihood.web.decorators import is_public

Handler = Callable[[HttpRequest], HttpResponse]


class RefusalsMiddleware:
    """Let the journal know who was refused what (403), whichever view, rule or token refused it.

    Nobody is known on a public page. What a card opens is noted in its round, and read by who may know of its deputies.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code != HTTPStatus.FORBIDDEN or match is None or is_public(request):
            return response
        if isinstance(request.user, User) and not confined.is_confined(request):
            accounts.note_refused_access(
                user=request.user,
                page=match.view_name,
                area=cycles.area_at(match.kwargs["area"]) if "area" in match.kwargs else None,
                reason=getattr(request, "refused_for", ""),
                at=timezone.now(),
            )
        return response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Ask for a sign-in unless a view is public; there, unlike Django's own, do not even look who is reading.

    A page for which the session was read varies by cookie, and no proxy keeps it.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Look at the person only where a sign-in is required."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class ConfinedSessionMiddleware:
    """Keep a sign-in that was given for one place to that place; on a machine of many, lead it back to the start.

    Who comes in by a card may do what the card is for and nothing else (`livelihood.web.confined`).
    Public pages do not know who is reading, so nothing of them needs to be closed.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        confined.lead_back(request, response)
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> HttpResponse | None:
        """Refuse every other page that asks for a sign-in."""
        if not getattr(view, "login_required", True):
            return None
        verdict = confined.may_open(request)
        return None if verdict else show_refusal(request, NotAllowed(verdict.reason))


class SecondFactorMiddleware:
    """Ask for a second factor where one is due, and again before what cannot be taken back.

    A view says by `before_factor` that it opens without one: "always", or "first" to who has none yet and sets one up.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> HttpResponse | None:
        """Look at the session before a page that asks for a sign-in; a card has proven all that it opens."""
        if not getattr(view, "login_required", True) or confined.is_confined(request):
            return None
        now, user, opens = timezone.now(), signed_in(request), getattr(view, "before_factor", "")
        if proof.is_missing(request, user, now):
            has_one = has_factor(user)
            if opens == "always" or (opens == "first" and not has_one):
                return None
            return _to_factor(request, "accounts:second_factor" if has_one else "accounts:factors")
        age = proof.age(request, now)
        asks = irrevocable.asks_again(request.resolver_match, request.method, math.inf if age is None else age)
        # Whoever has set up a factor elsewhere meanwhile is asked as well; who has none is not.
        if asks and (age is not None or has_factor(user)):
            if request.method == "POST":
                proof.keep_form(request, at=now)
            return _to_factor(request, "accounts:second_factor")
        if request.method == "POST":
            proof.forget_form(request)
        return None


def _to_factor(request: HttpRequest, name: str) -> HttpResponse:
    """Lead to the page of the factor, and from there back to this address."""
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()}, safe='/')}")


class SessionAgeMiddleware:
    """End a sign-in that has reached its absolute age; otherwise put off the end by disuse, now and then.

    Not at every request: that would write a row each time, and a congress that votes sends hundreds within seconds.
    Only where a sign-in is required: public pages never read the session, and renew no cookie.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> HttpResponse | None:
        """Look at the session before a page that asks for a sign-in."""
        if not getattr(view, "login_required", True):
            return None
        started = request.session.get("signed_in_at")
        if started is None:
            return None
        now = timezone.now().timestamp()
        if now - started > settings.SESSION_ABSOLUTE_AGE.total_seconds():
            request.session.flush()
            return HttpResponseRedirect(request.get_full_path())
        if now - request.session.get("renewed_at", started) > settings.SESSION_RENEWAL_INTERVAL.total_seconds():
            request.session["renewed_at"] = now
        return None
