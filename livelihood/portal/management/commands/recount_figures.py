"""Prove the figures that are kept equal to a full recount."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects import services as projects
from proposals import services as proposals


class Command(BaseCommand):
    help = "Count every figure anew from suggestions, sites and reports; fail and name those that differ."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = [*proposals.recount_suggestions(), *projects.recount_figures()]
        for difference in differences:
            self.stderr.write(str(difference))
        if differences:
            raise CommandError(f"{len(differences)} figures differ from the recount.")
        self.stdout.write("Every figure equals its recount.")
