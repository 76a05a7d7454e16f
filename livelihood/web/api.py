"""What all endpoints share: keyset paging and one shape of error."""

from typing import Any

from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import exception_handler as rest_exception_handler

from livelihood.kernel.errors import DomainError, NotReady


class KeysetPagination(CursorPagination):
    """Pages by key, 50 rows unless `page_size` asks for up to 200; order is set by the view and ends in `pk`."""

    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: Any = "pk"

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """Return the view's order."""
        return tuple(getattr(view, "keyset", ("pk",)))


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Give every refusal the same shape: {"error": {"code", "message", "fields", "issues"}}."""
    if isinstance(error, DomainError):
        body: dict[str, Any] = {
            "code": error.code,
            "message": str(error.message),
            "fields": {},
            "issues": [],
        }
        if isinstance(error, NotReady):
            body["issues"] = [str(issue) for issue in error.issues]
        if error.field:
            body["fields"] = {error.field: [str(error.message)]}
        return Response({"error": body}, status=error.status)
    response = rest_exception_handler(error, context)
    if response is None:
        return None
    data = response.data
    message = data.get("detail") if isinstance(data, dict) else None
    code = message.code if isinstance(message, ErrorDetail) else "invalid"
    fields = data if message is None and isinstance(data, dict) else {}
    response.data = {
        "error": {
            "code": code,
            "message": str(message or ""),
            "fields": fields,
            "issues": [],
        }
    }
    return response
