"""Say what depends on which secret key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livelihood.portal import keys


class Command(BaseCommand):
    help = "Say of each secret key, by a name that tells nothing of it, what it opens: what would be void without it."

    def handle(self, *args: Any, **options: Any) -> None:
        missed = []
        for key in keys.key_uses():
            if key.place:
                self.stdout.write(f"{key.name} ({key.place}): {_words(key.uses) or 'nothing'}")
            elif lasting := {what: count for what, count in key.uses.items() if what != keys.SIGN_INS}:
                missed.append(f"{key.name} (not set): {_words(lasting)}")
        if missed:
            raise CommandError("\n".join(["These open nothing, because their key is not set:", *missed]))
        self.stdout.write("Everything that was handed out, and everything that is kept encrypted, has its key.")


def _words(uses: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in uses.items())
