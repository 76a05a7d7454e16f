"""`manage.py demo`: fills the portal with years on real lists, prints how to come in, and serves it."""

import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from livelihood.audit import services as audit
from livelihood.cycles.states import DATED_PHASES, Phase
from livelihood.demo import ending, people, servers, years
from livelihood.demo.stage import Stage

SITES = 2_000
MOST_SITES = 100_000
BAR = 24


class Command(BaseCommand):
    help = "Build the demo (what is there already stays as it is), print accounts and address, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        phases = [phase.value for phase in DATED_PHASES]
        parser.add_argument(
            "--until", choices=phases, default=Phase.CLOSED.value, help="no place goes further than this phase"
        )
        parser.add_argument("--seed", type=int, default=1, help="other numbers make other people, words and sites")
        parser.add_argument("--sites", type=site_number, default=SITES, help=f"sites of Hangzhou (default {SITES})")
        parser.add_argument("--port", type=int, default=8000, help="the next free one is taken (default 8000)")
        parser.add_argument("--no-serve", action="store_true", help="build only")

    def handle(self, **options: Any) -> None:
        began = time.monotonic()
        call_command("migrate", verbosity=0)
        stage = Stage(now=timezone.now(), until=Phase(options["until"]), seed=options["seed"], sites=options["sites"])
        bar = _Bar(self.stderr)
        try:
            built = years.build(stage, bar.show)
        except KeyboardInterrupt:
            bar.end()
            raise CommandError("Interrupted. Finished years stay; the next start builds the others.") from None
        audit.seal()
        ending.tell_people([username for _role, username in people.shown()], at=stage.now)
        bar.end()
        self.stderr.write(f"{built} years built in {time.monotonic() - began:.0f} s.")
        if options["no_serve"]:
            self._introduce("")
            return
        try:
            with servers.running(options["port"]) as portal:
                self._introduce(portal.address)
                portal.wait()
        except servers.Ended as ended:
            raise CommandError(str(ended)) from ended
        self.stdout.write("Stopped. The data stays; `make demo` starts again, `make clean` deletes it.")

    def _introduce(self, address: str) -> None:
        lines = ["", f"    {address}/" if address else "", "", "Accounts, all with the password", ""]
        lines += [f"    {people.password()}", ""]
        with translation.override("en"):
            lines += [f"    {role.label!s:<20} {username}" for role, username in people.shown()]
        self.stdout.write("\n".join([*lines, "", "More in docs/demo.md. Ctrl-C stops the portal.", ""]))


class _Bar:
    """One line on the terminal, or one line for each step where there is no terminal."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.is_terminal = sys.stderr.isatty()

    def show(self, done: float, step: str) -> None:
        bar = ("#" * round(done * BAR)).ljust(BAR, ".")
        if self.is_terminal:
            self.stream.write(f"\r\x1b[2K[{bar}] {step}", ending="")
        else:
            self.stream.write(f"[{bar}] {step}")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line of a terminal empty."""
        if self.is_terminal:
            self.stream.write("\r\x1b[2K", ending="")


def site_number(text: str) -> int:
    """Read how many sites Hangzhou gets.

    :raises ArgumentTypeError: no number, or one that is out of bounds.
    """
    try:
        number = int(text)
    except ValueError:
        raise ArgumentTypeError("expected a number") from None
    if not 1 <= number <= MOST_SITES:
        raise ArgumentTypeError(f"expected 1 to {MOST_SITES}")
    return number
