"""Prove the figures that are kept equal to a full recount."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects import services as projects
from proposals import services as proposals


class Command(BaseCommand):
    help = "Count every figure anew from suggestions, sites and reports; fail and name those that differ."

    def handle(self, *args: Any, **options: Any) -> None:
        suggestions, sites = proposals.recount_suggestions(), projects.recount_figures()
        for one in suggestions:
            self.stderr.write(f"{one.subject}: kept {one.kept}; counted {one.counted}")
        for figure in sites:
            where = f"indicator {figure.indicator_id}, area {figure.area_id}"
            self.stderr.write(f"{where}: kept {figure.kept}; counted {figure.counted}")
        if differences := len(suggestions) + len(sites):
            raise CommandError(f"{differences} figures differ from the recount.")
        self.stdout.write("Every figure equals its recount.")
