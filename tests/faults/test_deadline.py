"""A request that never ends is broken off, and the portal goes on answering others."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from django.conf import settings

from livelihood.local_ports import free_port
from tests.workers import environment, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def ask(port: int, path: str) -> tuple[int, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """One process of the web server, started as in production."""
    number = free_port(None)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(number)]
    command += ["--workers", "1", "--blocking-threads", "2", "--respawn-failed-workers"]
    log = tmp_path / "log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "tests.faults.endless:application"],
            stdout=out,
            stderr=out,
            env=environment(),
            cwd=settings.BASE_DIR,
        )
    try:
        eventually(lambda: answers(number), 60)
        yield number
    except AssertionError:
        pytest.fail(log.read_text())
    finally:
        server.terminate()
        server.wait(20)


def answers(port: int) -> bool:
    try:
        return ask(port, "/process/")[0] == 200
    except (OSError, HTTPException):
        return False


@pytest.mark.parametrize("kind", ["steps", "statement"])
def test_endless_work_is_broken_off_and_the_process_lives(port: int, kind: str):
    _status, before = ask(port, "/process/")
    started = time.monotonic()

    status, page = ask(port, f"/{kind}/")

    assert (status, time.monotonic() - started < 5) == (503, True)
    assert "已中止" in page
    assert ask(port, "/process/") == (200, before)


@pytest.mark.parametrize("kind", ["one_step", "asleep"])
def test_what_cannot_be_interrupted_ends_its_process_and_another_takes_over(port: int, kind: str):
    _status, before = ask(port, "/process/")
    started = time.monotonic()

    with pytest.raises((OSError, HTTPException)):
        ask(port, f"/{kind}/")

    assert time.monotonic() - started < 15
    eventually(lambda: answers(port), 30)
    assert ask(port, "/process/")[1] != before
