"""Told once, sent once, not at night, and stopped by one click."""

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localtime, make_aware

from livelihood.accounts.models import User
from livelihood.audit.models import Entry
from livelihood.inbox import selectors, senders, services
from livelihood.inbox.letters import MOST_IN_MAIL, stop_token
from livelihood.inbox.models import Message, Preference, Sending
from livelihood.inbox.services import Telling
from livelihood.inbox.states import MailWish, MessageKind, SendingOutcome
from livelihood.local_ports import free_port
from tests import databases
from tests.factories.frame import UserFactory, signed_in
from tests.house.test_options import application
from tests.mailbox import Mailbox, mail_server

pytestmark = pytest.mark.django_db

NOON = make_aware(datetime(2030, 5, 7, 12))  # noqa: DTZ001 -- made aware
"""A Tuesday."""


@pytest.fixture
def port(settings: Any) -> int:
    """Let the portal send its mail to a port where nobody listens yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port(None)
    settings.MAIL_FROM = settings.DEFAULT_FROM_EMAIL = "portal@example.gov.cn"
    return int(settings.EMAIL_PORT)


@pytest.fixture
def box(port: int) -> Iterator[Mailbox]:
    with mail_server(port) as mailbox:
        yield mailbox


class Broken:
    """A sender of an installation that fails."""

    error: ClassVar[Exception]

    def send(self, *, to: str, text: str, key: str) -> None:
        raise self.error


def person(how_often: MailWish | None = None, **wishes: Any) -> User:
    user: User = UserFactory(name="林局长", mail="lin@example.gov.cn", phone="13800000000", last_login=NOON)
    if how_often or wishes:
        Preference.objects.create(user=user, how_often=how_often or MailWish.NEVER, **wishes)
    return user


def telling(user: User, key: str = "entry:1", text: str = "一项工作") -> Telling:
    return Telling(user.pk, MessageKind.CAME, key, text, "/desk/")


def test_what_is_told_twice_is_told_and_sent_once(box: Mailbox):
    user = person(MailWish.AT_ONCE)

    counts = [services.tell([telling(user)], at=NOON) for _ in range(2)]
    sent = [services.send_due(at=NOON) for _ in range(2)]

    assert (counts, sent) == ([1, 0], [1, 0])
    (mail,) = box.mails
    assert (mail["To"], mail["Subject"]) == ("lin@example.gov.cn", "【民生实事】新的工作")
    text = mail.get_content()
    assert "一项工作" in text
    assert "林局长" not in mail["Subject"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    ("told", "goes"),
    [
        (time(12, 0), (7, time(12, 0))),
        (time(19, 59), (7, time(19, 59))),
        (time(20, 0), (8, time(8, 0))),
        (time(7, 59), (7, time(8, 0))),
        (time(8, 0), (7, time(8, 0))),
    ],
)
def test_nothing_is_sent_in_quiet_hours(told, goes):
    at = make_aware(datetime.combine(NOON.date(), told))

    after = localtime(selectors.after_quiet(Preference(), at))

    assert (after.day, after.time()) == goes


@pytest.mark.parametrize(("first", "last", "is_quiet"), [(12, 14, True), (14, 12, False), (12, 12, False)])
def test_quiet_hours_lie_within_a_day_or_over_midnight(first, last, is_quiet):
    wish = Preference(quiet_from=time(first), quiet_until=time(last))

    assert (selectors.after_quiet(wish, NOON) != NOON) is is_quiet


def test_what_could_not_go_by_day_does_not_go_by_night(box: Mailbox):
    services.tell([telling(person(MailWish.AT_ONCE))], at=NOON)

    by_night = services.send_due(at=NOON + timedelta(hours=11))
    in_the_morning = services.send_due(at=NOON + timedelta(hours=20))

    assert (by_night, in_the_morning, len(box.mails)) == (0, 1, 1)


def test_a_day_has_one_mail_with_all_that_is_unread(box: Mailbox):
    user = person()
    services.tell([telling(user, f"entry:{number}", f"工作{number}") for number in range(3)], at=NOON)
    read = Message.objects.get(key="entry:1")
    services.read_message(message=read, by=user, at=NOON)

    made = [services.make_digests(at=NOON) for _ in range(2)]
    services.send_due(at=NOON)
    services.tell([telling(user, "entry:9", "工作9")], at=NOON)
    again = services.make_digests(at=NOON)
    next_day = services.make_digests(at=NOON + timedelta(days=1))
    services.send_due(at=NOON + timedelta(days=1))

    assert (made, again, next_day) == ([1, 0], 0, 1)
    texts = [mail.get_content() for mail in box.mails]
    assert [[f"工作{number}" in text for number in (0, 1, 2, 9)] for text in texts] == [
        [True, False, True, False], [False, False, False, True],
    ]  # fmt: skip
    assert box.mails[0]["Subject"] == "【民生实事】2条新消息"


def test_a_server_that_is_away_is_asked_again_and_then_given_up(port: int):
    user = person(MailWish.AT_ONCE, quiet_from=time(0), quiet_until=time(0))
    services.tell([telling(user)], at=NOON)
    at, tries = NOON, 0

    while Sending.objects.filter(ended_at__isnull=True).exists():
        at, tries = Sending.objects.get().send_after, tries + 1
        assert services.send_due(at=at) == 0

    row = Sending.objects.get()
    assert (tries, row.outcome, row.attempts) == (services.MOST_ATTEMPTS, SendingOutcome.REFUSED, tries)
    assert at - NOON > timedelta(days=1)


def test_an_address_that_the_server_does_not_know_is_asked_once(box: Mailbox):
    box.refuses.add("lin@example.gov.cn")
    services.tell([telling(person(MailWish.AT_ONCE))], at=NOON)

    assert services.send_due(at=NOON) == 0
    assert Sending.objects.get().outcome == SendingOutcome.REFUSED


def test_a_server_that_takes_an_address_later_is_asked_again(box: Mailbox):
    box.defers.add("lin@example.gov.cn")
    services.tell([telling(person(MailWish.AT_ONCE))], at=NOON)

    assert services.send_due(at=NOON) == 0
    box.defers.clear()
    assert services.send_due(at=NOON + timedelta(minutes=2)) == 1


def test_a_server_that_falls_silent_with_a_mail_in_its_hands_is_not_given_it_again(box: Mailbox, settings: Any):
    settings.EMAIL_TIMEOUT = 0.2
    box.is_silent = True
    services.tell([telling(person(MailWish.AT_ONCE))], at=NOON)

    counts = [services.send_due(at=NOON + timedelta(hours=hours)) for hours in (0, 1)]

    assert (counts, len(box.mails)) == ([0, 0], 1)
    assert Sending.objects.get().outcome == SendingOutcome.UNKNOWN


def test_what_was_read_meanwhile_is_not_sent(box: Mailbox):
    user = person(MailWish.AT_ONCE)
    services.tell([telling(user)], at=NOON)
    services.read_all(by=user, at=NOON)

    assert services.send_due(at=NOON) == 0
    assert (Sending.objects.get().outcome, box.mails) == (SendingOutcome.STOPPED, [])


def test_what_was_mailed_at_once_stands_in_no_daily_mail(box: Mailbox):
    user = person(MailWish.AT_ONCE)
    services.tell([telling(user, text="甲事")], at=NOON)
    services.send_due(at=NOON)
    Preference.objects.update(how_often=MailWish.DAILY)
    services.tell([telling(user, "entry:2", "乙事")], at=NOON)

    services.make_digests(at=NOON)
    services.send_due(at=NOON)

    texts = [mail.get_content() for mail in box.mails]
    assert [["甲事" in text, "乙事" in text] for text in texts] == [[True, False], [False, True]]


def test_a_daily_mail_says_how_many_came_before_those_that_it_shows(box: Mailbox):
    user = person()
    count = MOST_IN_MAIL + 2
    services.tell([telling(user, f"entry:{number}", f"工作〔{number}〕") for number in range(count)], at=NOON)

    services.make_digests(at=NOON)
    services.send_due(at=NOON)

    text = box.mails[0].get_content()
    assert [f"〔{number}〕" in text for number in range(count)] == [False] * 2 + [True] * MOST_IN_MAIL
    assert "此前还有2条消息" in text


def test_what_came_of_sending_stays_and_goes_to_whom_it_was_told():
    user, other = person(sms=True), UserFactory()
    message = Message.objects.create(user=user, kind="came", key="k", text="一", path="/desk/", told_at=NOON)
    ended = {"ended_at": NOON, "outcome": SendingOutcome.SENT}

    row = Sending.objects.create(user=user, message=message, way="sms", send_after=NOON, **ended)

    with databases.as_superuser(), pytest.raises(IntegrityError, match="it has ended"), transaction.atomic():
        Sending.objects.filter(pk=row.pk).update(ended_at=None, outcome="")
    with databases.as_superuser(), pytest.raises(IntegrityError, match="whom it was told"), transaction.atomic():
        Sending.objects.create(user=other, message=message, way="mail", send_after=NOON)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (senders.NotSent(), ("", 1, True)),
        (senders.NotTaken(), ("refused", 0, False)),
        (ValueError("13800000000"), ("unknown", 0, False)),
    ],
)
def test_a_class_that_raises_anything_holds_up_no_other_message(error, expected, box, settings, caplog):
    settings.SMS_SENDER = f"{__name__}.Broken"
    Broken.error = error
    user = person(MailWish.AT_ONCE, sms=True)
    services.tell([telling(user)], at=NOON)

    assert services.send_due(at=NOON) == 1

    row = Sending.objects.get(way="sms")
    assert (row.outcome, row.attempts, row.begun_at is None) == expected
    assert "13800000000" not in caplog.text


def test_who_never_signed_in_or_is_gone_is_told_nothing():
    never, gone = UserFactory(), UserFactory(last_login=NOON)

    User.objects.filter(pk=gone.pk).update(closed_at=NOON, closed_by=never)

    assert services.tell([telling(never), telling(gone)], at=NOON) == 0


def test_who_has_no_address_or_wishes_none_is_told_in_the_portal_alone(box: Mailbox):
    without: User = UserFactory(last_login=NOON)
    never = person(MailWish.NEVER)

    services.tell([telling(without), telling(never)], at=NOON)
    services.make_digests(at=NOON)

    assert Message.objects.count() == 2
    assert not Sending.objects.exists()


@pytest.mark.tries("SMS_SENDER", "WORK_SENDER")
def test_telephone_and_work_messenger_say_that_something_came_and_not_what(settings: Any, tmp_path: Path):
    path = "livelihood.inbox.senders.FileSender"
    settings.SMS_SENDER = settings.WORK_SENDER = path
    settings.SENT_FOLDER = tmp_path
    user = person(sms=True, work=True)
    services.tell([telling(user)], at=NOON)

    assert services.send_due(at=NOON) == 2

    sent = [json.loads(file.read_text()) for file in tmp_path.iterdir()]
    assert {one["to"] for one in sent} == {"13800000000", user.username}
    assert all(one["text"].startswith("【民生实事】新的工作。") and "一项工作" not in one["text"] for one in sent)
    shown = application(
        "from django.conf import settings; print(settings.SMS_SENDER, settings.WORK_SENDER)",
        SMS_SENDER=path, WORK_SENDER=path,
    )  # fmt: skip
    assert shown == [f"{path} {path}"]


def test_the_same_text_handed_over_again_is_one_file(settings: Any, tmp_path: Path):
    settings.SENT_FOLDER = tmp_path
    for _ in range(2):
        senders.FileSender().send(to="1", text="一", key="sending-1")

    assert len(list(tmp_path.iterdir())) == 1


def test_a_server_whose_way_is_the_name_of_nothing_does_not_start(settings: Any):
    settings.SMS_SENDER = "gateway.sms.Sender"

    with pytest.raises(ImportError, match="gateway"):
        apps.get_app_config("inbox").ready()


def test_a_way_that_this_installation_has_not_is_not_offered(settings: Any):
    settings.SMS_SENDER = ""
    settings.WORK_SENDER = "livelihood.inbox.senders.FileSender"

    form = signed_in(person()).get("/account/messages/settings/").context["form"]

    assert list(form.fields) == ["how_often", "work", "quiet_from", "quiet_until"]


def test_the_link_of_a_mail_stops_the_mails_without_signing_in(box: Mailbox):
    user = person(MailWish.AT_ONCE)
    services.tell([telling(user)], at=NOON)
    services.tell([telling(user, "entry:2")], at=NOON)
    path = f"/messages/stop/{stop_token(user.pk)}/"

    opened = Client(enforce_csrf_checks=True).get(path)
    assert Preference.objects.get().how_often == MailWish.AT_ONCE
    stopped = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    assert (opened.status_code, stopped.status_code) == (200, 200)
    assert user.name not in opened.content.decode() + stopped.content.decode()
    assert Preference.objects.get().how_often == MailWish.NEVER
    assert services.send_due(at=NOON) == 0
    assert box.mails == []
    assert {row.outcome for row in Sending.objects.all()} == {SendingOutcome.STOPPED}
    entry = Entry.objects.get()
    assert (entry.act, entry.detail) == ("mails.stopped", {"wish_how_often": ["at_once", "never"]})


@pytest.mark.parametrize(
    "change", [lambda _token: "nobodys", lambda token: f"{token}x", lambda token: token.swapcase()]
)
def test_a_link_that_nobody_signed_stops_nothing(change):
    token = change(stop_token(person().pk))

    assert Client().post(f"/messages/stop/{token}/").status_code == 404
    assert not Preference.objects.exists()


def test_wishes_are_taken_and_journaled_with_what_they_were():
    user = person()
    form = {"how_often": "at_once", "quiet_from": "21:00", "quiet_until": "06:30"}

    answer = signed_in(user).post("/account/messages/settings/", form)

    wish = selectors.preference_of(user)
    assert answer.status_code == 302
    assert (wish.how_often, wish.quiet_from, wish.quiet_until) == ("at_once", time(21), time(6, 30))
    entry = Entry.objects.get(act="wishes.changed")
    assert entry.detail == {
        "wish_how_often": ["daily", "at_once"],
        "wish_quiet_from": ["20:00", "21:00"],
        "wish_quiet_until": ["08:00", "06:30"],
    }


def test_messages_are_listed_counted_and_opened_by_their_person_alone():
    user, other = person(), UserFactory()
    services.tell([telling(user, f"entry:{number}", f"工作{number}") for number in range(3)], at=timezone.now())
    client = signed_in(user)
    first = Message.objects.get(key="entry:0")

    foreign = signed_in(other).post(f"/account/messages/{first.pk}/open/")
    opened = client.post(f"/account/messages/{first.pk}/open/")
    page = client.get("/account/messages/")

    assert foreign.status_code == 404
    assert (opened.status_code, opened["Location"]) == (302, "/desk/")
    assert (page.context["unread"], page.context["count"]) == (2, 3)
    assert client.get("/account/messages/?show=unread").context["count"] == 2
    assert "2条未读消息" in client.get("/desk/").content.decode()
    client.post("/account/messages/read/")
    assert client.get("/account/messages/").context["unread"] == 0
    assert client.get("/account/messages/?show=all").status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_much_for_three_messages_as_for_one(rows, django_assert_num_queries):
    user = person()
    services.tell([telling(user, f"entry:{number}") for number in range(rows)], at=NOON)
    client = signed_in(user)

    with django_assert_num_queries(5):
        client.get("/account/messages/")


def test_who_left_before_a_mail_went_gets_none(box: Mailbox):
    user = person(MailWish.AT_ONCE)
    services.tell([telling(user)], at=NOON)
    User.objects.filter(pk=user.pk).update(closed_at=NOON, closed_by=user)

    assert services.send_due(at=NOON) == 0
    assert Sending.objects.get().outcome == SendingOutcome.STOPPED


def test_wishes_that_change_nothing_are_no_entry():
    user = person(MailWish.AT_ONCE)
    kept = selectors.preference_of(user)
    wishes = {name: getattr(kept, name) for name in ("how_often", "sms", "work", "quiet_from", "quiet_until")}
    services.set_preference(**wishes, by=user, at=NOON)
    assert Entry.objects.count() == 0

    services.stop_mails(user=user, at=NOON)
    services.stop_mails(user=user, at=NOON)
    assert Entry.objects.count() == 1
