"""Ports of 127.0.0.1 for the local servers and for those of tests."""

import contextlib
import socket
import time


def free_port(wanted: int | None, patience: float = 0) -> int:
    """Return the wanted port once nobody listens on it, waiting so many seconds at most; else one the system gives.

    :raises OSError: there is none.
    """
    deadline = time.monotonic() + patience
    while (port := _bound(wanted or 0)) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if port := port or _bound(0):
        return port
    raise OSError("No free port on 127.0.0.1")


def _bound(port: int) -> int | None:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])
    return None
