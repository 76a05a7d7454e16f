"""Machines of the hall, and how quickly was voted on them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from voting.acts import VotingAct
from voting.models import Kiosk, Round

QUICK = 2
"""Ballots that a machine may take in a minute without a remark: our measure, as thirty projects take time to read."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many ballots a machine took; minutes: each in which it took any, with their number."""

    name: Text
    casts: int
    minutes: Sequence[tuple[datetime, int]]
    is_quick: bool


def kiosks_of(cycle: Cycle) -> QuerySet[Kiosk]:
    """Return the machines of a year, the last first."""
    return Kiosk.objects.filter(cycle=cycle).select_related("opened_by", "revoked_by", "cycle__area").order_by("-pk")


def kiosk_in_use(key: int) -> Kiosk | None:
    """Return a machine that is not revoked; how long it is one, its browser knows."""
    return Kiosk.objects.filter(pk=key, revoked_at__isnull=True).first()


def pace(round_: Round) -> list[Pace]:
    """Return for each machine, and for all other devices together, when ballots were cast there; nobody's name."""
    casts = Entry.objects.filter(cycle_id=round_.cycle_id, act=VotingAct.BALLOT_CAST, detail__round=round_.pk)
    minutes: dict[int | None, Counter[datetime]] = defaultdict(Counter)
    for at, machine in casts.values_list("at", "detail__machine"):
        minutes[machine][timezone.localtime(at).replace(second=0, microsecond=0)] += 1
    names = dict(Kiosk.objects.filter(pk__in=[key for key in minutes if key]).values_list("pk", "name"))
    return [
        Pace(
            names[key] if key else _("Devices of their own, and sign-ins by password"),
            sum(found.values()),
            sorted(found.items()),
            is_quick=key is not None and max(found.values()) > QUICK,
        )
        for key, found in sorted(minutes.items(), key=lambda row: (row[0] is None, row[0] or 0))
    ]
