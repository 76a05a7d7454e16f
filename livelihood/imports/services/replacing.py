"""A file that nobody has decided is set aside by the next of its kind, taken up again, or discarded by the clock."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.imports import rules, selectors, tasks
from livelihood.imports.models import Import, ImportPage, MarkedWorkbook
from livelihood.imports.services.locking import lock_import, reopen
from livelihood.imports.states import IMPORT_MOVES, UNDECIDED
from livelihood.jobs.models import UNFINISHED, Job
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require


def replace_earlier(new: Import) -> None:
    """Set aside what the same office has brought for the same before and not decided; nothing of it is lost.

    Where somebody acts for no organisation, or for several, it is what they themselves have brought. What a worker is
    to write stays as it is.
    """
    same = Import.objects.filter(kind=new.kind, area=new.area, cycle=new.cycle, target=new.target)
    of_office = Q(organisation=new.organisation_id) if new.organisation_id else Q(received_by=new.received_by)
    rows = same.filter(selectors.WAITING, of_office, pk__lt=new.pk).select_for_update().order_by("pk")
    earlier = list(rows.only("pk", "state", "version"))
    going = {selectors.job_key(tasks.WRITE, batch): batch.pk for batch in earlier}
    writing = Job.objects.filter(key__in=going, state__in=UNFINISHED).values_list("key", flat=True)
    kept = {going[key] for key in writing}
    aside = [batch for batch in earlier if batch.pk not in kept]
    for batch in aside:
        batch.state, batch.replaced_by = check_move(IMPORT_MOVES, batch.state, "replace"), new
    Import.objects.filter(replaced_by__in=aside).update(replaced_by=new)
    Import.objects.bulk_update(aside, ["state", "replaced_by"])


@transaction.atomic
def take_up_import(*, batch: Import, by: User, at: datetime) -> Import:
    """Let a file that was replaced be read anew, as another than the one that replaced it.

    :raises NotAllowed: by rule, or it was not replaced.
    """
    batch = lock_import(batch)
    require(rules.may_take_up_import(by, batch, at))
    reopen(batch, "take_up")
    return batch


@transaction.atomic
def expire_imports(*, keys: Collection[int]) -> int:
    """Discard files that nobody has decided, with all that was read of them, and return how many."""
    rows = Import.objects.filter(pk__in=keys, state__in=UNDECIDED).select_for_update().order_by("pk")
    batches = list(rows.only("pk", "state"))
    for batch in batches:
        batch.state, batch.content, batch.prepared = check_move(IMPORT_MOVES, batch.state, "expire"), None, None
    ImportPage.objects.filter(of__in=batches).delete()
    MarkedWorkbook.objects.filter(of__in=batches).update(content=None)
    forget_failures(keys=[batch.pk for batch in batches])
    return Import.objects.bulk_update(batches, ["state", "content", "prepared"])


def forget_failures(*, keys: Collection[int]) -> None:
    """Forget why work upon files failed, which may name somebody who stands in one."""
    work = Job.objects.filter(task__in=tasks.OF_FILES, arguments__import_id__in=list(keys))
    work.exclude(error="").update(error="")
