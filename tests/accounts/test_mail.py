"""Codes and notices by mail, through a real server of SMTP."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from livelihood.accounts import services
from livelihood.accounts.models import SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.accounts.services.mails import notify
from livelihood.accounts.services.sending import MOST_ATTEMPTS
from livelihood.accounts.states import Letter
from livelihood.audit.models import Entry
from livelihood.imprint import services as imprint
from livelihood.imprint.declared import SETTINGS
from livelihood.imprint.values import Content
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.local_ports import free_port
from tests.factories.frame import NOW, MandateFactory, ProvinceFactory, UserFactory, official
from tests.house.test_options import application
from tests.mailbox import Mailbox, mail_server

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "a quiet green river 7", "another broad blue lake 8"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


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


@pytest.fixture
def person() -> User:
    mandate = MandateFactory(role=Role.DEPARTMENT, user__username="lin", user__mail="lin@example.gov.cn")
    person: User = mandate.user
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def work(at: Any = None) -> list[dict[str, object]]:
    """Do what waits, as a worker does; return what came of it."""
    for job in Job.objects.filter(task="accounts.send_mail", state__in=[JobState.WAITING, JobState.RUNNING]):
        services.run_send(job.pk, at=at or timezone.now())
    return [job.result for job in Job.objects.filter(task="accounts.send_mail").order_by("pk")]


def test_who_forgot_their_password_gets_a_code_by_mail_and_sets_another(person: User, box: Mailbox):
    client = Client()

    asked = client.post("/sign-in/forgotten/", {"username": "LIN"})
    work()

    (mail,) = box.mails
    assert (asked.status_code, mail["To"], mail["From"]) == (200, "lin@example.gov.cn", "portal@example.gov.cn")
    text = mail.get_content()
    (code,) = set(CODE.findall(text))
    assert f"/sign-in/code/#{code}" in text
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    entered = client.post("/sign-in/code/", {"code": code, "password": OTHER, "again": OTHER})
    assert entered.status_code == 302
    person.refresh_from_db()
    assert person.check_password(OTHER)
    assert [(entry.act, entry.actor_id) for entry in Entry.objects.exclude(act="user.signed_in").order_by("pk")] == [
        ("user.code_asked_for", None), ("user.code_used", person.pk),
    ]  # fmt: skip
    work()
    assert [mail["Subject"] for mail in box.mails] == ["【民生实事】您的登录码", "【民生实事】您的密码已修改"]


def test_nothing_tells_whether_somebody_has_that_name(person: User, box: Mailbox, django_assert_num_queries):
    """One page, one row, as many statements; the worker finds out."""
    client, pages, rows = Client(), [], []
    names = ("lin", "nobody", "without-mail")
    UserFactory(username="without-mail")
    client.post("/sign-in/forgotten/", {"username": "warm"})

    for name in names:
        with django_assert_num_queries(11):
            pages.append(client.post("/sign-in/forgotten/", {"username": name}).content)
        rows.append(Job.objects.filter(key__startswith=f"mail:code:{name}:").count())
    results = work()

    assert (len(set(pages)), rows) == (1, [1, 1, 1])
    assert results == [{"sent": False}, {"sent": True}, {"sent": False}, {"sent": False}]
    assert [mail["To"] for mail in box.mails] == ["lin@example.gov.cn"]


@pytest.mark.parametrize("name", ["\ufdfa" * 60, "\0" * 60, "\u0315" * 60, "x" * 61])
def test_a_name_that_nobody_can_have_is_refused_before_it_is_kept(name, box: Mailbox):
    assert Client().post("/sign-in/forgotten/", {"username": name}).status_code == 422

    assert not Job.objects.exists()


def test_asking_twice_is_one_mail_and_asking_on_is_refused(person: User, box: Mailbox):
    client = Client()

    answers = [client.post("/sign-in/forgotten/", {"username": "lin"}).status_code for _ in range(12)]
    work()

    assert answers == [200] * 10 + [429] * 2
    assert len(box.mails) == 1


def test_the_code_in_the_mail_is_in_no_row_and_good_for_an_hour(person: User, box: Mailbox):
    services.ask_for_code(username="lin", at=NOW)
    work(NOW)
    (code,) = set(CODE.findall(box.mails[0].get_content()))

    kept = [str(row) for model in (Job, SignInCode, Entry) for row in model.objects.values()]

    assert not any(code in row for row in kept)
    with pytest.raises(services.NoSuchCode):
        services.use_code(code=code, password=OTHER, at=NOW + timedelta(hours=1))
    services.use_code(code=code, password=OTHER, at=NOW + timedelta(minutes=59))


def test_a_mailed_code_leaves_the_printed_one_good_until_one_of_them_is_used(person: User, box: Mailbox):
    (slip,) = services.issue_codes(people=[person], by=None, at=NOW)
    services.ask_for_code(username="lin", at=NOW)
    work(NOW)
    code = CODE.findall(box.mails[-1].get_content())[0]

    services.use_code(code=slip.code, password=OTHER, at=NOW)

    with pytest.raises(services.NoSuchCode):
        services.use_code(code=code, password=PASSWORD, at=NOW)


def test_an_administrator_lets_a_code_be_sent_and_the_person_is_told_of_what_else_happens(person: User, box: Mailbox):
    admin = official(Role.ADMINISTRATOR, person.mandates.get().area)

    services.send_code(user=person, by=admin, at=NOW)
    services.end_sessions(user=person, by=admin, at=NOW)
    services.issue_codes(people=[person], by=admin, at=NOW)
    services.close_account(user=person, reason="调离", by=admin, at=NOW)
    work(NOW)

    subjects = {mail["Subject"] for mail in box.mails}
    assert subjects == {
        "【民生实事】您的登录已结束",
        "【民生实事】您的密码已重置",
        "【民生实事】您的账号已停用",
    }  # no code for a closed account
    for mail in box.mails:
        assert "{" not in mail.get_content()
    nobody = official(Role.DEPARTMENT, person.mandates.get().area)
    with pytest.raises(InvalidInput):
        services.send_code(user=nobody, by=admin, at=NOW)
    with pytest.raises(Conflict):
        services.send_code(user=person, by=admin, at=NOW)


def test_a_server_that_is_down_is_asked_again_until_it_is_given_up(person: User, port: int):
    services.ask_for_code(username="lin", at=NOW)

    for _try in range(3):
        work(NOW)
    job = Job.objects.get(task="accounts.send_mail")
    assert (job.state, job.attempts, SignInCode.objects.count()) == (JobState.RUNNING, 3, 0)
    with mail_server(port) as box:
        work(NOW)

    assert len(box.mails) == 1
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempts=MOST_ATTEMPTS)
    work(NOW)
    job.refresh_from_db()
    assert job.state == JobState.FAILED


def test_an_address_that_the_server_refuses_ends_the_matter(person: User, box: Mailbox):
    box.refuses.add(person.mail)
    services.ask_for_code(username="lin", at=NOW)

    assert (work(NOW), box.mails) == ([{"sent": False}], [])


def test_without_a_server_nothing_is_asked_for_and_the_page_says_whom_to_ask(person: User):
    client = Client()

    page = client.get("/en/sign-in/forgotten/").content.decode()
    client.post("/sign-in/forgotten/", {"username": "lin"})
    services.issue_codes(people=[person], by=None, at=NOW)

    assert "Ask your administrator in person" in page
    assert not Job.objects.exists()


@pytest.mark.tries("MAIL_URL", "MAIL_FROM")
def test_the_address_of_a_server_says_all_that_is_needed_to_send():
    code = """
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
line = get_connection()
print(line.host, line.port, line.username, line.password, line.use_ssl, line.use_tls, line.timeout)
print(EmailMessage(to=["a@b.cn"]).from_email, settings.MAIL_FROM)
"""
    given = {"MAIL_FROM": "portal@example.gov.cn"}

    tls = application(code, MAIL_URL="smtps://portal:s%40cret@mail.example.gov.cn", **given)
    begun = application(code, MAIL_URL="smtp+starttls://mail.example.gov.cn:2525", **given)

    assert tls[0] == "mail.example.gov.cn 465 portal s@cret True False 10"
    assert begun[0] == "mail.example.gov.cn 2525   False True 10"
    assert tls[1] == begun[1] == "portal@example.gov.cn portal@example.gov.cn"


def test_mail_goes_where_the_settings_say(port: int):
    code = "from django.core.mail import EmailMessage; EmailMessage('s', 'b', to=['a@example.gov.cn']).send()"

    with mail_server(port) as box:
        application(code, MAIL_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM="portal@example.gov.cn")

    assert [(mail["From"], mail["To"]) for mail in box.mails] == [("portal@example.gov.cn", "a@example.gov.cn")]


def test_a_mail_carries_the_name_that_the_portal_was_given(person: User, box: Mailbox):
    administrator = official(Role.ADMINISTRATOR, ProvinceFactory())
    imprint.write_setting(
        setting=SETTINGS["name"], content=Content(text_zh="此市民生实事网"), seen=0, by=administrator, at=NOW
    )

    notify(person, Letter.PASSWORD_CHANGED, by=None, at=NOW)
    work()

    (mail,) = box.mails
    assert mail["Subject"].strip() == "【此市民生实事网】您的密码已修改"
    assert mail.get_content().rstrip().endswith("\n此市民生实事网")
