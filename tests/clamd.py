"""A real clamd of ClamAV, which knows one signature: the test file that every scanner knows (EICAR)."""

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

from livelihood.local_ports import free_port
from tests.workers import eventually

HOW_TO_GET_IT = "apt-get install clamav-daemon"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"
"""Harmless, and taken for malicious by agreement; in two parts here, so that no scanner stops at this file."""


def find() -> str | None:
    """Return the path of clamd where it is installed."""
    return shutil.which("clamd", path=os.environ["PATH"] + os.pathsep + "/usr/sbin")


class Scanner:
    """A running clamd."""

    def __init__(self, folder: Path) -> None:
        self.address = "127.0.0.1", free_port(None)
        signatures = folder / "signatures"
        signatures.mkdir()
        (signatures / "test.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
        settings = folder / "clamd.conf"
        lines = [
            f"DatabaseDirectory {signatures}",
            f"TCPAddr {self.address[0]}",
            f"TCPSocket {self.address[1]}",
            "Foreground yes",
            "StreamMaxLength 1M",
        ]
        settings.write_text("\n".join([*lines, "User root"] if os.getuid() == 0 else lines) + "\n")
        program = find()
        assert program
        self.process = subprocess.Popen([program, "--config-file", settings])
        eventually(self._listens, 30)

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(self.address, timeout=1):
            return True
        return False

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)
