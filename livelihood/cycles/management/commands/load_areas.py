"""``manage.py load_areas PROVINCE``: bring the stored areas of a province in step with the country's code table."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles import areas
from livelihood.cycles.areas import country
from livelihood.kernel.terminal import both


class Command(BaseCommand):
    help = "Load the cities and counties of a province, or bring them up to date; areas added by hand stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "provinces",
            nargs="*",
            default=["330000"],
            metavar="PROVINCE",
            help="code, name in addresses or Chinese name: 420000, hubei or 湖北省; Zhejiang if none is named",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        codes = {text: country.province_named(text) for text in options["provinces"]}
        if unknown := [text for text, code in codes.items() if code is None]:
            known = ", ".join(f"{code} {name}" for code, name, _english in country.provinces())
            raise CommandError(f"There is no province {', '.join(unknown)}. Known are: {known}")
        for code in filter(None, codes.values()):
            rows = country.of_province(code)
            written = areas.load_areas(rows, at=timezone.now(), source=country.source())
            told = _("{area}: {count} areas, {written} added or changed.")
            self.stdout.write(both(format_lazy(told, area=rows[0].name_zh, count=len(rows), written=written)))
