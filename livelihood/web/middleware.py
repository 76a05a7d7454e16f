"""What happens around every request."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from livelihood.kernel.errors import DomainError, NotReady
from livelihood.web import metrics

logger = logging.getLogger("livelihood.requests")

Handler = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """Give each request an id, log and count it without query string, body or address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        route = request.resolver_match.route if request.resolver_match else "unknown"
        metrics.observe(request.method or "", route, response.status_code, seconds)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        logger.info(
            "request",
            extra={
                "method": request.method,
                "path": route,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000),
                "request_id": request.request_id,  # type: ignore[attr-defined]
            },
        )
        return response


class MaintenanceMiddleware:
    """Answer everything but /health/ and static files with the maintenance page while the maintenance file exists."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE_FILE.exists() and not request.path.startswith(
            ("/health/", "/metrics")
        ):
            response = render(request, "503.html", status=503)
            response["Retry-After"] = "300"
            return response
        return self.get_response(request)


class DomainErrorMiddleware:
    """Turn an expected refusal that no view has caught into a page that says what, why and what to do."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Answer a DomainError with the refusal page; leave everything else to be a 500."""
        if not isinstance(error, DomainError):
            return None
        issues = error.issues if isinstance(error, NotReady) else ()
        return render(
            request,
            "refusal.html",
            {"message": error.message, "issues": issues, "status": error.status},
            status=error.status,
        )


class SessionAgeMiddleware:
    """End a sign-in that has reached its absolute age, whatever was clicked in the meantime."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object
    ) -> HttpResponse | None:
        """Look at the session only where a sign-in is required: public pages never read it."""
        if not getattr(view, "login_required", True):
            return None
        started = request.session.get("signed_in_at")
        if started is None:
            return None
        if (
            timezone.now().timestamp() - started
            <= settings.SESSION_ABSOLUTE_AGE.total_seconds()
        ):
            return None
        request.session.flush()
        return HttpResponseRedirect(request.get_full_path())
