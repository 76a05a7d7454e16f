"""Bring the stored areas in step with those that ship with the portal."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from livelihood.cycles import areas


class Command(BaseCommand):
    help = "Load the areas of Zhejiang, or bring them up to date; areas added by hand stay."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = areas.shipped()
        written = areas.load_areas(rows, at=timezone.now())
        self.stdout.write(f"{len(rows)} areas, {written} added or changed.")
