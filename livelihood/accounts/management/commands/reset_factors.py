"""The second factors of somebody whom no administrator can help are removed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from livelihood.accounts import services
from livelihood.accounts.models import User
from livelihood.kernel.errors import DomainError
from livelihood.kernel.folding import fold


class Command(BaseCommand):
    help = "Remove a person's second factors, and give them a new one-time code, shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=fold(options["username"])).first()
        if user is None:
            raise CommandError(f"Nobody has the user name {options['username']}.")
        try:
            self.stdout.write(services.reset_factors(user=user, by=None, at=timezone.now()).code)
        except DomainError as error:
            raise CommandError(str(error)) from error
