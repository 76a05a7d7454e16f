"""The portal's own processes, for one machine: the web server, and a worker with the clock. They end with the demo."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from livelihood import local
from livelihood import local_processes as processes

HOST = "127.0.0.1"
PORTS_TRIED = 100
STARTS_WITHIN = 60
STOPS_WITHIN = 20
"""Seconds; a worker finishes what it does before it stops."""
MOST_ENDS, WITHIN = 3, 60
"""A process that ends by itself more often in so many seconds is not started again."""


class Ended(Exception):
    """A process of the portal ended by itself; its log says why."""


@dataclass(frozen=True, slots=True)
class Portal:
    """The running portal. address: where it answers. commands: by their log. stack: ends with the portal."""

    address: str
    commands: Mapping[Path, list[str]]
    stack: ExitStack
    processes: dict[Path, subprocess.Popen[bytes]] = field(default_factory=dict)
    ended: dict[Path, list[float]] = field(default_factory=dict)

    def start(self, log: Path) -> None:
        """Start the process of a log."""
        self.processes[log] = self.stack.enter_context(process(self.commands[log], log))

    def keep(self) -> None:
        """Start again what has ended by itself, as the services of a real host do.

        :raises Ended: it does so again and again.
        """
        for log, one in self.processes.items():
            if one.poll() is not None:
                now = time.monotonic()
                self.ended[log] = [*(at for at in self.ended.get(log, ()) if at > now - WITHIN), now]
                if len(self.ended[log]) > MOST_ENDS:
                    self.check()
                self.start(log)

    def check(self) -> None:
        """Make sure that all processes live.

        :raises Ended: one has ended.
        """
        for log, process in self.processes.items():
            if process.poll() is not None:
                raise Ended(f"{log.stem} has ended with {process.returncode}; see {log}")

    def answers(self) -> bool:
        """Say whether the web server answers."""
        try:
            with urllib.request.urlopen(f"{self.address}/health/live", timeout=2):  # noqa: S310 -- our own address
                return True
        except (urllib.error.URLError, OSError):
            return False

    def wait(self) -> None:
        """Wait until somebody interrupts.

        :raises Ended: a process ends by itself again and again.
        """
        try:
            while True:
                self.keep()
                time.sleep(1)
        except KeyboardInterrupt:
            return


@contextmanager
def running(port: int) -> Iterator[Portal]:
    """Run the portal at this port or the next free one, give it once it answers, and stop it at the end.

    :raises Ended: a process ended, or the web server did not answer in time.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    folder = local.data_folder()
    port = next(number for number in range(port, port + PORTS_TRIED) if _is_free(number))
    address = f"http://{HOST}:{port}"
    commands = {
        "web": [
            "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2", "--no-ws",
            "--respawn-failed-workers",
            "livelihood.wsgi:application",
        ],
        "worker": [
            "celery", "-A", "livelihood", "worker", "--beat", "--schedule", str(folder / "beat"), "--concurrency", "1",
        ],
    }  # fmt: skip
    # As in production, what answers the web does not know the owner of the tables.
    before = ["env", "-u", "DATABASE_OWNER_URL", f"SITE_URL={address}", sys.executable, "-m"]
    logs = {folder / f"{name}.log": [*before, *command] for name, command in commands.items()}
    with ExitStack() as stack:
        portal = Portal(address, logs, stack)
        for log in logs:
            portal.start(log)
        _wait_for(portal)
        yield portal


@contextmanager
def process(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a session of its own: Ctrl-C reaches it through us and in order, and it ends with us."""
    with log.open("ab") as output:
        started = subprocess.Popen(  # noqa: S603 -- our own
            command, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=processes.ending_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- called from the main thread
        )  # fmt: skip
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _wait_for(portal: Portal) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while not portal.answers():
        portal.check()
        if time.monotonic() > until:
            raise Ended(f"{portal.address} does not answer.")
        time.sleep(0.2)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
