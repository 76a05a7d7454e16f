"""Pages of the frame itself: health, figures, and what Django asks for when something is refused."""

import math
import sys
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from django.views.decorators.cache import never_cache
from psycopg2.errors import ReadOnlySqlTransaction
from redis.exceptions import RedisError

from livelihood.audit import selectors as journal
from livelihood.jobs import pulse
from livelihood.jobs import selectors as jobs
from livelihood.kernel.errors import DomainError
from livelihood.kernel.methods import require_GET
from livelihood.kernel.pages import frame_of, is_of_api, refusal_of_api, show_refusal
from livelihood.web import metrics
from livelihood.web.decorators import public_page

AWAY = (OperationalError, InterfaceError, ReadOnlySqlTransaction)
"""How the database says that it is not there, is going, has no room, or is still the second of two."""


class DatabaseAway(DomainError):
    """The database does not answer; whoever asks again a little later finds it, or the one that takes its place."""

    status = 503
    code = "database_away"
    message = gettext_lazy(
        "The portal cannot reach its data at the moment. What was not confirmed to you may not have been kept."
    )
    seconds = 30


@login_not_required
@require_GET
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; asks nobody else."""
    return JsonResponse({"live": True})


@login_not_required
@require_GET
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether database, Redis and a worker are there and the journal is being sealed; 503 when one is not."""
    checks = {"database": False, "journal": False, "redis": False, "worker": False}
    with suppress(DatabaseError):
        checks["journal"] = journal.waiting(at=timezone.now()) <= journal.SEALED_WITHIN
        checks["database"] = True
    with suppress(RedisError):
        checks["worker"] = pulse.seen(at=timezone.now(), within=settings.WORKER_SEEN_WITHIN)
        checks["redis"] = True
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@login_not_required
@require_GET
@never_cache
def prometheus(request: HttpRequest) -> HttpResponse:
    """Give this process's figures to Prometheus; nginx keeps the address from the public."""
    counts: dict[str, int] = {}
    waiting = math.nan
    with suppress(DatabaseError):
        counts, waiting = jobs.counts(), journal.waiting(at=timezone.now()).total_seconds()
    return HttpResponse(metrics.exposition(counts, waiting), content_type="text/plain; version=0.0.4; charset=utf-8")


@public_page
@require_GET
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show the description of the programming interface to people."""
    return render(request, "api_docs.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a refused form of a signed-in person."""
    message = _("Your sign-in has changed since this page was opened. Open the page again and repeat your step.")
    context = {"base": frame_of(request), "message": message, "issues": (), "status": 403}
    return render(request, "refusal.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what no page and no row stands for: in the API's own shape there, with a page everywhere else."""
    if is_of_api(request):
        return refusal_of_api(404, "not_found", _("Not found"))
    return render(request, "404.html", {"base": frame_of(request)}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself cannot take; it says so as well of a sign-in that could not be kept."""
    if _is_away(exception):
        return show_refusal(request, DatabaseAway(), "503.html")
    if is_of_api(request):
        return refusal_of_api(400, "bad_request", _("This was not understood"))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer where a fault of ours was met or the database is away, in a view or in what stands before it."""
    if _is_away(sys.exception()):
        return show_refusal(request, DatabaseAway(), "503.html")
    if is_of_api(request):
        return refusal_of_api(500, "server_error", _("The fault is ours, not yours; it has been recorded."))
    # Not by render: what its context asks for may be what broke.
    return HttpResponse(get_template("500.html").render({"request": request}), status=500)


def _is_away(error: BaseException | None) -> bool:
    """Say whether the database was not there, at the bottom of an error."""
    while error is not None and not isinstance(error, AWAY):
        error = error.__cause__ or error.__context__
    return error is not None
