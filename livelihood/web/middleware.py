"""What happens around every request."""

import logging
import math
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    StreamingHttpResponse,
    UnreadablePostError,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import proof
from livelihood.accounts.selectors import has_factor, signed_in
from livelihood.cycles import selectors as cycles
from livelihood.kernel.errors import DomainError, NotAllowed
from livelihood.kernel.pages import show_refusal
from livelihood.web import confined, irrevocable, logs, metrics

logger = logging.getLogger("livelihood.requests")

Handler = Callable[[HttpRequest], HttpResponse]


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

FOR_MACHINES = ("/health/", "/metrics")
"""Addresses that only probes and Prometheus ask, from inside; nginx keeps /metrics from the public."""

UNMARKED = "no-store"
"""Cache-Control of every answer that no view has marked otherwise: what is not said to be public is kept by nobody."""

MOST_UNREAD = 21 * 1024 * 1024
"""As much of a body is read though nobody wants it; the most that deploy/nginx.conf.template lets through."""

PIECE = 64 * 1024

PLAIN_COOKIE = re.compile(r" *[!#-\[\]-~]*")
"""Name and value without quotes, backslashes and spaces: as each of ours is written."""


class UnknownCharset(DomainError):
    """A request is not written in UTF-8."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_charset"
    message = _("Requests are read as UTF-8.")


class Closed(DomainError):
    """The portal is being maintained."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "maintenance"
    message = _("The portal is being maintained.")
    seconds = 300


class HeadMiddleware:
    """Answer HEAD as GET, without the body: monitors and link checkers ask so, and no view needs to know.

    Outermost, so that every page, file and refusal answers alike. What the body stood on (a file, a cursor) stays with
    the answer and is closed by the server, once, at its end: closing it here would end the request before it is over.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        whole = self.get_response(request)
        if isinstance(whole, StreamingHttpResponse):
            whole.streaming_content = ()
        else:
            whole.setdefault("Content-Length", str(len(whole.content)))
            whole.content = b""
        return whole


class MethodsMiddleware:
    """Refuse a method that a view does not answer with 405 and what it does answer, before tokens are checked."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *address: object
    ) -> HttpResponse | None:
        """Compare with what the view says of itself (livelihood.kernel.methods); the API's answer by themselves."""
        methods = getattr(view, "methods", None)
        if methods is None or request.method in methods:
            return None
        allowed = sorted({*methods, *(["HEAD"] if "GET" in methods else [])})
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join([*allowed, "OPTIONS"])})
        message = _("This address cannot be used in this way. Open it as a page, or go back and use the form there.")
        response = render(request, "refusal.html", {"message": message, "issues": (), "status": 405}, status=405)
        response["Allow"] = ", ".join(allowed)
        return response


class OneAddressMiddleware:
    """Lead to the one address of a page: the area by its name, and numbers without zeros before them."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Compare the address with the one that its own parts make."""
        match = request.resolver_match
        if request.method != "GET" or match is None or not match.kwargs:
            return None
        parts = match.kwargs
        if str(parts.get("area", "")).isdigit() and (place := cycles.area_at(parts["area"])):
            parts = {**parts, "area": place.slug}
        address = reverse(match.view_name, kwargs=parts)
        if unquote(address) == request.path:
            return None
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


class UnreadBodyMiddleware:
    """Read to its end what was sent, before it is answered.

    A refusal, or the way to the sign-in, does not look at the file that came with it. Granian closes a connection whose
    body was left unread, and nginx, still sending, would show that the portal is down in place of the answer.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        with suppress(UnreadablePostError):  # who sent it has gone
            for _piece in range(MOST_UNREAD // PIECE):
                if not request.read(PIECE):
                    break
        return response


class ClientAddressMiddleware:
    """Behind our own nginx, take the client's address from it; nobody else's word counts.

    nginx sets X-Real-IP on every request and is the only one who can reach the application (docs/operations.md).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop("HTTP_X_REAL_IP", "")
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        if settings.BEHIND_PROXY and forwarded:
            request.META["REMOTE_ADDR"] = forwarded
        if request.path.startswith(FOR_MACHINES):
            # Asked by an address inside, which is no name of the portal; these pages name no host.
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        return self.get_response(request)


class RequestLogMiddleware:
    """Give each request an id, log and count it without query string, body or address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        method = request.method if request.method in METHODS else "other"
        route = logs.route_of(request)
        metrics.observe(method, route, response.status_code, seconds)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        logger.info(
            "request",
            extra={
                "method": method,
                "path": route,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000),
                "request_id": request.request_id,  # type: ignore[attr-defined]
            },
        )
        return response


class PlainCookiesMiddleware:
    """Leave out cookies that are none of ours before anybody parses them: quoted ones, and what is not printable.

    Python takes the square of their length to unquote them (CVE-2024-7592, until 3.11.9), and they may spell a NUL.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cookies = request.META.get("HTTP_COOKIE", "").split(";")
        request.META["HTTP_COOKIE"] = ";".join(cookie for cookie in cookies if PLAIN_COOKIE.fullmatch(cookie))
        return self.get_response(request)


class PlainRequestMiddleware:
    """Read every request as UTF-8.

    Django would decode address and form by whatever charset the request declares, `unicode_escape` too.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
        request.encoding = "utf-8"
        if charset.lower() not in {"utf-8", "utf8"}:
            return show_refusal(request, UnknownCharset(), "400.html")
        return self.get_response(request)


class HeadersMiddleware:
    """Say on every answer what a browser may do with it and who may keep it.

    The language of a page stands in its address, so Accept-Language changes no public page: a proxy that believed
    Django's `Vary: Accept-Language` would keep one copy for every browser.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "no-store" in response.get("Cache-Control", UNMARKED):
            response["Cache-Control"] = UNMARKED  # what else stands beside it says less
        if "public" in response["Cache-Control"] and response.has_header("Vary"):
            kept = [name for name in response["Vary"].split(", ") if name.lower() != "accept-language"]
            del response["Vary"]
            if kept:
                response["Vary"] = ", ".join(kept)
        return response


class MaintenanceMiddleware:
    """Answer everything but health, figures and static files with the maintenance page while its file exists."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE_FILE.exists() and not request.path.startswith(FOR_MACHINES):
            return show_refusal(request, Closed(), "503.html")
        return self.get_response(request)


class DomainErrorMiddleware:
    """Turn an expected refusal that no view has caught into a page that says what, why and what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a DomainError with the refusal page; leave everything else to be a 500."""
        return show_refusal(request, error) if isinstance(error, DomainError) else None


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
