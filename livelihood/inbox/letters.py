"""Messages in words, as they leave the portal; a subject says nothing of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.inbox.models import Message
from livelihood.inbox.states import MessageKind
from livelihood.kernel.naming import portal_name

SALT = "livelihood.inbox.stop"

MOST_IN_MAIL = 50
"""Messages of a daily mail; of more it is said how many came before."""


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """A mail in words. stop: where it can be stopped without signing in."""

    subject: str
    text: str
    stop: str


def stop_token(user_id: int) -> str:
    """Return what stops the mails of a person, and does nothing else."""
    return signing.dumps(user_id, salt=SALT)


def user_of_token(token: str) -> int | None:
    """Return whose mails a token stops; None for what nobody has signed."""
    try:
        found = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None


def mail_of(messages: Sequence[Message], user_id: int, *, is_digest: bool) -> WrittenMail:
    """Return a mail about one message, or the daily mail about several, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        portal = portal_name()
        kind = str(MessageKind(messages[0].kind).label)
        count = len(messages)
        daily = ngettext("%(count)s new message", "%(count)s new messages", count) % {"count": count}
        stop = f"{settings.SITE_URL}{reverse('inbox:stop', kwargs={'token': stop_token(user_id)})}"
        lines = []
        for message in messages[-MOST_IN_MAIL:]:
            lines += [str(message.words), f"{settings.SITE_URL}{message.path}", ""]
        if (more := count - MOST_IN_MAIL) > 0:
            lines += [ngettext("%(count)s earlier message", "%(count)s earlier messages", more) % {"count": more}, ""]
        lines += [
            _("All messages, and how you are told: {url}").format(
                url=f"{settings.SITE_URL}{reverse('inbox:messages')}"
            ),
            _("No more mails of this kind, without signing in: {url}").format(url=stop),
            "",
            portal,
        ]
        subject = _("[{portal}] {subject}").format(portal=portal, subject=daily if is_digest else kind)
        return WrittenMail(subject, "\n".join(lines) + "\n", stop)


def short_of(message: Message) -> str:
    """Return what a telephone or a work messenger shows to whoever looks at it: that there is something, not what."""
    with translation.override(settings.LANGUAGE_CODE):
        text = _("[{portal}] {subject}. Sign in to see it: {url}")
        subject = str(MessageKind(message.kind).label)
        return text.format(portal=portal_name(), subject=subject, url=f"{settings.SITE_URL}{reverse('inbox:messages')}")
