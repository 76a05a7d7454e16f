"""What the acts upon a round begin with: the two locks, round before roll entry."""

from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Conflict
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from voting import rules, selectors
from voting.acts import VotingAct
from voting.models import Review, RollEntry, Round, TwoPersonStep
from voting.states import ROUND_MOVES, SignInWay, Step

_WITH_RULES = Round.objects.select_related("cycle__area", "method", "parent")

# Hundreds come at once, so a round that is shared is read without what only its running needs.
_FOR_DEPUTIES = Round.objects.select_related("cycle__area", "method").only(
    "title",
    "is_rehearsal",
    "state",
    "hall_code",
    "roll_locked_at",
    "moved_to_paper_at",
    "method",
    "cycle__phase",
    "cycle__decision_mode",
    "cycle__area__path",
)


def _fields(model: type[models.Model], *names: str) -> list[str]:
    """Return columns in the order of the model's own, as a row is read back."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


# Nothing more than casting asks for: of the line, its round, the year and the area.
_LINE = _fields(RollEntry, "id", "round_id", "deputy_id", "has_voted", "signed_in_at", "cards_issued", "struck_at")
_ROUND = _fields(Round, "id", "cycle_id", "title", "is_rehearsal", "state", "moved_to_paper_at", "rules_locked_at")
_CYCLE = _fields(Cycle, "id", "area_id", "phase")
_AREA = _fields(Area, "id", "path")
_COLUMNS = [
    f"{table}.{name}"
    for table, names in [
        ("voting_rollentry", _LINE),
        ("voting_round", _ROUND),
        ("cycles_cycle", _CYCLE),
        ("cycles_area", _AREA),
    ]
    for name in names
]
_LOCK_LINE = f"""
    SELECT FROM voting_round WHERE id = %(round)s FOR SHARE;
    SELECT {", ".join(_COLUMNS)}
    FROM voting_rollentry
    JOIN voting_round ON voting_round.id = voting_rollentry.round_id
    JOIN cycles_cycle ON cycles_cycle.id = voting_round.cycle_id
    JOIN cycles_area ON cycles_area.id = cycles_cycle.area_id
    WHERE voting_rollentry.round_id = %(round)s AND voting_rollentry.deputy_id = %(deputy)s
    FOR UPDATE OF voting_rollentry
"""  # noqa: S608 -- our own names


def lock_round(round_: Round) -> Round:
    """Hold the round alone until the act is committed, and return it as it now stands."""
    return _WITH_RULES.select_for_update(of=("self",)).get(pk=round_.pk)


def share_round(round_: Round) -> Round:
    """Hold the round together with others, so that nobody moves it meanwhile, and return it as it now stands.

    Deputies who vote at once do not wait for one another, but closing waits for all of them, and they for closing.
    """
    _share(round_.pk)
    return _FOR_DEPUTIES.get(pk=round_.pk)


def lock_line(round_id: int, deputy: User) -> RollEntry | None:
    """Hold the round with others and a deputy's line on its roll alone, and return the line; None when there is none.

    Its round stands on it as it now is, with the rules that were locked: sent at once, as a whole congress casts within
    seconds. The line is read when the round is held, by a statement of its own, so it is as it then stands.
    """
    with connection.cursor() as cursor:
        # Not by the ORM: it has no FOR SHARE, and composes a join of four tables anew for each deputy.
        cursor.execute(_LOCK_LINE, {"round": round_id, "deputy": deputy.pk})
        row = cursor.fetchone()
    if row is None:
        return None
    values, using = iter(row), connection.alias
    entry = RollEntry.from_db(using, _LINE, list(islice(values, len(_LINE))))
    entry.round = Round.from_db(using, _ROUND, list(islice(values, len(_ROUND))))
    entry.round.cycle = Cycle.from_db(using, _CYCLE, list(islice(values, len(_CYCLE))))
    entry.round.cycle.area = Area.from_db(using, _AREA, list(islice(values, len(_AREA))))
    entry.round.method = selectors.locked_ballot(entry.round).method
    return entry


def _share(round_id: int) -> None:
    with connection.cursor() as cursor:
        # Not by the ORM: it has no FOR SHARE, by which many hold a row together.
        cursor.execute("SELECT FROM voting_round WHERE id = %s FOR SHARE", [round_id])


def lock_review(review: Review) -> Review:
    """Hold the review alone until the act is committed, and return it as it now stands."""
    return Review.objects.select_for_update(of=("self",)).select_related("cycle__area").get(pk=review.pk)


def waiting_step(round_: Round) -> TwoPersonStep:
    """Return the step that waits for a second person; the rule asked before says that there is one."""
    return TwoPersonStep.objects.get(round=round_, confirmed_at__isnull=True, withdrawn_at__isnull=True)


def note_presence(entry: RollEntry, way: SignInWay, *, by: User, at: datetime) -> None:
    """Write that a deputy is present, when the act that does so has asked its rule."""
    entry.signed_in_at, entry.signed_in_by, entry.signed_in_way = at, by, way
    entry.save(update_fields=["signed_in_at", "signed_in_by", "signed_in_way"])
    record(
        VotingAct.DEPUTY_SIGNED_IN,
        entry,
        by=by,
        at=at,
        cycle_id=entry.round.cycle_id,
        round=entry.round_id,
        way=str(way),
    )


def move(round_: Round, verb: str, *, by: User, at: datetime, act: str = "", **values: Any) -> None:
    """Move a round by a verb and write who did it and when.

    act: stem of the `_at`/`_by` pair; none where the move keeps none. values: further fields of the round.

    :raises IllegalMove: not from this state.
    """
    round_.state = check_move(ROUND_MOVES, round_.state, verb)
    if act:
        values |= {f"{act}_at": at, f"{act}_by": by}
    for name, value in values.items():
        setattr(round_, name, value)
    round_.save(update_fields=["state", *values])


def confirm(round_: Round, step: Step, *, shown: int | None, by: User, at: datetime) -> TwoPersonStep:
    """Confirm the waiting step as the second person, and return it.

    shown: key of the proposal that the second person has read; None where no page stands between.

    :raises NotAllowed: nobody who confirms it, the person who proposed it, nothing proposed, or the round is not ready.
    :raises Conflict: another proposal has taken the place of the one that was read.
    """
    require(rules.may_confirm_step(by, round_, step, at))
    waiting = waiting_step(round_)
    if shown not in (None, waiting.pk):
        raise Conflict(_("The proposal has changed since you opened this page. Read the new one and confirm that."))
    waiting.confirmed_at, waiting.confirmed_by = at, by
    waiting.save(update_fields=["confirmed_at", "confirmed_by"])
    return waiting
