"""Real servers for every test: a database and a Redis database of its own for each process of each run."""

import contextlib
import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import pytest
import redis
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.contrib.staticfiles.views import serve
from django.db import connection, connections
from django.db.models.signals import post_migrate
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from livelihood import local
from livelihood.settings.env import database
from tests import browser, clamd, databases, nginx
from tests.workers import REDIS_MARK

LONG = (
    "year/test_first_year.py",
    "voting/test_plenary_browser.py",
    "voting/test_hall_browser.py",
    "faults/test_vote_kills.py",
    "faults/test_helpers_absent.py",
    "faults/test_journal_kills.py",
    "faults/test_local_keeper.py",
)
"""Files of long tests: those that keep a browser busy, then those that mostly wait, so that they go side by side."""

LEFT_OUT = pytest.StashKey[dict[str, int]]()
PROGRAMS = {"browser": browser, "nginx": nginx, "clamd": clamd}


def _own_redis_database() -> str:
    """Return the address of a Redis database that no other process of any run uses, emptied."""
    server = urlsplit(os.environ["REDIS_URL"])
    with redis.Redis.from_url(server._replace(path="/0").geturl()) as counter:
        databases = int(counter.config_get("databases")["databases"])
        for _ in range(databases):
            address = server._replace(path=f"/{counter.incr(REDIS_MARK) % (databases - 1) + 1}").geturl()
            with redis.Redis.from_url(address) as client:
                if client.exists(REDIS_MARK) or not client.dbsize():  # what somebody else put there stays
                    client.flushdb()
                    client.set(REDIS_MARK, 1)
                    return address
    raise pytest.UsageError("Every database of the Redis server holds something")


local.ensure_environment()
if "DATABASE_SUPERUSER_URL" not in os.environ:  # where a server of CI is used, it is set with the other addresses
    _servers = local.services()
    os.environ |= {"DATABASE_SUPERUSER_URL": _servers.superuser_url, "DATABASE_READER_URL": _servers.reader_url}
os.environ["REDIS_URL"] = _own_redis_database()
os.environ["DJANGO_SETTINGS_MODULE"] = "livelihood.settings.test"
# Playwright keeps an event loop running, in which Django would refuse the database…
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
django.setup()
# …or open a second connection, which sees nothing of what the first has not committed.
connections._connections = threading.local()  # type: ignore[attr-defined]  # on purpose
# A slow machine is no fault: how time grows is measured by its own tests and by the bench.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


# What Django writes after emptying the tables, nobody here reads.
post_migrate.disconnect(create_contenttypes)
post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")


def _flush(self: Any, statements: list[str]) -> None:
    """Empty the tables between tests, the append-only ones too: what no service and no page can do.

    Only those in which something stands: Django's TRUNCATE makes a hundred tables and their indexes anew.
    """
    tables = [connection.ops.quote_name(table) for table in connection.introspection.django_table_names()]
    with databases.behind_the_guards() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables))  # noqa: S608
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


type(connection.ops).execute_sql_flush = _flush  # type: ignore[method-assign,assignment]  # on purpose


