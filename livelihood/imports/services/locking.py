"""An import is locked before anything is asked of it, and read anew when it is to be read otherwise."""

from django.utils.translation import gettext_lazy as _

from livelihood.imports.models import Import
from livelihood.imports.states import IMPORT_MOVES, ImportSection
from livelihood.kernel.errors import Conflict
from livelihood.kernel.moves import check_move


class ImportBusy(Conflict):
    """Somebody, or a worker, is at the file right now."""

    code = "import_busy"
    message = _("This file is being read or written right now. Nothing was changed; look at it again in a moment.")


def lock_import(batch: Import, *, waits: bool = True) -> Import:
    """Lock an import, and return it as it stands with its file, area and year.

    waits: for who is at it; a person who wants to drop what is being written is rather told at once.

    :raises ImportBusy: somebody is at it, and one does not wait.
    """
    rows = Import.objects.select_for_update(of=("self",), skip_locked=not waits)
    found = rows.select_related("area__parent", "cycle__area__parent").filter(pk=batch.pk).first()
    if found is None:
        raise ImportBusy
    return found


def reopen(batch: Import, verb: str) -> None:
    """Let a locked import be read anew; what was answered stays."""
    batch.state = check_move(IMPORT_MOVES, batch.state, verb)
    batch.replaced_by = None
    batch.pages.exclude(section=ImportSection.ANSWERED).delete()
    batch.marked.update(content=None)
    batch.version += 1
    batch.counts, batch.prepared, batch.problem, batch.basis = {}, None, "", ""
    batch.save(
        update_fields=[
            "state", "version", "counts", "prepared", "problem", "basis", "sheet", "mapping", "meanings", "datum",
            "answers", "replaced_by", "remembered_from",
        ]
    )  # fmt: skip
