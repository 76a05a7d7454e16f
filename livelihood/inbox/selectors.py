"""What somebody was told, and what they wish of it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.inbox.models import Message, Preference

ORDER = ("-told_at", "-pk")


def messages_of(user: User) -> QuerySet[Message]:
    """Return what a person was told."""
    return Message.objects.filter(user=user)


def unread_of(user: User) -> QuerySet[Message]:
    """Return what they have not opened."""
    return messages_of(user).filter(read_at__isnull=True)


def preference_of(user: User) -> Preference:
    """Return what a person wishes, as stored or, where they said nothing, what holds then."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def after_quiet(wish: Preference, at: datetime) -> datetime:
    """Return the first moment, from an instant on, that lies in no quiet hours."""
    here = timezone.localtime(at)
    now, first, last = here.time(), wish.quiet_from, wish.quiet_until
    is_quiet = first <= now < last if first <= last else now >= first or now < last
    if not is_quiet:
        return at
    ends = here.replace(hour=last.hour, minute=last.minute, second=0, microsecond=0)
    return ends if ends > here else ends + timedelta(days=1)
