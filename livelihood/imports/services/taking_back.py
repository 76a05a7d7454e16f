"""What an import wrote is put back as it was, row by row where nobody has acted since; long lists by a worker."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.imports import rules, selectors, tasks
from livelihood.imports.acts import ImportAct
from livelihood.imports.content import KeptLine, pack, paged
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.services.locking import lock_import
from livelihood.imports.states import IMPORT_MOVES, ImportSection
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.collector import collector_at_rest
from livelihood.kernel.errors import NotReady
from livelihood.kernel.messages import freeze
from livelihood.kernel.moves import check_move
from livelihood.kernel.sheets.handling import Written
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require

REASON_LENGTH = 2, 300
"""Characters of why an import is taken back: the least and the most."""

TAKEN_BACK_AT_ONCE = 500
"""Rows; longer lists are taken back by a worker."""


class NothingGoes(NotReady):
    """No row of an import can be taken back now, so nothing happens. issues: why, with the number of rows."""

    code = "nothing_goes"
    message = _("No row can be taken back.")


def ask_for_taking_back(*, batch: Import, reason: str, by: User, at: datetime) -> Job | None:
    """Take a short list back at once, and have a worker take a long one back; return the worker's job, if any.

    :raises NotAllowed: by rule.
    :raises BadText: no reason.
    :raises NothingGoes: every row stays.
    """
    require(rules.may_take_back_import(by, batch, at))
    reason = _reason(reason)
    if selectors.standing(batch) <= TAKEN_BACK_AT_ONCE:
        take_back_import(batch=batch, reason=reason, by=by, at=at)
        return None
    return jobs.enqueue(
        tasks.TAKE_BACK,
        key=selectors.key_of_taking_back(batch),
        by=by,
        at=at,
        cycle=batch.cycle,
        arguments={"import_id": batch.pk, "reason": reason},
    )


def run_taking_back(job_id: int, *, at: datetime) -> None:
    """Take the import of a job back, for the person who asked for it."""

    def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
        batch = Import.objects.get(pk=job.arguments["import_id"])
        by, reason = User.objects.get(jobs=job), job.arguments["reason"]
        return take_back_import(batch=batch, reason=reason, by=by, at=at, progress=progress).counts

    jobs.execute(job_id, work)


@transaction.atomic
@collector_at_rest()
def take_back_import(
    *, batch: Import, reason: str, by: User, at: datetime, progress: jobs.Progress | None = None
) -> Import:
    """Put back what was before an import and remove what it added; a row on which somebody acted since stays.

    Rows that stayed before are tried again.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it is not written.
    :raises BadText: no reason.
    :raises NothingGoes: every row stays.
    """
    batch = lock_import(batch)
    handler = rules.handler_of(batch)
    frame = handler.lock(selectors.frame_of(batch, by, at))
    batch.cycle = frame.cycle
    require(rules.may_take_back_import(by, batch, at))
    batch.reason = _reason(reason)
    written = selectors.written_rows(batch)
    if progress:
        progress(0, len(written))
    stays = handler.take_back(frame, written)
    if stays and len(stays) == len(written):
        raise NothingGoes(selectors.whys(stays.values()))
    if stays:
        state = check_move(IMPORT_MOVES, batch.state, "take_back_some")
    else:
        state = check_move(IMPORT_MOVES, batch.state, "take_back")
    lines = [_stayed(one, stays[one.row]) for one in written if one.row in stays]
    batch.pages.filter(section=ImportSection.STAYED).delete()
    ImportPage.objects.bulk_create(
        ImportPage(
            of=batch, section=ImportSection.STAYED, number=number, rows=[line.row for line in some], lines=pack(some)
        )
        for number, some in paged(lines)
    )
    batch.counts = {**batch.counts, ImportSection.STAYED: len(lines)}
    batch.state, batch.taken_back_at, batch.taken_back_by = state, at, by
    batch.save(update_fields=["state", "counts", "reason", "taken_back_at", "taken_back_by"])
    record(ImportAct.TAKEN_BACK, batch, by=by, at=at, rows=len(written), stayed=len(lines))
    return batch


def _reason(reason: str) -> str:
    least, most = REASON_LENGTH
    return clean_text(reason, max_length=most, min_length=least, multiline=False, field="reason")


def _stayed(one: Written, why: Problem) -> KeptLine:
    problem = (why.column, "", "", freeze(why.problem), freeze(why.remedy))
    return KeptLine(one.row, one.name, one.subject, problems=[problem])
