"""Codes of an authenticator, from a secret and the time. Source: RFC 4226 and RFC 6238, with their defaults."""

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

from django.utils.crypto import constant_time_compare

SECONDS, DIGITS = 30, 6
SLACK = 1
"""Steps by which the clocks may differ, either way."""

SECRET_BYTES = 20
"""As long as the hash, as RFC 4226 recommends."""


def new_secret() -> str:
    """Return a secret of 160 random bits as authenticators take it, in base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, step: int) -> str:
    """Return the six digits of a secret in a step of thirty seconds, counted from 1970."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0x0F
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, *, at: datetime, after: int = 0) -> int | None:
    """Return the step that a code is of, if it is near this instant and later than `after`; every code is compared."""
    now = int(at.timestamp()) // SECONDS
    found = None
    for step in range(now - SLACK, now + SLACK + 1):
        if constant_time_compare(code_at(secret, step), code) and step > after:
            found = step
    return found


def address_of(secret: str, *, account: str, issuer: str) -> str:
    """Return what the picture for an authenticator says."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
