"""The keeper of a data folder: a process that starts the two servers and ends them when nobody needs them any more.

Whoever uses the servers leaves a lease in the folder, a file with the name of a process. Processes that end, however
they end, need not take it back: the keeper looks. What was started under a lease (it stands in the environment) ends
with it; when the last has gone the servers follow a little later. A keeper whose folder has vanished ends everything
at once, and the servers end with a keeper that is killed.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from livelihood import local_processes as processes
from livelihood.local_servers import ELSEWHERE, LocalError, Server, remember, servers_of

LEASE = "LIVELIHOOD_LEASE"
UNTIL_STOPPED = "until-stopped"
"""The lease of `start`, which stands for no process."""

LINGER_SECONDS = 5
"""So long the servers wait for somebody else; one command often follows another."""

ENDS_WITHIN = 8
MOST_FAILURES = 10
"""So often in a row a look at servers and leases may fail before the keeper gives up."""
LOOKS_EVERY = 0.2
PROJECT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def alone(folder: Path, *, is_patient: bool = True) -> Iterator[bool]:
    """Let one process at a time decide about the servers of a folder; is_patient: wait for it."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def lease(folder: Path, name: str | None = None) -> None:
    """Note that this process uses the servers as long as it lives, and whatever it starts from now on belongs to it."""
    file = folder / "leases" / (name or str(processes.name_of(os.getpid())))
    file.parent.mkdir(exist_ok=True)
    file.touch()
    if not name:
        os.environ[LEASE] = str(file)


def leases(folder: Path) -> dict[str, bool]:
    """Return the leases and whether each still holds."""
    names = [file.name for file in (folder / "leases").glob("*")]
    return {name: name == UNTIL_STOPPED or processes.lives(name) for name in names}


def belonging_to(folder: Path, name: str) -> set[int]:
    """Return the processes that were started under a lease."""
    return processes.started_with(LEASE, str(folder / "leases" / name))


def start(folder: Path) -> None:
    """Start the keeper of a folder unless it has one, and wait until its servers run.

    :raises LocalError: a server does not start.
    """
    if pid_of(folder):
        return
    here, there = os.pipe()
    environment = {name: value for name, value in os.environ.items() if name != LEASE}
    environment |= {"LIVELIHOOD_DATA": str(folder), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", __name__, str(folder), str(there)]
    with (folder / "keeper.log").open("ab") as log:
        subprocess.run(  # noqa: S603 -- ourselves
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[there], env=environment, cwd="/",
            start_new_session=True, check=True,
        )  # fmt: skip
    os.close(there)
    with os.fdopen(here) as answer:
        if (said := answer.read()) != "ready":
            raise LocalError(said or f"The servers do not start, see {folder / 'keeper.log'}")


def pid_of(folder: Path) -> int | None:
    """Return the process id of a folder's keeper, None when it has none."""
    with contextlib.suppress(FileNotFoundError):
        name = (folder / "keeper").read_text()
        return int(name.partition("-")[0]) if processes.lives(name) else None
    return None


def stop(folder: Path) -> None:
    """End what uses the servers of a folder, this process and its line aside, and then the servers."""
    names = list(leases(folder))

    def users() -> set[int]:
        holders = {int(name.partition("-")[0]) for name in names if name != UNTIL_STOPPED and processes.lives(name)}
        return holders.union(*(belonging_to(folder, name) for name in names)) - processes.own_line()

    processes.end_all(users, within=ENDS_WITHIN)
    (folder / "leases" / UNTIL_STOPPED).unlink(missing_ok=True)
    if pid := pid_of(folder):
        processes.end([pid], within=4 * ENDS_WITHIN)


class Keeper:
    """The loop of the keeper's process."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.opened = folder, os.open(folder, os.O_RDONLY)
        self.name = str(processes.name_of(os.getpid()))
        self.servers: tuple[Server, ...] = servers_of(folder)
        self.outside = (folder / ELSEWHERE).resolve()
        self.known: set[str] = set()
        self.is_ending = False

    def start(self) -> None:
        """Start the servers.

        :raises LocalError: one does not start.
        """
        for server in self.servers:
            if server.port:
                server.end_former()
            server.start()
        remember(self.folder, self.servers)
        self.outside = (self.folder / ELSEWHERE).resolve()
        (self.folder / "keeper").write_text(self.name)

    def keep(self) -> None:
        """Look after servers and leases until it is time to end."""
        needed, failures = time.monotonic(), 0
        while not self.is_ending and self.is_there():
            try:
                self.revive()
                if self.has_users():
                    needed = time.monotonic()
                elif time.monotonic() - needed > LINGER_SECONDS:
                    with alone(self.folder, is_patient=False) as may_decide:
                        if may_decide and not self.has_users():
                            self.end()
                            return
                failures = 0
            except (LocalError, OSError):  # perhaps the folder is just being deleted, and gone a moment later
                failures += 1
                if failures > MOST_FAILURES:
                    raise
            time.sleep(LOOKS_EVERY)
        self.end()

    def is_there(self) -> bool:
        """Say whether the folder is still the one it was."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return (self.folder / "keeper").read_text() == self.name
        return False

    def revive(self) -> None:
        """Start a server again that has died."""
        for server in self.servers:
            if not server.is_up():
                server.start()
                remember(self.folder, self.servers)

    def has_users(self) -> bool:
        """Say whether a lease holds; what belongs to one that has ended is ended."""
        found = leases(self.folder)
        self.known |= found.keys()
        for name in [name for name in self.known if not found.get(name)]:
            self.known.remove(name)
            processes.end_all(partial(belonging_to, self.folder, name), within=ENDS_WITHIN)
            (self.folder / "leases" / name).unlink(missing_ok=True)
        return any(found.values())

    def left_behind(self) -> set[int]:
        """Return what was started under any lease that was seen."""
        return set[int]().union(*(belonging_to(self.folder, name) for name in self.known))

    def end(self) -> None:
        """End the servers; where the folder has vanished, everything that used them, and what lay outside of it."""
        if self.is_there():
            for server in self.servers:
                server.stop()
            (self.folder / "keeper").unlink(missing_ok=True)
            return
        for server in self.servers:
            server.kill()
        processes.end_all(self.left_behind, within=ENDS_WITHIN)
        was_deleted = os.fstat(self.opened).st_nlink == 0  # and not moved away
        if was_deleted and self.outside != self.folder / ELSEWHERE:
            shutil.rmtree(self.outside, ignore_errors=True)


def main(folder: str, answer: str) -> None:
    """Keep the servers of a folder; say through the pipe `answer` that they run, or why they do not."""
    if os.fork():  # the child goes on, and is nobody's
        return
    keeper = Keeper(Path(folder))

    def end(_number: int, _frame: object) -> None:
        keeper.is_ending = True

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    with os.fdopen(int(answer), "w") as asking:
        try:
            keeper.start()
        except LocalError as error:
            for server in keeper.servers:
                server.kill()
            asking.write(str(error))
            raise
        asking.write("ready")
    keeper.keep()


if __name__ == "__main__":
    main(*sys.argv[1:])
