"""What a preview has shown is written, all of it or nothing. Short lists at once, long ones by a worker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.imports import rules, selectors, tasks
from livelihood.imports.acts import ImportAct
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.services import planning
from livelihood.imports.services.locking import lock_import
from livelihood.imports.states import IMPORT_MOVES, TO_WRITE
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.collector import collector_at_rest
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.moves import check_move
from livelihood.kernel.sheets.handling import Done, Frame, Handler, ImportOutdated, RowOutcome
from livelihood.kernel.verdict import require

WRITTEN_AT_ONCE = 2_000
"""Rows; longer lists are written by a worker."""


class ImportWrong(InvalidInput):
    """Rows of a file are not right or in doubt, so nothing of it is written."""

    code = "import_wrong"
    message = _("Some rows have to be fixed or answered first. Nothing was written.")


def ask_for_writing(*, batch: Import, by: User, at: datetime) -> Job | None:
    """Write a short list at once, and have a worker write a long one; return the worker's job, if any.

    :raises NotAllowed: by rule.
    :raises ImportWrong: rows are not right or in doubt.
    :raises ImportOutdated: what is stored has changed since.
    """
    require(rules.may_decide_import(by, batch, at))
    if sum(batch.counts.get(section, 0) for section in TO_WRITE) <= WRITTEN_AT_ONCE:
        write_import(batch=batch, by=by, at=at)
        return None
    return jobs.enqueue(
        tasks.WRITE,
        key=selectors.job_key(tasks.WRITE, batch),
        by=by,
        at=at,
        cycle=batch.cycle,
        arguments={"import_id": batch.pk},
    )


def run_write(job_id: int, *, at: datetime) -> None:
    """Write the import of a job, for the person who asked for it."""

    def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
        batch = Import.objects.get(pk=job.arguments["import_id"])
        progress(0, batch.counts["total"])
        return write_import(batch=batch, by=User.objects.get(jobs=job), at=at).counts

    jobs.execute(job_id, work)


@transaction.atomic
@collector_at_rest()
def write_import(*, batch: Import, by: User, at: datetime) -> Import:
    """Write a previewed file: every row, exactly as previewed, or nothing.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it was not previewed.
    :raises ImportWrong: rows are not right or in doubt.
    :raises ImportOutdated: what is stored has changed since the preview.
    """
    batch = lock_import(batch)
    handler = rules.handler_of(batch)
    frame = handler.lock(selectors.frame_of(batch, by, at))
    batch.cycle = frame.cycle
    require(rules.may_decide_import(by, batch, at))
    state = check_move(IMPORT_MOVES, batch.state, "write")
    if batch.is_blocked:
        raise ImportWrong
    if handler.keeps_prepared:
        done = handler.write_prepared(frame, bytes(batch.prepared or b""))
    else:
        done = _write(batch, handler, frame)
    _keep_subjects(batch, done)
    batch.state, batch.prepared, batch.decided_at, batch.decided_by = state, None, at, by
    batch.save(update_fields=["state", "prepared", "decided_at", "decided_by"])
    record(ImportAct.WRITTEN, batch, by=by, at=at, digest=batch.digest, kind=batch.kind, **batch.counts)
    return batch


def _write(batch: Import, handler: Handler, frame: Frame) -> Sequence[Done]:
    """Read and plan a file once more, and write it where that gives what was previewed."""
    plan = planning.plan(batch, frame, planning.read(batch))
    if plan.basis != batch.basis:
        raise ImportOutdated
    lines = [line for line in plan.lines if line.outcome in {RowOutcome.NEW, RowOutcome.CHANGED}]
    return handler.write(frame, lines)


def _keep_subjects(batch: Import, done: Sequence[Done]) -> None:
    """Say on the pages what each line became."""
    became = {one.row: one for one in done}
    pages = list(batch.pages.filter(section__in=TO_WRITE).defer("lines"))
    for page in pages:
        lines = [became[row] for row in page.rows]
        page.subjects, page.kept = [one.subject for one in lines], [one.kept for one in lines]
    ImportPage.objects.bulk_update(pages, ["subjects", "kept"], batch_size=100)
