"""An import is locked before anything is asked of it."""

from livelihood.imports.models import Import


def lock_import(batch: Import) -> Import:
    """Lock an import, and return it as it stands with its file, area and year."""
    rows = Import.objects.select_for_update(of=("self",)).select_related("area__parent", "cycle__area__parent")
    return rows.get(pk=batch.pk)
