"""Cookies that tell a browser and not a person: signed, out of reach of scripts and of other sites."""

from django.conf import settings
from django.http import HttpResponse


def keep_signed(response: HttpResponse, name: str, value: str, *, salt: str, seconds: int) -> None:
    """Let a browser hold a value for some seconds, over TLS alone wherever sessions are."""
    response.set_signed_cookie(
        name,
        value,
        salt=salt,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
