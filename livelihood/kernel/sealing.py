"""What is read back and is nobody else's business, kept encrypted: a copy of the database tells nothing of it.

The keys are the installation's `DATA_KEYS`, which stand outside the database and are others than `SECRET_KEY`: the
first seals, each opens. What is sealed names its key by eight characters that tell nothing of it, and opens for the
purpose alone that it was sealed for: who can write rows cannot move it into another column.
"""

import base64
import os
from contextlib import suppress
from functools import cache
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import DomainError

KEY_NAME_LENGTH = 8
NONCE_LENGTH = 12
"""Bytes, drawn anew for each sealing: under one key 2³² may be drawn. Source: NIST SP 800-38D, 8.3."""
CONTENT_FROM = KEY_NAME_LENGTH + NONCE_LENGTH


class Unsealable(DomainError):
    """What is kept was sealed under a key that is not set, or is not what was sealed."""

    status = 503
    code = "unsealable"
    message = _("This is kept encrypted, and the key that opens it is not set. Please tell whoever runs the portal.")


class _Key(NamedTuple):
    name: str
    cipher: AESGCM
    hashes_with: bytes


def key_name(key: str | bytes) -> str:
    """Return the name of a secret key, of which it tells nothing: all that is under the key begins with it."""
    named = salted_hmac("livelihood.kernel.sealing.key_name", "", secret=key, algorithm="sha256")
    return named.hexdigest()[:KEY_NAME_LENGTH]


def seal_bytes(content: bytes, *, purpose: str) -> bytes:
    """Encrypt a file under the present key."""
    key = _keys()[0]
    nonce = os.urandom(NONCE_LENGTH)
    return key.name.encode() + nonce + key.cipher.encrypt(nonce, content, purpose.encode())


def unseal_bytes(sealed: bytes, *, purpose: str) -> bytes:
    """Return a file that was sealed, also under a former key.

    :raises Unsealable: its key is not among those that are set, or it was sealed for something else.
    """
    name, nonce, content = sealed[:KEY_NAME_LENGTH], sealed[KEY_NAME_LENGTH:CONTENT_FROM], sealed[CONTENT_FROM:]
    for key in _keys():
        if key.name.encode() == name:
            with suppress(InvalidTag, ValueError):  # changed, cut off, or of another purpose
                return key.cipher.decrypt(nonce, content, purpose.encode())
    raise Unsealable


def seal(text: str, *, purpose: str) -> str:
    """Encrypt a text under the present key."""
    sealed = seal_bytes(text.encode(), purpose=purpose)
    return sealed[:KEY_NAME_LENGTH].decode() + base64.urlsafe_b64encode(sealed[KEY_NAME_LENGTH:]).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Return a text that was sealed; see `unseal_bytes`."""
    try:
        packed = base64.urlsafe_b64decode(sealed[KEY_NAME_LENGTH:])
    except ValueError:
        raise Unsealable from None
    return unseal_bytes(sealed[:KEY_NAME_LENGTH].encode() + packed, purpose=purpose).decode()


def keyed_hashes(text: str, *, purpose: str) -> list[str]:
    """Return the HMAC of a text under each key, the present one first: 64 characters that begin with the key's name.

    Nobody without the key can try texts until one fits, as with a plain hash of a telephone number.
    """
    return [_hash(key, f"livelihood.kernel.sealing.{purpose}", text) for key in _keys()]


def key_names() -> list[str]:
    """Return the names of the keys that are set; that of the one that seals first."""
    return [key.name for key in _keys()]


def _hash(key: _Key, salt: str, text: str) -> str:
    digest = salted_hmac(salt, text, secret=key.hashes_with, algorithm="sha256").hexdigest()
    return f"{key.name}{digest[KEY_NAME_LENGTH:]}"


def _keys() -> list[_Key]:
    return [_key(text) for text in settings.DATA_KEYS]


@cache
def _key(text: str) -> _Key:
    def derived(what: str) -> bytes:
        return salted_hmac(f"livelihood.kernel.sealing.{what}", "", secret=text, algorithm="sha256").digest()

    return _Key(key_name(text), AESGCM(derived("cipher")), derived("hash"))
