"""Every variable that an installation may set is explained, handed on by compose, and tried: none only looks as if."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.signing import TimestampSigner

from livelihood.settings import env
from livelihood.settings.env import database
from tests.house.test_production_files import COMPOSE, DOCKERFILE, OPERATIONS, REFERENCE, SERVICES, references
from tests.web.test_security import production

ROOT = settings.BASE_DIR
OF_COMPOSE = {name for name, _, _ in references()}
APART = {"SSL_REDIRECT", "CHECK_FILES_FOLDER", "FONT_FOLDER", "OUTLINES_FOLDER"}
"""Read by the application and left as they are by compose: TLS is always there, and files lie in the volume."""


def read_by_settings() -> set[str]:
    """Return the name of each variable that the settings of production read."""
    trees = [
        ast.parse((ROOT / "livelihood" / "settings" / f"{name}.py").read_text()) for name in ("base", "production")
    ]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "env"]
    assert all(name.strip("'").isidentifier() for name in named), named
    assert not [call for call in calls if "environ" in ast.unparse(call.func)]
    return {name.strip("'") for name in named}


def tried(file: Path) -> Iterator[str]:
    """Yield the names that tests of a file say they try."""
    for node in ast.walk(ast.parse(file.read_text())):
        for mark in node.decorator_list if isinstance(node, ast.FunctionDef) else []:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.tries":
                yield from (ast.literal_eval(name) for name in mark.args)


def composed(service: str, **lines: str) -> dict[str, str]:
    """Return the environment in which compose starts a service, for these lines of `.env` and the required ones."""
    given = {name: f"{name.lower()}0".ljust(32, "0") for name, operator, _ in references() if operator == ":?"}
    given |= {"PORTAL_HOST": "portal.example"} | lines
    return {
        name: REFERENCE.sub(lambda match: given.get(match[1]) or (match[3] if match[2] == ":-" else ""), str(value))
        for name, value in SERVICES[service]["environment"].items()
    }


def application(code: str, **lines: str) -> list[str]:
    """Run code in the application as compose starts it; database and Redis are those of the test."""
    environment = composed("web", **lines)
    del environment["DATABASE_URL"], environment["REDIS_URL"]
    done = production(code, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_option_is_tried_by_a_test():
    named = {name for file in (ROOT / "tests").rglob("test_*.py") for name in tried(file)}

    assert named == read_by_settings() | OF_COMPOSE


def test_what_the_settings_read_is_set_by_compose_or_the_image_and_explained():
    by_image = set(re.findall(r"^(?:ENV|   ) (\w+)=", DOCKERFILE.rpartition("\nFROM ")[2], re.MULTILINE))
    by_compose = set(SERVICES["web"]["environment"]) | set(SERVICES["migrate"]["environment"])
    explained = set(re.findall(r"^\| `(\w+)` ", OPERATIONS, re.MULTILINE))

    assert by_compose | (by_image & read_by_settings()) | APART == read_by_settings()
    assert explained == read_by_settings() | OF_COMPOSE
    assert APART.isdisjoint(by_compose | by_image)


BAD: dict[Callable[[str], object], list[str]] = {
    env.boolean: ["maybe", "2"],
    env.seconds: ["-1", "1h", "3600.5", "²", "9" * 10],
    env.keys: [",", "a" * 31, f"{'a' * 40},short"],
    env.rate: ["600", "banana", "600/fortnight", "0/min", "-1/min", "600/min;"],
    env.hosts: ["https://portal.example", "portal.example/", "portal.example:443", "a b"],
    env.site: ["portal.example", "https://portal.example/", "https://portal.example/portal", "ftp://portal.example", "https://"],
    env.redis_server: ["nonsense", "http://redis:6379", "redis://"],
    env.sender: ["nonsense", "a@", "portal@example.gov.cn\r\nBcc: x@y", "a@b, c@d"],
    env.database: ["mysql://a:b@c/d", "nonsense"],
    env.mail_server: ["mail.example.gov.cn", "http://mail.example", "smtp://"],
    env.issuer: ["http://id.example.gov.cn", "nonsense"],
    env.contact: ["security@example.gov.cn", "mailto:nobody", "javascript:alert(1)"],
    env.age_recipient: ["age1", "AGE-SECRET-KEY-1", "age1" + "b" * 58],
    env.outside_places: ["heads", "mailto:nobody", "/mnt/heads, https://portal.example"],
    env.dotted: ["Sender", "gateway.", "gateway/sms.Sender", "gateway sms"],
    env.scanner: ["clamd.example", "clamd.example:port", ":3310", "/run/clamav/clamd.ctl"],
    env.tile_origin: ["https://tiles.example/1.png", "javascript:{z}{x}{y}", "//evil/{z}/{x}/{y}"],
}  # fmt: skip
"""What reads an option → values that it does not take, so that a server with one of them does not start."""
GOOD: dict[Callable[[str], object], dict[str, Any]] = {
    env.seconds: {"0": 0, "31536000": 31_536_000},
    env.keys: {f"{'a' * 40}, {'b' * 32}": ["a" * 40, "b" * 32]},
    env.rate: {"600/min": "600/min", "5/sec": "5/sec"},
    env.hosts: {"a.example, .b.example": ["a.example", ".b.example"], "[::1],127.0.0.1": ["[::1]", "127.0.0.1"]},
    env.site: dict.fromkeys(["https://portal.example", "http://127.0.0.1:8000", "https://[::1]:8443"]),
    env.redis_server: dict.fromkeys(["redis://:p@redis:6379/0", "rediss://redis.example"]),
    env.age_recipient: dict.fromkeys(["age1" + "q" * 58]),
    env.outside_places: {"/mnt/heads, mailto:audit@a.example": ["/mnt/heads", "mailto:audit@a.example"]},
    env.scanner: {"clamd.example:3310": ("clamd.example", 3310), "::1:3310": ("::1", 3310)},
    env.sender: dict.fromkeys(["portal@example.gov.cn", "民生实事 <portal@example.gov.cn>"]),
}
"""The same with values that it takes, and what becomes of them; None: they stay."""
WORDS_OF_ITS_OWN = {
    "SECRET_KEY", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_CLAIM", "OIDC_SCOPE", "OIDC_NAME", "TILE_URL",
    "TILE_CREDIT",
}  # fmt: skip
"""Options that hold whatever somebody chose; TILE_URL is read a second time, with a check."""
LISTS_AND_PLACES = {"words", "Path"}


@pytest.mark.parametrize(("parse", "text"), [(parse, text) for parse, texts in BAD.items() for text in texts])
def test_an_option_that_cannot_be_meant_is_refused(parse: Callable[[str], object], text: str):
    with pytest.raises(ValueError):  # noqa: PT011 -- `env` makes a sentence with name and hint of it
        parse(text)


@pytest.mark.parametrize(
    ("parse", "text", "value"), [(parse, text, value) for parse, texts in GOOD.items() for text, value in texts.items()]
)
def test_an_option_that_is_meant_is_taken(parse: Callable[[str], object], text: str, value: object):
    assert parse(text) == (text if value is None else value)


def test_every_option_is_read_by_a_check_or_may_hold_anything():
    trees = [ast.parse((ROOT / "livelihood/settings" / f"{name}.py").read_text()) for name in ("base", "production")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    read = {
        ast.literal_eval(call.args[0]): ast.unparse(call.args[1]) if len(call.args) > 1 else ""
        for call in calls
        if ast.unparse(call.func) == "env"
    }

    assert {name for name, parse in read.items() if not parse} <= WORDS_OF_ITS_OWN
    assert {parse for parse in read.values() if parse} - LISTS_AND_PLACES == {parse.__name__ for parse in BAD}


@pytest.mark.tries("PORTAL_SCALE", "PORTAL_VERSION", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
@pytest.mark.tries("DATABASE_OWNER_PASSWORD", "DATABASE_APPLICATION_PASSWORD", "DATABASE_READER_PASSWORD")
def test_both_sides_get_the_same_password_and_numbers_go_where_they_count():
    given = {f"DATABASE_{role}_PASSWORD": f"of-{role}" for role in ("OWNER", "APPLICATION", "READER")}
    given |= {"POSTGRES_PASSWORD": "p0", "REDIS_PASSWORD": "r0"}
    web, migrate = composed("web", **given), composed("migrate", **given)
    passwords = {name: value for name, value in composed("postgres", **given).items() if name.endswith("_PASSWORD")}

    assert passwords | {"REDIS_PASSWORD": "r0"} == given
    assert database(web["DATABASE_URL"])["PASSWORD"] == "of-APPLICATION"
    assert database(migrate["DATABASE_OWNER_URL"])["PASSWORD"] == "of-OWNER"
    assert web["REDIS_URL"] == "redis://:r0@redis:6379/0"
    assert SERVICES["redis"]["command"][1:3] == ["--requirepass", "${REDIS_PASSWORD}"]
    assert {SERVICES[name]["image"] for name in ("web", "worker")} == {"livelihood-portal:${PORTAL_VERSION:-latest}"}
    assert COMPOSE["services"]["web"]["deploy"]["replicas"] == "${PORTAL_SCALE:-2}"


@pytest.mark.django_db
@pytest.mark.tries("HSTS_SECONDS", "SECURITY_CONTACT", "API_RATE", "SECRET_KEY_FALLBACKS")
def test_what_stands_in_env_is_what_the_application_does():
    old = "an-old-key-of-tests-0123456789abcdefghijklmnopqrstuvwxyz"
    code = f"""
