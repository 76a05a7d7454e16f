"""Passwords: what is taken for one, and how somebody changes their own."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import SignInCode, User
from livelihood.accounts.services import _shared as shared
from livelihood.accounts.services.mails import notify
from livelihood.accounts.states import Letter
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput

PASSWORD_LENGTH = 128
"""Characters; longer ones are not even hashed."""


class WrongPassword(InvalidInput):
    """The present password is another."""

    code = "wrong_password"
    message = _("Your present password is another.")


def check_new_password(password: str, user: User, *, field: str = "password") -> None:
    """Look at a password before anything is done with it.

    :raises InvalidInput: it is too weak, too long, or made of what others know of the person.
    """
    if len(password) > PASSWORD_LENGTH:
        problem = _("A password has at most {limit} characters.")
        raise InvalidInput(format_lazy(problem, limit=PASSWORD_LENGTH), field=field)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field=field) from error


def check_password(*, user: User, present: str) -> None:
    """Do nothing where this is somebody's password.

    :raises WrongPassword: it is another; the caller counts it.
    """
    if not user.check_password(present):
        raise WrongPassword(field="present")


@transaction.atomic
def change_password(*, user: User, present: str, password: str, session_key: str, at: datetime) -> User:
    """Change one's own password: all sign-ins end but the one with this session, and codes are void.

    session_key: of the request, which has to be signed anew.

    :raises WrongPassword: `present` is another; the caller counts it.
    :raises InvalidInput: the new one is too weak, too long, or no other.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    check_password(user=user, present=present)
    if present == password:
        raise InvalidInput(_("This is your present password."), field="password")
    set_password(user, password, keep=session_key, at=at)
    record(AccountAct.PASSWORD_CHANGED, user, by=user, at=at)
    notify(user, Letter.PASSWORD_CHANGED, by=user, at=at)
    return user


def set_password(user: User, password: str, *, at: datetime, keep: str = "") -> None:
    """Give a locked account a password; sign-ins end, but the session to keep, and codes are worthless.

    :raises InvalidInput: see `check_new_password`.
    """
    check_new_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    shared.drop_sessions([user], keep=keep)
    SignInCode.objects.filter(user=user, used_at=None).update(used_at=at)
