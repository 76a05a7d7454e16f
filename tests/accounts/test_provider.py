"""Sign-in with an identity provider: a real one, run by the test as a program of its own."""

import base64
import hmac
import re
import subprocess
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from livelihood.accounts import provider, services
from livelihood.accounts.models import ProviderLink, SignIn, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.local_ports import free_port
from tests.factories.frame import MandateFactory, UserFactory
from tests.house.test_options import application

pytestmark = pytest.mark.django_db

PORTAL = "http://localhost:8000"
SECRET = "a secret: of tests"
PASSWORD = "a quiet green river 7"
NODE = django_settings.BASE_DIR / ".venv" / "bin" / "node"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Run the provider."""
    port = free_port(None)
    command = [str(NODE), str(django_settings.BASE_DIR / "tests" / "accounts" / "provider.mjs"), str(port), PORTAL]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        while process.stdout.readline().strip() != "listening":
            assert process.poll() is None
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(autouse=True)
def _settings(settings: Any, request: pytest.FixtureRequest) -> None:
    settings.SITE_URL = PORTAL
    settings.OIDC_ISSUER = request.getfixturevalue("issuer")
    settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = "portal", SECRET


@pytest.fixture
def person() -> User:
    person: User = MandateFactory(role=Role.DEPARTMENT, user__username="lin").user
    return person


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Let the walk see where it is led."""


