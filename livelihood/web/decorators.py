"""How a view meets its visitors: public pages, public forms, and the cycle in the address."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, set_response_etag
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import NotAllowed

View = Callable[..., HttpResponse]

PUBLIC_SECONDS = 60
"""How long a proxy may keep a public page; a change is seen after a minute at most."""

KEPT = {HTTPStatus.OK, HTTPStatus.MOVED_PERMANENTLY}

STALE_SECONDS = 24 * 60 * 60
"""How long a proxy may go on serving it while the application is down."""


def public_page(view: View) -> View:
    """Mark a page that anyone may read and a proxy may keep: no sign-in, no cookie, nothing about the reader."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and response.status_code in KEPT:
            # What says itself that it may change at any moment is asked for again each time.
            is_of_moment = "max-age=0" in response.get("Cache-Control", "")
            patch_cache_control(
                response,
                public=True,
                max_age=PUBLIC_SECONDS,
                stale_if_error=STALE_SECONDS,
                stale_while_revalidate=0 if is_of_moment else 60,
            )
            # The state of the page by the hash of its body; who has it already is told so by livelihood.web.kept.
            set_response_etag(response)
        return response

    return login_not_required(wrapped)


def may_ask_position(view: View) -> View:
    """Let a page ask the browser where it is, when its reader wishes so; no other page may."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        policy = settings.PERMISSIONS_POLICY.replace("geolocation=()", "geolocation=(self)")
        response.setdefault("Permissions-Policy", policy)
        return response

    return wrapped


def public_form(view: View) -> View:
    """Mark a form that anyone may send without an account.

    No cookie identifies the sender, so there is no authority that another site could borrow: a CSRF token would only
    force a cookie on every reader. A POST that a browser says comes from another site is refused all the same.
    No proxy keeps what it answers, unless the answer is a public page too: a form that nobody has filled in yet.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and _from_elsewhere(request):
            raise NotAllowed(_("This form was sent from another site. Open it here and send it again."))
        # What is answered may be asked for again, for instance in the other language: the keys see to it.
        request.may_be_repeated = request.method == "POST"  # type: ignore[attr-defined]
        response = view(request, *args, **kwargs)
        if "public" not in response.get("Cache-Control", ""):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return login_not_required(csrf_exempt(wrapped))


def _from_elsewhere(request: HttpRequest) -> bool:
    """Say whether the browser itself declares the request to come from another site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.get_host()
    except ValueError:  # no address, for instance http://[
        return True


def find_cycle(area: str, year: int) -> Cycle:
    """Return the cycle at /<area>/<year>/; the area is named by its slug or its GB/T 2260 code.

    :raises Http404: no such cycle.
    """
    cycle: Cycle = found(cycles.cycle_at(area, year))
    return cycle


def cycle_view(view: View) -> View:
    """Replace `area` and `year` of the address by the cycle: `view(request, cycle, …)`; unknown ones are a 404.

    A draft is unknown to the public. A year whose list was decided elsewhere was not collected and planned here: its
    pages of that say so.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, area: str, year: int, *args: Any, **kwargs: Any) -> HttpResponse:
        cycle = find_cycle(area, year)
        if cycle.phase == Phase.DRAFT and is_public(request):
            raise Http404
        # The context processor draws header, sections and year track from it.
        request.cycle = cycle  # type: ignore[attr-defined]
        if cycle.decision_mode == DecisionMode.ELSEWHERE and cycle.phase != Phase.DRAFT and _is_not_had(request):
            return render(request, "decided_elsewhere.html", {"base": _frame(request)})
        return view(request, cycle, *args, **kwargs)

    return wrapped


def is_public(request: HttpRequest) -> bool:
    """Say whether the page that is asked for needs no sign-in."""
    match = request.resolver_match
    return match is not None and not getattr(match.func, "login_required", True)


def _is_not_had(request: HttpRequest) -> bool:
    """Say whether this page belongs to what comes before the decision."""
    match = request.resolver_match
    if request.method != "GET" or match is None:
        return False
    return match.namespace in {"proposals", "voting"} and match.view_name != "voting:decision"


def _frame(request: HttpRequest) -> str:
    return "base.html" if is_public(request) else "base_desk.html"


def found(value: object | None) -> Any:
    """Return the value, or answer 404 where there is none: a stranger cannot tell hidden from absent.

    :raises Http404: the value is None.
    """
    if value is None:
        raise Http404
    return value
