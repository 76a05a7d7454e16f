"""An envelope opens with both halves of the key together and with nothing else, and holds what was put into it."""

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel.numbers import ALPHABET
from voting.schemes import envelopes
from voting.tally import Assembly, Base, Form, Rules, Share, decode, tally

HALVES = [envelopes.draw_half(), envelopes.draw_half()]
PRIVATE = [private for half in HALVES if (private := envelopes.read_half(half))]
PUBLIC = [envelopes.public_of(half) for half in PRIVATE]


def own_key() -> envelopes.PrivateKey:
    return ec.generate_private_key(envelopes.CURVE)


def opened(envelope: bytes, privates: list[envelopes.PrivateKey], publics: list[bytes] = PUBLIC) -> str | None:
    point = envelope[: envelopes.POINT_LENGTH]
    key, _receipt = envelopes.keys_of(point, publics, [envelopes.shared_secret(one, point) for one in privates])
    return envelopes.unseal(envelope, key)


@given(st.text("ynab", min_size=1, max_size=60))
def test_what_was_sealed_is_opened_by_both_halves_and_by_no_one_of_them(letters):
    envelope = envelopes.seal(letters, PUBLIC, own_key())

    assert opened(envelope, PRIVATE) == letters
    assert [opened(envelope, pair) for pair in ([PRIVATE[0]] * 2, [PRIVATE[1]] * 2, PRIVATE[::-1])] == [None] * 3
    assert len(envelope) == envelopes.length_of(len(letters))
    assert len(letters) < 4 or letters.encode() not in envelope


@given(st.lists(st.text("ynab", min_size=4, max_size=4), max_size=12))
def test_the_count_of_opened_ballots_is_that_of_the_ballots(cast):
    rules = Rules(2, Share(Base.IN_TERM, 1, 2), Share(Base.IN_TERM, 0, 1), form=Form.EACH, most_approvals=2)
    everybody = Assembly(len(cast), len(cast), len(cast))
    through = [opened(envelopes.seal(letters, PUBLIC, own_key()), PRIVATE) or "" for letters in cast]

    def counted(ballots: list[str]):
        return tally(rules, range(4), [decode(range(4), letters) for letters in ballots], everybody)

    assert counted(sorted(through)) == counted(cast)


@given(st.integers(0, envelopes.length_of(3) - 1), st.integers(1, 255))
def test_a_changed_envelope_does_not_open(place, flip):
    envelope = bytearray(envelopes.seal("yna", PUBLIC, own_key()))
    envelope[place] ^= flip

    if envelopes.is_point(bytes(envelope[: envelopes.POINT_LENGTH])):
        assert opened(bytes(envelope), PRIVATE) is None
    else:
        assert place < envelopes.POINT_LENGTH


def test_an_envelope_says_nothing_by_its_length_or_its_beginning():
    sealed = [envelopes.seal(letters, PUBLIC, own_key()) for letters in ("yyy", "yyy", "nab")]

    assert {len(envelope) for envelope in sealed} == {65 + 3 + 16}
    assert len({envelope[1:33] for envelope in sealed}) == 3


def test_a_half_is_read_as_people_type_it():
    half = HALVES[0]

    assert [len(group) for group in half.split("-")] == [4] * 7
    for typed in (half.lower(), half.replace("-", " "), half.replace("-", ""), f" {half} "):
        read = envelopes.read_half(typed)
        assert read
        assert envelopes.public_of(read) == PUBLIC[0]


@pytest.mark.parametrize("typed", ["", "7K2M", "-".join(["0000"] * 6), "中文"])
def test_what_is_no_half_is_none(typed):
    assert envelopes.read_half(typed) is None


def test_a_slip_of_the_pen_is_noticed():
    plain = HALVES[0].replace("-", "")
    others = [
        plain[:place] + other + plain[place + 1 :]
        for place in range(len(plain))
        for other in ALPHABET
        if other != plain[place]
    ]

    read = [envelopes.read_half(other) for other in others]

    assert sum(one is not None for one in read) < len(others) / 50  # 1 in 1,024 passes, and then fits no public key
    assert PUBLIC[0] not in [envelopes.public_of(one) for one in read if one]


def test_one_random_key_gives_one_envelope_so_that_a_repeat_is_known():
    key = envelopes.key_from(secrets.token_bytes(16), b"envelope")

    assert envelopes.seal("yna", PUBLIC, key) == envelopes.seal("yna", PUBLIC, key)
    assert envelopes.public_of(envelopes.key_from(b"a", b"envelope")) != envelopes.public_of(
        envelopes.key_from(b"a", b"half")
    )
