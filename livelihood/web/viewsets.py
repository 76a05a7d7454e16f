"""Bases of the endpoints. Apart from `web.api`, which REST framework loads before it knows what a view set is."""

from typing import Any

from django.utils import translation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet


class PublicReadViewSet(ReadOnlyModelViewSet):
    """Base of the public endpoints: anyone may read, nobody is identified.

    The answer's language is the one asked for by Accept-Language.

    found_first: the rows of a page are found first and what belongs to them is joined after, for large tables that are
    searched; see `livelihood.kernel.paging`.
    """

    authentication_classes = ()
    permission_classes = (AllowAny,)
    keyset: tuple[str, ...] = ("pk",)
    found_first = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer in the reader's language."""
        translation.activate(translation.get_language_from_request(request))
        super().initial(request, *args, **kwargs)
