"""What an import wrote is put back as it was, row by row where nobody has acted since; long lists by a worker."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.imports import rules, selectors, tasks
from livelihood.imports.acts import ImportAct
from livelihood.imports.content import KeptLine, bring_back, pack, paged, unpack
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.services.locking import lock_import
from livelihood.imports.states import IMPORT_MOVES, TO_WRITE, ImportSection
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.collector import collector_at_rest
from livelihood.kernel.messages import freeze
from livelihood.kernel.moves import check_move
from livelihood.kernel.sheets.handling import Change, Written
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require

LONGEST_REASON = 300

TAKEN_BACK_AT_ONCE = 500
"""Rows; longer lists are taken back by a worker."""


def ask_for_taking_back(*, batch: Import, reason: str, by: User, at: datetime) -> Job | None:
    """Take a short list back at once, and have a worker take a long one back; return the worker's job, if any.

    :raises NotAllowed: by rule.
    :raises BadText: no reason.
    """
    require(rules.may_take_back_import(by, batch, at))
    reason = _reason(reason)
    if sum(batch.counts.get(section, 0) for section in TO_WRITE) <= TAKEN_BACK_AT_ONCE:
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

    :raises NotAllowed: by rule.
    :raises IllegalMove: it is not written.
    :raises BadText: no reason.
    """
    batch = lock_import(batch)
    handler = rules.handler_of(batch)
    frame = handler.lock(selectors.frame_of(batch, by, at))
    batch.cycle = frame.cycle
    require(rules.may_take_back_import(by, batch, at))
    state = check_move(IMPORT_MOVES, batch.state, "take_back")
    batch.reason = _reason(reason)
    written = list(_written(batch))
    if progress:
        progress(0, len(written))
    stays = handler.take_back(frame, written)
    lines = [_stayed(one, stays[one.row]) for one in written if one.row in stays]
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
    return clean_text(reason, max_length=LONGEST_REASON, min_length=2, multiline=False, field="reason")


def _written(batch: Import) -> Iterator[Written]:
    """Yield what an import wrote, in the order of its rows."""
    pages = batch.pages.filter(section__in=TO_WRITE).order_by("section", "number")
    rows = [
        _as_written(page.section == ImportSection.NEW, line, subject, kept)
        for page in pages
        for line, subject, kept in zip(unpack(page.lines), page.subjects, page.kept, strict=True)
    ]
    yield from sorted(rows, key=lambda one: one.row)


def _as_written(is_new: bool, line: KeptLine, subject: int, kept: object) -> Written:
    if is_new:
        changes = [Change(column, None, bring_back(value)) for column, value in line.values.items()]
    else:
        changes = [Change(column, bring_back(old), bring_back(new)) for column, old, new in line.changes]
    return Written(line.row, line.name, subject, is_new, changes, kept)


def _stayed(one: Written, why: Problem) -> KeptLine:
    problem = (why.column, "", "", freeze(why.problem), freeze(why.remedy))
    return KeptLine(one.row, one.name, one.subject, problems=[problem])
