"""Close the portal for maintenance, and open it again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Show the maintenance page instead of every page (on), or the portal again (off)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["on", "off", "status"])

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.MAINTENANCE_FILE
        if options["act"] == "on":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        elif options["act"] == "off":
            file.unlink(missing_ok=True)
        self.stdout.write("The portal is closed for maintenance." if file.exists() else "The portal is open.")
