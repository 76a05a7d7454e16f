"""PostgreSQL and Valkey for demo, development and tests: no installation, no root, one data folder.

Both servers come from wheels, listen on 127.0.0.1 only, ask for a password that was drawn when the folder was made, and
keep running until they are stopped. Any number of processes may ask for them at once: the first one starts them.

The folder is `.local/` of the project, or LIVELIHOOD_DATA. LIVELIHOOD_FSYNC=off trades safety at a power cut for speed.

    python -m livelihood.local start | status | stop
    python -m livelihood.local run COMMAND …       runs a command with DATABASE_URL and REDIS_URL set
"""

import argparse
import contextlib
import fcntl
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livelihood.local_servers import LocalError, Postgres, Valkey

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Services:
    """Addresses of the two running servers, passwords included."""

    database_url: str
    redis_url: str


def data_folder() -> Path:
    """Return the folder that holds what the servers and the development settings keep; it need not exist yet."""
    return Path(os.environ.get("LIVELIHOOD_DATA") or PROJECT / ".local").resolve()


def services() -> Services:
    """Start PostgreSQL and Valkey, or find them running, and return their addresses.

    :raises LocalError: a server does not start.
    """
    with _servers() as servers:
        for server in servers:
            if server.port is None or not server.running():
                server.start()
        postgres, valkey = servers
        postgres.create_database()
        return Services(postgres.url, valkey.url)


def stop() -> None:
    """Stop both servers; what they hold stays in the folder."""
    with _servers() as servers:
        for server in servers:
            server.stop()


def status() -> dict[str, int | None]:
    """Return the port of each server by name, None where it does not run."""
    with _servers() as servers:
        return {type(server).__name__: server.port if server.port and server.running() else None for server in servers}


def ensure_environment() -> None:
    """Set DATABASE_URL and REDIS_URL to the local servers, each only when it is not set already."""
    if {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        return
    found = services()
    os.environ.setdefault("DATABASE_URL", found.database_url)
    os.environ.setdefault("REDIS_URL", found.redis_url)


def secret_key() -> str:
    """Return the secret of the data folder; the first process that asks draws it, whoever else asks at that moment."""
    file = data_folder() / "secret_key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent) as fresh:  # for the owner's eyes alone
            fresh.write(secrets.token_urlsafe(48))
            fresh.flush()
            with contextlib.suppress(FileExistsError):
                os.link(fresh.name, file)  # whole at once, and for the first alone
    return file.read_text()


@contextlib.contextmanager
def _servers() -> Iterator[tuple[Postgres, Valkey]]:
    """Give both servers as the folder knows them to one process at a time, and keep their ports and passwords."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    notes = folder / "services.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known: dict[str, Any] = {
            name: {"password": secrets.token_urlsafe(18), "port": None} for name in ("Postgres", "Valkey")
        }
        if notes.exists():
            known |= json.loads(notes.read_text())
        servers = Postgres(folder, **known["Postgres"]), Valkey(folder, **known["Valkey"])
        _remember(notes, servers)  # before the first start: a cluster without its password would be lost
        yield servers
        _remember(notes, servers)


def _remember(notes: Path, servers: tuple[Postgres, Valkey]) -> None:
    text = json.dumps({type(server).__name__: {"password": server.password, "port": server.port} for server in servers})
    if not notes.exists() or notes.read_text() != text:
        fresh = notes.with_suffix(".fresh")
        fresh.touch(mode=0o600)
        fresh.write_text(text)
        fresh.replace(notes)


def main() -> int:
    """Start, stop or show the servers, or run a command with their addresses in its environment."""
    parser = argparse.ArgumentParser(prog="python -m livelihood.local")
    parser.add_argument("act", choices=["start", "stop", "status", "run"])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    if given.act == "run":
        ensure_environment()
        os.execvp(given.command[0], given.command)  # noqa: S606 -- the developer's own command
    if given.act == "start":
        services()
    if given.act == "stop":
        stop()
    ports = status()
    for name, port in ports.items():
        sys.stdout.write(f"{name}: {f'running on 127.0.0.1:{port}' if port else 'not running'}\n")
    return 0 if given.act == "stop" or all(ports.values()) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except LocalError as error:
        sys.exit(str(error))
