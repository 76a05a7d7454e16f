"""Accounts: made, put right, closed and opened again; one, or as many as a sheet has."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import rules
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import LooksLike, Mandate, User
from livelihood.accounts.models.people import ALIKE
from livelihood.accounts.seen import require_seen
from livelihood.accounts.services import _shared as shared
from livelihood.accounts.services.mails import notify
from livelihood.accounts.services.secrets import check_new_password
from livelihood.accounts.states import Letter
from livelihood.audit.services import AT_ONCE, entry_of, record, record_all, write
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.fields import FoldsTooLong
from livelihood.kernel.folding import fold
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require

USERNAME_LENGTH = 60
PHONE_LENGTH = 40
DIGITS = 4
"""Of the number in a user name that is made here."""
TAKEN = _("This user name is taken, or looks like one that is. Choose another.")
NAME_LENGTH = 60
MAIL_LENGTH = 254
"""Characters. Source: RFC 5321, a path of 256 with its brackets."""
_ALIKE = str.maketrans(*ALIKE)
OTHER_ACTS = tuple(set(AccountAct) - {AccountAct.USER_CREATED, AccountAct.USER_CHANGED})
"""Acts upon a person that leave name and contact as they are."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to have an account. area: where they will work. mail, phone: empty where none is known."""

    username: str
    name: str
    area: Area
    mail: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What somebody is called, and how they are reached, from now on."""

    user: User
    name: str
    mail: str = ""
    phone: str = ""


def create_user(
    *,
    username: str,
    name: str,
    area: Area,
    by: User | None,
    at: datetime,
    mail: str = "",
    phone: str = "",
    password: str | None = None,
) -> User:
    """Give a person an account, into which a one-time code leads.

    area: where the person will work; the administrator must be allowed there, and looks after the account.
    by: None only for the first administrator, made on the command line, who alone begins with a password.

    :raises NotAllowed: `by` may not manage people in that area.
    :raises Conflict: the user name is taken, in whatever spelling, or looks like one that is.
    :raises BadText: the name or the user name is too long, or nothing of it is visible.
    :raises InvalidInput: the mail address is none, or the password is too weak or too long.
    """
    person = NewPerson(username=username, name=name, area=area, mail=mail, phone=phone)
    (user,) = create_people(people=[person], by=by, at=at, password=password)
    return user


@transaction.atomic
def create_people(
    *, people: Sequence[NewPerson], by: User | None, at: datetime, password: str | None = None
) -> list[User]:
    """Give many people accounts, all or nobody; see `create_user`."""
    for area in {person.area for person in people}:
        require(rules.may_manage_people(by, area, at))
    return make_accounts(people, by=by, at=at, password=password)


def make_accounts(
    people: Sequence[NewPerson], *, by: User | None, at: datetime, password: str | None = None
) -> list[User]:
    """Make accounts in the transaction of an act whose rule has allowed them.

    :raises NotAllowed: an area takes nobody new.
    """
    for area in {person.area for person in people}:
        require(rules.may_take_people(area))
    users = [_account(person) for person in people]
    seen = set(accounts_like([user.username for user in users]))
    for user in users:
        looks = looks_of(user.username)
        if looks in seen:
            raise Conflict(TAKEN, field="username")
        seen.add(looks)
        if password is None:
            user.password = make_password(None)
        else:
            check_new_password(password, user)
            user.set_password(password)
    try:
        with transaction.atomic():
            User.objects.bulk_create(users)
    except IntegrityError as error:  # somebody has just given one of the names away
        raise Conflict(TAKEN, field="username") from error
    record_all(AccountAct.USER_CREATED, users, by=by, at=at)
    return users


def looks_of(username: str) -> str:
    """Return a folded user name with one character for all that look alike."""
    return username.translate(_ALIKE)


def accounts_like(usernames: Collection[str]) -> dict[str, User]:
    """Return by its looks each account whose user name is, or looks like, one of these folded ones; one query."""
    looks = {looks_of(username) for username in usernames}
    rows = User.objects.annotate(looks=LooksLike("username")).filter(looks__in=looks).select_related("area")
    return {looks_of(user.username): user for user in rows}


def clean_username(username: str) -> str:
    """Return a user name as an account has it.

    :raises InvalidInput: it is too long as it is typed or once it is folded, or nothing of it is visible.
    """
    typed = clean_text(username, min_length=1, max_length=USERNAME_LENGTH, multiline=False, field="username")
    folded = fold(typed)
    if len(folded) > USERNAME_LENGTH:
        raise FoldsTooLong("username")
    return folded


def free_usernames(area: Area) -> Iterator[str]:
    """Yield user names that nobody has, for people of an area whose sheet says none; one query."""
    start = f"{area.slug}-"
    taken = User.objects.filter(username__regex=rf"^{start}[0-9]{{{DIGITS},9}}$").values_list("username", flat=True)
    last = max((int(name.removeprefix(start)) for name in taken), default=0)
    yield from (f"{start}{number:0{DIGITS}}" for number in count(last + 1))


def _account(person: NewPerson) -> User:
    return User(
        username=clean_username(person.username),
        name=_name(person.name),
        mail=clean_mail(person.mail),
        phone=_phone(person.phone),
        area=person.area,
    )


def _name(name: str) -> str:
    return clean_text(name, min_length=1, max_length=NAME_LENGTH, multiline=False, field="name")


def clean_mail(mail: str) -> str:
    """Return a mail address as an account has it; empty for none.

    :raises InvalidInput: it is no address.
    """
    mail = mail.strip()
    if mail:
        try:
            validate_email(mail)
        except ValidationError:
            raise InvalidInput(_("This is no mail address."), field="mail") from None
    if len(mail) > MAIL_LENGTH:
        raise InvalidInput(_("This is no mail address."), field="mail")
    return mail


def _phone(phone: str) -> str:
    return clean_text(phone, min_length=0, max_length=PHONE_LENGTH, multiline=False, field="phone")


def _in_words(user: User) -> str:
    return " · ".join(filter(None, (user.name, user.mail, user.phone)))


@transaction.atomic
def change_people(*, changes: Sequence[PersonChange], by: User, at: datetime, seen: int | None = None) -> list[User]:
    """Put right what people are called and how they are reached, of all or nobody.

    seen: what the page of the one person carries (`accounts.seen`).

    :raises NotAllowed: `by` does not look after one of the accounts.
    :raises Moved: somebody has changed one since the page was shown.
    :raises InvalidInput: a name is not one, or a mail address is none.
    """
    users = shared.lock_accounts([change.user for change in changes], by=by, at=at)
    require_seen(seen, users, stands=lambda: "; ".join(map(_in_words, users)), but=OTHER_ACTS)
    entries = []
    for user, change in zip(users, changes, strict=True):
        given = {"name": _name(change.name), "mail": clean_mail(change.mail), "phone": _phone(change.phone)}
        changed = [field for field, value in given.items() if getattr(user, field) != value]
        for field in changed:
            setattr(user, field, given[field])
        if changed:
            entries.append(entry_of(AccountAct.USER_CHANGED, user, by=by, at=at, fields=changed))
    User.objects.bulk_update(users, ["name", "mail", "phone"], batch_size=AT_ONCE)
    write(entries)
    return users


@transaction.atomic
def close_account(*, user: User, reason: str, by: User, at: datetime) -> User:
    """Close an account: sign-ins end at once, mandates that run today. What was done stays, and so does the name.

    :raises NotAllowed: `by` does not look after the account.
    :raises Conflict: it is closed.
    """
    user = shared.lock_account(user, by=by, at=at)
    if not user.is_active:
        raise Conflict(_("This account is closed already."))
    reason = clean_text(reason, min_length=1, max_length=200, multiline=False, field="reason")
    user.closed_at, user.closed_by = at, by
    user.session_number += 1
    user.save(update_fields=["closed_at", "closed_by", "session_number"])
    shared.drop_sessions([user])
    _end_mandates(user, timezone.localdate(at))
    record(AccountAct.USER_CLOSED, user, by=by, at=at, reason=reason)
    notify(user, Letter.CLOSED, by=by, at=at)
    return user


def _end_mandates(user: User, today: date) -> None:
    """Let what runs, and what others hold in this person's place, end with this day."""
    theirs = Mandate.objects.filter(Q(user=user) | Q(stands_in_for__user=user), starts_on__lte=today)
    theirs.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today)).update(ends_on=today)


@transaction.atomic
def reopen_account(*, user: User, by: User, at: datetime) -> User:
    """Open an account that was closed; the person comes in by a new one-time code. What mandates have ended, have.

    :raises NotAllowed: `by` does not look after the account.
    :raises Conflict: it is open.
    """
    user = shared.lock_account(user, by=by, at=at)
    if user.is_active:
        raise Conflict(_("This account is open already."))
    user.closed_at = user.closed_by = None
    user.set_unusable_password()
    user.save(update_fields=["closed_at", "closed_by", "password"])
    record(AccountAct.USER_REOPENED, user, by=by, at=at)
    return user
