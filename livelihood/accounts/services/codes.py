"""One-time codes: issued by an administrator or asked for by mail, used once by the person, to set a password."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding, rules, sheets
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate, ProviderLink, SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.accounts.services import _shared as shared
from livelihood.accounts.services.mails import ask_for_mail, is_mail_sent, notify
from livelihood.accounts.services.secrets import set_password
from livelihood.accounts.sheets import Slip
from livelihood.accounts.states import Letter
from livelihood.audit.services import record, record_all
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, InvalidInput, NotReady
from livelihood.kernel.numbers import hash_code, make_code, possible_hashes
from livelihood.kernel.verdict import require

PURPOSE = "accounts.sign_in"
NOBODY_WAITS = _("There is nobody here who waits for a code.")

PRINTED_FOR = timedelta(days=60)
"""A slip is handed out at a meeting that may be weeks away."""

MAILED_FOR = timedelta(hours=1)
"""A mail is read at once, and mailboxes are read by others."""


class NoSuchCode(InvalidInput):
    """No account has this code, or no longer."""

    code = "no_such_code"
    message = _("No account has this code, or it was used, replaced, or has expired. Ask your administrator.")


@transaction.atomic
def issue_codes(*, people: Sequence[User], by: User | None, at: datetime) -> list[Slip]:
    """Give each person a new code; whatever opened their account before is worthless from now on, and sign-ins end.

    by: None on the command line.

    :raises NotAllowed: `by` does not look after one of the accounts.
    :raises Conflict: one of them is closed.
    """
    return _issue(shared.lock_accounts(people, by=by, at=at), by=by, at=at)


@transaction.atomic
def issue_codes_to_deputies(*, people: Sequence[User], area: Area, by: User, at: datetime) -> list[Slip]:
    """Give a code to each of the deputies of an area who have never set a password; see `issue_codes`.

    :raises NotAllowed: one of them is not only a deputy of this area, or comes in already.
    :raises Conflict: one of them is closed.
    """
    rows = User.objects.filter(pk__in=[user.pk for user in people]).select_related("area").order_by("pk")
    locked = {user.pk: user for user in rows.select_for_update(of=("self",))}
    users = [locked[user.pk] for user in people]
    held = holding.mandates_to_come(users, at)
    for user in users:
        require(rules.may_let_deputy_in(by, user, held[user.pk], area, at))
    return _issue(users, by=by, at=at)


def _issue(users: Sequence[User], *, by: User | None, at: datetime) -> list[Slip]:
    if not all(user.is_active for user in users):
        raise Conflict(_("This account is closed. Open it again first."))
    slips = [Slip(user.name, user.username, make_code(), at + PRINTED_FOR) for user in users]
    rows = User.objects.filter(pk__in=[user.pk for user in users])
    rows.update(session_number=F("session_number") + 1)
    rows.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).update(password=make_password(None))
    shared.drop_sessions(users)
    ProviderLink.objects.filter(user__in=users).delete()
    _keep(users, slips, is_mailed=False, by=by, at=at)
    record_all(AccountAct.CODE_ISSUED, users, by=by, at=at)
    for user in users if is_mail_sent() else ():
        notify(user, Letter.CODE_ISSUED, by=by, at=at)
    return slips


@transaction.atomic
def print_codes(*, people: Sequence[User], area: Area, by: User, at: datetime) -> bytes:
    """Give each person a new code and return the slips as PDF, one for each; nothing happens if one cannot be printed.

    :raises NotAllowed, Conflict: see `issue_codes`.
    :raises NotReady: there is nobody to print for.
    :raises Unprintable: no font has a character of a name.
    """
    if not people:
        raise NotReady([NOBODY_WAITS])
    slips = issue_codes(people=people, by=by, at=at)
    held = holding.mandates_to_come(people, at)
    belongs = {user.username: _belongs(held[user.pk]) for user in people}
    found = [replace(slip, belongs=belongs[slip.username]) for slip in slips]
    return sheets.slips_file(sorted(found, key=lambda slip: slip.belongs), area, at=at)


def _belongs(mandates: Sequence[Mandate]) -> str:
    """Say for a slip in which organisation and as what somebody works."""
    with translation.override(settings.LANGUAGE_CODE):
        said = [
            " ".join(filter(None, [one.organisation.name_zh if one.organisation else "", str(Role(one.role).label)]))
            for one in mandates
        ]
    return "，".join(dict.fromkeys(said))


@transaction.atomic
def print_codes_of_deputies(
    *, people: Sequence[User], area: Area, by: User, at: datetime, delegations: Mapping[int, str] | None = None
) -> bytes:
    """Print slips for deputies who have never set a password; see `print_codes` and `issue_codes_to_deputies`.

    delegations: by the keys of the people; each delegation has pages of its own.
    """
    if not people:
        raise NotReady([NOBODY_WAITS])
    slips = issue_codes_to_deputies(people=people, area=area, by=by, at=at)
    belongs = {user.username: (delegations or {}).get(user.pk, "") for user in people}
    found = [replace(slip, belongs=belongs[slip.username]) for slip in slips]
    return sheets.slips_file(found, area, at=at, by_page=True)


def ask_for_code(*, username: str, at: datetime) -> None:
    """Ask for a code by mail. Whether somebody has that name is looked up later, so that nobody learns it here.

    username: folded, as it was typed. Asking again within a quarter of an hour is the same wish.
    """
    ask_for_mail(Letter.CODE, username, by=None, at=at)


@transaction.atomic
def send_code(*, user: User, by: User, at: datetime) -> None:
    """Let the portal send a person a code by mail, at the wish of an administrator.

    :raises NotAllowed: `by` does not look after the account.
    :raises Conflict: it is closed.
    :raises InvalidInput: no mail is sent here, or no address is known.
    """
    user = shared.lock_account(user, by=by, at=at)
    if not user.is_active:
        raise Conflict(_("This account is closed. Open it again first."))
    if not is_mail_sent() or not user.mail:
        raise InvalidInput(_("No mail can be sent to this person. Print a code."))
    ask_for_mail(Letter.CODE, user.username, by=by, at=at)


@transaction.atomic
def mail_code(*, user: User, by: User | None, at: datetime) -> Slip:
    """Make the code that a mail carries; the former password stays good until the code is used."""
    slip = Slip(user.name, user.username, make_code(), at + MAILED_FOR)
    _keep([user], [slip], is_mailed=True, by=by, at=at)
    record(AccountAct.CODE_ASKED_FOR, user, by=by, at=at)
    return slip


def _keep(users: Sequence[User], slips: Sequence[Slip], *, is_mailed: bool, by: User | None, at: datetime) -> None:
    SignInCode.objects.bulk_create(
        [
            SignInCode(
                user=user, is_mailed=is_mailed, code_hash=hash_code(slip.code, purpose=PURPOSE), issued_at=at,
                issued_by=by, expires_at=slip.expires_at, used_at=None,
            )
            for user, slip in zip(users, slips, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["user", "is_mailed"],
        update_fields=["code_hash", "issued_at", "issued_by", "expires_at", "used_at"],
    )  # fmt: skip


@transaction.atomic
def use_code(*, code: str, password: str, at: datetime) -> User:
    """Let a person in by their code, which is used up by it, and set the password that they have chosen.

    :raises NoSuchCode: no such code, used, replaced or expired, or the account is closed; the caller counts it.
    :raises InvalidInput: the password is too weak, too long, or made of what others know of the person.
    """
    hashes = possible_hashes(code, purpose=PURPOSE)
    known = SignInCode.objects.filter(code_hash__in=hashes).first()
    if known is None:
        raise NoSuchCode(field="code")
    user = User.objects.select_for_update().get(pk=known.user_id)
    code_row = SignInCode.objects.select_for_update().filter(pk=known.pk, code_hash=known.code_hash).first()
    if code_row is None or code_row.used_at or code_row.expires_at <= at or not user.is_active:
        raise NoSuchCode(field="code")
    set_password(user, password, at=at)
    record(AccountAct.CODE_USED, user, by=user, at=at)
    notify(user, Letter.PASSWORD_CHANGED, by=user, at=at)
    return user
