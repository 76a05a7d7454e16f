"""What happens around every request, whoever asks; who may come in is for `livelihood.web.admission`."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    StreamingHttpResponse,
    UnreadablePostError,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import selectors as cycles
from livelihood.kernel import parameters
from livelihood.kernel.errors import DomainError
from livelihood.kernel.pages import frame_of, show_refusal
from livelihood.web import logs, metrics

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
        response = render(request, "refusal.html", {"base": frame_of(request), "message": message}, status=405)
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


class PlainAddressMiddleware:
    """Leave out of the address of a page what others append to it, so that it is read, kept and linked as without.

    nginx, which goes by the address that was sent, keeps no second copy. The API names what it does not know.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        plain = query if request.path_info.startswith("/api/") else parameters.without_appended(query)
        request.META["QUERY_STRING"] = plain
        response = self.get_response(request)
        if plain != query:
            response["X-Accel-Expires"] = "0"
        return response


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
