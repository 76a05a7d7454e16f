"""What waits for a second person, and what both of them read of the roll: below the rules, which ask it."""

from collections.abc import Iterable

from livelihood.kernel.folding import fold
from voting.models import DeputiesInTerm, RollEntry, Round, TwoPersonStep
from voting.states import RoundState, Step


def waiting_step(round_: Round) -> TwoPersonStep | None:
    """Return the step that waits for a second person."""
    return round_.steps.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True).first()


def is_roll_proposed(round_: Round) -> bool:
    """Say whether somebody proposes to lock the roll as it stands."""
    return round_.state == RoundState.RULES_LOCKED and _waits(round_, Step.LOCK_ROLL)


def is_announcement_proposed(round_: Round) -> bool:
    """Say whether the presiding officer proposes to announce the round, with those named who sign its sheet."""
    return round_.state == RoundState.COUNTED and _waits(round_, Step.ANNOUNCE)


def _waits(round_: Round, step: Step) -> bool:
    waiting = waiting_step(round_)
    return waiting is not None and waiting.step == step


def namesakes(roll: Iterable[RollEntry]) -> list[list[RollEntry]]:
    """Return the lines of a roll whose names are written alike, by name."""
    named: dict[str, list[RollEntry]] = {}
    for entry in roll:
        named.setdefault(fold(entry.name), []).append(entry)
    return [lines for lines in named.values() if len(lines) > 1]


def twins_of(round_: Round) -> list[RollEntry]:
    """Return the lines of one name that nothing tells apart: they are of one delegation, or of none."""
    return [
        entry
        for lines in namesakes(round_.roll.order_by("number"))
        for entry in lines
        if sum(fold(entry.delegation) == fold(other.delegation) for other in lines) > 1
    ]


def deputies_in_term(round_: Round) -> int | None:
    """Return how many deputies are in term by law, of which shares are asked; None until it is entered."""
    return DeputiesInTerm.objects.filter(round=round_).values_list("deputies", flat=True).first()
