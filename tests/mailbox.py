"""A mail server of the test's own, which keeps what is sent to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What came. refuses: recipients that the server does not know. defers: those that it takes later.

    is_silent: it keeps what comes, and does not say so.
    """

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses: set[str] = set()
        self.defers: set[str] = set()
        self.is_silent = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        """Take a recipient, or say that there is none."""
        if address in self.refuses:
            return "550 no such user here"
        if address in self.defers:
            return "450 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        """Keep a mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        while self.is_silent:  # noqa: ASYNC110 -- set by the thread of the test
            await asyncio.sleep(0.02)
        return "250 OK"


@contextmanager
def mail_server(port: int) -> Iterator[Mailbox]:
    """Run a server of SMTP at a port of this machine."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        box.is_silent = False
        controller.stop()
