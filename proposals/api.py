"""Public objects of this room under /api/v1/."""

from rest_framework.viewsets import ViewSetMixin

ENDPOINTS: list[tuple[str, type[ViewSetMixin]]] = []
