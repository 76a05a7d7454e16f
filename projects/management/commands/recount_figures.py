"""Prove the summed-up figures equal to a full recount."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from projects import services


class Command(BaseCommand):
    help = "Count every figure anew from sites and reports; fail and name those that differ."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = services.recount_figures()
        for one in differences:
            where = f"indicator {one.indicator_id}, area {one.area_id}"
            self.stderr.write(f"{where}: kept {one.kept}; counted {one.counted}")
        if differences:
            raise CommandError(f"{len(differences)} figures differ from the recount.")
        self.stdout.write("Every figure equals its recount.")
