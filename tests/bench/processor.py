"""How much processor time the servers have used, read from /proc; other work on the machine does not count."""

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

TICKS = os.sysconf("SC_CLK_TCK")


def servers_seconds() -> float:
    """Return the seconds used so far by what this process has started, and by the database."""
    return sum(_used(pid) for pid in [*_below(os.getpid()), *_below(_postmaster())])


def _postmaster() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(_fields(cursor.fetchone()[0])[1])


def _below(root: int) -> Iterator[int]:
    """Yield the processes below one, as they now run; those of the past are in their parents' figures."""
    children = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _fields(int(entry.name))):
            children[int(fields[1])].append(int(entry.name))
    waiting = [root]
    while waiting:
        found = children[waiting.pop()]
        waiting += found
        yield from found


def _used(pid: int) -> float:
    """Add a process's time in user and system mode and that of its children that have ended."""
    fields = _fields(pid)
    return sum(map(int, fields[11:15])) / TICKS if fields else 0.0


def _fields(pid: int) -> list[str]:
    """Return what stands behind the name in /proc/PID/stat; nothing when the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
