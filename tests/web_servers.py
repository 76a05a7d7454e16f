"""The portal in processes of its own, which tests kill and take helpers from."""

import contextlib
import os
import signal
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

from livelihood.local_ports import free_port
from tests.workers import environment


class WebServer:
    """The portal as one container serves it, on the test's database. more: of its environment."""

    def __init__(self, log: Path, **more: str) -> None:
        self.log, self.port, self.more = log, free_port(None), more
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port"]
        command += [str(self.port), "--blocking-threads", "4", "--no-access-log", "livelihood.wsgi:application"]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=out,
                env=environment() | self.more,
                cwd=settings.BASE_DIR,
                start_new_session=True,
            )

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with contextlib.suppress(OSError, HTTPException):
            return self.ask("GET", "/health/live")[0] == 200
        return False

    def ask(self, method: str, path: str, body: str | bytes = "", **headers: str) -> tuple[int, str]:
        """Return status and page."""
        asking = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(asking):
            asking.request(method, path, body, headers)
            answer = asking.getresponse()
            return answer.status, answer.read().decode()

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
