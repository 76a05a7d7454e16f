"""Pages of the frame itself: health, figures, and what Django asks for when something is refused."""

import math
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from livelihood.audit import selectors as journal
from livelihood.jobs import pulse
from livelihood.jobs import selectors as jobs
from livelihood.kernel.methods import require_GET
from livelihood.kernel.pages import is_of_api, refusal_of_api
from livelihood.web import metrics
from livelihood.web.decorators import public_page


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
    return render(
        request,
        "refusal.html",
        {"message": message, "issues": (), "status": 403},
        status=403,
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what no page and no row stands for: in the API's own shape there, with a page everywhere else."""
    if is_of_api(request):
        return refusal_of_api(404, "not_found", _("Not found"))
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django itself cannot take."""
    if is_of_api(request):
        return refusal_of_api(400, "bad_request", _("This was not understood"))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer where a fault of ours was met."""
    if is_of_api(request):
        return refusal_of_api(500, "server_error", _("The fault is ours, not yours; it has been recorded."))
    return defaults.server_error(request)
