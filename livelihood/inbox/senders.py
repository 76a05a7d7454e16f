"""Ways out of the portal: what each must do, mail, and files in place of a service for development and tests.

An installation that has a gateway for SMS, or the work messenger of its authority (DingTalk, WeCom), writes a class
with this one method and names it in SMS_SENDER or WORK_SENDER.
"""

import hashlib
import json
import logging
from contextlib import suppress
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from livelihood.inbox.letters import WrittenMail
from livelihood.inbox.states import SendingWay

FINAL = 500
"""From here on a server of SMTP will not say otherwise later."""

logger = logging.getLogger(__name__)


class NotSent(Exception):
    """The service does not answer at the moment; it is asked again."""


class NotTaken(Exception):
    """The service does not know this address."""


class PerhapsSent(Exception):
    """The service fell silent while it was taking the text; it is not handed over again."""


class Sender(Protocol):
    """A service that takes short texts."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand over a text. to: telephone or user name. key: the same whenever the same text is handed over again.

        :raises NotSent: it is to be tried again. :raises NotTaken: it never can be. :raises PerhapsSent: nobody knows.
        """


class FileSender:
    """Writes each text into a file of its own in SENT_FOLDER; the same one again overwrites itself."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Hand over a text."""
        folder = Path(settings.SENT_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:16]
        content = json.dumps({"to": to, "text": text, "key": key}, ensure_ascii=False)
        (folder / f"{name}.json").write_text(content, encoding="utf-8")


def send_short(sender: Sender | None, *, to: str, text: str, key: str) -> None:
    """Hand a short text over to a class that the installation has written, whatever else that raises.

    :raises NotSent: :raises NotTaken: :raises PerhapsSent: as it says; the first also where there is none any more.
    """
    if sender is None:
        raise NotSent
    try:
        sender.send(to=to, text=text, key=key)
    except (NotSent, NotTaken, PerhapsSent):
        raise
    except Exception as error:  # noqa: BLE001 -- what others wrote
        # Not what it said: that may hold the telephone number.
        logger.error("sender failed: %s, %s", type(sender).__name__, type(error).__name__)  # noqa: TRY400 -- as above
        raise PerhapsSent(type(error).__name__) from None


def sender_for(way: SendingWay) -> Sender | None:
    """Return the sender that this installation has for a way; None where it has none."""
    name = {SendingWay.SMS: settings.SMS_SENDER, SendingWay.WORK: settings.WORK_SENDER}.get(way, "")
    if not name:
        return None
    made: Sender = import_string(name)()
    return made


def send_mail(mail: WrittenMail, *, to: str, key: str) -> None:
    """Hand a mail over, with its one click that stops it (RFC 8058).

    :raises NotSent: the server does not answer, or not now. :raises NotTaken: it knows no such address.
    :raises PerhapsSent: it was lost in between.
    """
    headers = {
        "Message-ID": f"<{key}@{settings.SITE_URL.partition('://')[2].partition(':')[0]}>",
        "List-Unsubscribe": f"<{mail.stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    server = get_connection()
    try:
        server.open()
    except OSError as error:
        raise NotSent(type(error).__name__) from error
    message = EmailMessage(subject=mail.subject, body=mail.text, to=[to], headers=headers, connection=server)
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        is_final = all(code >= FINAL for code, _text in error.recipients.values())
        raise (NotTaken if is_final else NotSent) from error
    except SMTPResponseException as error:
        raise NotSent(type(error).__name__) from error
    except OSError as error:
        raise PerhapsSent(type(error).__name__) from error
    finally:
        with suppress(OSError):
            server.close()
