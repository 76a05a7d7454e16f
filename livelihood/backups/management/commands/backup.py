"""Back the portal up."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livelihood.backups import archive, services


class Command(BaseCommand):
    help = "Write database and files, encrypted, into a new folder below FOLDER; never while a round is open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("folder", type=Path, nargs="?", metavar="FOLDER")
        what.add_argument("--new-key", type=Path, metavar="FILE", help="draw a key instead, and say what to set")

    def handle(self, *args: Any, **options: Any) -> None:
        if key := options["new_key"]:
            self.stdout.write(f"BACKUP_RECIPIENT={archive.new_key(key)}")
            self.stderr.write(f"Keep {key} where neither portal nor backups are; without it no backup can be read.")
            return
        try:
            self.stdout.write(str(services.back_up(folder=options["folder"], at=timezone.now())))
        except archive.BackupError as error:
            raise CommandError(str(error)) from error
