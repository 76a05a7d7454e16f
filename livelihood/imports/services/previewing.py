"""A file is read, and shown: what writing it would do. Small ones at once, large ones by a worker."""

from datetime import datetime
from typing import Any

from django.db import transaction

from livelihood.accounts.models import User
from livelihood.imports import rules, selectors, tasks
from livelihood.imports.models import Import
from livelihood.imports.services import planning
from livelihood.imports.services.locking import lock_import
from livelihood.imports.services.pages import keep_lines
from livelihood.imports.services.replacing import replace_earlier
from livelihood.imports.states import IMPORT_MOVES
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.collector import collector_at_rest
from livelihood.kernel.messages import freeze
from livelihood.kernel.moves import check_move
from livelihood.kernel.sheets.results import Reading
from livelihood.kernel.uploads import FileRefused
from livelihood.kernel.verdict import require

PREVIEWED_AT_ONCE = 300_000
"""Bytes; larger files are read by a worker."""

MOST_UNKNOWN = 50
"""So many unknown words may be given a meaning at once; a column with more is another one."""


def ask_for_preview(*, batch: Import, by: User, at: datetime) -> Job | None:
    """Preview a small file at once, and have a worker preview a large one; return the worker's job, if any.

    :raises NotAllowed: by rule.
    """
    require(rules.may_decide_import(by, batch, at))
    if len(batch.content or b"") <= PREVIEWED_AT_ONCE:
        preview_import(batch=batch, by=by, at=at)
        return None
    return jobs.enqueue(
        tasks.PREVIEW,
        key=selectors.job_key(tasks.PREVIEW, batch),
        by=by,
        at=at,
        cycle=batch.cycle,
        arguments={"import_id": batch.pk},
    )


def run_preview(job_id: int, *, at: datetime) -> None:
    """Preview the file of a job, for the person who asked for it."""

    def work(job: Job, progress: jobs.Progress) -> dict[str, Any]:
        batch = Import.objects.get(pk=job.arguments["import_id"])
        by = User.objects.get(jobs=job)
        return preview_import(batch=batch, by=by, at=at, progress=progress).counts

    jobs.execute(job_id, work)


@transaction.atomic
@collector_at_rest()
def preview_import(*, batch: Import, by: User, at: datetime, progress: jobs.Progress | None = None) -> Import:
    """Read a received file and say what writing it would do; where it cannot be read, say why.

    When it is read for the first time, it takes the place of what the same office has brought before.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it was previewed already.
    """
    batch = lock_import(batch)
    require(rules.may_decide_import(by, batch, at))
    state = check_move(IMPORT_MOVES, batch.state, "preview")
    try:
        reading = planning.read(batch)
    except FileRefused as refused:
        batch.problem = freeze(refused.text)
        batch.save(update_fields=["problem"])
        return batch
    if progress:
        progress(reading.total, 2 * reading.total)
    if not batch.reading:
        replace_earlier(batch)
    plan = planning.plan(batch, selectors.frame_of(batch, by, at), reading)
    batch.pages.all().delete()
    for section, lines in plan.sections.items():
        keep_lines(batch, section, lines)
    batch.state, batch.problem, batch.counts, batch.reading = state, "", plan.counts, _described(reading)
    batch.prepared, batch.basis = plan.prepared, plan.basis
    batch.save(update_fields=["state", "problem", "counts", "reading", "prepared", "basis"])
    return batch


def _described(reading: Reading) -> dict[str, Any]:
    """Say what was read, and what should be known beside the rows."""
    return {
        "sheet": reading.sheet,
        "sheets": [[sheet.name, sheet.hidden, sheet.known] for sheet in reading.sheets],
        "head": reading.head.last + 1,
        "headings": [[one.place, one.text, one.column.name if one.column else ""] for one in reading.head.headings],
        "notes": [freeze(text) for text in reading.said],
        "unknown": [[*place, rows] for place, rows in reading.unknown.most_common(MOST_UNKNOWN)],
    }
