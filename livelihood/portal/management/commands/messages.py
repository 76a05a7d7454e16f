"""``manage.py messages``: keep the translations in step with the source."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import to_locale

from livelihood.portal import messages

SOURCE = "en"
"""The language that texts are written in; every other one of the site has a catalogue."""


class Command(BaseCommand):
    help = "Update the catalogues from the source; or check, fill, list what is missing, compile."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        act = parser.add_mutually_exclusive_group()
        act.add_argument("--check", action="store_true", help="fail when the catalogue is not complete and true")
        act.add_argument("--fill", type=Path, metavar="FILE.json", help='set translations: {"English": "translation"}')
        act.add_argument(
            "--missing", nargs="*", metavar="PATH", help="print what lacks a translation, as a form for --fill"
        )
        act.add_argument("--compile", action="store_true", help="write the .mo files of all locales")
        parser.add_argument("--locale", default="zh_Hans", help="of --fill and --missing; zh_Hans without it")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        locale_folder = Path(settings.LOCALE_PATHS[0])
        catalogues = [locale_folder / locale / "LC_MESSAGES" / "django.po" for locale in _locales()]
        one = locale_folder / options["locale"] / "LC_MESSAGES" / "django.po"
        try:
            if options["compile"]:
                written = messages.compile_all(locale_folder)
                self.stdout.write(f"{len(written)} catalogues compiled")
            elif options["check"]:
                self.refuse([problem for catalogue in catalogues for problem in messages.problems(catalogue, root)])
                self.stdout.write("The catalogue is complete.")
            elif options["fill"]:
                self.refuse(messages.fill(one, root, json.loads(options["fill"].read_text(encoding="utf-8"))))
                self.stdout.write("All translations set.")
            elif options["missing"] is not None:
                form = messages.untranslated(one, root, options["missing"])
                self.stdout.write(json.dumps(form, ensure_ascii=False, indent=1))
            else:
                for catalogue in catalogues:
                    entries = messages.update(catalogue, root)
                    self.stdout.write(
                        f"{catalogue.parent.parent.name}: {len(entries)} texts,"
                        f" {len(entries.untranslated_entries())} without translation"
                    )
        except messages.UnreadableSource as error:
            raise CommandError(str(error)) from error

    def refuse(self, problems: list[str]) -> None:
        """Fail with the list, if there is anything on it."""
        if problems:
            raise CommandError("\n".join([*problems, f"{len(problems)} problems"]))


def _locales() -> list[str]:
    """Return the locale of each language that has a catalogue."""
    return [to_locale(code) for code, _name in settings.LANGUAGES if code != SOURCE]
