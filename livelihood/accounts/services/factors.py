"""Second factors: added, asked for, removed, and reset by an administrator."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException

from livelihood.accounts import sheets
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.holding import has_factor
from livelihood.accounts.models import Authenticator, Passkey, RecoveryCode, User
from livelihood.accounts.services import _shared as shared
from livelihood.accounts.services.codes import issue_codes
from livelihood.accounts.services.mails import notify
from livelihood.accounts.sheets import Slip
from livelihood.accounts.states import Letter
from livelihood.audit.services import record
from livelihood.cycles.models import Area
from livelihood.kernel import totp
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.numbers import hash_code, make_code, possible_hashes
from livelihood.kernel.text import clean_text

PURPOSE = "accounts.recovery"
RECOVERY_CODES = 10
MOST_PASSKEYS = 10

BROKEN = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
"""What the library raises at an answer that does not fit, or is none at all."""


class WrongFactor(InvalidInput):
    """The code or the passkey is not this person's, or was used already."""

    code = "wrong_factor"
    message = _("This code is wrong, over, or was used already. Wait for the next one.")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser was given to be signed with a passkey, and by which page.

    nonce: random bytes, good for one answer.
    """

    nonce: bytes

    @property
    def relying_party(self) -> str:
        """The name under which a browser keeps passkeys of this portal."""
        return urlsplit(settings.SITE_URL).hostname or ""

    @property
    def origin(self) -> str:
        """The address whose pages may ask for them."""
        parts = urlsplit(settings.SITE_URL)
        return f"{parts.scheme}://{parts.netloc}"


@transaction.atomic
def add_authenticator(*, user: User, secret: str, code: str, at: datetime) -> list[str]:
    """Take an authenticator, in place of a former one, once it shows the right code.

    secret: that it was given. Return recovery codes where it is the first factor, to be shown once; else none.

    :raises WrongFactor: it shows another code.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    step = totp.step_of(secret, _digits(code), at=at)
    if step is None:
        raise WrongFactor(field="code")
    is_first = not has_factor(user)
    Authenticator.objects.update_or_create(user=user, defaults={"secret": secret, "added_at": at, "last_step": step})
    return _added(user, "authenticator", is_first=is_first, at=at)


