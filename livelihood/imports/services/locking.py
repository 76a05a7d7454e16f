"""An import is locked before anything is asked of it, and read anew when it is to be read otherwise."""

from livelihood.imports.models import Import
from livelihood.imports.states import IMPORT_MOVES
from livelihood.kernel.moves import check_move


def lock_import(batch: Import) -> Import:
    """Lock an import, and return it as it stands with its file, area and year."""
    rows = Import.objects.select_for_update(of=("self",)).select_related("area__parent", "cycle__area__parent")
    return rows.get(pk=batch.pk)


def reopen(batch: Import, verb: str) -> None:
    """Let a locked import be read anew."""
    batch.state = check_move(IMPORT_MOVES, batch.state, verb)
    batch.replaced_by = None
    batch.pages.all().delete()
    batch.marked.update(content=None)
    batch.version += 1
    batch.counts, batch.prepared, batch.problem, batch.basis = {}, None, "", ""
    batch.save(
        update_fields=[
            "state", "version", "counts", "prepared", "problem", "basis", "sheet", "mapping", "meanings", "datum",
            "answers", "replaced_by",
        ]
    )  # fmt: skip
