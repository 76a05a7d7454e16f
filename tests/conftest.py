"""Real servers for every test: a database and a Redis database of its own for each process of each run."""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import django
import pytest
import redis
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from livelihood import local
from tests import browser, databases, nginx
from tests.workers import REDIS_MARK

LEFT_OUT = pytest.StashKey[dict[str, int]]()
PROGRAMS = {"browser": browser, "nginx": nginx}


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
os.environ["REDIS_URL"] = _own_redis_database()
os.environ["DJANGO_SETTINGS_MODULE"] = "livelihood.settings.test"
# Playwright keeps an event loop running, in which Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
django.setup()
# A slow machine is no fault: how time grows is measured by its own tests and by the bench.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


_operations = type(connection.ops)
_flush = _operations.execute_sql_flush


def _flush_past_the_triggers(operations: Any, statements: list[str]) -> None:
    """Empty the tables between tests, the append-only ones too: what no service and no page can do."""
    replica, origin = (f"SET session_replication_role = {role}" for role in ("replica", "origin"))
    _flush(operations, [replica, *statements, origin])


_operations.execute_sql_flush = _flush_past_the_triggers  # type: ignore[method-assign,assignment]  # on purpose


@pytest.fixture(scope="session")
def django_db_modify_db_settings(testrun_uid: str, worker_id: str) -> None:
    """Name the database after the process and its run, so that runs side by side do not meet."""
    default = connection.settings_dict
    default["TEST"]["NAME"] = databases.name_for(default["NAME"], testrun_uid, worker_id)
    # The last moments before a power cut matter to no test.
    default["OPTIONS"]["options"] = "-c synchronous_commit=off"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """End the sessions that a browser's open line still holds at the served pages, before the database is dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Let `page.goto("/…")` open the portal; every test with a page thereby has the server and the database."""
    return live_server.url


@pytest.fixture(autouse=True)
def _language_of_the_next_test() -> Iterator[None]:
    """Let no test hand its language on to the next."""
    yield
    translation.deactivate()


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
    config.stash[LEFT_OUT] = counts
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = counts


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
