"""Numbers and codes that people read out, type and keep: references with a check digit, secret codes, opaque ids."""

import re
import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from livelihood.kernel.folding import TooManyMarks, fold
from livelihood.kernel.sealing import KEY_NAME_LENGTH, key_name

# Digits and capitals without I, L, O and U: 5 bits a character, nothing that reads like another (Crockford's base 32).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_GROUPS, CODE_GROUP_LENGTH = 3, 4  # 12 characters = 60 bits
LONGEST_TYPED = 100  # characters that are looked at
_LOOKALIKES = str.maketrans("OIL", "011")

# Damm's quasigroup of order 10: finds every wrong digit and every swap of neighbours.
# Source: H. M. Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """Return the digit that, appended to these digits, makes their check come out at 0."""
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def make_reference(*, year: int, serial: int) -> str:
    """Return the reference of the serial-th thing of a year, such as ``2027-000123-4``.

    serial: counts from 1 and is unique within the year; beyond six digits the number grows.
    """
    digits = f"{year:04}{serial:06}"
    return f"{digits[:4]}-{digits[4:]}-{check_digit(digits)}"


def parse_reference(text: str) -> str | None:
    """Return the reference a person typed, written as make_reference does, or None where the check digit is wrong.

    Spaces, missing or odd hyphens and full-width digits are forgiven.
    """
    digits = re.sub(r"[ -]", "", _typed(text))
    if not re.fullmatch(r"[0-9]{11,20}", digits) or check_digit(digits) != "0":
        return None
    return f"{digits[:4]}-{digits[4:-1]}-{digits[-1]}"


def make_code() -> str:
    """Return a new secret code of 60 random bits, such as ``7K2M-Q9XD-0F4T``; it is shown once and never stored."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(CODE_GROUP_LENGTH)) for _ in range(CODE_GROUPS))
    return "-".join(groups)


def normalise_code(text: str) -> str:
    """Return the code a person typed, without grouping; case, width, spaces, O for 0 and I or L for 1 are forgiven."""
    plain = _typed(text).upper().translate(_LOOKALIKES)
    return "".join(one for one in plain if one in ALPHABET)


def _typed(text: str) -> str:
    try:
        return fold(text[:LONGEST_TYPED])
    except TooManyMarks:
        return ""


def hash_code(code: str, *, purpose: str) -> str:
    """Return what is stored of a code: 64 hexadecimal digits, under the key of this installation.

    The first eight name the key (`key_name`), the rest is of the code's HMAC-SHA256 under it.

    purpose: what the code opens; the same code has another hash for another purpose.
    """
    return _hash(code, purpose, settings.SECRET_KEY)


def possible_hashes(code: str, *, purpose: str) -> list[str]:
    """Return what may be stored of a code: its hash under the key of this installation, and under each former one."""
    return [_hash(code, purpose, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def code_matches(code: str, stored: str, *, purpose: str) -> bool:
    """Tell in constant time whether a typed code is the one whose hash is stored, also under a former secret key."""
    return any(constant_time_compare(possible, stored) for possible in possible_hashes(code, purpose=purpose))


def _hash(code: str, purpose: str, key: str | bytes) -> str:
    salt = f"livelihood.kernel.numbers.{purpose}"
    digest = salted_hmac(salt, normalise_code(code), secret=key, algorithm="sha256").hexdigest()
    return f"{key_name(key)}{digest[KEY_NAME_LENGTH:]}"


def opaque_id() -> str:
    """Return a random id for addresses and forms: 20 small letters and digits, 100 bits, with no order in it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(20)).lower()