def walk(address: str, login: str) -> str:
    """Sign in at the provider's own pages, and return where it leads back to."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()), _Stay)
    data = None
    for _step in range(12):
        try:
            with browser.open(Request(address, data=data)) as answer:  # noqa: S310 -- of this machine
                prompt = re.search(r'name="prompt" value="(\w+)"', answer.read().decode())
                assert prompt, address
                data = urlencode({"prompt": prompt[1], "login": login, "password": "any"}).encode()
        except HTTPError as led:
            with led:
                target, data = led.headers["Location"], None
            if target.startswith(PORTAL):
                return str(target)
            address = target if target.startswith("http") else f"{django_settings.OIDC_ISSUER}{target}"
    raise AssertionError(address)


def start(client: Client, target: str = "") -> str:
    response = client.get("/sign-in/provider/", {"next": target})
    assert response.status_code == 302
    return str(response.headers["Location"])


def come_back(client: Client, address: str) -> Any:
    return client.get(address.removeprefix(PORTAL))


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_an_account_is_opened_by_the_claim_and_from_then_on_by_the_subject(person):
    client = Client()
    assert "Identity provider" in client.get("/en/sign-in/").content.decode()

    back = come_back(client, walk(start(client, "/account/"), "LIN@7"))

    assert (back.headers["Location"], is_in(client)) == ("/account/", True)
    assert ProviderLink.objects.values_list("user", "subject").get() == (person.pk, "LIN@7")
    assert [row.way for row in SignIn.objects.all()] == ["provider"]
    acts = Entry.objects.exclude(act="user.signed_in")
    assert [(entry.act, entry.actor_id) for entry in acts] == [("user.provider_linked", person.pk)]
    other = Client()
    assert come_back(other, walk(start(other), "lin@8")).status_code == 403
    again = Client()
    assert come_back(again, walk(start(again), "LIN@7")).headers["Location"] == "/desk/"
    assert (is_in(other), is_in(again), acts.count()) == (False, True, 1)


@pytest.mark.parametrize("who", ["unknown", "closed"])
def test_no_account_is_made_and_none_is_opened_that_is_closed(who):
    if who == "closed":
        MandateFactory(role=Role.DEPARTMENT, user__username="lin", user__closed_at=timezone.now(),
                       user__closed_by=UserFactory())  # fmt: skip
    before = User.objects.count()
    client = Client()

    back = come_back(client, walk(start(client), "lin@7"))

    assert (back.status_code, is_in(client)) == (403, False)
    assert (User.objects.count(), ProviderLink.objects.count(), Entry.objects.count()) == (before, 0, 0)


def test_an_answer_is_good_once_and_for_the_browser_that_asked(person):
    client, thief = Client(), Client()
    address = walk(start(client), "lin@7")
    start(thief)

    answers = [come_back(thief, address), come_back(client, address), come_back(Client(), address)]
    client.post("/sign-out/")
    replayed = come_back(client, address)

    assert [answer.status_code for answer in (*answers, replayed)] == [403, 302, 403, 403]
    assert not is_in(thief)


def test_a_code_of_another_sign_in_is_refused_by_its_verifier(person):
    """Somebody plants a code of their own into the session of another, whose state they have learnt."""
    client, planted = Client(), parse_qs(urlsplit(walk(start(Client()), "lin@7")).query)["code"][0]
    state = parse_qs(urlsplit(start(client)).query)["state"][0]

    back = client.get("/sign-in/provider/back/", {"code": planted, "state": state})

    assert (back.status_code, is_in(client)) == (403, False)


@pytest.mark.parametrize("spoilt", ["state", "code", "iss"])
def test_whatever_is_changed_on_the_way_is_refused(person, spoilt):
    client = Client()
    query = {name: values[0] for name, values in parse_qs(urlsplit(walk(start(client), "lin@7")).query).items()}
    assert set(query) == {"state", "code", "iss"}

    back = client.get("/sign-in/provider/back/", query | {spoilt: "https://evil.example"})

    assert (back.status_code, is_in(client)) == (403, False)


def test_asking_carries_a_challenge_and_no_secret():
    pending = provider.begin()

    query = parse_qs(urlsplit(provider.address_to_ask(pending, back=f"{PORTAL}/back/")).query)

    assert (query["response_type"], query["code_challenge_method"]) == (["code"], ["S256"])
    assert (query["state"], query["nonce"]) == ([pending.state], [pending.nonce])
    assert pending.verifier not in str(query)
    assert SECRET not in str(query)


def test_a_provider_that_is_away_locks_nobody_out(person, settings):
    settings.OIDC_ISSUER = f"http://127.0.0.1:{free_port(None)}"
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    client = Client()

    away = client.get("/en/sign-in/provider/")

    assert (away.status_code, "Sign in with user name and password" in away.content.decode()) == (503, True)
    assert client.post("/sign-in/", {"username": "lin", "password": PASSWORD}).status_code == 302
    assert is_in(client)


def test_who_signs_out_is_told_that_the_provider_still_knows_them(person):
    client = Client()
    come_back(client, walk(start(client), "lin@7"))

    page = client.post("/sign-out/").content.decode()

    assert f"{django_settings.OIDC_ISSUER}/session/end?client_id=portal" in page
    assert not is_in(client)


def test_the_second_factor_is_asked_for_all_the_same(settings):
    settings.SECOND_FACTOR_REQUIRED = True
    MandateFactory(role=Role.CHAIR, user__username="lin")
    client = Client()

    come_back(client, walk(start(client), "lin@7"))

    assert client.get("/desk/").headers["Location"] == "/account/factors/?next=/desk/"


@pytest.mark.parametrize("claim", ["lin", "", "\u200b", "x" * 100_000])
def test_an_account_is_linked_to_one_identity_and_what_is_no_name_opens_none(person, settings, claim):
    ProviderLink.objects.create(user=person, issuer=settings.OIDC_ISSUER, subject="lin@7", linked_at=timezone.now())

    with pytest.raises(services.NoAccount):
        services.enter_by_provider(identity=provider.Identity(subject="another", claim=claim), at=timezone.now())

    assert ProviderLink.objects.get().subject == "lin@7"


def test_a_new_code_of_an_administrator_takes_the_link_away(person):
    client = Client()
    come_back(client, walk(start(client), "lin@7"))

    services.issue_codes(people=[person], by=None, at=timezone.now())

    assert not ProviderLink.objects.exists()
    assert not is_in(client)


def test_next_leads_nowhere_else(person):
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        client = Client()

        assert come_back(client, walk(start(client, target), "lin@7")).headers["Location"] == "/desk/"


def test_values_that_nobody_means_well_are_refused():
    for value in ("\0", "x" * 5000, "²", "%00", "[]"):
        client = Client(raise_request_exception=False)
        start(client)
        answers = [
            client.get("/sign-in/provider/", {"next": value}),
            client.get("/sign-in/provider/back/", {"code": value, "state": value, "iss": value}),
        ]
        assert all(answer.status_code < 500 for answer in answers), value


KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
GOOD: dict[str, Any] = {"sub": "7", "aud": "portal", "nonce": "n", "preferred_username": "lin"}


def token(claims: dict[str, Any], key: Any = KEY, alg: str = "RS256", seconds: int = 60) -> str:
    now = int(timezone.now().timestamp())
    given = GOOD | {"iss": django_settings.OIDC_ISSUER, "iat": now, "exp": now + seconds} | claims
    kept = {name: value for name, value in given.items() if value is not None}
    return jwt.encode({"alg": alg}, kept, key, algorithms=[alg])


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def claims_of(text: str) -> Any:
    return provider._claims(text, KeySet([KEY]).as_dict(private=False), "n")


def test_a_good_token_is_believed():
    assert claims_of(token({}))["sub"] == "7"
    assert claims_of(token({"aud": ["portal", "other"], "azp": "portal"}))["sub"] == "7"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"}, {"aud": "other"}, {"aud": ["portal", "other"]}, {"azp": "other"},
        {"nonce": "m"}, {"nonce": None}, {"sub": None}, {"exp": None}, {"exp": 1}, {"iat": None},
    ],
)  # fmt: skip
def test_a_token_for_something_else_is_refused(claims):
    with pytest.raises(provider.ProviderRefused):
        claims_of(token(claims))


def test_a_token_that_the_provider_has_not_signed_is_refused():
    public = KEY.as_pem(private=False)
    head, body, _signature = token({}).split(".")
    none, secret = (encoded(f'{{"alg":"{alg}"}}'.encode()) for alg in ("none", "HS256"))
    # The public key, which everybody has, taken for a shared secret.
    shared = f"{secret}.{body}.{encoded(hmac.digest(public, f'{secret}.{body}'.encode(), 'sha256'))}"

    for forged in (token({}, OTHER), f"{head}.{body}.", f"{none}.{body}.", shared, "", "a.b.c"):
        with pytest.raises(provider.ProviderRefused):
            claims_of(forged)


@pytest.mark.tries("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_CLAIM", "OIDC_SCOPE", "OIDC_NAME")
def test_what_stands_in_env_is_how_the_provider_is_asked(issuer):
    code = """
from django.test import Client
from livelihood.accounts import provider
portal = Client(headers={"host": "portal.example"})
print("NAMED" if "某平台" in portal.get("/sign-in/", secure=True).content.decode() else "NOT")
if provider.is_offered():
    from django.conf import settings
    print(portal.get("/sign-in/provider/", secure=True)["Location"])
    print(settings.OIDC_CLIENT_SECRET, settings.OIDC_CLAIM)
    portal.session.delete()  # of another process: no test takes it back
"""
    given = {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "portal", "OIDC_CLIENT_SECRET": SECRET}

    named, address, kept = application(code, **given, OIDC_SCOPE="openid", OIDC_CLAIM="uid", OIDC_NAME="某平台")

    query = parse_qs(urlsplit(address).query)
    assert (named, kept) == ("NAMED", f"{SECRET} uid")
    assert (query["client_id"], query["scope"]) == (["portal"], ["openid"])
    assert query["redirect_uri"] == ["https://portal.example/sign-in/provider/back/"]
    assert application(code) == ["NOT"]