import json
from django.core.signing import TimestampSigner
from django.test import Client
portal = Client(headers={{"host": "portal.example"}})
ask = lambda path: portal.get(path, secure=True, REMOTE_ADDR="192.0.2.201")
contact = ask("/.well-known/security.txt")
print(contact.content.decode().splitlines()[0], contact["Strict-Transport-Security"])
print(ask("/robots.txt").content.decode().splitlines()[-1])
answers = [ask("/api/v1/areas/") for _ in range(4)]
print(json.dumps([[answer.status_code, answer.get("Retry-After")] for answer in answers]))
print(answers[-1].content.decode())
print(TimestampSigner().unsign({TimestampSigner(key=old).sign("a receipt")!r}))
"""

    contact, sitemap, reads, refusal, signed = application(
        code,
        HSTS_SECONDS="3600",
        SECURITY_CONTACT="https://portal.example/weakness",
        API_RATE="3/min",
        SECRET_KEY="only-for-tests-and-never-secret-0123456789abcdefghij",
        SECRET_KEY_FALLBACKS=f"another-old-key, {old}",
    )

    assert contact == "Contact: https://portal.example/weakness max-age=3600; includeSubDomains; preload"
    assert sitemap == "Sitemap: https://portal.example/sitemap.xml"
    *let_in, (status, seconds) = json.loads(reads)
    assert (let_in, status, json.loads(refusal)["error"]["code"]) == ([[200, None]] * 3, 429, "throttled")
    assert 50 <= int(seconds) <= 60
    assert signed == "a receipt"


@pytest.mark.tries("MEDIA_ROOT", "CHECK_FILES_FOLDER", "FONT_FOLDER", "OUTLINES_FOLDER", "SSL_REDIRECT")
def test_what_compose_leaves_alone_can_be_set_without_it(tmp_path: Path):
    for folder, text in (("media/checks", "in media"), ("elsewhere", "elsewhere")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "check.txt").write_text(text)
    code = """
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
answer = Client(headers={"host": "portal.example"}).get("/check.txt")
print(answer.status_code, answer.getvalue().decode(), default_storage.path("evidence.jpg"), settings.FONT_FOLDERS[-1],
      settings.OUTLINES_FOLDER)
"""
    media = str(tmp_path / "media")

    plain = production(code, MEDIA_ROOT=media, SSL_REDIRECT="false").stdout
    apart = production(
        code, MEDIA_ROOT=media, SSL_REDIRECT="off", CHECK_FILES_FOLDER=str(tmp_path / "elsewhere"),
        FONT_FOLDER="/fonts",
        OUTLINES_FOLDER="/lines",
    ).stdout  # fmt: skip
    led_on = production(code, MEDIA_ROOT=media).stdout

    assert plain == f"200 in media {media}/evidence.jpg {media}/fonts {media}/outlines\n"
    assert apart == f"200 elsewhere {media}/evidence.jpg /fonts /lines\n"
    assert led_on.startswith("301 ")


@pytest.mark.parametrize("contact", ["security@portal.example", "http://portal.example", "mailto:a@b\nContact: c"])
def test_a_contact_that_security_txt_does_not_know_is_refused(contact: str):
    done = production("", SECURITY_CONTACT=contact)

    assert done.returncode == 1
    assert "For instance mailto:" in done.stderr.splitlines()[-1]
