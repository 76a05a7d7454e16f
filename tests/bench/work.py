"""Work in a process of its own, so that its memory is its own: `python -m tests.bench.work NAME …`."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import django


@dataclass(frozen=True, slots=True)
class Work:
    """What a piece of work took; peak_mb is the largest resident memory of its process."""

    seconds: float
    peak_mb: float
    result: Any


def run(name: str, *arguments: object) -> Work:
    """Do a piece of work of `tests.bench.works`.

    :raises RuntimeError: it failed.
    """
    command = [sys.executable, "-m", "tests.bench.work", name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Work(**json.loads(done.stdout.splitlines()[-1]))


def _peak_mb() -> float:
    """Return the largest resident memory of this process; unlike ru_maxrss it owes nothing to who started it."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def main(name: str, *arguments: str) -> None:
    """Do one piece of work and print what it took."""
    django.setup()
    works = import_module("tests.bench.works")
    work, load = getattr(works, name), works.LOADED.get(name)
    if load:
        load()
    started = time.perf_counter()
    result = work(*arguments)
    json.dump({"seconds": time.perf_counter() - started, "peak_mb": _peak_mb(), "result": result}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
