"""Sites from a workbook: received, previewed, then written as a whole or dropped."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.messages import freeze
from livelihood.kernel.moves import check_move
from livelihood.kernel.sheets.limits import LIMITS
from livelihood.kernel.text import clean_text
from livelihood.kernel.uploads import TABLES, FileRefused, check_file
from livelihood.kernel.verdict import require
from projects import importers, rules, selectors, tasks
from projects.acts import ProjectAct
from projects.importers import Placed, SiteRow
from projects.models import ImportBatch
from projects.selectors.lookups import Lookups
from projects.services import planning
from projects.services.lights import refresh_lights
from projects.services.promises import lock_cycle
from projects.services.staging import packed, staged
from projects.states import IMPORT_MOVES

PREVIEWED_AT_ONCE = 300_000
"""Bytes; larger workbooks are read by a worker."""

NAME_LENGTH = 200
"""Characters of a file's name; further ones are left out."""

CHANGES_SHOWN = 200
"""So many changes are shown one by one in a preview; all are counted."""


class ImportWrong(InvalidInput):
    """Rows of a file are not right, so nothing of it is written."""

    code = "import_wrong"
    message = _("Some rows are not right. Nothing was written; fix the file and send it again.")


@transaction.atomic
def receive_import(*, cycle: Cycle, file: BinaryIO, file_name: str, by: User, at: datetime) -> ImportBatch:
    """Take a workbook in; nothing is read of it but its kind.

    :raises NotAllowed: by rule.
    :raises FileRefused: too large, or not a table.
    """
    require(rules.may_import_sites(by, cycle, at))
    check_file(file, allowed=TABLES, max_bytes=LIMITS.bytes)
    content = file.read()
    batch = ImportBatch.objects.create(
        cycle=cycle,
        file_name=clean_text(file_name[:NAME_LENGTH], max_length=NAME_LENGTH, multiline=False, field="file"),
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_at=at,
        uploaded_by=by,
    )
    record(ProjectAct.IMPORT_RECEIVED, batch, by=by, at=at, digest=batch.digest)
    return batch


@transaction.atomic
def preview_import(*, batch: ImportBatch, by: User, at: datetime, progress: jobs.Progress | None = None) -> ImportBatch:
    """Read a received workbook and say what writing it would do: new, changed, unchanged, wrong.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it was previewed already.
    :raises FileRefused: it cannot be read at all.
    """
    batch = _lock(batch)
    require(rules.may_decide_import(by, batch, at))
    state = check_move(IMPORT_MOVES, batch.state, "preview")
    lookups = Lookups(batch.cycle)
    reading = importers.read_sites(lookups, io.BytesIO(batch.content or b""))
    if progress:
        progress(reading.total, 2 * reading.total)
    batch.rows = packed(placed.row for placed in reading.rows)
    # What the plan is compared with is noted before it is made: a change in between is then found by the writing.
    with staged(batch.rows) as staging:
        batch.basis = staging.basis()
        plan = planning.plan(lookups, reading.rows, staging)
    errors = [*reading.errors, *plan.errors]
    batch.state = state
    batch.preview = {
        "total": reading.total,
        "new": plan.new,
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "wrong": len({(error.sheet, error.row) for error in errors}),
        "changes": list(_changes(plan)),
        "errors": [{key: freeze(value) for key, value in asdict(error).items()} for error in errors[: LIMITS.errors]],
        "notes": [freeze(note) for note in reading.notes],
    }
    batch.save(update_fields=["state", "preview", "rows", "basis"])
    record(ProjectAct.IMPORT_PREVIEWED, batch, by=by, at=at, **_counts(batch))
    return batch


def ask_for_preview(*, batch: ImportBatch, by: User, at: datetime) -> Job | None:
    """Preview a small workbook at once, and have a worker preview a large one; return the worker's job, if any.

    :raises NotAllowed: by rule.
    :raises FileRefused: a small workbook cannot be read at all; it is dropped.
    """
    require(rules.may_decide_import(by, batch, at))
    if len(batch.content or b"") > PREVIEWED_AT_ONCE:
        key = f"{tasks.PREVIEW}:{batch.pk}"
        return jobs.enqueue(tasks.PREVIEW, key=key, by=by, at=at, cycle=batch.cycle, arguments={"batch_id": batch.pk})
    try:
        preview_import(batch=batch, by=by, at=at)
    except FileRefused:
        drop_import(batch=batch, by=by, at=at)
        raise
    return None


