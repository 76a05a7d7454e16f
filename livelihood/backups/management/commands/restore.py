"""Restore a backup."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livelihood.audit.selectors import known_heads
from livelihood.backups import archive, services


class Command(BaseCommand):
    help = "Bring a backup into an empty portal, verify its journal, and compare it with what is known elsewhere."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, metavar="FOLDER", help="as `backup` has printed it")
        parser.add_argument("--key", type=Path, metavar="FILE", help="the key that was kept apart")
        parser.add_argument(
            "--heads", type=Path, metavar="FILE", help="the file or the mails to which JOURNAL_HEADS writes, as text"
        )
        parser.add_argument("--replace", action="store_true", help="also where the portal has been in use")
        parser.add_argument("--check", action="store_true", help="only see that the files are as they were written")

    def handle(self, *args: Any, backup: Path, key: Path | None, heads: Path | None, **options: Any) -> None:
        try:
            if options["check"]:
                self.stdout.write(f"Whole, of {_moment(archive.checked(backup).made_at)}.")
                return
            if key is None:
                raise CommandError("--key FILE is needed: backups are encrypted.")
            elsewhere = known_heads(heads.read_text(encoding="utf-8")) if heads else ()
            restored = services.restore(
                backup=backup, key=key, heads=elsewhere, replace=options["replace"], at=timezone.now()
            )
        except archive.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Restored as of {_moment(restored.manifest.made_at)}.")
        if restored.cut_off:
            last = restored.cut_off[-1][0]
            self.stdout.write(f"The journal went on to seal {last}; what was done since this backup is not in it.")
        for finding in restored.check.findings:
            self.stderr.write(f"{finding.fault}, at seal {finding.seal}: {finding.entries}".removesuffix(": "))
        if not restored.check.is_whole:
            raise CommandError("The journal of this backup is damaged, or is not the one that is known elsewhere.")
        self.stdout.write(f"The journal is intact: {restored.check.sealed} entries sealed.")


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S %Z")
