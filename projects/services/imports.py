"""Sites from a workbook: received, previewed, then written as a whole or dropped."""

import hashlib
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.errors import Conflict, InvalidInput, Text
from livelihood.kernel.imports import LIMITS, Row, RowError
from livelihood.kernel.moves import check_move
from livelihood.kernel.uploads import TABLES, FileRefused, check_file
from livelihood.kernel.verdict import require
from projects import rules, tasks
from projects.models import Allocation, ImportBatch, Indicator
from projects.services.lights import refresh_lights
from projects.services.promises import lock_cycle
from projects.services.staging import as_csv, staged
from projects.site_table import STORED, SiteRow, SiteTable, stored_sites
from projects.states import IMPORT_MOVES, IndicatorKind, SiteState

PREVIEWED_AT_ONCE = 300_000
"""Bytes; larger workbooks are read by a worker."""

CHANGES_SHOWN = 200
"""So many changes are shown one by one in a preview; all are counted."""

FINISHED = frozenset({SiteState.COMPLETED.value, SiteState.ACCEPTED.value})


class ImportWrong(InvalidInput):
    """Rows of a file are not right, so nothing of it is written."""

    code = "import_wrong"
    message = _("Some rows are not right. Nothing was written; mend the file and send it again.")


@dataclass(slots=True)
class Plan:
    """What writing a file would do. changed: rows with the differing columns (column, old, new)."""

    new: int = 0
    changed: list[tuple[Row | None, SiteRow, list[tuple[str, Any, Any]]]] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


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
        file_name=file_name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_at=at,
        uploaded_by=by,
    )
    record("import.received", batch, by=by, at=at, digest=batch.digest)
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
    table = SiteTable(batch.cycle)
    reading = table.read(io.BytesIO(batch.content or b""))
    if progress:
        progress(reading.total, 2 * reading.total)
    batch.rows = as_csv(batch.cycle, [row for _place, row in reading.rows])
    # What the plan is compared with is noted before it is made: a change in between is then found by the writing.
    with staged(batch.rows) as staging:
        batch.basis = staging.basis()
    plan = _plan(table, reading.rows)
    errors = [*reading.errors, *plan.errors]
    batch.state = state
    batch.preview = {
        "total": reading.total,
        "new": plan.new,
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "wrong": len({(error.sheet, error.row) for error in errors}),
        "changes": list(_shown_changes(table, plan)),
        "errors": [{key: _plain(value) for key, value in asdict(error).items()} for error in errors[: LIMITS.errors]],
        "notes": [str(note) for note in reading.notes],
    }
    batch.save(update_fields=["state", "preview", "rows", "basis"])
    record("import.previewed", batch, by=by, at=at, **_counts(batch))
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
        staging.write()
    refresh_lights(cycle=cycle, at=at)
    _decide(batch, state, by, at)
    record("import.written", batch, by=by, at=at, digest=batch.digest, **_counts(batch))
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
    record("import.dropped", batch, by=by, at=at, digest=batch.digest)
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
    table = SiteTable(cycle)
    plan = _plan(table, [(None, row) for row in rows])
    if plan.errors:
        raise ImportWrong(plan.errors[0].problem)
    with staged(as_csv(cycle, rows)) as staging:
        staging.write()
    refresh_lights(cycle=cycle, at=at)
    record("sites.written", cycle, by=by, at=at, cycle_id=cycle.pk, new=plan.new, changed=len(plan.changed))
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


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _shown_changes(table: SiteTable, plan: Plan) -> Iterable[dict[str, object]]:
    for place, row, differences in plan.changed[:CHANGES_SHOWN]:
        for column, old, new in differences:
            yield {
                "row": place.number if place else 0,
                "name": row.name,
                "column": str(table.heading(column)),
                "old": table.shown(column, old),
                "new": table.shown(column, new),
            }


def _plan(table: SiteTable, rows: Sequence[tuple[Row | None, SiteRow]]) -> Plan:
    """Compare rows with the sites that are there, and check what only the whole list can tell."""
    plan = Plan()
    stored = stored_sites(table.cycle)
    for place, row in rows:
        old = stored.get((row.project_id, row.key))
        if old is None:
            plan.new += 1
            continue
        differences = [
            (column, before, after) for column, before, after in zip(STORED, old, row, strict=False) if before != after
        ]
        if not differences:
            plan.unchanged += 1
        elif error := _frozen(table, place, row, old, {column for column, _before, _after in differences}):
            plan.errors.append(error)
        else:
            plan.changed.append((place, row, differences))
    plan.errors += _sums(table, rows, stored)
    return plan


