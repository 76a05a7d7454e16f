"""What all endpoints share: keyset paging and one shape of error."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ErrorDetail, NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import exception_handler as rest_exception_handler

from livelihood.kernel import parameters
from livelihood.kernel.errors import DomainError
from livelihood.kernel.pages import refusal_of_api, show_refusal
from livelihood.kernel.paging import in_order

SAID_BESIDE = ("Retry-After", "WWW-Authenticate")
"""Headers of a refusal."""


class KeysetPagination(CursorPagination):
    """Pages by key, 50 rows unless `page_size` asks for up to 200; order is set by the view and ends in `pk`."""

    page_size_query_param = "page_size"
    max_page_size = 200
    ordering: Any = "pk"

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """Return the view's order."""
        return tuple(getattr(view, "keyset", ("pk",)))

    def get_page_size(self, request: Request) -> int:
        """Return how many rows are asked for.

        :raises BadParameters: no number, 0, or more than are given at once.
        """
        size = parameters.whole(request.query_params, "page_size", most=self.max_page_size)
        if size == 0:
            raise parameters.refused(request.query_params, "page_size", _("A page has at least one row."))
        return size or int(self.page_size or self.max_page_size)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        """Return the rows of the page that the cursor names.

        :raises BadParameters: no link of ours holds this cursor.
        """
        order = self.get_ordering(request, queryset, view)[0].lstrip("-")
        try:
            cursor: Any = self.decode_cursor(request)
            if cursor and cursor.position is None and not (cursor.offset or cursor.reverse):
                raise ValueError
            if cursor and cursor.position is not None:
                parameters.stored(parameters.field_at(queryset, order), cursor.position)
        except (NotFound, ValueError) as error:
            reason = _("Take the cursor from a link to the next or previous page.")
            raise parameters.refused(request.query_params, "cursor", reason) from error
        if not getattr(view, "found_first", False):
            return super().paginate_queryset(queryset, request, view)
        bare = queryset.select_related(None).prefetch_related(None)
        found: list[Any] = super().paginate_queryset(bare, request, view) or []
        return in_order(queryset, [row.pk for row in found])


class StrictFilterBackend(DjangoFilterBackend):
    """Filters whose set says itself what it refuses (`livelihood.kernel.filters`)."""

    raise_exception = False

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        """Return the rows that are asked for."""
        filters = self.get_filterset(request, queryset, view)
        return queryset if filters is None else filters.listed


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Give every refusal the same shape, whatever a view answers with otherwise."""
    if isinstance(error, DomainError):
        return show_refusal(context["request"], error)
    refused = rest_exception_handler(error, context)
    if refused is None:
        return None
    data = refused.data
    message = data.get("detail") if isinstance(data, dict) else None
    code = (isinstance(message, ErrorDetail) and message.code) or "invalid"
    fields = data if message is None and isinstance(data, dict) else {}
    response = refusal_of_api(refused.status_code, code, message or "", fields)
    for name in SAID_BESIDE:
        if name in refused:
            response[name] = refused[name]
    return response
