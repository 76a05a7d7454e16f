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
from django.views.decorators.cache import never_cache
from django.views.defaults import page_not_found
from redis.exceptions import RedisError

from livelihood.audit import selectors as journal
from livelihood.jobs import pulse
from livelihood.jobs import selectors as jobs
from livelihood.kernel.methods import require_GET
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
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    error = {"code": "not_found", "message": _("Not found"), "fields": {}, "issues": []}
    return JsonResponse({"error": error}, status=404)
