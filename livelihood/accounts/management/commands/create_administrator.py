"""The first administrator, who makes all other accounts in the portal."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import services
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from livelihood.kernel.errors import DomainError
from livelihood.kernel.terminal import both


class Command(BaseCommand):
    help = (
        "Create an administrator of an area and of all areas below it. The password is asked for, or read from a pipe; "
        "with --code the person chooses it, at the first sign-in."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument(
            "--code", action="store_true", help="give a one-time code, shown once, instead of a password"
        )
        parser.add_argument("--area", required=True, help="slug or code of the area, for instance zhejiang")

    def handle(self, *args: Any, **options: Any) -> None:
        by_code = options["area"].isdigit()
        area = Area.objects.filter(**{"code" if by_code else "slug": options["area"]}).first()
        if area is None:
            raise CommandError(f"There is no area {options['area']}. Load the areas first: manage.py load_areas")
        password = None if options["code"] else _password()
        now = timezone.now()
        try:
            with transaction.atomic():
                user = services.create_user(
                    username=options["username"], name=options["name"], password=password, area=area, by=None, at=now
                )
                services.give_mandate(
                    user=user,
                    role=Role.ADMINISTRATOR,
                    area=area,
                    starts_on=timezone.localdate(now),
                    by=None,
                    at=now,
                )
                slips = services.issue_codes(people=[user], by=None, at=now) if options["code"] else []
        except DomainError as error:
            raise CommandError(str(error)) from error
        told = _("{person} is administrator of {area} and the areas below it.")
        self.stdout.write(both(format_lazy(told, person=user.username, area=area.name_zh)))
        for slip in slips:
            self.stdout.write(both(_("One-time code, shown only now:")))
            self.stdout.write(f"\n    {slip.code}\n")


def _password() -> str:
    return getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
