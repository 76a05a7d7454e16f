"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return settings that templates need; nothing about the person, so that public pages stay cacheable."""
    return {"site_url": settings.SITE_URL, "tile_url": settings.TILE_URL}
