"""What is to be carried, computed from what was measured: the table of docs/capacity.md.

python -m tests.bench.capacity      writes it anew after docs/benchmarks.md has changed
"""

import math
import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
MARKED = re.compile(r"(<!-- capacity -->\n).*?(<!-- /capacity -->)", re.DOTALL)
ROW = re.compile(r"^\| .+? \(`(?P<name>\w+)`\) \| (?P<value>[\d.]+) (?P<unit>per second|ms) \|", re.MULTILINE)

HOUR = 3600
BUSY = 0.5
"""Half of what was measured is what is counted on: load comes in waves, and a machine may be missing."""


@dataclass(frozen=True, slots=True)
class Load:
    """What comes. peak: at most so many a second. figure: of docs/benchmarks.md, by which it is carried; one in ms of
    processor time says what each costs. why: how the peak is reckoned.
    """

    what: str
    peak: float
    figure: str
    why: str


LOADS = (
    Load(
        "Views of the open letter, month of the province",
        29_330_000 * 0.05 / HOUR * 2,
        "letter_page",
        "29.33 million in a month; a twentieth in the first hour, its busiest minutes twice that",
    ),
    Load(
        "Forms for a suggestion in that hour",
        40_000 * 0.05 * 4 / HOUR * 2,
        "suggestion_form",
        "four opened for one that is sent",
    ),
    Load(
        "Suggestions in that hour",
        40_000 * 0.05 / HOUR * 2,
        "suggestion_post",
        "40,000 in a month; a twentieth in the first hour, its busiest minutes twice that",
    ),
    Load(
        "Pages behind the codes of sites",
        6_600_000 * 0.2 * 0.2 / HOUR * 2,
        "votes_cast_cpu",
        "6.6 million people in 14 days; a fifth on the first day, a fifth of these in its busiest hour, its busiest "
        "minutes twice that; 40,000 pages are too many to be kept, so each is drawn",
    ),
    Load(
        "Answers to these surveys",
        6_600_000 * 0.2 * 0.2 / HOUR * 2 * 0.5,
        "suggestion_post",
        "every second who scans a code answers",
    ),
    Load(
        "Ballots of 700 deputies asked to vote at once",
        700 / 10,
        "votes_cast",
        "all within ten seconds",
    ),
)


def figures(page: str) -> tuple[int, dict[str, float]]:
    """Return the cores of a page of benchmarks, and how many of each a second they carry."""
    (cores,) = re.findall(r"on (\d+) cores", page)
    found = {}
    for row in ROW.finditer(page):
        value = float(row["value"])
        found[row["name"]] = value if row["unit"] == "per second" else int(cores) * 1000 / value
    return int(cores), found


def table(page: str) -> str:
    """Return the table for a page of benchmarks."""
    cores, carried = figures(page)
    lines = [
        f"| load | at most a second | carried by {cores} cores | share | cores at half load | how it is reckoned |",
        "|---|---|---|---|---|---|",
    ]
    for load in LOADS:
        most = carried[load.figure]
        needed = max(1, math.ceil(load.peak / most * cores / BUSY))
        share = f"{load.peak / most:.0%}"
        lines.append(
            f"| {load.what} | {load.peak:.3g} | {most:.0f} (`{load.figure}`) | {share} | {needed} | {load.why} |"
        )
    return "\n".join([*lines, ""])


def written(capacity: str, benchmarks: str) -> str:
    """Return the page of capacity with the table of these benchmarks."""
    return MARKED.sub(lambda found: found[1] + table(benchmarks) + found[2], capacity)


def write() -> None:
    """Bring the page up to date."""
    page = DOCS / "capacity.md"
    page.write_text(written(page.read_text(), (DOCS / "benchmarks.md").read_text()))


if __name__ == "__main__":
    write()
