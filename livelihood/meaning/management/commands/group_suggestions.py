"""Put the texts of a table into groups that speak of the same matter."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livelihood.meaning.grouping import LIKENESS, group
from livelihood.meaning.management.commands import _tables

COLUMN = "group"


def likeness(text: str) -> float:
    """Read how alike the texts of a group are.

    :raises ArgumentTypeError: no number above 0 up to 1.
    """
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= 1:
        raise ArgumentTypeError("a number above 0, up to 1")
    return number


class Command(BaseCommand):
    help = (
        "Read a table in CSV and write it with one more column, group: rows with the same number speak of the same "
        "matter. Nothing leaves the machine, and nothing is decided: a person confirms each group."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--input", type=Path, required=True, metavar="FILE")
        parser.add_argument("--text", action="append", required=True, metavar="COLUMN", help="may be given again")
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--likeness", type=likeness, default=LIKENESS, metavar="N", help="higher: smaller groups (%(default)s)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        table = _tables.read(options["input"])
        texts = table.texts(options["text"])
        if COLUMN in table.headings:
            raise CommandError(f"{table.path} has a column {COLUMN!r} already; please rename it")
        groups = group(texts, options["likeness"], self._tell)
        rows = [row | {COLUMN: number} for row, number in zip(table.rows, groups, strict=True)]
        _tables.write(options["output"], [*table.headings, COLUMN], rows)
        self.stderr.write(f"{len(rows)} rows, {len(set(groups))} groups")

    def _tell(self, done: int) -> None:
        self.stderr.write(f"{done} texts read")
