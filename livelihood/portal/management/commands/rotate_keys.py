"""Seal anew what is kept encrypted under a former key."""

from typing import Any

from django.core.management.base import BaseCommand

from livelihood.privacy import services


class Command(BaseCommand):
    help = (
        "Keep under the first of DATA_KEYS what is kept encrypted under one of the others; then check_secrets says so."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        counts = services.seal_anew()
        for label, count in counts.items():
            self.stdout.write(f"{label}: {count} rows")
        if not counts:
            self.stdout.write("Everything is kept under the present key, or under one that is not set.")
