"""Telling people something, sending it once, and taking their wishes."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.services.mails import is_mail_sent
from livelihood.audit import selectors as audit
from livelihood.audit.models import Entry
from livelihood.audit.services import record
from livelihood.inbox import letters, selectors, senders
from livelihood.inbox.acts import InboxAct
from livelihood.inbox.models import JournalRead, Message, Preference, Sending
from livelihood.inbox.states import MailWish, MessageKind, SendingOutcome, SendingWay
from livelihood.kernel.errors import Text
from livelihood.kernel.messages import freeze

MOST_ATTEMPTS = 12
"""A service that does not answer is asked again, each time after twice as long, for some days."""

LONGEST_WAIT = timedelta(hours=12)

LONGEST_SENDING = timedelta(minutes=10)
"""After so long whoever began has died."""

AT_ONCE = 500
"""Entries of the journal that are told of in one transaction."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is to be told whom. key: what makes it the same; text: a message that words are made of when it is read."""

    user_id: int
    kind: MessageKind
    key: str
    text: Text
    path: str


def tell(tellings: Iterable[Telling], *, at: datetime) -> int:
    """Tell people something, each once, and have it sent to whoever wishes it at once; return how much was new."""
    return sum(_tell(one, at) for one in tellings)


@transaction.atomic
def _tell(one: Telling, at: datetime) -> bool:
    # Who never came has nothing to be told of yet, and their account may still be taken back with its import.
    user = User.objects.filter(pk=one.user_id, closed_at__isnull=True, last_login__isnull=False).first()
    if user is None:
        return False
    told = {"kind": one.kind, "text": freeze(one.text), "path": one.path, "told_at": at}
    message, is_new = Message.objects.get_or_create(user=user, key=one.key, defaults=told)
    if is_new:
        wish = selectors.preference_of(user)
        after = selectors.after_quiet(wish, at)
        Sending.objects.bulk_create(
            Sending(user=user, way=way, message=message, send_after=after)
            for way in SendingWay
            if _is_wished(way, user, wish, is_digest=False)
        )
    return is_new


def make_digests(*, at: datetime) -> int:
    """Have the daily mail sent to whoever wishes one and has something unread; return how many. Twice a day is once."""
    today = timezone.localdate(at)
    waiting = Message.objects.filter(read_at__isnull=True, digest_on__isnull=True, told_at__lte=at)
    users = User.objects.filter(pk__in=waiting.values("user"), closed_at__isnull=True).order_by("pk")
    return sum(_make_digest(user, today, at) for user in users.iterator())


@transaction.atomic
def _make_digest(user: User, today: date, at: datetime) -> bool:
    wish = selectors.preference_of(user)
    if not _is_wished(SendingWay.MAIL, user, wish, is_digest=True):
        return False
    after = selectors.after_quiet(wish, at)
    _row, is_new = Sending.objects.get_or_create(
        user=user, day=today, way=SendingWay.MAIL, defaults={"send_after": after}
    )
    if is_new:
        # What was mailed at once, before the person wished otherwise, is not mailed again.
        unread = selectors.unread_of(user).filter(digest_on__isnull=True, told_at__lte=at)
        unread.exclude(sendings__way=SendingWay.MAIL).update(digest_on=today)
    return is_new


def send_due(*, at: datetime) -> int:
    """Send what waits and may go now, each once; return how much went.

    What was begun and never ended is not begun again: nobody knows whether it went, and it stands in the portal.
    """
    begun = Sending.objects.filter(ended_at__isnull=True, begun_at__lt=at - LONGEST_SENDING)
    begun.update(ended_at=at, outcome=SendingOutcome.UNKNOWN)
    sent = 0
    while (row := _begin(at)) is not None:
        sent += _hand_over(row, at) == SendingOutcome.SENT
    return sent


@transaction.atomic
def _begin(at: datetime) -> Sending | None:
    """Begin what has waited longest, before it is sent, so that nobody else does; None where nothing waits."""
    waiting = Sending.objects.filter(ended_at__isnull=True, begun_at__isnull=True, send_after__lte=at)
    row = waiting.select_for_update(skip_locked=True).order_by("send_after", "pk").first()
    if row is not None:
        row.begun_at = at
        row.save(update_fields=["begun_at"])
    return row


def _hand_over(row: Sending, at: datetime) -> str:
    """Send what was begun, and note what came of it; "" where it waits again."""
    wish = selectors.preference_of(row.user)
    if (after := selectors.after_quiet(wish, at)) > at:
        return _put_off(row, after)
    try:
        outcome = _send(row, wish)
    except senders.NotTaken:
        outcome = SendingOutcome.REFUSED
    except senders.PerhapsSent:
        outcome = SendingOutcome.UNKNOWN
    except senders.NotSent:
        row.attempts += 1
        if row.attempts < MOST_ATTEMPTS:
            wait = min(timedelta(minutes=2**row.attempts), LONGEST_WAIT)
            return _put_off(row, selectors.after_quiet(wish, at + wait))
        outcome = SendingOutcome.REFUSED
    row.ended_at, row.outcome = at, outcome
    row.save(update_fields=["ended_at", "outcome", "attempts"])
    return outcome


