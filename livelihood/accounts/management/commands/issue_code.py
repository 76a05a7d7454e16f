"""A new one-time code for somebody whom no administrator can help: the last administrator, for instance."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import services
from livelihood.accounts.models import User
from livelihood.kernel.errors import DomainError
from livelihood.kernel.folding import fold
from livelihood.kernel.terminal import both


class Command(BaseCommand):
    help = "Give a person a new one-time code, shown once. Password and sign-ins that were good until now end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=fold(options["username"])).first()
        if user is None:
            raise CommandError(f"Nobody has the user name {options['username']}.")
        try:
            (slip,) = services.issue_codes(people=[user], by=None, at=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(slip.code)
        told = _("The password and the sign-ins of until now have ended. Type the code at /sign-in/code/.")
        self.stderr.write(both(told))
