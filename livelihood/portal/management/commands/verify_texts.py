"""Say whether what citizens wrote is still what they wrote."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from proposals import selectors


class Command(BaseCommand):
    help = "Compare every suggestion with its fingerprint in the journal, and what was removed with what says so."

    def handle(self, *args: Any, **options: Any) -> None:
        misfits = list(selectors.misfits())
        if misfits:
            raise CommandError("\n".join(["These are not as they were received, and nothing says why:", *misfits]))
        self.stdout.write("Every text fits its fingerprint, or says when and why it was masked or withdrawn.")
