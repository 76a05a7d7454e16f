"""The processes of this machine as Linux knows them: who lives, who belongs to whom, and who ends with whom."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

NOBODY = 65534
"""Who root is, to the system, inside a user namespace of its own."""

MOST_LOOKS = 5
"""So often what was found is ended; who replaces itself for ever is none of ours."""

_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000


def name_of(pid: int) -> str | None:
    """Name a living process so that no later one is taken for it, None when there is no such process."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else f"{pid}-{fields[18]}"  # the moment at which it began


def lives(name: str) -> bool:
    """Say whether the process of this name still lives."""
    pid = name.partition("-")[0]
    return pid.isdecimal() and name_of(int(pid)) == name


def own_line() -> set[int]:
    """Return this process and those it descends from."""
    line, pid = set(), os.getpid()
    while pid > 0:
        line.add(pid)
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            continue
        break
    return line


def started_with(variable: str, value: str) -> set[int]:
    """Return the processes in whose environment the variable had this value when they began."""
    wanted, found = f"{variable}={value}".encode(), set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or another person's
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
    return found


def end(pids: Iterable[int], *, within: float) -> None:
    """Ask processes to end, and kill those that have not after so many seconds."""
    names = {name for pid in pids if (name := name_of(pid))}
    _send(names, signal.SIGTERM)
    if not _gone(names, within):
        _send(names, signal.SIGKILL)
        _gone(names, within)


def end_all(find: Callable[[], set[int]], *, within: float) -> None:
    """End what is found, and look again: who ends may leave another, as a web server that replaces its workers.

    within: seconds for each look.
    """
    for _look in range(MOST_LOOKS):
        if not (found := find()):
            return
        end(found, within=within)


def _send(names: set[str], number: signal.Signals) -> None:
    for name in filter(lives, names):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(name.partition("-")[0]), number)


def _gone(names: set[str], within: float) -> bool:
    deadline = time.monotonic() + within
    while any(map(lives, names)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def ending_with_parent(number: signal.Signals, *, is_apart: bool = False) -> Callable[[], None]:
    """Return what a child does before its program begins, so that it gets this signal when its parent has ended.

    Only a parent's main thread may start it: the system takes the end of the thread for that of the parent.

    is_apart: put it into a user namespace of its own (`may_be_apart`).
    """
    parent = os.getpid()

    def prepare() -> None:
        if is_apart:
            _live_apart()
        _LIBC.prctl(_PR_SET_PDEATHSIG, number)  # last: a change of account takes it back
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def may_be_apart() -> bool:
    """Say whether the system lets root's children live in a user namespace of their own; many containers do not.

    Such a child is root to the files of root and `nobody` to itself, which contents a program that refuses to be root.
    """
    with contextlib.suppress(subprocess.SubprocessError):
        return subprocess.run(["true"], preexec_fn=_live_apart, check=False).returncode == 0  # noqa: S607 -- found on any machine
    return False


def _live_apart() -> None:
    if _LIBC.unshare(_CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "no user namespace")
    for file, text in (("setgroups", "deny"), ("uid_map", f"{NOBODY} 0 1"), ("gid_map", f"{NOBODY} 0 1")):
        Path(f"/proc/self/{file}").write_text(text)
