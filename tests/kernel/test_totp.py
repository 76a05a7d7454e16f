"""Codes of authenticators, by the examples of the standard."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from livelihood.kernel import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
# Source: RFC 6238, appendix B, SHA-1; the last six of their eight digits.
EXAMPLES = {
    59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037",
    20000000000: "353130",
}  # fmt: skip
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("seconds", "code"), EXAMPLES.items())
def test_codes_are_those_of_the_standard(seconds, code):
    assert totp.code_at(SECRET, seconds // totp.SECONDS) == code


@pytest.mark.parametrize(("late", "is_taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_clocks_may_differ_by_one_step(late, is_taken):
    step = int(AT.timestamp()) // totp.SECONDS

    found = totp.step_of(SECRET, totp.code_at(SECRET, step), at=AT + timedelta(seconds=late))

    assert found == (step if is_taken else None)


def test_a_step_that_was_taken_is_over():
    step = int(AT.timestamp()) // totp.SECONDS

    assert totp.step_of(SECRET, totp.code_at(SECRET, step), at=AT, after=step) is None
    assert totp.step_of(SECRET, totp.code_at(SECRET, step), at=AT, after=step - 1) == step


def test_the_picture_says_what_authenticators_read():
    address = totp.address_of("ABC", account="王 lin", issuer="portal.example")

    assert address == "otpauth://totp/portal.example%3A%E7%8E%8B%20lin?secret=ABC&issuer=portal.example"


def test_secrets_are_long_and_never_twice_the_same():
    made = {totp.new_secret() for _ in range(100)}

    assert (len(made), {len(base64.b32decode(secret)) for secret in made}) == (100, {20})
