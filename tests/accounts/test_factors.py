"""The second factor: who needs one, how it is set up, proven, asked for again, lost and reset."""

import html
import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from pypdf import PdfReader

from livelihood.accounts import proof, services
from livelihood.accounts.models import Authenticator, Passkey, RecoveryCode, SignIn, User
from livelihood.accounts.roles import ROLES, Role
from livelihood.audit.models import Entry
from livelihood.kernel import totp
from livelihood.kernel.errors import Conflict, NotAllowed
from livelihood.kernel.numbers import hash_code
from livelihood.kernel.sealing import key_name
from livelihood.portal.keys import key_uses
from livelihood.web import irrevocable
from tests.factories.frame import CityFactory, MandateFactory, PasskeyFactory, official
from tests.factories.voting import plenary
from tests.threads import at_once
from voting import services as voting

pytestmark = pytest.mark.django_db

PASSWORD, OTHER = "a quiet green river 7", "another broad blue lake 8"
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
NEEDED = {Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER, Role.ADMINISTRATOR}


@pytest.fixture(autouse=True)
def _is_required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 11, 29, 2, 0, tzinfo=timezone.get_default_timezone()), tick=False) as clock:
        yield clock


def person_of(role: Role) -> User:
    person = official(role, CityFactory(code="330700", slug="here"))
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def come(person: User, target: str = "") -> tuple[Client, Any]:
    client = Client()
    response = client.post("/sign-in/", {"username": person.username, "password": PASSWORD, "next": target})
    return client, response


