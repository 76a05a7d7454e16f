"""The portal with all of its middleware; the same under /naked without any, in the same process."""

from collections.abc import Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

NAKED = "/naked"

portal = get_wsgi_application()
with override_settings(MIDDLEWARE=[]):
    naked = WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Hand the request to one of the two."""
    path = environ["PATH_INFO"]
    if path.startswith(NAKED):
        return naked({**environ, "PATH_INFO": path.removeprefix(NAKED)}, start_response)
    return portal(environ, start_response)
