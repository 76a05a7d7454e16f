"""Texts that are read back, kept encrypted under the key of this installation: a copy of the database tells nothing."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from livelihood.kernel.errors import DomainError


class Unsealable(DomainError):
    """What is kept was written under a key that is not set any more."""

    status = 500
    code = "unsealable"


def seal(text: str) -> str:
    """Encrypt a text under the present key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return a text that was sealed, also under a former key.

    :raises Unsealable: the key is not among those that are set.
    """
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unsealable from None


def is_sealed_by(key: str | bytes, sealed: str) -> bool:
    """Say whether a text was sealed under this key."""
    try:
        _sealer(key).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _keys() -> MultiFernet:
    return MultiFernet([_sealer(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _sealer(key: str | bytes) -> Fernet:
    digest = salted_hmac("livelihood.kernel.sealing", "", secret=key, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
