"""What a browser is told on every kind of page, and what the settings of production add."""

import re
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.web import checks
from tests.factories.frame import CityFactory, CycleFactory, UserFactory, official
from tests.workers import environment

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
PAGES = [
    "/", "/en/", "/search/", "/data/", "/styleguide/", "/sign-in/", "/nowhere/", "/try/unready/", "/hangzhou/2025/",
    "/health/live", "/metrics", "/api/v1/nothing/", "/api/schema/", "/api/docs/",
]  # fmt: skip
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:")


@pytest.fixture
def city():
    city = CityFactory(code="330100", slug="hangzhou")
    CycleFactory(area=city, year=2025)
    return city


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_strict(client, city, path):
    response = client.get(path)

    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    position = "(self)" if path in {"/", "/en/"} else "()"  # the front page finds the nearest area
    assert response["Permissions-Policy"] == f"camera=(), microphone=(), geolocation={position}, payment=(), usb=()"


@pytest.mark.parametrize("path", [page for page in PAGES if page not in {"/metrics", "/api/schema/"}])
def test_no_page_has_what_the_policy_forbids(client, city, path):
    assert INLINE.findall(client.get(path).content.decode()) == []


@pytest.mark.parametrize("name", ["portal:desk", "portal:year_dates", "portal:journal"])
def test_no_page_of_the_desk_has_what_the_policy_forbids(client, city, name):
    client.force_login(official(Role.ADMINISTRATOR, city))

    response = client.get(reverse(name, kwargs={"area": "hangzhou", "year": 2025}))

    assert response.status_code == 200
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert INLINE.findall(response.content.decode()) == []


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    person = UserFactory(username="wang")
    person.set_password("a-quiet-green-river")
    person.save(update_fields=["password"])

    client.get("/sign-in/")
    response = client.post("/sign-in/", {"username": "wang", "password": "a-quiet-green-river"})

    assert set(response.cookies) == {"sessionid", "csrftoken", "device"}
    for cookie in response.cookies.values():
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert response.cookies["sessionid"]["max-age"] == ""  # ends with the browser


def test_signing_in_changes_the_session_key(client):
    person = UserFactory(username="wang")
    person.set_password("a-quiet-green-river")
    person.save(update_fields=["password"])
    session = client.session
    session["planted"] = 1
    session.save()

    response = client.post("/sign-in/", {"username": "wang", "password": "a-quiet-green-river"})

    assert response.cookies["sessionid"].value != session.session_key


def production(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, in the settings of production."""
    given = environment() | {
        "DJANGO_SETTINGS_MODULE": "livelihood.settings.production",
        "SECRET_KEY": "only-for-tests-and-never-secret-0123456789abcdefghij",
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
    }
    given = {name: value for name, value in (given | variables).items() if value}
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        env=given, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_addresses_that_are_not_ours_alone_are_found_before_the_portal_is_let_out(settings):
    def ours() -> set[str]:
        found = run_checks(tags=["security"], include_deployment_checks=True)
        return {one.id for one in found if one.id and one.id.startswith("web.")}

    settings.ALLOWED_HOSTS, settings.SITE_URL, settings.OIDC_ISSUER = ["portal.example"], "https://portal.example", ""
    assert ours() == set()
    settings.ALLOWED_HOSTS = ["portal.example", "*"]
    assert ours() == {"web.W001"}
    settings.SITE_URL = "http://portal.example"
    assert ours() == {"web.W001", "web.W002"}
    settings.OIDC_CLIENT_ID = "livelihood-portal"
    assert ours() == {"web.W001", "web.W002", "web.W003"}
    settings.OIDC_ISSUER = "https://id.example"
    assert ours() == {"web.W001", "web.W002"}
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["portal.example", ".office.example"], "https://a.office.example"
    assert ours() == set()
    settings.SITE_URL = "https://other.example"
    assert ours() == {"web.E001"}


def test_servers_that_hold_nobody_back_or_are_not_there_are_found(monkeypatch, tmp_path):
    def ours(role: str, *heads: str) -> list[str]:
        databases = {"default": {"USER": role}}
        given = SimpleNamespace(DATABASES=databases, DATABASE_OWNER={"USER": "boss"}, JOURNAL_HEADS=heads)
        monkeypatch.setattr(checks, "settings", given)
        return [str(one.id) for one in checks.servers_are_ours()]

    assert ours("livelihood_application", str(tmp_path), "mailto:audit@example.gov.cn") == []
    assert [ours(role) for role in ("postgres", "livelihood_owner", "boss")] == [["web.E002"]] * 3
    assert ours("livelihood_application", str(tmp_path), "/nowhere") == ["web.W004"]


def test_a_portal_on_one_machine_answers_to_its_own_names_only():
    code = "from django.conf import settings; print(*settings.ALLOWED_HOSTS)"
    given = environment() | {"DJANGO_SETTINGS_MODULE": "livelihood.settings.local", "HOSTS": "portal.lan, 10.0.0.7"}

    done = subprocess.run(
        [sys.executable, "-c", code], env=given, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    own = {"localhost", "127.0.0.1", "[::1]", socket.gethostname(), socket.getfqdn()}
    assert set(done.stdout.split()) == own | {"portal.lan", "10.0.0.7"}


def test_production_asks_for_tls_and_for_our_name():
    code = """
from django.test import Client
plain = Client(headers={"host": "portal.example"}).get("/health/live?x=1")
redirected = Client(headers={"host": "portal.example"}).get("/sign-in/")
foreign = Client(headers={"host": "evil.example"}).get("/sign-in/", secure=True)
safe = Client(headers={"host": "portal.example"}).get("/sign-in/", secure=True)
by_address = Client(headers={"host": "10.0.0.7:8000"}).get("/health/live")
print(plain.status_code, redirected.status_code, redirected["Location"], foreign.status_code, by_address.status_code)
print(safe["Strict-Transport-Security"])
print([(name, cookie["secure"], cookie["path"], cookie["domain"]) for name, cookie in safe.cookies.items()])
print(foreign.content, foreign["Cache-Control"], sorted(set(foreign.headers) & {"Location", "Server", "Set-Cookie"}))
"""
    done = production(code)

    assert done.stdout.splitlines() == [
        "200 301 https://portal.example/sign-in/ 400 200",
        "max-age=31536000; includeSubDomains; preload",
        "[('__Host-csrftoken', True, '/', '')]",
        "b'' no-store []",
    ], done.stderr


def test_every_cookie_of_production_is_bound_to_its_host():
    done = production("""
from django.conf import settings
from voting.views.kiosk import KIOSK
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, KIOSK, settings.DEVICE_COOKIE_NAME)
print(settings.SESSION_COOKIE_DOMAIN, settings.CSRF_COOKIE_DOMAIN)
print(settings.SESSION_COOKIE_PATH, settings.CSRF_COOKIE_PATH)
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.MESSAGE_STORAGE.rpartition(".")[2])
""")

    assert done.stdout.splitlines() == [
        "__Host-sessionid __Host-csrftoken __Host-kiosk __Host-device", "None None", "/ /", "True True SessionStorage",
    ], done.stderr  # fmt: skip


@pytest.mark.tries("SECRET_KEY", "DATA_KEYS", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL")
@pytest.mark.parametrize("name", ["SECRET_KEY", "DATA_KEYS", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL"])
def test_production_does_not_start_without_what_it_needs(name):
    done = production("", **{name: ""})

    assert done.returncode == 1
    assert f"{name} is not set." in done.stderr.splitlines()[-1]
