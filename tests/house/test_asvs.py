"""The papers on security name what is there: every control of the standard, and tests and files that exist."""

import re
from collections import Counter

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests import asvs

CONTROLS = asvs.controls()
IN_THE_STANDARD = {"1": 70, "2": 183}
"""Controls of levels 1 and 2 in version 5.0.0."""


def test_every_control_stands_there_once():
    numbers = [one.number for one in CONTROLS]

    assert Counter(one.level for one in CONTROLS) == IN_THE_STANDARD
    assert numbers == sorted(set(numbers), key=lambda number: [int(part) for part in number.split(".")])
    assert {one.state for one in CONTROLS} <= set(asvs.STATES)


def is_there(path: str, name: str) -> bool:
    place = asvs.ROOT / path
    return place.exists() and (not name or re.search(rf"^def {name}\(", place.read_text(), re.MULTILINE) is not None)


def test_what_shows_it_is_there():
    named = {(one.number, place) for one in CONTROLS for place in one.where.split()}

    assert sorted((number, place) for number, place in named if not is_there(*place.partition("::")[::2])) == []


def test_whatever_is_said_to_be_met_names_what_shows_it():
    tests = {one.number for one in CONTROLS if "tests/" in one.where}

    assert [one.number for one in CONTROLS if one.state == "test" and one.number not in tests] == []
    assert [one.number for one in CONTROLS if one.state in {"file", "operator"} and not one.where] == []
    assert [one.number for one in CONTROLS if one.state == "open" and not (one.how or one.where)] == []


def test_the_page_is_that_of_the_table():
    """Else: python -m tests.asvs."""
    assert (asvs.FOLDER / "asvs.md").read_text() == asvs.page()


def test_the_library_that_is_kept_knows_the_national_algorithms():
    """docs/security/README.md names it for SM3 and SM4; the values are those of GB/T 32905 and GB/T 32907."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    block = Cipher(algorithms.SM4(key), modes.ECB()).encryptor().update(key)  # noqa: S305 -- one block, as in the standard

    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert block.hex() == "681edf34d206965e86b3e94f536e4246"
