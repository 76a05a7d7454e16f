"""The database goes away, before a request or in the midst of it: every address says so and when to come back."""

import contextlib
import random
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from psycopg2.errors import ReadOnlySqlTransaction

from livelihood.accounts.roles import Role
from livelihood.web.templatetags import unsent
from tests.house.addresses import COLLECTIONS, TABLE, address
from tests.house.test_refusals import assert_form_of_api
from tests.house.world import World

pytestmark = pytest.mark.django_db

WITH_WORDS_OF_THEIR_OWN = {"ready", "metrics"}
"""What only machines ask: tests/web/test_health.py."""

OF_THE_TEST = ("SAVEPOINT", "ROLLBACK TO", "RELEASE")
SAID = {"zh-hans": "系统暂时无法读写数据", "en": "The portal cannot reach its data at the moment"}


class Going:
    """A database that answers so many statements more, and then none. refused: how many it was asked for since."""

    def __init__(self, answers: int, error: type[Exception] = OperationalError) -> None:
        self.answers, self.error, self.refused = answers, error, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(OF_THE_TEST):
            return execute(sql, params, many, context)
        self.answers -= 1
        if self.answers >= 0:
            return execute(sql, params, many, context)
        self.refused += 1
        raise self.error("server closed the connection unexpectedly")


@contextlib.contextmanager
def going(answers: int, error: type[Exception] = OperationalError) -> Iterator[Going]:
    """Let the database go, and take back what was done meanwhile."""
    database = Going(answers, error)
    with transaction.atomic():
        with connection.execute_wrapper(database):
            yield database
        transaction.set_rollback(True)


def visitor(world: World, who: frozenset[Role] | None, visitors: dict[str, Client]) -> Client:
    """Return somebody who is let in, to whom a fault would be shown and not raised."""
    client = Client(raise_request_exception=False)
    client.cookies.update(visitors["anonymous" if who is None else str(min(who))].cookies)
    return client


def said(answer: Any, url: str) -> None:
    """Check that an answer is the refusal, in the language of its address."""
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    if url.startswith("/api/") and not url.startswith("/api/docs/"):
        assert_form_of_api(answer, 503, "database_away")
    else:
        assert SAID["en" if url.startswith("/en/") else "zh-hans"] in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


def test_every_address_says_that_the_database_is_away(world: World, visitors: dict[str, Client]):
    """In one of the two languages, by turns: one page says it for all of them."""
    draw, met, wrong = random.Random(1), set(), []
    places = {name: (row.who, row.is_post) for name, row in TABLE.items() if name not in WITH_WORDS_OF_THEIR_OWN}
    places |= {f"{name}-list": (None, False) for name in COLLECTIONS}
    for (name, (who, is_post)), language in zip(places.items(), cycle(SAID), strict=False):
        client = visitor(world, who, visitors)
        with translation.override(language):
            url = address(world, name) if name in TABLE else reverse(name)
        ask = client.post if is_post else client.get
        with going(1_000), CaptureQueriesContext(connection) as queries:
            usual = ask(url)
        usual.getvalue()  # a file is closed once it is read
        for answers in {0, draw.randint(0, len(queries))}:
            with going(answers) as database:
                answer = ask(url)
            answer.getvalue()
            try:
                if database.refused:
                    said(answer, url)
                    met.add(name)
                else:
                    assert answer.status_code == usual.status_code
            except (AssertionError, KeyError) as error:
                wrong.append(f"{name} after {answers} of {len(queries)}: {answer.status_code} {str(error)[:200]}")

    assert wrong == []
    assert len(met) > len(places) / 2


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, ReadOnlySqlTransaction])
def test_however_the_database_says_it(error: type[Exception], world: World, visitors: dict[str, Client]):
    client = visitor(world, frozenset({Role.AUDITOR}), visitors)

    with going(0, error):
        answer = client.get("/en/desk/")

    said(answer, "/en/desk/")


def test_a_sign_in_that_cannot_be_kept_is_no_fault_of_who_signs_in(
    world: World, visitors: dict[str, Client], monkeypatch: pytest.MonkeyPatch
):
    """Django would say 400 of a session that it could not write at the end of a request."""
    client = visitor(world, frozenset({Role.AUDITOR}), visitors)
    monkeypatch.setattr("django.conf.settings.SESSION_SAVE_EVERY_REQUEST", True)
    with going(1_000), CaptureQueriesContext(connection) as queries:
        assert client.get("/en/desk/").status_code == 200
    (kept,) = [place for place, query in enumerate(queries) if 'UPDATE "django_session"' in query["sql"]]
    before = [query for query in queries.captured_queries[:kept] if not query["sql"].startswith(OF_THE_TEST)]

    with going(len(before)):
        answer = client.get("/en/desk/")

    said(answer, "/en/desk/")


def test_a_fault_of_ours_stays_one(world: World, visitors: dict[str, Client]):
    with going(0, ZeroDivisionError):
        answer = visitor(world, frozenset({Role.AUDITOR}), visitors).get("/en/desk/")

    assert answer.status_code == 500
    assert "Retry-After" not in answer


WHAT_TO_DO = {
    "proposals:suggest": ("您填写的内容保存在本浏览器中", "What you typed is kept in this browser where scripts run."),
    "voting:ballot": ("本机没有保存您的选择", "Nothing was kept of your marks on this device."),
    "voting:round_create": ("可能没有保存您填写的内容", "This browser may not have kept what you typed."),
}


@pytest.mark.parametrize("name", WHAT_TO_DO)
@pytest.mark.parametrize("status", [500, 503])
def test_who_has_sent_something_is_told_what_is_left_of_it(
    name: str, status: int, world: World, visitors: dict[str, Client]
):
    client = visitor(world, TABLE[name].who, visitors)
    for language, words in zip(SAID, WHAT_TO_DO[name], strict=True):
        with translation.override(language):
            url = address(world, name)
        others = {other[language == "en"] for other in WHAT_TO_DO.values()} - {words}
        with going(0, OperationalError if status == 503 else ZeroDivisionError):
            sent, looked = client.post(url), client.get(url)

        assert (sent.status_code, looked.status_code) == (status, status)
        assert words in sent.content.decode()
        assert not any(other in sent.content.decode() for other in others)
        assert not any(other in looked.content.decode() for other in [words, *others])


def test_only_forms_whose_draft_is_kept_are_said_to_be_kept():
    templates = {path: path.read_text() for path in (settings.BASE_DIR / "templates").rglob("*.html")}
    drafts = {path.name for path, text in templates.items() if "components/draft.html" in text}
    claims = {path.name for path, text in templates.items() if "kept in this browser" in text}

    assert drafts == {"suggestion_add.html", "styleguide.html"}
    assert claims == {"draft.html", "_grid.html"}, "and what is typed into a grid, by static/js/grid.js"
    assert [*unsent.DRAFTS] == ["proposals:suggest"]
    assert "保存在本浏览器" not in (settings.BASE_DIR / "deploy/nginx.conf.template").read_text()
