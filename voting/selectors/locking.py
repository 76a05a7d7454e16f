"""What two persons read before a roll is locked: it beside the number in term by law, and beside the mandates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import TAKE_TWO, Permission
from voting import steps
from voting.models import DeputiesInTerm, RollEntry, Round, SignedSheet, VoteOfficial


def signed_sheet_of(round_: Round) -> SignedSheet | None:
    """Return the last scan of a round's signed sheet, but not its file."""
    return round_.signed_sheets.defer("content").order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class RollCheck:
    """The roll of a round, and what it differs from.

    in_term: None while nobody has entered the number. missing: so many more are in term than on the roll.
    off_roll: deputies by their mandate who are not on the roll. without_mandate: lines of who is no deputy now.
    namesakes: lines of one name, to be told apart.
    """

    in_term: DeputiesInTerm | None
    on_roll: int
    off_roll: Sequence[User]
    without_mandate: Sequence[RollEntry]
    namesakes: Sequence[Sequence[RollEntry]]

    @property
    def missing(self) -> int:
        """How many more deputies are in term by law than on the roll; below 0: fewer."""
        return self.in_term.deputies - self.on_roll if self.in_term else 0

    @property
    def agrees(self) -> bool:
        """Whether the roll is what number and mandates say."""
        return self.in_term is not None and not (self.missing or self.off_roll or self.without_mandate)

    @property
    def figures(self) -> Mapping[str, int | None]:
        """What the journal keeps of it."""
        return {
            "deputies": self.on_roll,
            "in_term": self.in_term.deputies if self.in_term else None,
            "off_roll": len(self.off_roll),
            "without_mandate": len(self.without_mandate),
        }


def in_term_of(round_: Round) -> DeputiesInTerm | None:
    """Return how many deputies are in term by law, with the document that says so, but not its file."""
    return DeputiesInTerm.objects.filter(round=round_).defer("content").select_related("stated_by").first()


def officials_during(round_: Round, at: datetime) -> list[VoteOfficial]:
    """Return as rows to be written who held one of the roles that run a vote, from the locked roll on."""
    assert round_.roll_locked_at is not None  # noqa: S101 -- the state of a closed round
    first, last = timezone.localdate(round_.roll_locked_at), timezone.localdate(at)
    held = accounts.mandates_in(round_.cycle.area).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=first), role__in=TAKE_TWO, is_waiting=False, starts_on__lte=last
    )
    return [
        VoteOfficial(
            round=round_,
            role=mandate.role,
            name=mandate.user.name,
            since_date=mandate.starts_on,
            confirmed_date=mandate.confirmed_at and timezone.localdate(mandate.confirmed_at),
        )
        for mandate in held.order_by("role", "user__name", "pk")
    ]


def roll_check(round_: Round, at: datetime) -> RollCheck:
    """Return the roll beside number and mandates; three queries."""
    roll = list(round_.roll.order_by("number"))
    held = {user.pk: user for user in accounts.holders_of(Permission.VOTE, round_.cycle.area, at)}
    listed = {entry.deputy_id for entry in roll}
    return RollCheck(
        in_term=in_term_of(round_),
        on_roll=len(roll),
        off_roll=[user for key, user in held.items() if key not in listed],
        without_mandate=[entry for entry in roll if entry.deputy_id not in held],
        namesakes=steps.namesakes(roll),
    )
