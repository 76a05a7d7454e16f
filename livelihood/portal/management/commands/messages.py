"""``manage.py messages``: keep the translations in step with the source."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from livelihood.portal import messages

LOCALE = "zh_Hans"


class Command(BaseCommand):
    help = "Update the Chinese catalogue from the source; or check, fill, list what is missing, compile."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--check", action="store_true", help="fail when the catalogue is not complete and true")
        act.add_argument("--fill", type=Path, metavar="FILE.json", help='set translations: {"English": "Chinese"}')
        act.add_argument(
            "--missing", nargs="*", metavar="PATH", help="print what lacks a translation, as a form for --fill"
        )
        act.add_argument("--compile", action="store_true", help="write the .mo files of all locales")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        locale_folder = Path(settings.LOCALE_PATHS[0])
        catalogue = locale_folder / LOCALE / "LC_MESSAGES" / "django.po"
        try:
            if options["compile"]:
                written = messages.compile_all(locale_folder)
                self.stdout.write(f"{len(written)} catalogues compiled")
            elif options["check"]:
                self.refuse(messages.problems(catalogue, root))
                self.stdout.write("The catalogue is complete.")
            elif options["fill"]:
                self.refuse(messages.fill(catalogue, root, json.loads(options["fill"].read_text(encoding="utf-8"))))
                self.stdout.write("All translations set.")
            elif options["missing"] is not None:
                form = messages.untranslated(catalogue, root, options["missing"])
                self.stdout.write(json.dumps(form, ensure_ascii=False, indent=1))
            else:
                entries = messages.update(catalogue, root)
                self.stdout.write(f"{len(entries)} texts, {len(entries.untranslated_entries())} without translation")
        except messages.UnreadableSource as error:
            raise CommandError(str(error)) from error

    def refuse(self, problems: list[str]) -> None:
        """Fail with the list, if there is anything on it."""
        if problems:
            raise CommandError("\n".join([*problems, f"{len(problems)} problems"]))
