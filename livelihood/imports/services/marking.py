"""What is to be corrected is marked in a long workbook: once, by a worker, and given again for a day."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.imports import rules, selectors, sheets, tasks
from livelihood.imports.models import Import, MarkedWorkbook
from livelihood.imports.services.locking import lock_import
from livelihood.jobs import services as jobs
from livelihood.jobs.models import UNFINISHED, Job
from livelihood.kernel.errors import Conflict
from livelihood.kernel.verdict import require
from livelihood.lists import services as lists

MOST_KEPT_OF_ONE = 5
"""So many marked workbooks are kept for one person; one that is forgotten is written again when it is asked for."""


@transaction.atomic
def ask_for_marking(*, batch: Import, by: User, at: datetime) -> MarkedWorkbook:
    """Have a worker mark the workbook of an import, in the active language; asked for again it is the same file.

    :raises NotAllowed: by rule.
    :raises TooManyFiles: another one is being marked for this person, or many were within the hour.
    """
    batch = lock_import(batch)
    require(rules.may_mark_import(by, batch, at))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that their requests are counted one after another
    language = translation.get_language()
    known = selectors.marked_workbooks(batch, language).first()
    if known and (known.job.state in UNFINISHED or selectors.kept_workbooks(at).filter(pk=known.pk).exists()):
        return known
    lists.check_room(tasks.MARK, by=by, at=at)
    key = selectors.job_key(tasks.MARK, batch)
    after = f":{known.job_id}" if known else ""
    job = jobs.enqueue(tasks.MARK, key=f"{key}:{language}{after}", by=by, at=at, cycle=batch.cycle)
    values = {"job": job, "content": None, "requested_at": at, "requested_by": by}
    workbook, _created = MarkedWorkbook.objects.update_or_create(
        of=batch, version=batch.version, language=language, defaults=values
    )
    return workbook


def run_marking(job_id: int, *, at: datetime) -> None:
    """Do the job of marking a workbook."""
    jobs.execute(job_id, lambda job, progress: _mark(job, progress, at))


def _mark(job: Job, progress: jobs.Progress, at: datetime) -> dict[str, int]:
    workbook = MarkedWorkbook.objects.select_related("of", "requested_by").get(job=job)
    by, batch = workbook.requested_by, workbook.of
    require(rules.may_mark_import(by, batch, at))
    with translation.override(workbook.language):
        content = sheets.workbook_of(batch, progress)
    # Nobody waited meanwhile; what was decided since is seen now.
    batch = lock_import(batch)
    require(rules.may_mark_import(by, batch, at))
    if batch.version != workbook.version:
        raise Conflict(_("This file has been read anew since. Ask for the marked workbook again."))
    workbook.content = content
    workbook.save(update_fields=["content"])
    others = MarkedWorkbook.objects.filter(requested_by=by, content__isnull=False).exclude(pk=workbook.pk)
    last = others.order_by("-requested_at", "-pk").values_list("pk", flat=True)[: MOST_KEPT_OF_ONE - 1]
    others.exclude(pk__in=list(last)).update(content=None)
    return {"bytes": len(content)}


def forget_marked(*, at: datetime) -> int:
    """Forget what is kept long enough; return how many files. A line stays that says that there was one."""
    rows = MarkedWorkbook.objects.filter(content__isnull=False, requested_at__lte=at - selectors.KEPT_FOR)
    return rows.update(content=None)
