"""``manage.py outlines``: write the outlines that the maps show, from the installed package."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from livelihood.cycles import areas, outlines
from livelihood.cycles.states import Level


class Command(BaseCommand):
    help = "Write the outlines of the shipped areas to static/generated/outlines/CODE.json."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        base = Path(settings.BASE_DIR)
        source = base / "node_modules" / "echarts" / "map" / "json" / "province"
        target = base / "static" / "generated" / "outlines"
        rows = (*areas.shipped(), *areas.shipped_for_demo())
        shapes = {}
        for row in rows:
            if row.level is Level.PROVINCE:
                path = source / f"{row.slug}.json"
                if not path.is_file():
                    raise CommandError(f"{path.relative_to(base)} is missing. Install the packages first: npm ci")
                shapes.update(outlines.read_shapes(path))
        files = outlines.outline_files(rows, shapes)
        target.mkdir(parents=True, exist_ok=True)
        for code, content in files.items():
            (target / f"{code}.json").write_bytes(content)
        largest = max(map(len, files.values()))
        self.stdout.write(f"{len(files)} outline files, the largest has {largest} bytes")
