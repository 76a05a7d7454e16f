"""List two: standards are added with their lines, and written anew while no site has been judged by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from projects import rules
from projects.acts import ProjectAct
from projects.models import Acceptance, Standard, StandardLine
from projects.services.promises import lock_cycle


@dataclass(frozen=True, slots=True)
class LineInput:
    """One requirement; see StandardLine."""

    requirement: str
    measure: str = ""
    required_value: str = ""
    unit: str = ""


@transaction.atomic
def add_standard(
    *, cycle: Cycle, title: str, lines: Sequence[LineInput], by: User, at: datetime, source: str = ""
) -> Standard:
    """Add a standard with its lines; one of the same title becomes its next version.

    :raises NotAllowed: by rule.
    :raises InvalidInput: there is no line.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_manage(by, cycle, at))
    _check_lines(lines)
    versions = Standard.objects.filter(cycle=cycle, title=title)
    version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    standard = Standard.objects.create(cycle=cycle, title=title, version=version, source=source)
    _write(standard, lines)
    record(ProjectAct.STANDARD_ADDED, standard, by=by, at=at, version=version, lines=len(lines))
    return standard


@transaction.atomic
def write_standard_lines(
    *, standard: Standard, lines: Sequence[LineInput], by: User, at: datetime, seen: int | None = None
) -> Standard:
    """Write a standard's lines anew, while no site has been judged by it.

    :raises NotAllowed: by rule.
    :raises Moved: somebody else has written them since the page was shown.
    :raises Conflict: a site was inspected against it; add a new version instead.
    :raises InvalidInput: there is no line.
    """
    cycle = lock_cycle(standard.cycle)
    standard = Standard.objects.select_for_update().get(pk=standard.pk)
    require(rules.may_manage(by, cycle, at))
    stored = standard.lines.order_by("number").values_list("requirement", flat=True)
    require_seen(seen, [standard], stands=lambda: "；".join(stored))
    if Acceptance.objects.filter(site__standard=standard).exists():
        raise Conflict(_("Sites were inspected against this standard. Add it again as a new version."))
    _check_lines(lines)
    StandardLine.objects.filter(standard=standard).delete()
    _write(standard, lines)
    record(ProjectAct.STANDARD_WRITTEN, standard, by=by, at=at, lines=len(lines))
    return standard


def _check_lines(lines: Sequence[LineInput]) -> None:
    if not lines:
        raise InvalidInput(_("A standard needs at least one line."))


def _write(standard: Standard, lines: Sequence[LineInput]) -> None:
    StandardLine.objects.bulk_create(
        StandardLine(
            standard=standard,
            number=number,
            requirement=line.requirement,
            measure=line.measure,
            required_value=line.required_value,
            unit=line.unit,
        )
        for number, line in enumerate(lines, start=1)
    )
