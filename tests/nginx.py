"""A real nginx with the file of production, in front of the real application served by granian."""

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

from livelihood.local_ports import free_port
from tests.workers import environment, eventually

HOST = "portal.example"
SECRET_KEY = "only-for-tests-and-never-secret-0123456789abcdefghij"
HOW_TO_GET_IT = "apt-get install nginx openssl"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes


def find() -> str | None:
    """Return the path of nginx where it and openssl are installed."""
    places = os.environ["PATH"] + os.pathsep + "/usr/sbin"
    return shutil.which("nginx", path=places) if shutil.which("openssl") else None


class Portal:
    """The application under granian in production settings, on the test's database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port(None)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        production = {
            "DJANGO_SETTINGS_MODULE": "livelihood.settings.production",
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "BEHIND_PROXY": "true",
            "MAINTENANCE_FILE": str(self.folder / "maintenance"),
        }
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port"]
        command += [str(self.port), "--blocking-threads", "4", "--no-access-log", "livelihood.wsgi:application"]
        with (self.folder / "granian.log").open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, env=environment() | production, cwd=settings.BASE_DIR
            )
        eventually(self._answers, 60)

    def stop(self) -> None:
        """Stop it."""
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def ask(self, path: str) -> int:
        """Ask the application itself, as a probe inside does, by its address; return the status."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "granian.log").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


class Nginx:
    """nginx with deploy/nginx.conf.template, filled in as its image does; needs no root."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.folder, self.http, self.https = folder, free_port(None), free_port(None)
        names = {
            "PORTAL_HOST": HOST,
            "PORTAL_UPSTREAM": f"127.0.0.1:{upstream}",
            "NAME_SERVER": "127.0.0.1",
            "CACHE_FOLDER": str(folder / "cache"),
            "CERTIFICATE_FOLDER": str(folder),
            "BALANCER_ADDRESS": "127.0.0.2",
            "HTTP_PORT": f"127.0.0.1:{self.http}",
            "HTTPS_PORT": f"127.0.0.1:{self.https}",
        }
        template = (settings.BASE_DIR / "deploy" / "nginx.conf.template").read_text()
        site = re.sub(r"\$\{(\w+)\}", lambda match: names[match[1]], template)
        site = site.replace("/dev/stdout", str(folder / "access.log")).replace("/dev/stderr", str(folder / "error.log"))
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Root would hand its work to nobody, who may not enter the folders of a test.
        account = "user root;" if os.geteuid() == 0 else ""
        self.file = folder / "nginx.conf"
        self.file.write_text(
            f"{account} daemon off; worker_processes 1; pid {folder}/pid; events {{ worker_connections 2048; }} "
            f"http {{ {temporary}\n{site}\n}}"
        )
        key, certificate = folder / "privkey.pem", folder / "fullchain.pem"
        request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"]
        name = ["-addext", f"subjectAltName=DNS:{HOST}"]
        subprocess.run([*request, *name, "-keyout", key, "-out", certificate], check=True, capture_output=True)

    def __enter__(self) -> Self:
        program = find()
        assert program is not None
        (self.folder / "cache").mkdir()
        with (self.folder / "nginx.out").open("wb") as out:
            self.process = subprocess.Popen([program, "-c", self.file, "-e", "stderr"], stdout=out, stderr=out)

        def listens() -> bool:
            assert self.process.poll() is None, (self.folder / "nginx.out").read_text()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.https), 1):
                return True
            return False

        eventually(listens, 20)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(20)

    def ask(
        self,
        path: str,
        body: bytes | None = None,
        *,
        method: str = "",
        host: str = HOST,
        source: str = "127.0.0.1",
        **headers: str,
    ) -> Answer:
        """Ask for a page by TLS, with a body by POST.

        source: the address that asks, one of the many of the loopback.
        headers: names with `_` for `-`.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with contextlib.closing(self._connected(source, host)) as connection:
            connection.request(
                method or ("GET" if body is None else "POST"), path, body=body, headers={"Host": host, **named}
            )
            return _answer(connection)

    def flood(self, path: str, times: int, *, source: str) -> list[Answer]:
        """Send so often from one address, all at once: nothing waits for an answer, however slow they are."""
        with contextlib.ExitStack() as stack:
            connections = [stack.enter_context(contextlib.closing(self._connected(source))) for _ in range(times)]
            for connection in connections:
                connection.request("POST", path, body=b"x", headers={"Host": HOST})
            return [_answer(connection) for connection in connections]

    def _connected(self, source: str, host: str = HOST) -> HTTPSConnection:
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        connection = HTTPSConnection("127.0.0.1", self.https, context=context, timeout=60)
        connection.sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.https), 30, (source, 0)), server_hostname=host
        )
        return connection


def _answer(connection: HTTPSConnection) -> Answer:
    response = connection.getresponse()
    return Answer(response.status, response.headers, response.read())
