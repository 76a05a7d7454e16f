"""Verify the journal and its seals."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livelihood.audit import selectors


class Command(BaseCommand):
    help = "Compute every digest of the journal anew, and say whether it is whole and sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--known",
            type=known_seal,
            metavar="NUMBER:DIGEST",
            help="the last seal as an earlier check printed it; shows whether anything was cut off since",
        )
        parser.add_argument(
            "--heads", type=Path, metavar="FILE", help="the file or the mails to which JOURNAL_HEADS writes, as text"
        )

    def handle(self, *args: Any, known: tuple[int, str] | None, heads: Path | None, **options: Any) -> None:
        elsewhere = selectors.known_heads(heads.read_text(encoding="utf-8")) if heads else ()
        check = selectors.check_journal(at=timezone.now(), known=[*elsewhere, *([known] if known else [])])
        for finding in check.findings:
            where = "without a seal" if finding.seal is None else f"at seal {finding.seal}"
            self.stderr.write(f"{finding.fault}, {where}: {finding.entries}".removesuffix(": "))
        if not check.is_whole:
            raise CommandError(f"The journal is damaged: {len(check.findings)} findings.")
        self.stdout.write(f"{check.sealed} entries sealed, {check.unsealed} not yet.")
        if check.is_late:
            raise CommandError(
                f"Entries have waited {check.waiting.total_seconds():.0f} s for a seal. Does a sealer run"
                " (manage.py seal_journal --every 1)? If it does, seals were removed."
            )
        if check.last is None:
            self.stdout.write("The journal holds no seal. Where the portal is in use, it was emptied.")
        else:
            self.stdout.write(f"The journal is intact: {check.last[0]}:{check.last[1]}")


def known_seal(text: str) -> tuple[int, str]:
    """Read `NUMBER:DIGEST`.

    :raises ArgumentTypeError: it is something else.
    """
    found = selectors.HEAD.fullmatch(text)
    if not found:
        raise ArgumentTypeError("expected NUMBER:DIGEST as an earlier check printed it")
    return int(found[1]), found[2]
