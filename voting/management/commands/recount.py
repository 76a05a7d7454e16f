"""Count a round again, from its published record or from the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livelihood.kernel.errors import NotAllowed
from voting import exporters, record
from voting.models import Round
from voting.schemes import scheme_of


class Command(BaseCommand):
    help = "Count a round again from its record (FILE), from the database (--round), or from both and compare them."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the published record, as JSON")
        parser.add_argument("--round", type=int, metavar="ID", help="key of a counted round in the database")

    def handle(self, *args: Any, **options: Any) -> None:
        file, key = options["file"], options["round"]
        contents: dict[str, record.Content] = {}
        public, problems = None, list[str]()
        if file is not None:
            contents["File"] = self.read(file)
        if key is not None:
            contents["Database"], public, problems = self.records_of(key)
        if not contents:
            raise CommandError("Name a FILE, a round by --round ID, or both.")
        problems += [f"{place}: {problem}" for place, content in contents.items() for problem in self.recount(content)]
        if len(contents) > 1 and contents["File"] not in (contents["Database"], public):
            problems.append("The file is not the one that the database gives.")
        for problem in problems:
            self.stderr.write(problem)
        if problems:
            raise CommandError("DIFFERENT")
        if all(content["format"] == record.EXTRACT for content in contents.values()):
            raise CommandError("WHOLE, BUT WITHOUT BALLOTS: the rules keep the counts back.", returncode=2)
        self.stdout.write("EQUAL")

    def read(self, file: Path) -> record.Content:
        """Read a file, which must be a record or an extract in canonical form."""
        try:
            return record.parse(file.read_bytes())
        except (OSError, record.NotARecord) as error:
            raise CommandError(str(error)) from error

    def records_of(self, key: int) -> tuple[record.Content, record.Content, list[str]]:
        """Return a round's record with all its ballots, what is published of it, and what does not fit the roll."""
        try:
            round_ = Round.objects.select_related("cycle__area", "method").get(pk=key)
            whole, public = exporters.full_record(round_), exporters.round_record(round_)
        except (Round.DoesNotExist, NotAllowed) as error:
            raise CommandError(str(error)) from error
        return whole, public, [f"Roll: {problem}" for problem in scheme_of(round_).verify(round_)]

    def recount(self, content: record.Content) -> list[str]:
        """Return what does not add up."""
        try:
            return record.problems(content)
        except record.NotARecord as error:
            return [str(error)]
