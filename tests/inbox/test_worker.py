"""Messages sent by a real worker to a real server of SMTP, also when the worker is killed in the middle."""

from datetime import time, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from livelihood.inbox import services, tasks
from livelihood.inbox.models import Sending
from livelihood.inbox.states import MailWish, SendingOutcome
from livelihood.local_ports import free_port
from tests.inbox.test_inbox import person, telling
from tests.mailbox import mail_server
from tests.workers import Worker, eventually, wipe_redis

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_sends_a_mail_once_and_another_that_it_died_of_not_again(monkeypatch, settings, tmp_path: Path):
    port, now = free_port(None), timezone.now()
    settings.MAIL_FROM = "portal@example.gov.cn"
    monkeypatch.setenv("MAIL_FROM", "portal@example.gov.cn")
    monkeypatch.setenv("MAIL_URL", f"smtp://127.0.0.1:{port}")
    user = person(MailWish.AT_ONCE, quiet_from=time(0), quiet_until=time(0))
    wipe_redis()

    with mail_server(port) as box, Worker(tmp_path / "log") as worker:
        services.tell([telling(user)], at=now)
        for _ in range(2):
            tasks.send_due.delay()
        eventually(lambda: Sending.objects.filter(outcome=SendingOutcome.SENT).exists())
        box.is_silent = True
        services.tell([telling(user, "entry:2", "另一项工作")], at=now)
        tasks.send_due.delay()
        eventually(lambda: len(box.mails) == 2)
        worker.kill()
        box.is_silent = False
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        for minutes in (1, 60):
            assert services.send_due(at=timezone.now() + timedelta(minutes=minutes)) == 0

    assert [mail["Subject"] for mail in box.mails] == ["【民生实事】新的工作"] * 2
    assert ["另一项工作" in mail.get_content() for mail in box.mails] == [False, True]
    assert list(Sending.objects.order_by("pk").values_list("outcome", flat=True)) == ["sent", "unknown"]
