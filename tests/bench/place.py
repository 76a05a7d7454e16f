"""Where the bench happens: servers of its own in a fresh folder, production settings, and the web server."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import django
from django.core.management import call_command

from livelihood import local, local_keeper
from livelihood.local_ports import free_port
from livelihood.settings.env import database
from tests.bench import bare, load

START_SECONDS = 60
CONTAINERS = 2


@contextlib.contextmanager
def place() -> Iterator[Path]:
    """Start PostgreSQL and Valkey for the bench alone, with a migrated database; stop them and leave nothing behind.

    Nor does anything stay of a bench that was killed.
    """
    for left in local.data_folder().glob("bench-*"):
        if local_keeper.pid_of(left) is None:
            local.clean(left)
    folder = local.data_folder() / f"bench-{os.getpid()}"
    os.environ["LIVELIHOOD_DATA"] = str(folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        servers = local.services()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATABASE_URL": servers.database_url,
            "DATABASE_OWNER_URL": servers.owner_url,
            "REDIS_URL": servers.redis_url,
            "SECRET_KEY": "only-for-the-bench-and-never-secret-0123456789abcdef",
            "DATA_KEYS": "only-for-the-bench-and-never-sealing-0123456789abcdef",
            "ALLOWED_HOSTS": load.HOST,
            "SITE_URL": f"https://{load.HOST}",
            "MEDIA_ROOT": str(folder / "media"),
        }
        django.setup()
        from django.db import connection  # noqa: PLC0415 -- Django's settings are known from here on

        call_command("migrate", verbosity=0)
        # The bench sets stages and vacuums as the superuser; what it measures over HTTP has the portal's rights.
        connection.settings_dict |= database(servers.superuser_url)
        with connection.cursor() as cursor:
            cursor.execute(bare.TABLE)
        yield folder
        connection.close()
    finally:
        local.clean()


def settle() -> None:
    """Let the database finish what a measurement left behind, so that the next is not charged for it."""
    from tests import databases  # noqa: PLC0415 -- as above

    with databases.as_superuser() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


@contextlib.contextmanager
def web_servers(log: Path) -> Iterator[list[int]]:
    """Serve the portal as two containers of the image would, and give their ports; nginx sends to them in turns."""
    ports = [free_port(None) for _ in range(CONTAINERS)]
    command = [str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--workers", "1", "--blocking-threads", "4", "--no-access-log", "--log-level", "warning"]
    servers = []
    with log.open("w") as out:
        try:
            for port in ports:
                whole = [*command, "--port", str(port), "tests.bench.wsgi:application"]
                servers.append(subprocess.Popen(whole, stdout=out, stderr=out))
            for server, port in zip(servers, ports, strict=True):
                _wait(server, port, log)
            yield ports
        finally:
            for server in servers:
                server.terminate()
            for server in servers:
                server.wait(30)


def _wait(server: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            client.request("GET", "/health/live", headers={"Host": load.HOST, "X-Forwarded-Proto": "https"})
            if client.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"The web server does not start: {log.read_text()[-2000:]}")
