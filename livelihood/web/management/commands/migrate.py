"""Django's `migrate`, as the owner of the tables."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections

from livelihood.kernel.rights import grant_rights

ALIAS = "owner"
"""Of the owner's connection in the settings; there is one where DATABASE_OWNER_URL is set."""


class Command(migrate.Command):
    """Bring the tables up to date as their owner, and give the other roles their rights in them."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=ALIAS)

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["database"] not in connections.settings:
            raise CommandError(
                "DATABASE_OWNER_URL is not set. Migrations need the owner of the tables; see docs/operations.md."
            )
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["app_label"] is None and not (options["plan"] or options["check_unapplied"]):
            grant_rights(connections[options["database"]])
