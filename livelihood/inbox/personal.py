"""What is held of what people were told."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.inbox.models import Message, Sending
from livelihood.kernel.personal import Ground, Period, PersonalData, declare


def _drop(keys: Sequence[Any]) -> int:
    """Forget messages, and that they were sent, which nobody counts."""
    Sending.objects.filter(message__in=keys).delete()
    return int(Message.objects.filter(pk__in=keys).delete()[1].get(Message._meta.label, 0))


def _drop_digests(keys: Sequence[Any]) -> int:
    return int(Sending.objects.filter(pk__in=keys).delete()[1].get(Sending._meta.label, 0))


declare(
    PersonalData(
        "messages",
        _("Messages to officials and deputies"),
        fields=("inbox.Message.key", "inbox.Message.text", "inbox.Message.path"),
        purpose=_("To tell somebody of their work, once."),
        ground=Ground.STAFF,
        readers=_("The person themselves."),
        rows=Message.objects.all,
        since="told_at",
        period=Period(days=365, least=30, most=1_095, begins=_("from telling"), forget=_drop),
    )
)
declare(
    PersonalData(
        "digests",
        _("Daily mails that were sent"),
        fields=("inbox.Sending.day",),
        purpose=_("To send the mail of a day once. The text is not kept."),
        ground=Ground.STAFF,
        readers=_("Who runs the servers."),
        rows=lambda: Sending.objects.filter(message__isnull=True, ended_at__isnull=False),
        since="ended_at",
        period=Period(days=30, least=2, most=365, begins=_("from sending"), forget=_drop_digests),
    )
)
