"""PostgreSQL and Valkey for demo, development and tests: no installation, no root, one data folder.

Both servers come from wheels, listen on 127.0.0.1 only, and ask for a password that was drawn when the folder was made.
Any number of processes may ask for them at once: the first one starts them, and a few seconds after the last one has
ended, however it ended, they stop (`livelihood.local_keeper`).

The folder is `.local/` of the project, or LIVELIHOOD_DATA. LIVELIHOOD_FSYNC=off trades safety at a power cut for speed.

    python -m livelihood.local run COMMAND …       runs a command with DATABASE_URL and REDIS_URL set
    python -m livelihood.local start | status      keeps the servers until they are stopped; says where everything is
    python -m livelihood.local release | stop      stops the servers unless somebody uses them; stops both
    python -m livelihood.local clean               stops everything and deletes the data, wherever it lies
"""

import argparse
import contextlib
import os
import secrets
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from livelihood import local_keeper as keeper
from livelihood import local_processes as processes
from livelihood import local_servers
from livelihood.local_roles import APPLICATION, OWNER, READER
from livelihood.local_servers import OUTSIDE, LocalError, Postgres, Valkey

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Services:
    """Addresses of the two running servers, passwords included."""

    database_url: str
    """As the application, which is what a process of the portal gets."""

    owner_url: str
    reader_url: str
    superuser_url: str
    redis_url: str


def data_folder() -> Path:
    """Return the folder that holds what the servers and the development settings keep; it need not exist yet."""
    return Path(os.environ.get("LIVELIHOOD_DATA") or PROJECT / ".local").resolve()


def places() -> list[Path]:
    """Return where data lies: the folder, and what root has had to put outside of it."""
    folder = data_folder()
    outside = folder / local_servers.ELSEWHERE
    return [path for path in (folder, outside.resolve() if outside.is_symlink() else None) if path and path.exists()]


def services() -> Services:
    """Start PostgreSQL and Valkey, or find them running, and return their addresses; they run while this process does.

    :raises LocalError: a server does not start.
    """
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with keeper.alone(folder):
        keeper.lease(folder)
        keeper.start(folder)
        postgres, valkey = _answering(folder)
        postgres.create_database()
        application, owner, reader = map(postgres.url_of, (APPLICATION, OWNER, READER))
        return Services(application, owner, reader, postgres.url, valkey.url)


def _answering(folder: Path) -> tuple[Postgres, Valkey]:
    """Return the servers once both answer; one that has died is being started again, perhaps at another port.

    :raises LocalError: they do not within START_SECONDS.
    """
    deadline = time.monotonic() + local_servers.START_SECONDS
    while True:
        servers = local_servers.servers_of(folder)
        if all(server.port and server.running() for server in servers):
            return servers
        if time.monotonic() > deadline:
            raise LocalError(f"The servers do not answer, see {folder / 'keeper.log'}")
        time.sleep(0.05)


def release() -> None:
    """Stop the servers now unless another process uses them; this one no longer does."""
    if not (folder := data_folder()).exists():
        return
    with keeper.alone(folder):
        (folder / "leases" / str(processes.name_of(os.getpid()))).unlink(missing_ok=True)
        if not any(keeper.leases(folder).values()):
            keeper.stop(folder)


def stop() -> None:
    """Stop the servers and whatever uses them, except this process and its line; what they hold stays in the folder."""
    if not (folder := data_folder()).exists():
        return
    with keeper.alone(folder):
        keeper.stop(folder)


def clean(folder: Path | None = None) -> list[Path]:
    """Stop everything and delete the data (of another folder, where one is given); return what was deleted.

    What root has had to put outside of the folder goes with it.
    """
    folder, deleted = folder or data_folder(), []
    if folder.exists():
        with keeper.alone(folder):
            keeper.stop(folder)
    for place in Path(OUTSIDE).parent.glob(f"{Path(OUTSIDE).name}*"):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            owner = Path((place / "belongs to").read_text())
            if owner.is_relative_to(folder) or (folder / local_servers.ELSEWHERE).resolve() == place:
                deleted.append(place)
    deleted += [folder] if folder.exists() else []
    for path in deleted:
        shutil.rmtree(path)
    return deleted


def status() -> dict[str, int | None]:
    """Return the port of each server by name, None where it does not run."""
    folder = data_folder()
    if not (folder / local_servers.NOTES).exists():
        return {"Postgres": None, "Valkey": None}
    servers = local_servers.servers_of(folder)
    return {type(server).__name__: server.port if server.port and server.running() else None for server in servers}


def ensure_environment() -> None:
    """Set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL to the local servers, unless an address is set already.

    The owner's goes with the application's: both are of one server.
    """
    if {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        return
    found = services()
    if "DATABASE_URL" not in os.environ:
        os.environ |= {"DATABASE_URL": found.database_url, "DATABASE_OWNER_URL": found.owner_url}
    os.environ.setdefault("REDIS_URL", found.redis_url)


def secret_key(name: str) -> str:
    """Return a secret of the data folder; the first process that asks draws it, whoever else asks at that moment."""
    file = data_folder() / name
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent) as fresh:  # for the owner's eyes alone
            fresh.write(secrets.token_urlsafe(48))
            fresh.flush()
            with contextlib.suppress(FileExistsError):
                os.link(fresh.name, file)  # whole at once, and for the first alone
    return file.read_text()


def main() -> int:
    """Start, stop or show the servers, delete their data, or run a command with their addresses in its environment."""
    parser = argparse.ArgumentParser(prog="python -m livelihood.local")
    parser.add_argument("act", choices=["start", "status", "release", "stop", "clean", "run"])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    if given.act == "run":
        ensure_environment()
        os.execvp(given.command[0], given.command)  # noqa: S606 -- the developer's own command
    if given.act == "clean":
        sys.stdout.writelines(f"Deleted {path}\n" for path in clean())
        return 0
    if given.act == "start":
        services()
        keeper.lease(data_folder(), keeper.UNTIL_STOPPED)
    if given.act in {"release", "stop"}:
        {"release": release, "stop": stop}[given.act]()
    ports = status()
    for name, port in ports.items():
        sys.stdout.write(f"{name}: {f'running on 127.0.0.1:{port}' if port else 'not running'}\n")
    for place in places():
        sys.stdout.write(f"Data: {place}\n")
    return 0 if given.act in {"release", "stop"} or all(ports.values()) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LocalError as error:
        sys.exit(str(error))
