"""Verify the journal's hash chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livelihood.audit import selectors


class Command(BaseCommand):
    help = "Recompute the hash chain of the journal and say whether it is intact."

    def handle(self, *args: Any, **options: Any) -> None:
        check = selectors.verify_chain()
        if not check.intact:
            raise CommandError(
                f"The journal is damaged: first broken link {check.broken_at}, {check.unlinked} entries without a link."
            )
        self.stdout.write(f"The journal is intact: {check.entries} entries, {check.linked} links.")