def _error(table: SiteTable, place: Row | None, row: SiteRow, column: str, *, problem: Text, remedy: Text) -> RowError:
    if place is None:
        return RowError("", 0, table.by_name[column].heading, row.key, problem, remedy)
    return table.error(place, column, problem, remedy)


def _frozen(
    table: SiteTable, place: Row | None, row: SiteRow, old: tuple[Any, ...], columns: set[str]
) -> RowError | None:
    """Say why a site may not be changed by a workbook any more, or None."""
    state, reported_on = old[len(STORED) :]
    if state in FINISHED:
        problem = _("This site is completed. It changes no more.")
        remedy = _("Take the row out, or leave it as it was.")
        return _error(table, place, row, "key", problem=problem, remedy=remedy)
    if reported_on is not None and columns & {"indicator_id", "area_id"}:
        problem = _("Progress was reported on this site. Its indicator and area change no more.")
        remedy = _("Keep both, or list a new site under a new key.")
        return _error(table, place, row, "key", problem=problem, remedy=remedy)
    return None


def _sums(
    table: SiteTable, rows: Sequence[tuple[Row | None, SiteRow]], stored: dict[tuple[int, str], tuple[Any, ...]]
) -> list[RowError]:
    """Check that the sites of an indicator promise no more than its target, nor those of an area more than its share.

    The first row that goes beyond is reported, once for each sum.
    """
    indicators = {
        indicator.pk: indicator for indicator in table.indicators.values() if indicator.kind == IndicatorKind.ADDITIVE
    }
    limits = _limits(indicators.values())
    child_of = _children(table)
    given = {(row.project_id, row.key) for _place, row in rows}
    sums: dict[tuple[int, int | None], Decimal] = defaultdict(Decimal)
    places = {name: STORED.index(name) for name in ("indicator_id", "area_id", "quantity_planned")}
    for key, old in stored.items():
        if key not in given and (planned := old[places["quantity_planned"]]):
            indicator, area = old[places["indicator_id"]], old[places["area_id"]]
            sums[indicator, None] += planned
            sums[indicator, child_of.get(area)] += planned
    errors = []
    for place, row in rows:
        if not row.quantity_planned or row.indicator_id not in indicators:
            continue
        for share in (None, child_of.get(row.area_id)) if child_of.get(row.area_id) else (None,):
            limit = limits.get((row.indicator_id, share))
            before = sums[row.indicator_id, share]
            sums[row.indicator_id, share] = after = before + row.quantity_planned
            if limit is not None and before <= limit < after:
                errors.append(
                    _error(
                        table,
                        place,
                        row,
                        "quantity_planned",
                        problem=_over(indicators[row.indicator_id], after, limit),
                        remedy=_("Correct the quantities, or the area of the site."),
                    )
                )
    return errors


def _limits(indicators: Collection[Indicator]) -> dict[tuple[int, int | None], Decimal]:
    """Return targets and shares: (indicator, child area or None for the whole) → quantity."""
    limits: dict[tuple[int, int | None], Decimal] = {}
    limits |= {(row.pk, None): row.target for row in indicators if row.target is not None}
    shares = Allocation.objects.filter(indicator__in=[row.pk for row in indicators])
    return limits | {(row.indicator_id, row.area_id): row.target for row in shares}


def _children(table: SiteTable) -> dict[int, int]:
    """Return for every area below the year's the child area it lies in."""
    children = {area.stem: area.pk for area in table.areas.values() if area.parent_id == table.cycle.area_id}
    lengths = {len(stem) for stem in children}
    return {
        area.pk: children[area.code[:length]]
        for area in table.areas.values()
        for length in lengths
        if area.code[:length] in children
    }


def _over(indicator: Indicator, total: Decimal, limit: Decimal) -> Text:
    return format_lazy(
        _("With this row the sites of “{name}” plan {total}, more than the {limit} that are promised here."),
        name=indicator.name,
        total=f"{total.normalize():f}",
        limit=f"{limit.normalize():f}",
    )
