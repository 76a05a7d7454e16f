"""What must hold of the keys under which personal data is kept."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def keys_are_others(**_: Any) -> list[CheckMessage]:
    """Find a key that signs and seals: whoever learns it by one would have both, and neither could be changed alone."""
    if not {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS} & set(settings.DATA_KEYS):
        return []
    hint = "Draw another with `openssl rand -base64 48`; docs/operations.md, Changing the key."
    return [Error("One of DATA_KEYS is SECRET_KEY, or was.", hint=hint, id="privacy.E001")]
