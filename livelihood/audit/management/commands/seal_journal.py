"""Seal the journal."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from livelihood.audit import services


class Command(BaseCommand):
    help = "Seal every entry of the journal that has no seal yet; with --every, again and again until ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on, with so many seconds between")

    def handle(self, *args: Any, every: float | None, **options: Any) -> None:
        sealed = services.seal()
        if every is None:
            self.stdout.write(f"{sealed} entries sealed.")
        while every is not None:
            time.sleep(every)
            services.seal()
