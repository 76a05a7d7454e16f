"""Real Celery workers for tests: own processes on the test's database and the test's Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.db import connection

START_SECONDS = 60
REDIS_MARK = "livelihood-tests"
"""The key that says whose a Redis database is; see tests/conftest.py."""


def environment() -> dict[str, str]:
    """Return the environment in which another process meets this test's database and Redis."""
    name = connection.settings_dict["NAME"]
    addresses = {
        variable: urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()
        for variable in ("DATABASE_URL", "DATABASE_OWNER_URL")
    }
    return {
        **os.environ,
        **addresses,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "livelihood.settings.test",
    }


class Worker:
    """A worker with one child process (prefork, as in production), started on entering and stopped on leaving.

    include: modules with tasks that only the test knows.
    """

    def __init__(self, log: Path, include: str = "", options: tuple[str, ...] = ()) -> None:
        self.log, self.include, self.options = log, include, options

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "celery", "-A", "tests.hasty", "worker", "--concurrency", "1", *self.options]
        command += ["--hostname", f"test-{os.getpid()}@%h", "--without-mingle", "--without-gossip"]
        if self.include:
            command += ["--include", self.include]
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, env=environment(), cwd=settings.BASE_DIR, start_new_session=True
            )
        self.wait_until_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait_until_ready(self) -> None:
        """Wait until the worker says that it takes work."""

        def ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return " ready." in self.log.read_text()

        eventually(ready, START_SECONDS)

    def children(self) -> list[int]:
        """Return the process ids of the children, which do the work."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def kill_children(self) -> None:
        """Kill the working processes as the system does when memory runs out."""
        for pid in self.children():
            os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the whole worker, as a power cut does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the worker, after its work when it can."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def wipe_redis() -> None:
    """Lose everything in the test's Redis but whose it is."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()
        client.set(REDIS_MARK, 1)


def eventually(happened: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something has happened in another process.

    :raises AssertionError: it has not, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)
