"""Kinds of messages, the ways on which they go, and what may come of sending one."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageKind(TextChoices):
    """Why somebody is told something. The word is the subject of a mail, so it says nothing of anybody."""

    CAME = "came", _("New work")
    UNDONE = "undone", _("Something of yours was changed or put back")
    DUE = "due", _("Something is due")


class SendingWay(TextChoices):
    """How a message leaves the portal."""

    MAIL = "mail", _("Mail")
    SMS = "sms", _("SMS")
    WORK = "work", _("Work messenger")


class MailWish(TextChoices):
    """How often somebody wants mails about their work."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


class SendingOutcome(TextChoices):
    """What came of sending; empty while it waits."""

    SENT = "sent", _("sent")
    REFUSED = "refused", _("not taken")
    STOPPED = "stopped", _("no longer wished")
    UNKNOWN = "unknown", _("interrupted, not sent again")
