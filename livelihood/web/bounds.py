"""Whom a request asks and how large it may be: judged from its head, before anything of it is read (ADR 15)."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import DomainError, Text
from livelihood.kernel.pages import show_refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LENGTH = re.compile("[0-9]{1,18}")
View = TypeVar("View", bound=Callable[..., Any])

LONGEST_QUERY = 4 * 1024
LONGEST_PATH = 2 * 1024
LONGEST_HEAD = 32 * 1024
"""Bytes of all headers together; nginx takes four lines of 8 KB."""

LONGEST_CONTENT_TYPE = 256
"""Bytes; a browser's boundary has 40, and RFC 2046 lets it have 70."""

PUBLIC_BODY = 256 * 1024
"""Bytes of a form that anybody may send: a suggestion eight times too long comes back with its text, to be cut."""

DESK_BODY = 1024 * 1024
"""Bytes of a form behind the sign-in: the letter, the matrix of shares, a confirmed roll."""

FILE_BODY = 21 * 1024 * 1024
"""Bytes of a form with a workbook."""


class RequestTooLarge(DomainError):
    """A request is larger than its page takes."""

    code = "request_too_large"

    def __init__(self, status: HTTPStatus, message: Text) -> None:
        self.status = status
        super().__init__(message)


def takes_file(view: View) -> View:
    """Mark a view that a workbook is sent to."""
    view.most_bytes = FILE_BODY  # type: ignore[attr-defined]
    return view


def most_bytes(view: Callable[..., Any]) -> int:
    """Return how large the body of a request to this view may be."""
    usual = DESK_BODY if getattr(view, "login_required", True) else PUBLIC_BODY
    return getattr(view, "most_bytes", usual)


def bounded(application: WSGIApplication) -> WSGIApplication:
    """Keep a long content type from an application of Django's, which parses it before any middleware.

    Python takes the square of its length for that. What nothing else is known of is no form: it is answered as such.
    """

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if len(environ.get("CONTENT_TYPE", "")) > LONGEST_CONTENT_TYPE:
            environ["CONTENT_TYPE"] = ""
        return application(environ, start_response)

    return serve


class BoundsMiddleware:
    """Refuse what is too large before anybody looks into it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        error = _head_too_large(request)
        return show_refusal(request, error) if error else self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_args: object) -> HttpResponse | None:
        """Judge the body by its declared length; the server reads no further than that."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if LENGTH.fullmatch(length) and int(length) <= most_bytes(view):
            return None
        problem = _("What was sent is too large for this page. Shorten the texts, or send a smaller file.")
        return show_refusal(request, RequestTooLarge(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem))


def _head_too_large(request: HttpRequest) -> RequestTooLarge | None:
    meta = request.META
    if len(meta.get("QUERY_STRING", "")) > LONGEST_QUERY or len(request.path_info) > LONGEST_PATH:
        meta["QUERY_STRING"] = ""
        return RequestTooLarge(HTTPStatus.REQUEST_URI_TOO_LONG, _("This address is too long."))
    if sum(len(value) for name, value in meta.items() if name.startswith("HTTP_")) > LONGEST_HEAD:
        problem = _("The browser sent too many cookies or headers. Delete the cookies of this portal and try again.")
        return RequestTooLarge(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, problem)
    return None


class OurHostMiddleware:
    """Answer nothing to who asks for another name than ours: no page tells what runs here, and none leads elsewhere.

    nginx lets none through; this is for an application that somebody reaches without it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            return HttpResponse(status=HTTPStatus.BAD_REQUEST, headers={"Cache-Control": "no-store"})
        return self.get_response(request)
