"""Sign-ins: noted, and ended from elsewhere."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from livelihood.accounts import attempts
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.holding import held_mandates
from livelihood.accounts.models import SignIn, User
from livelihood.accounts.services import _shared as shared
from livelihood.accounts.services.mails import notify
from livelihood.accounts.states import Entrance, Letter
from livelihood.audit.services import record
from livelihood.cycles.models import Area
from livelihood.kernel import messages
from livelihood.kernel.errors import Text


@transaction.atomic
def note_sign_in(*, user: User, way: Entrance, session_key: str, at: datetime) -> SignIn:
    """Note that somebody has signed in; who it was, until the clock forgets it (`livelihood.accounts.personal`)."""
    row = SignIn.objects.create(user=user, way=way, session_key=session_key, at=at)
    record(AccountAct.SIGNED_IN, row, by=None, at=at, way=way)
    return row


@transaction.atomic
def note_refusal(*, username: str, at: datetime) -> None:
    """Note that an account was not opened to somebody; see `_told_first`."""
    if user := _told_first("accounts.refused", username, at):
        record(AccountAct.SIGN_IN_REFUSED, user, by=None, at=at)


@transaction.atomic
def note_closed_sign_in(*, username: str, at: datetime) -> None:
    """Note that an account is opened to nobody for a while from somewhere; see `_told_first`."""
    if user := _told_first("accounts.closed", username, at):
        record(AccountAct.SIGN_IN_CLOSED, user, by=None, at=at)


@transaction.atomic
def note_refused_access(*, user: User, page: str, area: Area | None, reason: Text, at: datetime) -> None:
    """Note that somebody was refused a page, or an act there; once in a while, so that the journal stays short.

    page: the name of its address. area: the one that stood in it; nothing else of an address is kept. reason: as shown.
    """
    if attempts.is_first("accounts.access", f"{user.pk} {page}", at=at):
        roles = sorted({mandate.role for mandate in held_mandates(user, at)})
        why = messages.code_of(reason)
        record(AccountAct.ACCESS_REFUSED, area or user, by=user, at=at, page=page, roles=roles, reason=why)


def _told_first(what: str, username: str, at: datetime) -> User | None:
    """Return whose name it is, once in a while for each, so that nobody who tries passwords fills the journal.

    username: folded; counted whether it is somebody's or not, so that the answer takes as long.
    """
    is_first = attempts.is_first(what, username, at=at)
    user = User.objects.filter(username=username).first()
    return user if is_first else None


@transaction.atomic
def move_session(*, before: str, after: str) -> None:
    """Keep a sign-in with its session, whose key is another from now on."""
    SignIn.objects.filter(session_key=before).update(session_key=after)


@transaction.atomic
def end_session(*, sign_in: SignIn, by: User, at: datetime) -> None:
    """End one of one's own sign-ins, on whatever machine it was.

    :raises SignIn.DoesNotExist: it is another person's.
    """
    sign_in = SignIn.objects.get(pk=sign_in.pk, user=by)
    Session.objects.filter(session_key=sign_in.session_key).delete()
    record(AccountAct.SESSIONS_ENDED, by, by=by, at=at)


@transaction.atomic
def end_own_sessions(*, user: User, session_key: str, at: datetime) -> User:
    """End all of one's own sign-ins but the one with this session, which has to be signed anew."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _end_all(user, keep=session_key)
    record(AccountAct.SESSIONS_ENDED, user, by=user, at=at)
    return user


@transaction.atomic
def end_sessions(*, user: User, by: User, at: datetime) -> User:
    """End all sign-ins of another person, who may sign in again.

    :raises NotAllowed: `by` does not look after the account.
    """
    user = shared.lock_account(user, by=by, at=at)
    _end_all(user)
    record(AccountAct.SESSIONS_ENDED, user, by=by, at=at)
    notify(user, Letter.SESSIONS_ENDED, by=by, at=at)
    return user


def _end_all(user: User, *, keep: str = "") -> None:
    """Let nothing be valid that was signed until now, by password or by card, wherever its session is."""
    user.session_number += 1
    user.save(update_fields=["session_number"])
    shared.drop_sessions([user], keep=keep)
