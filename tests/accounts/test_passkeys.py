"""Passkeys of a device in software: what is taken, what is refused, and what is removed."""

import hashlib
import json
import struct
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

from livelihood.accounts import services
from livelihood.accounts.models import Passkey, User
from livelihood.accounts.roles import Role
from livelihood.accounts.services.factors import MOST_PASSKEYS, Challenge, WrongFactor
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict
from tests.factories.frame import NOW, CityFactory, PasskeyFactory, official

pytestmark = pytest.mark.django_db

CHALLENGE = Challenge(b"n" * 32)


@pytest.fixture
def person() -> User:
    return official(Role.CHAIR, CityFactory())


def registered(credential_id: bytes, *, origin: str | None = None) -> dict[str, Any]:
    """Return what a browser sends once a device has made a passkey (WebAuthn, section 7.1, attestation "none")."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    key = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    made = b"\0" * 16 + struct.pack(">H", len(credential_id)) + credential_id + cbor2.dumps(key)
    present, verified, has_key = 1, 4, 64
    flags = bytes([present | verified | has_key])
    data = hashlib.sha256(CHALLENGE.relying_party.encode()).digest() + flags + b"\0" * 4 + made
    said = {
        "type": "webauthn.create",
        "challenge": bytes_to_base64url(CHALLENGE.nonce),
        "origin": origin or CHALLENGE.origin,
    }
    name = bytes_to_base64url(credential_id)
    return {
        "id": name,
        "rawId": name,
        "type": "public-key",
        "response": {
            "clientDataJSON": bytes_to_base64url(json.dumps(said).encode()),
            "attestationObject": bytes_to_base64url(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        },
    }


def add(person: User, answer: dict[str, Any]) -> list[str]:
    return services.add_passkey(user=person, challenge=CHALLENGE, answer=answer, name="办公电脑", at=NOW)


def test_the_first_passkey_brings_recovery_codes_and_the_second_does_not(person):
    assert len(add(person, registered(b"1" * 16))) == 10
    assert add(person, registered(b"2" * 16)) == []

    assert {bytes(passkey.credential_id) for passkey in person.passkeys.all()} == {b"1" * 16, b"2" * 16}
    assert Entry.objects.filter(act="user.factor_added", actor_id=person.pk).count() == 2


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"rawId": 5, "id": [], "response": None, "type": ""}, id="of other types"),
        pytest.param("another page", id="another page"),
    ],
)
def test_what_was_signed_for_another_page_or_not_at_all_is_refused(person, answer):
    if answer == "another page":
        answer = registered(b"1" * 16, origin="https://evil.example")

    with pytest.raises(WrongFactor):
        add(person, answer)

    assert not Passkey.objects.exists()


def test_a_passkey_is_known_once(person):
    PasskeyFactory(credential_id=b"1" * 16)

    with pytest.raises(Conflict):
        add(person, registered(b"1" * 16))

    assert Passkey.objects.count() == 1


def test_nobody_has_any_number_of_passkeys(person):
    PasskeyFactory.create_batch(MOST_PASSKEYS, user=person)

    with pytest.raises(Conflict):
        add(person, registered(b"x" * 16))

    assert person.passkeys.count() == MOST_PASSKEYS


def test_one_of_two_passkeys_is_removed_and_the_journal_says_so(person):
    lost, kept = PasskeyFactory.create_batch(2, user=person)

    services.remove_passkey(passkey=lost, by=person, at=NOW)

    assert list(person.passkeys.all()) == [kept]
    entry = Entry.objects.get()
    assert (entry.act, entry.actor_id, entry.detail["kind"]) == ("user.factor_removed", person.pk, "passkey")


@pytest.mark.parametrize("raw_id", ["A", "AAAA", ""])
def test_a_passkey_of_nobody_proves_nothing(person, raw_id):
    PasskeyFactory(user=person)

    with pytest.raises(WrongFactor):
        services.prove_by_passkey(user=person, challenge=CHALLENGE, answer={"rawId": raw_id}, at=NOW)


def test_digits_prove_nothing_for_who_has_no_authenticator(person):
    with pytest.raises(WrongFactor):
        services.prove_by_code(user=person, code="123456", at=NOW)
