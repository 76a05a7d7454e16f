"""Numbers and codes that people type."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from livelihood.kernel.numbers import (
    ALPHABET,
    check_digit,
    code_matches,
    hash_code,
    make_code,
    make_reference,
    normalise_code,
    opaque_id,
    parse_reference,
)

references = st.builds(make_reference, year=st.integers(2000, 2099), serial=st.integers(1, 10**9))


def test_make_reference_is_readable():
    assert make_reference(year=2027, serial=123) == "2027-000123-0"
    assert make_reference(year=2027, serial=1234567) == "2027-1234567-3"


def test_check_digit_is_the_published_one():
    assert check_digit("572") == "4"


@given(references)
def test_parse_reference_forgives_how_it_is_typed(reference):
    wide = reference.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})

    for typed in (reference, reference.replace("-", ""), f" {reference.replace('-', ' ')} ", wide):
        assert parse_reference(typed) == reference


@given(references, st.integers(0, 18), st.sampled_from("0123456789"))
def test_parse_reference_finds_every_wrong_digit(reference, place, digit):
    assume(place < len(reference) and reference[place] not in {"-", digit})

    assert parse_reference(reference[:place] + digit + reference[place + 1 :]) is None


@given(references, st.integers(0, 18))
def test_parse_reference_finds_every_swap_of_neighbours(reference, place):
    digits = reference.replace("-", "")
    assume(place + 1 < len(digits) and digits[place] != digits[place + 1])

    assert parse_reference(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]) is None


@pytest.mark.parametrize("text", ["", "2027", "abc", "2027-000123-x", "9" * 50, "²027-000123-4"])
def test_parse_reference_refuses_what_is_none(text):
    assert parse_reference(text) is None


def test_make_code_holds_sixty_bits_in_groups():
    codes = {make_code() for _ in range(200)}

    assert len(ALPHABET) == 32
    assert len(codes) == 200
    assert all(re.fullmatch(f"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", code) for code in codes)


@pytest.mark.parametrize("typed", ["7K2M-Q9XD-0F41", "7k2m q9xd of4l", " 7K2MQ9XDOF4I ", "７Ｋ２Ｍ-q9xd.0f41"])  # noqa: RUF001 -- as typed
def test_normalise_code_forgives_how_it_is_typed(typed):
    assert normalise_code(typed) == "7K2MQ9XD0F41"


def test_hash_code_tells_nothing_and_depends_on_the_purpose():
    stored = hash_code("7K2M-Q9XD-0F41", purpose="suggestion")

    assert re.fullmatch("[0-9a-f]{64}", stored)
    assert stored == hash_code("7k2m q9xd of4l", purpose="suggestion")
    assert stored != hash_code("7K2M-Q9XD-0F41", purpose="survey")


def test_hash_code_depends_on_the_secret_key(settings):
    before = hash_code("7K2M-Q9XD-0F41", purpose="suggestion")
    settings.SECRET_KEY = "another key"

    assert hash_code("7K2M-Q9XD-0F41", purpose="suggestion") != before


def test_code_matches_the_right_code_only():
    stored = hash_code("7K2M-Q9XD-0F41", purpose="suggestion")

    assert code_matches("7k2m q9xd of4l", stored, purpose="suggestion") is True
    assert code_matches("7K2M-Q9XD-0F42", stored, purpose="suggestion") is False
    assert code_matches("7K2M-Q9XD-0F41", stored, purpose="survey") is False
    assert code_matches("", stored, purpose="suggestion") is False


def test_code_matches_after_the_secret_key_has_changed(settings):
    stored = hash_code("7K2M-Q9XD-0F41", purpose="suggestion")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [settings.SECRET_KEY]

    assert code_matches("7K2M-Q9XD-0F41", stored, purpose="suggestion") is True


def test_opaque_id_is_random_and_small():
    ids = {opaque_id() for _ in range(200)}

    assert len(ids) == 200
    assert all(re.fullmatch("[0-9a-z]{20}", one) for one in ids)
