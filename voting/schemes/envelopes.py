"""An envelope with two locks: a ballot is sealed to two public keys and opens with both halves of the key together.

ECDH on P-256 with a key of its own for each ballot, HKDF-SHA-256 and AES-256-GCM: what browsers have by themselves, so
that `static/js/sealed_ballot.js` does the same. An envelope has a key made of two secrets, one for each half, so who
knows one of them knows nothing. Each half is a private key of its own; nobody ever makes or holds a whole one.
"""

import hashlib
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from livelihood.kernel.numbers import ALPHABET, CODE_GROUP_LENGTH, normalise_code

PrivateKey = ec.EllipticCurvePrivateKey

CURVE = ec.SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve: private keys are whole numbers below it. Source: NIST SP 800-186, 3.2.1.3."""

LABEL = b"livelihood sealed ballot 1"
HALF_LENGTH, CHECK_LENGTH = 26, 2
"""130 random bits, which no search finds, and 10 that tell a slip of the pen."""
POINT_LENGTH, TAG_LENGTH = 65, 16
KEY_LENGTH, RECEIPT_LENGTH = 32, 12
NONCE = bytes(12)
"""Each key seals one ballot, so nothing else has to be drawn."""


def draw_half() -> str:
    """Return a new half of a key, as it is written down."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(HALF_LENGTH))
    return _grouped(drawn + _check(drawn))


def read_half(typed: str) -> PrivateKey | None:
    """Return the private key that a half stands for; None where it cannot be one, as something is mistyped."""
    text = normalise_code(typed)
    drawn = text[:HALF_LENGTH]
    if len(text) != HALF_LENGTH + CHECK_LENGTH or text[HALF_LENGTH:] != _check(drawn):
        return None
    return key_from(drawn.encode(), b"half")


def key_from(secret: bytes, purpose: bytes) -> PrivateKey:
    """Return the one private key that follows from something random."""
    number = int.from_bytes(_stretched(secret, LABEL + b" " + purpose, 40))
    return ec.derive_private_key(number % (ORDER - 1) + 1, CURVE)


def public_of(private: PrivateKey) -> bytes:
    """Return the public key: a point of the curve."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_point(data: bytes) -> bool:
    """Say whether this is a public key."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, data)
    except ValueError:
        return False
    return len(data) == POINT_LENGTH


def shared_secret(private: PrivateKey, point: bytes) -> bytes:
    """Return what a private key and the point of another give; the other and this one's point give the same."""
    return private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point))


def seal(content: str, publics: Sequence[bytes], ephemeral: PrivateKey) -> bytes:
    """Return a sealed ballot, as long as every other of its round: point of its own key, sealed letters, tag."""
    point = public_of(ephemeral)
    key, _receipt = keys_of(point, publics, [shared_secret(ephemeral, public) for public in publics])
    return point + AESGCM(key).encrypt(NONCE, content.encode(), None)


def unseal(envelope: bytes, key: bytes) -> str | None:
    """Return what an envelope holds; None where it cannot be opened."""
    try:
        return AESGCM(key).decrypt(NONCE, envelope[POINT_LENGTH:], None).decode("ascii")
    except (InvalidTag, UnicodeDecodeError):
        return None


def keys_of(point: bytes, publics: Sequence[bytes], shared: Sequence[bytes]) -> tuple[bytes, str]:
    """Return the key of an envelope and the code on its receipt.

    point: of the envelope's own key. shared: secrets of that key with each of the public ones, in their order.
    """
    made = _stretched(b"".join(shared), b"".join([LABEL, *publics, point]), KEY_LENGTH + RECEIPT_LENGTH)
    return made[:KEY_LENGTH], _grouped("".join(ALPHABET[byte % len(ALPHABET)] for byte in made[KEY_LENGTH:]))


def length_of(options: int) -> int:
    """Return how long a sealed ballot of so many options is: one letter for each."""
    return POINT_LENGTH + options + TAG_LENGTH


def fingerprint(envelope: bytes) -> str:
    """Return what tells an envelope from others, and nothing of what is in it."""
    return hashlib.sha256(envelope).hexdigest()


def _check(drawn: str) -> str:
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in hashlib.sha256(drawn.encode()).digest()[:CHECK_LENGTH])


def _grouped(text: str) -> str:
    return "-".join(text[place : place + CODE_GROUP_LENGTH] for place in range(0, len(text), CODE_GROUP_LENGTH))


def _stretched(secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(secret)