def shown_by(secret: str) -> str:
    return totp.code_at(secret, int(timezone.now().timestamp()) // totp.SECONDS)


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set up an authenticator by the pages; return its secret and the recovery codes."""
    page = client.get("/account/factors/authenticator/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")  # type: ignore[index]
    done = client.post("/account/factors/authenticator/", {"code": shown_by(secret), "present": PASSWORD})
    assert done.status_code in {200, 302}, done.content.decode()
    return secret, CODE.findall(done.content.decode())


@pytest.mark.parametrize("role", Role)
def test_roles_that_run_a_year_or_a_vote_get_nowhere_without_a_factor(role, settings):
    person = person_of(role)
    client, _ = come(person)

    answer = client.get("/desk/")

    if role in NEEDED:
        assert answer.headers["Location"] == "/account/factors/?next=/desk/"
        assert client.get("/account/").status_code == client.post("/account/sign-ins/end/").status_code == 302
        assert client.get("/account/factors/").status_code == 200
    else:
        assert answer.status_code == 200
    assert {role for role, card in ROLES.items() if card.needs_second_factor} == NEEDED
    settings.SECOND_FACTOR_ROLES = ["administrator", "deputy"]
    assert client.get("/desk/").status_code == (302 if role in {Role.ADMINISTRATOR, Role.DEPUTY} else 200)


def test_an_authenticator_is_set_up_at_the_first_sign_in_and_asked_for_at_the_next(clock):
    person = person_of(Role.CHAIR)
    client, _ = come(person)
    before = client.session.session_key

    secret, codes = set_up(client)

    assert (len(codes), client.get("/desk/").status_code) == (services.factors.RECOVERY_CODES, 200)
    assert client.session.session_key != before
    assert SignIn.objects.get().session_key == client.session.session_key
    row = Authenticator.objects.get()
    (stored,) = Authenticator.objects.values_list("secret", flat=True)
    assert (secret in stored, row.secret) == (False, secret)
    clock.shift(60)
    again, response = come(person, "/account/")
    assert response.headers["Location"] == "/account/"
    led = again.get("/account/").headers["Location"]
    assert led == "/sign-in/second/?next=/account/"
    half = again.session.session_key
    proven = again.post(led, {"code": shown_by(secret)})
    assert (proven.headers["Location"], again.get("/account/").status_code) == ("/account/", 200)
    assert again.session.session_key != half
    assert list(Entry.objects.exclude(act="user.signed_in").values_list("act", flat=True)) == ["user.factor_added"]


def test_who_knows_the_password_alone_cannot_set_up_a_factor_of_their_own(clock):
    person = person_of(Role.CHAIR)
    set_up(come(person)[0])
    thief, _ = come(person)

    for path in ("/account/factors/", "/account/factors/authenticator/", "/account/factors/passkey/",
                 "/account/factors/recovery/", "/account/password/"):  # fmt: skip
        assert thief.get(path).headers["Location"].startswith("/sign-in/second/"), path
        assert thief.post(path, {"code": "123456"}).status_code in {302, 405}, path

    assert (Authenticator.objects.count(), Passkey.objects.count()) == (1, 0)


def test_who_set_one_up_is_asked_for_it_whatever_their_role(clock, settings):
    person = person_of(Role.DEPARTMENT)
    set_up(come(person)[0])
    settings.SECOND_FACTOR_REQUIRED = False

    assert come(person)[0].get("/desk/").headers["Location"].startswith("/sign-in/second/")


def test_a_code_is_good_once(clock):
    person = person_of(Role.CHAIR)
    secret, _ = set_up(come(person)[0])
    client, _ = come(person)

    replayed = client.post(
        "/sign-in/second/", {"code": shown_by(secret)}
    )  # the code of the setting up, half a minute old
    clock.shift(30)
    code = shown_by(secret)
    first, second = (
        client.post("/sign-in/second/", {"code": code}),
        come(person)[0].post("/sign-in/second/", {"code": code}),
    )

    assert (replayed.status_code, first.status_code, second.status_code) == (422, 302, 422)


@pytest.mark.django_db(transaction=True)
def test_of_a_code_sent_twice_at_once_one_is_taken():
    person = person_of(Role.CHAIR)
    secret, at = totp.new_secret(), timezone.now()
    services.add_authenticator(user=person, secret=secret, code=shown_by(secret), at=at)
    later = at + timedelta(seconds=60)
    code = totp.code_at(secret, int(later.timestamp()) // totp.SECONDS)
    recovery = "AAAA-BBBB-CCCC"
    RecoveryCode.objects.create(user=person, code_hash=hash_code(recovery, purpose=services.factors.PURPOSE))

    def prove(typed: str) -> str:
        try:
            services.prove_by_code(user=person, code=typed, at=later)
        except services.WrongFactor:
            return "refused"
        return "taken"

    for typed in (code, recovery):
        answers = at_once(*[lambda typed=typed: prove(typed)] * 6)
        assert sorted(answers) == ["refused"] * 5 + ["taken"]


def test_five_wrong_codes_close_the_door_to_the_right_one_too(clock):
    person = person_of(Role.CHAIR)
    secret, recovery = set_up(come(person)[0])
    clock.shift(60)
    client, _ = come(person)

    wrong = [client.post("/sign-in/second/", {"code": "000000"}).status_code for _ in range(5)]
    right = [
        come(person)[0].post("/sign-in/second/", {"code": code}).status_code for code in (shown_by(secret), recovery[0])
    ]

    assert (wrong, right) == ([422] * 5, [429] * 2)
    assert client.get("/desk/").status_code == 302
    clock.shift(15 * 60)
    assert client.post("/sign-in/second/", {"code": shown_by(secret)}).status_code == 302


def test_a_right_code_makes_the_wrong_ones_forgotten(clock):
    person = person_of(Role.CHAIR)
    secret, _ = set_up(come(person)[0])
    for _sign_in in range(3):
        clock.shift(60)
        client, _ = come(person)
        wrong = [client.post("/sign-in/second/", {"code": "000000"}).status_code for _ in range(4)]
        assert (wrong, client.post("/sign-in/second/", {"code": shown_by(secret)}).status_code) == ([422] * 4, 302)


@pytest.mark.django_db(transaction=True)
def test_of_wrong_codes_sent_at_once_no_more_are_tried_than_one_after_the_other():
    person = person_of(Role.CHAIR)
    set_up(come(person)[0])
    clients = [come(person)[0] for _ in range(9)]

    def send(client: Client) -> int:
        return client.post("/sign-in/second/", {"code": "000000"}).status_code

    assert sorted(at_once(*[lambda client=client: send(client) for client in clients])) == [422] * 5 + [429] * 4


def test_a_session_from_before_a_factor_was_set_up_is_asked_for_it_before_what_cannot_be_taken_back(clock):
    person = person_of(Role.DEPARTMENT)
    before, _ = come(person)
    assert before.get("/account/factors/passkey/").status_code == 200

    set_up(come(person)[0])

    for opened in (before.get("/account/factors/passkey/"), before.post("/account/factors/authenticator/")):
        assert opened.headers["Location"].startswith("/sign-in/second/")
    assert before.get("/desk/").status_code == 200


def test_a_recovery_code_stands_in_once_and_new_ones_make_the_old_worthless(clock):
    person = person_of(Role.CHAIR)
    client = come(person)[0]
    _, codes = set_up(client)
    lost, _ = come(person)

    first = lost.post("/sign-in/second/", {"code": codes[0].lower()})
    again = come(person)[0].post("/sign-in/second/", {"code": codes[0]})
    fresh = CODE.findall(lost.post("/account/factors/recovery/", {"present": PASSWORD}).content.decode())
    old = come(person)[0].post("/sign-in/second/", {"code": codes[1]})
    new = come(person)[0].post("/sign-in/second/", {"code": fresh[1]})

    assert [response.status_code for response in (first, again, old, new)] == [302, 422, 422, 302]
    assert RecoveryCode.objects.filter(used_at=None).count() == services.factors.RECOVERY_CODES - 1
    assert not any(code in str(list(RecoveryCode.objects.values())) for code in fresh)
    assert list(Entry.objects.filter(subject_type="accounts.user").order_by("pk").values_list("act", flat=True)) == [
        "user.factor_added", "user.recovery_code_used", "user.sign_in_refused", "user.recovery_codes_made",
        "user.recovery_code_used",
    ]  # fmt: skip


def test_before_what_cannot_be_taken_back_the_factor_is_asked_for_again(clock):
    person = person_of(Role.ADMINISTRATOR)
    other = official(Role.DEPARTMENT, person.mandates.get().area)
    client = come(person)[0]
    secret, _ = set_up(client)
    close = f"/desk/here/people/{other.pk}/close/"
    assert client.get(close).status_code == 200

    clock.shift(11 * 60)
    opened = client.get(close)
    sent = client.post(close, {"reason": "调离"})  # opened when the proof was young: time to read

    assert opened.headers["Location"] == f"/sign-in/second/?next={close}"
    assert sent.status_code == 302
    other.refresh_from_db()
    assert not other.is_active
    clock.shift(10 * 60)
    page = f"/desk/here/people/{other.pk}/"
    mandate = {"role": "auditor", "starts_on": "2026-11-29"}
    late = [client.post(f"{page}reopen/"), client.post(page, mandate), client.post("/desk/here/people/codes/")]
    assert [response.headers["Location"].startswith("/sign-in/second/") for response in late] == [False, True, True]
    assert (client.get(page).status_code, other.mandates.filter(role=Role.AUDITOR).exists()) == (200, False)
    proven = client.post(f"/sign-in/second/?next={page}", {"code": shown_by(secret)})
    assert (proven.headers["Location"], client.post(page, mandate).status_code) == ("/sign-in/second/form/", 302)
    assert other.mandates.filter(role=Role.AUDITOR).exists()


FIELD = re.compile(r'<input\s+type="hidden"\s+name="(?!csrf)(\w+)"\s+value="([^"]*)"\s*>')


def test_what_was_typed_waits_while_the_factor_is_proven_and_is_sent_by_one_press(clock):
    person = person_of(Role.ADMINISTRATOR)
    other = official(Role.DEPARTMENT, person.mandates.get().area)
    client = come(person)[0]
    secret, _ = set_up(client)
    page, waiting = f"/desk/here/people/{other.pk}/edit/", "/sign-in/second/form/"
    typed = {"name": '王"小<明>', "phone": "", "email": "wang@example.cn"}
    clock.shift(21 * 60)

    asked = client.post(page, typed)
    wrong = client.post(asked.headers["Location"], {"code": "000000"})
    right = client.post(asked.headers["Location"], {"code": shown_by(secret)})
    shown = client.get(waiting)

    assert (wrong.status_code, right.headers["Location"]) == (422, waiting)
    other.refresh_from_db()
    assert other.name != typed["name"]
    assert typed["email"] not in str(dict(client.session.items()))  # sealed while it waits
    assert f'action="{page}"' in shown.content.decode()
    fields = {name: html.unescape(value) for name, value in FIELD.findall(shown.content.decode())}
    assert fields == typed
    sent = client.post(page, fields)
    other.refresh_from_db()
    assert (sent.status_code, other.name) == (302, typed["name"])
    assert client.get(waiting).headers["Location"] == "/desk/"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"name": "x" * 100_001},
        {"name": "x", "code": "123456"},
        {"name": "x", "file": SimpleUploadedFile("a", b"a")},
    ],
)
def test_what_is_not_worth_keeping_does_not_wait(clock, sent):
    person = person_of(Role.ADMINISTRATOR)
    client = come(person)[0]
    secret, _ = set_up(client)
    clock.shift(21 * 60)
    page = f"/desk/here/people/{person.pk}/edit/"

    asked = client.post(page, sent)

    proven = client.post(asked.headers["Location"], {"code": shown_by(secret)})
    assert proven.headers["Location"] == page
    assert proof.SENT not in client.session


def test_a_form_waits_for_its_own_address_and_not_for_ever(clock):
    person = person_of(Role.ADMINISTRATOR)
    client = come(person)[0]
    secret, _ = set_up(client)
    clock.shift(21 * 60)
    page = f"/desk/here/people/{person.pk}/edit/"
    client.post(page, {"name": "x"})

    elsewhere = client.post("/sign-in/second/?next=/desk/rights/", {"code": shown_by(secret)})

    assert elsewhere.headers["Location"] == "/desk/rights/"
    assert client.get("/sign-in/second/form/").status_code == 200
    clock.shift(20 * 60 + 1)
    assert client.get("/sign-in/second/form/").headers["Location"] == "/desk/"


@pytest.mark.parametrize(
    ("address", "age", "method", "asks"),
    [
        ("2028/rounds/1/act/confirm-open", 599, "GET", False),
        ("2028/rounds/1/act/confirm-open", 601, "GET", True),
        ("2028/rounds/1/act/confirm-open", 601, "POST", False),
        ("2028/rounds/1/act/confirm-open", 1201, "POST", True),
        ("2028/rounds/1/act/pause", 9999, "POST", False),
        ("2028/surveys/1/freeze", 601, "GET", True),
        ("2028/surveys/1/open", 9999, "POST", False),
        ("2028/letter/correct", 1201, "POST", True),
        ("organisations/1/merge", 601, "GET", True),
        ("personal-data/contacts", 9999, "GET", False),
        ("personal-data/contacts", 1201, "POST", True),
    ],
)
def test_how_young_a_proof_must_be(address, age, method, asks):
    assert irrevocable.asks_again(resolve(f"/desk/here/{address}/"), method, age) is asks


def test_a_sheet_that_gives_mandates_is_written_with_a_young_proof_only(clock):
    person = person_of(Role.ADMINISTRATOR)
    client = come(person)[0]
    set_up(client)
    file = SimpleUploadedFile("人员.csv", "用户名,姓名,角色\nnew,新人,管理员\n".encode())
    sent = client.post("/desk/here/imports/", {"what": "people:", "file": file})
    write = f"{sent.headers['Location']}write/"
    clock.shift(21 * 60)

    asked = [client.get(write), client.post(write)]

    assert [one.headers["Location"] for one in asked] == [f"/sign-in/second/?next={write}"] * 2
    assert not User.objects.filter(username="new").exists()


def test_next_leads_nowhere_else(clock):
    person = person_of(Role.CHAIR)
    secret, _ = set_up(come(person)[0])
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        clock.shift(60)
        client, _ = come(person)

        response = client.post(f"/sign-in/second/?next={target}", {"code": shown_by(secret)})

        assert response.headers["Location"] == "/desk/"


def test_who_comes_by_a_card_is_asked_for_nothing_more():
    session = plenary(candidates=2, deputies=1)
    deputy = session.deputies[0]
    MandateFactory(user=deputy, area=session.round.cycle.area, role=Role.CHAIR)
    (card,) = voting.issue_credentials(round_=session.round, by=session.staff, at=timezone.now())
    client = Client()

    client.post("/booth/enter/", {"code": card.code})

    assert client.get(f"/booth/rounds/{session.round.pk}/").status_code == 200
    assert client.get("/desk/").status_code == 403


def test_an_administrator_resets_anothers_factors_and_hands_over_a_new_code(clock):
    admin, person = person_of(Role.ADMINISTRATOR), person_of(Role.CHAIR)
    chair = come(person)[0]
    set_up(chair)
    PasskeyFactory(user=person)
    boss = come(admin)[0]
    set_up(boss)

    slip = boss.post(f"/desk/here/people/{person.pk}/factors/reset/")
    own = boss.post(f"/desk/here/people/{admin.pk}/factors/reset/")

    assert (slip["Content-Type"], own.status_code) == ("application/pdf", 403)
    assert list(Authenticator.objects.values_list("user", flat=True)) == [admin.pk]
    assert Passkey.objects.count() == 0
    assert set(RecoveryCode.objects.values_list("user", flat=True)) == {admin.pk}
    assert chair.get("/account/").headers["Location"].startswith("/sign-in/?")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(slip.content)).pages)
    entered = Client()
    entered.post("/sign-in/code/", {"code": CODE.findall(text)[0], "password": OTHER, "again": OTHER})
    assert entered.get("/desk/").headers["Location"] == "/account/factors/?next=/desk/"
    entries = Entry.objects.filter(subject_type="accounts.user", subject_id=str(person.pk))
    acts = list(entries.order_by("pk").values_list("act", "actor_id"))
    assert acts[1:] == [
        ("user.factors_reset", admin.pk), ("user.code_issued", admin.pk), ("user.code_used", person.pk),
    ]  # fmt: skip
    with pytest.raises(Conflict):
        services.reset_factors(user=person, by=admin, at=timezone.now())
    with pytest.raises(NotAllowed):
        services.reset_factors(user=admin, by=person, at=timezone.now())


def test_the_last_factor_stays_and_anothers_passkey_is_not_found(clock):
    person = person_of(Role.CHAIR)
    client = come(person)[0]
    mine, theirs = PasskeyFactory(user=person), PasskeyFactory()

    with pytest.raises(Conflict):
        services.remove_passkey(passkey=mine, by=person, at=timezone.now())
    with pytest.raises(Passkey.DoesNotExist):
        services.remove_passkey(passkey=theirs, by=person, at=timezone.now())
    assert client.get("/desk/").headers["Location"].startswith("/sign-in/second/")

    assert set(Passkey.objects.all()) == {mine, theirs}


@pytest.mark.parametrize(
    "credential",
    ["{}", "[]", "x", "[" * 30_000, '{"rawId": "AAAA"}', '{"rawId": "AAAA", "id": 5, "response": "x", "type": 0}'],
)
def test_what_is_no_passkey_proves_nothing(clock, credential):
    person = person_of(Role.CHAIR)
    PasskeyFactory(user=person, credential_id=b"\0\0\0")
    client, _ = come(person)
    client.get("/sign-in/second/")

    proof = client.post("/sign-in/second/", {"credential": credential})

    assert proof.status_code == 422
    assert client.get("/desk/").status_code == 302


def test_the_command_lets_the_last_administrator_in_anew(clock, capsys):
    person = person_of(Role.ADMINISTRATOR)
    set_up(come(person)[0])

    call_command("reset_factors", person.username)

    services.use_code(code=capsys.readouterr().out.strip(), password=OTHER, at=timezone.now())
    assert not Authenticator.objects.exists()
    for username in (person.username, "nobody"):
        with pytest.raises(CommandError):
            call_command("reset_factors", username)


def test_a_changed_key_of_the_installation_is_told_and_an_authenticator_needs_another(clock, settings):
    person = person_of(Role.CHAIR)
    secret, _ = set_up(come(person)[0])
    services.issue_codes(people=[person_of(Role.AUDITOR)], by=None, at=timezone.now())
    old, new = settings.SECRET_KEY, "another-key-of-tests-0123456789abcdefghijklmnopqrs"
    what = {"recovery codes not used yet": 10, "one-time codes not used yet": 1}
    settings.SECRET_KEY = new
    clock.shift(60)

    missed = {use.name: use.uses for use in key_uses()}[key_name(old)]
    services.prove_by_code(user=person, code=shown_by(secret), at=timezone.now())

    assert {one: missed.get(one) for one in what} == what
    assert {use.name: use.uses for use in key_uses()}[key_name(*settings.DATA_KEYS)] == {
        "accounts.Authenticator.secret": 1
    }