def run_preview(job_id: int, *, at: datetime) -> None:
    """Preview the workbook of a job, for the person who asked for it."""

    def work(job: Job, progress: jobs.Progress) -> dict[str, int]:
        batch = ImportBatch.objects.get(pk=job.arguments["batch_id"])
        batch = preview_import(batch=batch, by=batch.uploaded_by, at=at, progress=progress)
        return _counts(batch)

    jobs.execute(job_id, work)


@transaction.atomic
def write_import(*, batch: ImportBatch, by: User, at: datetime) -> ImportBatch:
    """Write a previewed workbook: every row, exactly as previewed, or nothing.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it was not previewed.
    :raises ImportWrong: rows are not right.
    :raises Conflict: the sites have changed since the preview.
    """
    cycle = lock_cycle(batch.cycle)
    batch = _lock(batch)
    require(rules.may_decide_import(by, batch, at))
    state = check_move(IMPORT_MOVES, batch.state, "write")
    if batch.preview["wrong"]:
        raise ImportWrong
    with staged(bytes(batch.rows or b"")) as staging:
        if staging.basis() != batch.basis:
            raise Conflict(_("The list of sites has changed since the preview. Drop this file and upload it again."))
        staging.write(cycle, selectors.light_rule(cycle), on=timezone.localdate(at))
    if batch.preview["changed"]:
        refresh_lights(cycle=cycle, at=at)
    _decide(batch, state, by, at)
    record(ProjectAct.IMPORT_WRITTEN, batch, by=by, at=at, digest=batch.digest, **_counts(batch))
    return batch


@transaction.atomic
def drop_import(*, batch: ImportBatch, by: User, at: datetime) -> ImportBatch:
    """Drop a workbook without writing it; its file is removed.

    :raises NotAllowed: by rule.
    :raises IllegalMove: it was decided already.
    """
    batch = _lock(batch)
    require(rules.may_decide_import(by, batch, at))
    _decide(batch, check_move(IMPORT_MOVES, batch.state, "drop"), by, at)
    record(ProjectAct.IMPORT_DROPPED, batch, by=by, at=at, digest=batch.digest)
    return batch


@transaction.atomic
def write_sites(*, cycle: Cycle, rows: Sequence[SiteRow], by: User, at: datetime) -> int:
    """Write sites that come from no file, by the same checks and in the same way; return how many are new.

    rows: no two of one project with the same key.

    :raises NotAllowed: by rule.
    :raises ImportWrong: a row breaks a rule.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_import_sites(by, cycle, at))
    with staged(packed(rows)) as staging:
        plan = planning.plan(Lookups(cycle), [Placed(row) for row in rows], staging)
        if plan.errors:
            raise ImportWrong(plan.errors[0].problem)
        staging.write(cycle, selectors.light_rule(cycle), on=timezone.localdate(at))
    if plan.changed:
        refresh_lights(cycle=cycle, at=at)
    record(ProjectAct.SITES_WRITTEN, cycle, by=by, at=at, cycle_id=cycle.pk, new=plan.new, changed=len(plan.changed))
    return plan.new


def _lock(batch: ImportBatch) -> ImportBatch:
    rows = ImportBatch.objects.select_for_update(of=("self",)).select_related("cycle__area")
    return rows.get(pk=batch.pk)


def _decide(batch: ImportBatch, state: str, by: User, at: datetime) -> None:
    batch.state, batch.content, batch.rows, batch.decided_at, batch.decided_by = state, None, None, at, by
    batch.save(update_fields=["state", "content", "rows", "decided_at", "decided_by"])


def _counts(batch: ImportBatch) -> dict[str, int]:
    """Return what the journal keeps of a preview."""
    return {key: batch.preview[key] for key in ("new", "changed", "unchanged", "wrong")}


def _changes(plan: planning.Plan) -> Iterable[dict[str, object]]:
    for placed, differences in plan.changed[:CHANGES_SHOWN]:
        for column, old, new in differences:
            yield {
                "row": placed.place.number if placed.place else 0,
                "name": placed.row.name,
                "column": column,
                "old": None if old is None else freeze(old),
                "new": None if new is None else freeze(new),
            }