def _serve(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
    """Let browsers keep the dozen files of a page, as production does; of a test nobody changes them."""
    response = serve(request, self.file_path(request.path), insecure=True)
    response.headers["Cache-Control"] = "max-age=3600"
    return response


StaticFilesHandler.serve = _serve  # type: ignore[method-assign,assignment]  # on purpose


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, testrun_uid: str, worker_id: str
) -> Iterator[None]:
    """Let the owner make a database, and tests log in to it as the superuser who acts as the application.

    So whatever runs in a test has the application's rights, and its stage can be set on the same connection. The
    database is named after the process and its run, so that runs side by side do not meet.
    """
    owner, default = connections["owner"], connection.settings_dict
    usual = default["NAME"]
    name, template = databases.name_for(usual, testrun_uid, worker_id), databases.template()
    with django_db_blocker.unblock():
        databases.make_template(owner, template)
        owner.settings_dict["TEST"] |= {"NAME": name, "TEMPLATE": template}
        owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    superuser = database(os.environ["DATABASE_SUPERUSER_URL"])
    default |= {"NAME": name, "USER": superuser["USER"], "PASSWORD": superuser["PASSWORD"]}
    # The last moments before a power cut matter to no test.
    default["OPTIONS"] |= {"assume_role": databases.APPLICATION, "options": "-c synchronous_commit=off"}
    yield
    connections.close_all()
    with contextlib.closing(databases.connect()) as server, server.cursor() as cursor:
        # A browser's open line may still hold a session at the served pages.
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
    with django_db_blocker.unblock():
        owner.creation.destroy_test_db(usual, verbosity=0)


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Let `page.goto("/…")` open the portal; every test with a page thereby has the server and the database."""
    return live_server.url


@pytest.fixture(autouse=True)
def _language_of_the_next_test() -> Iterator[None]:
    """Let no test hand its language on to the next."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _imprint_of_the_next_test() -> None:
    """Let each test begin where nothing was set, as its database does, and a page need no query to know that."""
    from livelihood.imprint import selectors as imprint  # noqa: PLC0415 -- the settings above come first

    imprint.know(imprint.Imprint())


@pytest.fixture(scope="session")
def counters() -> Iterator[redis.Redis]:
    """Give the server that counts what each address sends, by a connection of its own."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        yield client


@pytest.fixture(autouse=True)
def _rates_of_the_next_test(counters: redis.Redis) -> Iterator[None]:
    """Let each test send as much as one address may: all of a run have the same one."""
    yield
    with contextlib.suppress(redis.RedisError):  # a test may have stopped the server
        if counted := list(counters.scan_iter("*:rates:*", count=10_000)):  # all at once, not ten by ten
            counters.delete(*counted)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Start the system's Chromium, which asks no foreign host for anything."""
    return {**browser_type_launch_args, "executable_path": browser.find(), "args": browser.ARGUMENTS}


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a run in CI that could not open a page; sweep up after runs that were killed."""
    if os.environ.get("CI") and not browser.find():
        raise pytest.UsageError(f"Chromium is missing: {browser.HOW_TO_GET_IT}")
    if not hasattr(config, "workerinput"):
        databases.drop_left_behind()


def _turn(item: pytest.Item) -> tuple[int, bool]:
    """Say when it is a test's turn, apart from which the order stays as it is.

    What takes long begins early, so that the processes end together. What shares the world of all addresses comes last
    and in one piece: it is short, and the world is made once.
    """
    place = item.path.relative_to(Path(__file__).parent).as_posix()
    asks_for = set(getattr(item, "fixturenames", ()))
    shares = (
        "world" in asks_for and "transactional_db" not in asks_for
    )  # who commits would meet the world's transaction
    return LONG.index(place) if place in LONG else len(LONG), shares


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]):
    """Mark the tests that open a page, and leave out those whose program is not on this machine."""
    for item in items:
        if "playwright" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    yield
    counts = {}
    for mark, program in PROGRAMS.items():
        if not program.find():
            left_out = [item for item in items if item.get_closest_marker(mark)]
            items[:] = [item for item in items if item not in left_out]
            config.hook.pytest_deselected(items=left_out)
            counts[mark] = len(left_out)
    items.sort(key=_turn)
    config.stash[LEFT_OUT] = counts
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = counts


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what stays to the end, the tests and the code, and look more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each process read the settings after this file has given it a Redis database of its own, not before."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    """Learn from a worker how many tests were left out; every worker collects all tests."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say loudly at the end what was left out."""
    for mark, count in config.stash.get(LEFT_OUT, {}).items():
        if count:
            terminalreporter.section(f"{mark.upper()} TESTS LEFT OUT", sep="!", red=True, bold=True)
            terminalreporter.line(f"{count} tests did not run. To get what they need: {PROGRAMS[mark].HOW_TO_GET_IT}")
