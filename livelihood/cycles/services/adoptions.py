"""Adopting a list that was decided elsewhere: by the number, the day and the file of its decision (ADR 39)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.audit.services import Actor, record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Adoption, Cycle
from livelihood.cycles.selectors import adoption_of
from livelihood.cycles.services import _shared as shared
from livelihood.cycles.states import PHASE_MOVES, DecisionMode, Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotReady, Text
from livelihood.kernel.keeping import kept_document
from livelihood.kernel.moves import check_move
from livelihood.kernel.text import clean_text


@transaction.atomic
def adopt_list(
    *,
    cycle: Cycle,
    decided_by: str,
    number: str,
    decided_on: date,
    file: BinaryIO,
    file_name: str,
    dates: tuple[date, date],
    by: Actor,
    at: datetime,
) -> Adoption:
    """Begin a year in delivery whose list was decided elsewhere: it has no letter, no candidates and no round here.

    dates: first and last day of the delivery, the first not in the future.

    :raises Conflict: it is no draft any more, or its list is decided here.
    :raises InvalidInput: a day in the future, or dates out of order.
    :raises BadText: a text is missing or too long.
    :raises FileRefused: no PDF and no picture, or too large.
    """
    cycle = shared.lock(cycle, Phase.DRAFT)
    if cycle.decision_mode != DecisionMode.ELSEWHERE:
        raise Conflict(_("The list of this year is decided here. Change the year first."))
    written = shared.dates_of_move(Phase.DELIVER, dates, timezone.localdate(at))
    shared.check_periods({**shared.periods_of(cycle), **written}, cycle.decision_mode)
    adoption = _write(
        cycle, kept_document(file, file_name), by, at, decided_by=decided_by, number=number, decided_on=decided_on
    )
    shared.write_periods(cycle, written)
    cycle.phase = check_move(PHASE_MOVES, cycle.phase, "adopt")
    cycle.save(update_fields=["phase"])
    record(
        CycleAct.CYCLE_ADOPTED, adoption, by=by, at=at, **_described(adoption), periods=shared.journaled(written)
    )  # fmt: skip
    return adoption


@transaction.atomic
def correct_adoption(
    *,
    cycle: Cycle,
    decided_by: str,
    number: str,
    decided_on: date,
    file: BinaryIO | None,
    file_name: str,
    by: Actor,
    at: datetime,
) -> Adoption:
    """Write the decision of an adopted list as it should have been; what was written before is kept.

    file: None keeps the one that is there.

    :raises Conflict: nothing is adopted.
    :raises InvalidInput: a day in the future.
    :raises BadText: a text is missing or too long.
    :raises FileRefused: no PDF and no picture, or too large.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    before = adoption_of(cycle)
    if before is None:
        raise Conflict(_("No list has been adopted for this year."))
    as_before = {name: getattr(before, name) for name in ("file_name", "kind", "content", "sha256")}
    kept = kept_document(file, file_name) if file else as_before
    adoption = _write(cycle, kept, by, at, decided_by=decided_by, number=number, decided_on=decided_on)
    old, new = _described(before), _described(adoption)
    changes: dict[str, Any] = {name: [old[name], value] for name, value in new.items() if value != old[name]}
    record(CycleAct.CYCLE_ADOPTION_CORRECTED, adoption, by=by, at=at, **changes)
    return adoption


@transaction.atomic
def withdraw_adoption(*, cycle: Cycle, issues: Sequence[Text], reason: str, by: Actor, at: datetime) -> Cycle:
    """Take an adoption back: the year is a draft again. The decision that was entered stays, and counts no more.

    issues: what the rooms say was done in the year; anything there stops it.

    :raises Conflict: the year is not in delivery, or its list was decided here.
    :raises NotReady: something was done.
    :raises BadText: without a reason.
    """
    cycle = shared.lock(cycle, Phase.DELIVER)
    adoption = adoption_of(cycle)
    if adoption is None:
        raise Conflict(_("No list has been adopted for this year."))
    if issues:
        raise NotReady(issues)
    cycle.phase = check_move(PHASE_MOVES, cycle.phase, "withdraw")
    cycle.save(update_fields=["phase"])
    Adoption.objects.filter(cycle=cycle, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by.pk, why_withdrawn=shared.reason(reason)
    )
    record(CycleAct.CYCLE_ADOPTION_WITHDRAWN, adoption, by=by, at=at)
    return cycle


def _write(
    cycle: Cycle,
    kept: Mapping[str, Any],
    by: Actor,
    at: datetime,
    *,
    decided_by: str,
    number: str,
    decided_on: date,
) -> Adoption:
    if decided_on > timezone.localdate(at):
        raise InvalidInput(_("This day is still to come."), field="decided_on")
    return Adoption.objects.create(
        cycle=cycle,
        decided_by=clean_text(decided_by, min_length=2, max_length=200, multiline=False, field="decided_by"),
        number=clean_text(number, min_length=1, max_length=100, multiline=False, field="number"),
        decided_on=decided_on,
        **kept,
        adopted_at=at,
        adopted_by=by.pk,
    )


def _described(adoption: Adoption) -> dict[str, Any]:
    return {
        "decided_by": adoption.decided_by,
        "number": adoption.number,
        "decided_on": str(adoption.decided_on),
        "sha256": adoption.sha256,
    }