@transaction.atomic
def add_passkey(*, user: User, challenge: Challenge, answer: Mapping[str, Any], name: str, at: datetime) -> list[str]:
    """Take a passkey that has signed the challenge. answer: of the browser. Return recovery codes as above.

    :raises WrongFactor: it has signed something else, for another page, or not at all.
    :raises Conflict: it is known already, or there are too many.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    name = clean_text(name, min_length=1, max_length=60, multiline=False, field="name")
    try:
        verified = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge.nonce,
            expected_rp_id=challenge.relying_party,
            expected_origin=challenge.origin,
        )
    except BROKEN as error:
        raise WrongFactor(_("The passkey could not be taken. Try again.")) from error
    if Passkey.objects.filter(credential_id=verified.credential_id).exists():
        raise Conflict(_("This passkey is known already."))
    if Passkey.objects.filter(user=user).count() >= MOST_PASSKEYS:
        raise Conflict(_("You have too many passkeys. Remove one first."))
    is_first = not has_factor(user)
    Passkey.objects.create(
        user=user,
        name=name,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        added_at=at,
    )
    return _added(user, "passkey", is_first=is_first, at=at)


@transaction.atomic
def make_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Make new recovery codes, to be shown once; all former ones are worthless.

    :raises Conflict: there is no factor that they could stand in for.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not has_factor(user):
        raise Conflict(_("Set up a second factor first."))
    record(AccountAct.RECOVERY_CODES_MADE, user, by=user, at=at)
    return _make_recovery_codes(user)


@transaction.atomic
def remove_passkey(*, passkey: Passkey, by: User, at: datetime) -> None:
    """Remove one of one's own passkeys.

    :raises Passkey.DoesNotExist: it is another person's.
    :raises Conflict: it is the last factor.
    """
    user = User.objects.select_for_update().get(pk=by.pk)
    passkey = Passkey.objects.select_for_update().get(pk=passkey.pk, user=user)
    others = Passkey.objects.filter(user=user).exclude(pk=passkey.pk)
    if not others.exists() and not Authenticator.objects.filter(user=user).exists():
        raise Conflict(_("This is your last second factor. Add another one first."))
    passkey.delete()
    record(AccountAct.FACTOR_REMOVED, user, by=user, at=at, kind="passkey")
    notify(user, Letter.FACTOR_REMOVED, by=user, at=at)


@transaction.atomic
def prove_by_code(*, user: User, code: str, at: datetime) -> None:
    """Take the code of an authenticator, or a recovery code, which is used up by it; two at once count once.

    :raises WrongFactor: it is wrong, over, or was used; the caller counts it.
    """
    digits = _digits(code)
    if digits:
        authenticator = Authenticator.objects.select_for_update().filter(user=user).first()
        if authenticator is None:
            raise WrongFactor(field="code")
        step = totp.step_of(authenticator.secret, digits, at=at, after=authenticator.last_step)
        if step is None:
            raise WrongFactor(field="code")
        authenticator.last_step = step
        authenticator.save(update_fields=["last_step"])
        return
    hashes = possible_hashes(code, purpose=PURPOSE)
    recovery = RecoveryCode.objects.select_for_update().filter(user=user, code_hash__in=hashes, used_at=None).first()
    if recovery is None:
        raise WrongFactor(field="code")
    recovery.used_at = at
    recovery.save(update_fields=["used_at"])
    record(AccountAct.RECOVERY_CODE_USED, user, by=user, at=at)
    notify(user, Letter.RECOVERY_CODE_USED, by=user, at=at)


@transaction.atomic
def prove_by_passkey(*, user: User, challenge: Challenge, answer: Mapping[str, Any], at: datetime) -> None:
    """Take what a passkey has signed.

    :raises WrongFactor: it is not one of this person's, or has signed something else, or is a copy.
    """
    try:
        credential_id = base64url_to_bytes(str(answer.get("rawId", "")))
    except ValueError as error:
        raise WrongFactor from error
    passkey = Passkey.objects.select_for_update().filter(user=user, credential_id=credential_id).first()
    if passkey is None:
        raise WrongFactor(_("This passkey is not one of yours."))
    try:
        verified = verify_authentication_response(
            credential=dict(answer),
            expected_challenge=challenge.nonce,
            expected_rp_id=challenge.relying_party,
            expected_origin=challenge.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    except BROKEN as error:
        raise WrongFactor(_("The passkey did not prove who you are. Try again.")) from error
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, at
    passkey.save(update_fields=["sign_count", "last_used_at"])


@transaction.atomic
def reset_factors(*, user: User, by: User | None, at: datetime) -> Slip:
    """Remove all second factors of another person, and give them a new one-time code.

    Without the code, whoever knows the password would set up a factor of their own.
    by: None on the command line.

    :raises NotAllowed: `by` does not look after the account.
    :raises Conflict: there is none, or the account is closed.
    """
    user = shared.lock_account(user, by=by, at=at)
    if not has_factor(user):
        raise Conflict(_("This person has no second factor."))
    for model in (Authenticator, Passkey, RecoveryCode):
        model.objects.filter(user=user).delete()
    record(AccountAct.FACTORS_RESET, user, by=by, at=at)
    notify(user, Letter.FACTORS_RESET, by=by, at=at)
    (slip,) = issue_codes(people=[user], by=by, at=at)
    return slip


@transaction.atomic
def print_reset(*, user: User, area: Area, by: User, at: datetime) -> bytes:
    """Reset the factors of a person and return the slip as PDF; nothing happens if it cannot be printed.

    :raises NotAllowed, Conflict: see `reset_factors`.
    :raises Unprintable: no font has a character of the name.
    """
    return sheets.slips_file([reset_factors(user=user, by=by, at=at)], area, at=at)


def _added(user: User, kind: str, *, is_first: bool, at: datetime) -> list[str]:
    record(AccountAct.FACTOR_ADDED, user, by=user, at=at, kind=kind)
    notify(user, Letter.FACTOR_ADDED, by=user, at=at)
    return _make_recovery_codes(user) if is_first else []


def _make_recovery_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [make_code() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=hash_code(code, purpose=PURPOSE), used_at=None) for code in codes
    )
    return codes


def _digits(code: str) -> str:
    """Return the six digits that were typed, empty for whatever else: a recovery code is longer."""
    digits = "".join(one for one in code if not one.isspace())
    return digits if digits.isascii() and digits.isdecimal() and len(digits) == totp.DIGITS else ""
