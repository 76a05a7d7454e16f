"""Draw the state machines of all rooms into docs/architecture.md."""

import re
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from livelihood.kernel.moves import to_mermaid

MODULES = (
    "livelihood.cycles",
    "livelihood.imports",
    "proposals",
    "voting",
    "projects",
    "projects.surveys",
    "projects.reports",
)
PLACE = re.compile(r"(<!-- machines -->\n).*?(\n<!-- /machines -->)", re.DOTALL)


class Command(BaseCommand):
    help = "Draw the state machines into docs/architecture.md; with --check only say whether the picture is true."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "architecture.md"
        text = path.read_text()
        drawn = PLACE.sub(lambda match: match[1] + draw() + match[2], text)
        if options["check"]:
            if drawn != text:
                raise CommandError("docs/architecture.md does not show the machines as they are: run state_diagrams.")
            return
        path.write_text(drawn)


def draw() -> str:
    """Return every machine that the rooms declare in `states.MACHINES`, under its name."""
    pictures = []
    for module in MODULES:
        for name, moves, initial in import_module(f"{module}.states").MACHINES:
            pictures.append(f"### {name}\n\n{to_mermaid(name, moves, initial)}")
    return "\n\n".join(pictures)
