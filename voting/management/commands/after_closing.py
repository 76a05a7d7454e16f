"""Let the log of the database let go of the ballots of closed rounds, and say what is left."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from voting import selectors
from voting.services import after_closing
from voting.states import LogFinding


class Command(BaseCommand):
    help = (
        "End the segment of the write-ahead log, write a checkpoint, and say for each closed round whether the folder "
        "of the log still holds anything from before its closing. Done by itself after closing; ends with 1 while "
        "anything is left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--round", type=int, metavar="ID", help="key of a round; without it all that are not done")

    def handle(self, *args: Any, **options: Any) -> None:
        checks = after_closing.unfinished()
        if options["round"] is not None:
            checks = checks.filter(round=options["round"])
        made = [after_closing.let_go_of_log(check=check, at=timezone.now()) for check in checks]
        with translation.override("en"):
            for check in made:
                self.stdout.write(f"Round {check.round_id}: {selectors.log_in_words(check)}")
        if not made:
            self.stdout.write("Nothing is left to do.")
        if any(check.finding != LogFinding.GONE for check in made):
            raise CommandError(
                "The log still holds ballots beside deputies, or nobody knows: see docs/operations.md, Voting."
            )
