"""Accounts: made, put right, closed and opened again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import rules
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import LooksLike, Mandate, User
from livelihood.accounts.models.people import ALIKE
from livelihood.accounts.services import _shared as shared
from livelihood.accounts.services.mails import notify
from livelihood.accounts.services.secrets import check_new_password
from livelihood.accounts.states import Letter
from livelihood.audit.services import record, record_all
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require

USERNAME_LENGTH = 60
NAME_LENGTH = 60
MAIL_LENGTH = 254
"""Characters. Source: RFC 5321, a path of 256 with its brackets."""
_ALIKE = str.maketrans(*ALIKE)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to have an account. mail: empty where none is known."""

    username: str
    name: str
    mail: str = ""


def create_user(
    *,
    username: str,
    name: str,
    area: Area,
    by: User | None,
    at: datetime,
    mail: str = "",
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
    person = NewPerson(username=username, name=name, mail=mail)
    (user,) = create_people(people=[person], area=area, by=by, at=at, password=password)
    return user


@transaction.atomic
def create_people(
    *, people: Sequence[NewPerson], area: Area, by: User | None, at: datetime, password: str | None = None
) -> list[User]:
    """Give many people accounts, all or nobody; see `create_user`. Whose name is taken is known by `taken_names`."""
    require(rules.may_manage_people(by, area, at))
    users = [_account(person, area) for person in people]
    taken = taken_names([user.username for user in users])
    seen: set[str] = set()
    for user in users:
        looks = user.username.translate(_ALIKE)
        if user.username in taken or looks in seen:
            raise Conflict(_("This user name is taken, or looks like one that is. Choose another."), field="username")
        seen.add(looks)
        if password is None:
            user.password = make_password(None)
        else:
            check_new_password(password, user)
            user.set_password(password)
    User.objects.bulk_create(users)
    record_all(AccountAct.USER_CREATED, users, by=by, at=at)
    return users


def taken_names(usernames: Collection[str]) -> set[str]:
    """Return those of these user names, folded, that are taken or look like one that is; one query."""
    folded = {fold(username) for username in usernames}
    looks = {name.translate(_ALIKE) for name in folded}
    there = User.objects.annotate(looks=LooksLike("username")).filter(looks__in=looks)
    taken = set(there.values_list("looks", flat=True))
    return {name for name in folded if name.translate(_ALIKE) in taken}


def _account(person: NewPerson, area: Area) -> User:
    return User(
        username=clean_text(
            fold(person.username), min_length=1, max_length=USERNAME_LENGTH, multiline=False, field="username"
        ),
        name=_name(person.name),
        mail=_mail(person.mail),
        area=area,
    )


def _name(name: str) -> str:
    return clean_text(name, min_length=1, max_length=NAME_LENGTH, multiline=False, field="name")


def _mail(mail: str) -> str:
    mail = mail.strip()
    if mail:
        try:
            validate_email(mail)
        except ValidationError:
            raise InvalidInput(_("This is no mail address."), field="mail") from None
    if len(mail) > MAIL_LENGTH:
        raise InvalidInput(_("This is no mail address."), field="mail")
    return mail


@transaction.atomic
def change_person(*, user: User, name: str, mail: str, by: User, at: datetime) -> User:
    """Put a person's name or mail address right.

    :raises NotAllowed: `by` does not look after the account.
    :raises InvalidInput: the name is not one, or the mail address is none.
    """
    user = shared.lock_account(user, by=by, at=at)
    given = {"name": _name(name), "mail": _mail(mail)}
    changed = [field for field, value in given.items() if getattr(user, field) != value]
    if not changed:
        return user
    for field in changed:
        setattr(user, field, given[field])
    user.save(update_fields=changed)
    record(AccountAct.USER_CHANGED, user, by=by, at=at, fields=changed)
    return user


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
