"""What acts upon accounts have in common."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.sessions.models import Session

from livelihood.accounts import holding, rules
from livelihood.accounts.models import SignIn, User
from livelihood.kernel.verdict import require


def lock_account(user: User, *, by: User | None, at: datetime) -> User:
    """Lock the account of another person.

    :raises NotAllowed: `by` does not look after it.
    """
    return lock_accounts([user], by=by, at=at)[0]


def lock_accounts(users: Sequence[User], *, by: User | None, at: datetime) -> list[User]:
    """Lock the accounts of others, in the order in which they are given.

    :raises NotAllowed: `by` does not look after one of them.
    """
    keys = [user.pk for user in users]
    rows = {row.pk: row for row in User.objects.filter(pk__in=keys).order_by("pk").select_for_update()}
    locked = [rows[key] for key in keys]
    areas = holding.areas_of_accounts(locked, at)
    for user in locked:
        require(rules.may_manage_account(by, user, areas[user.pk], at))
    return locked


def drop_sessions(users: Sequence[User], *, keep: str = "") -> None:
    """Remove the sessions that these people began themselves, but the one with this key.

    What they are signed with has changed as well, which ends those that are not noted.
    """
    keys = SignIn.objects.filter(user__in=users).exclude(session_key=keep).values("session_key")
    Session.objects.filter(session_key__in=keys).delete()
