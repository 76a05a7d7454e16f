"""A browser from which somebody has come in before, told by a cookie of its own.

Wrong passwords that others try, from the same address or for the same name, do not close the sign-in to it: it is
counted by itself. The cookie opens nothing; it holds a mark of the name, signed, and not the name (OWASP, “Slow Down
Online Guessing Attacks with Device Cookies”).
"""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from livelihood.kernel.cookies import keep_signed

SALT = "accounts.device"
SECONDS = 90 * 24 * 60 * 60


def remember(response: HttpResponse, name: str) -> None:
    """Let the browser tell later that somebody of this name came in from it. name: as accounts are known by it."""
    value = f"{_mark(name)}:{secrets.token_hex(8)}"
    keep_signed(response, settings.DEVICE_COOKIE_NAME, value, salt=SALT, seconds=SECONDS)


def known(request: HttpRequest, name: str) -> str:
    """Return what tells the browser from all others if somebody of this name came in from it before, or ""."""
    held = request.get_signed_cookie(settings.DEVICE_COOKIE_NAME, "", salt=SALT, max_age=SECONDS) or ""
    return held if name and held.startswith(f"{_mark(name)}:") else ""


def _mark(name: str) -> str:
    return salted_hmac(SALT, name, algorithm="sha256").hexdigest()