def _put_off(row: Sending, after: datetime) -> str:
    row.begun_at, row.send_after = None, after
    row.save(update_fields=["attempts", "begun_at", "send_after"])
    return ""


def _send(row: Sending, wish: Preference) -> SendingOutcome:
    user, is_digest = row.user, row.message is None
    unread = selectors.unread_of(user)
    about = unread.filter(digest_on=row.day) if row.message is None else unread.filter(pk=row.message.pk)
    messages = list(about.order_by("pk"))
    if not messages or not _is_wished(SendingWay(row.way), user, wish, is_digest=is_digest):
        return SendingOutcome.STOPPED
    key = f"sending-{row.pk}"
    if row.way == SendingWay.MAIL:
        senders.send_mail(letters.mail_of(messages, user.pk, is_digest=is_digest), to=user.mail, key=key)
    else:
        sender = senders.sender_for(SendingWay(row.way))
        to = user.phone if row.way == SendingWay.SMS else user.username
        senders.send_short(sender, to=to, text=letters.short_of(messages[0]), key=key)
    return SendingOutcome.SENT


def _is_wished(way: SendingWay, user: User, wish: Preference, *, is_digest: bool) -> bool:
    """Say whether a person wishes something on a way, and can be reached by it here."""
    if not user.is_active:
        return False
    if way == SendingWay.MAIL:
        wanted = MailWish.DAILY if is_digest else MailWish.AT_ONCE
        return wish.how_often == wanted and bool(user.mail) and is_mail_sent()
    is_wanted, address = (wish.sms, user.phone) if way == SendingWay.SMS else (wish.work, user.username)
    return is_wanted and bool(address) and senders.sender_for(way) is not None


@transaction.atomic
def read_journal(
    telling: Callable[[Sequence[Entry]], Iterable[Telling]], acts: Collection[str], *, at: datetime
) -> int:
    """Tell what the journal says since it was last read, as `telling` makes it of entries; return how much was new.

    Read and told in one transaction, and each once by its key. The first reading begins with what comes after it.
    """
    through = audit.settled()
    read = JournalRead.objects.select_for_update().first()
    if read is None:
        JournalRead.objects.create(pk=1, through=through)
        return 0
    entries = list(Entry.objects.filter(pk__gt=read.through, pk__lte=through, act__in=acts).order_by("pk")[:AT_ONCE])
    told = tell(telling(entries), at=at)
    read.through = entries[-1].pk if len(entries) == AT_ONCE else through
    read.save(update_fields=["through"])
    return told


@transaction.atomic
def read_message(*, message: Message, by: User, at: datetime) -> Message:
    """Note that its person has opened a message; once."""
    Message.objects.filter(pk=message.pk, user=by, read_at__isnull=True).update(read_at=at)
    return message


@transaction.atomic
def read_all(*, by: User, at: datetime) -> int:
    """Note that a person has seen all that they were told until now."""
    return selectors.unread_of(by).filter(told_at__lte=at).update(read_at=at)


@transaction.atomic
def set_preference(
    *, how_often: MailWish, sms: bool, work: bool, quiet_from: time, quiet_until: time, by: User, at: datetime
) -> None:
    """Take what a person wishes to be told beside the portal; it holds for what is not sent yet, too."""
    wishes = {"how_often": how_often, "sms": sms, "work": work, "quiet_from": quiet_from, "quiet_until": quiet_until}
    if changed := _change(by, wishes):
        record(InboxAct.WISHES_CHANGED, by, by=by, at=at, **changed)


@transaction.atomic
def stop_mails(*, user: User, at: datetime) -> None:
    """Send a person no mail about their work any more, as the link in a mail of theirs says; their account's go on."""
    if changed := _change(user, {"how_often": MailWish.NEVER}):
        record(InboxAct.MAILS_STOPPED, user, by=user, at=at, **changed)


def _change(user: User, wishes: dict[str, Any]) -> dict[str, Any]:
    """Write wishes; return what of them is new, with its old value."""
    # Who has said nothing has no row to lock: their account stands for it.
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = selectors.preference_of(user)
    Preference.objects.update_or_create(user=user, defaults=wishes)
    pairs = {name: (getattr(before, name), value) for name, value in wishes.items()}
    return {f"wish_{name}": [_noted(old), _noted(new)] for name, (old, new) in pairs.items() if old != new}


def _noted(value: Any) -> object:
    """Return a wish as the journal notes it."""
    return f"{value:%H:%M}" if isinstance(value, time) else value if isinstance(value, bool) else str(value)
