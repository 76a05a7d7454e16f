"""What came of a run: as JSON, and as the table of docs/benchmarks.md."""

import re
from collections.abc import Sequence
from typing import Any

from tests.bench.figure import Figure
from tests.bench.goals import GOALS

MARKED = re.compile(r"(<!-- bench -->\n).*?(<!-- /bench -->)", re.DOTALL)
MET = {True: "yes", False: "**no**", None: ""}


def outcome(figures: Sequence[Figure], *, parts: Sequence[str], **about: Any) -> dict[str, Any]:
    """Put a run together: its figures, which of them miss their goal, and what was asked for and not measured.

    about: when, where and how long, as it is printed.
    """
    listed = [name for part in parts for name in GOALS[part]]
    measured = {figure.name for figure in figures}
    return {
        **about,
        "missed": [figure.name for figure in figures if figure.is_met is False],
        "not_measured": [name for name in listed if name not in measured],
        "figures": [figure.as_json() for figure in figures],
    }


def line(figure: Figure) -> str:
    """Say a figure while the others are still being measured."""
    row = figure.as_json()
    ratio = "" if row["ratio"] is None else f", {row['ratio']:g} of {row['limit']:g} ({row['limit_is']})"
    missed = f" MISSED: {', '.join(map(str, figure.missed))}" if figure.missed else ""
    return f"{figure.name}: {row['value']:g} {figure.unit}{ratio}{missed}"


def table(run: dict[str, Any]) -> str:
    """Write the figures as a table."""
    on = run["machine"]
    missed, lacking = ", ".join(run["missed"]), ", ".join(run["not_measured"])
    intro = (
        f"`make bench` on {on['cores']} cores ({on['cpu']}), {on['memory_gb']} GB, Python {on['python']}, "
        f"PostgreSQL {on['postgresql']}, load of others {on['load_before']}, {run['measured_on']}. "
        "Load, web server and database share the cores. Medians of rounds in which figure and limit take turns."
    )
    lines = [
        intro,
        "",
        f"Below their goal: {missed or 'none'}. Not measured: {lacking or 'none'}.",
        "",
        "| figure | measured | limit in the same run | ratio | goal | set by | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in run["figures"]:
        limit = "" if row["limit"] is None else f"{row['limit']:g} {row['unit']}: {row['limit_is']}"
        ratio = "" if row["ratio"] is None else f"{row['ratio']:g}"
        lines.append(
            f"| {row['what']} (`{row['name']}`) | {row['value']:g} {row['unit']} | {limit} | {ratio} "
            f"| {row['target'] or ''} | {row['source'] or ''} | {MET[row['met']]} |"
        )
    return "\n".join([*lines, ""])


def accounted_for(page: str) -> set[str]:
    """Return the figures that a page of benchmarks has in its table, and those that it says were not measured."""
    (lacking,) = re.findall(r"Not measured: (.*)\.$", page, re.MULTILINE)
    return {*re.findall(r"^\| .*? \(`(\w+)`\) \|", page, re.MULTILINE), *lacking.split(", ")} - {"none"}


def written(page: str, run: dict[str, Any]) -> str:
    """Return the page of benchmarks with the table of this run in place of the last one."""
    return MARKED.sub(lambda found: found[1] + table(run) + found[2], page)
