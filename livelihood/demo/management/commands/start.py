"""`manage.py start`: an empty portal on one machine, with an administrator who comes in by a one-time code."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.areas import country
from livelihood.cycles.models import Cycle
from livelihood.demo import servers
from livelihood.kernel.terminal import both


class Command(BaseCommand):
    help = (
        "Make an empty portal for a province with its areas and an administrator, and serve it. "
        "What is there already stays as it is: a later start only serves it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--province", default="", help="code or name: 420000, hubei, 湖北; for the first start")
        parser.add_argument("--username", default="admin", help="of the administrator (default admin)")
        parser.add_argument("--name", default="管理员", help="of the administrator")
        parser.add_argument("--port", type=int, default=8000, help="the next free one is taken (default 8000)")
        parser.add_argument("--no-serve", action="store_true", help="make it only")

    def handle(self, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        if Cycle.objects.filter(is_demo=True).exists():
            problem = _("This data folder holds the demo, which stays as it is. Name another: LIVELIHOOD_DATA.")
            raise CommandError(both(problem))
        entrance = _("Sign in at /sign-in/. Ctrl-C stops it.")
        if not User.objects.exists():
            self._fill(options["province"], options["username"], options["name"])
            entrance = _("Sign in with the code at /sign-in/code/. Ctrl-C stops it.")
        elif options["province"]:
            told = _(
                "The portal is there already and stays as it is: no province and nobody was added. Another portal:"
            )
            self.stdout.write(
                f"{both(told)}\n    LIVELIHOOD_DATA=/another/folder make start PROVINCE={options['province']}"
            )
        if options["no_serve"]:
            return
        try:
            with servers.running(options["port"]) as portal:
                if not portal.address.endswith(f":{options['port']}"):
                    taken = _("Port {port} is taken, perhaps by this portal: `make stop` ends it.")
                    self.stdout.write(both(format_lazy(taken, port=options["port"])))
                self.stdout.write(f"\n    {portal.address}/\n\n{both(entrance)}")
                portal.wait()
        except servers.Ended as ended:
            raise CommandError(str(ended)) from ended
        self.stdout.write(both(_("Stopped. The data stays; `make start` starts again.")))

    def _fill(self, province: str, username: str, name: str) -> None:
        code = country.province_named(province) if province else None
        if code is None:
            known = "\n".join(f"    {code} {name_zh}" for code, name_zh, _english in country.provinces())
            problem = both(_("Say for which province: make start PROVINCE=420000"))
            raise CommandError(f"{problem}\n{known}")
        with transaction.atomic():
            call_command("load_areas", code, stdout=self.stdout)
            call_command("create_administrator", username, name=name, area=code, code=True, stdout=self.stdout)
