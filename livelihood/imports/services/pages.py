"""Keeps the lines of an import, page by page."""

from collections.abc import Sequence

from livelihood.imports.content import KeptLine, pack, paged
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.states import ImportSection


def keep_lines(batch: Import, section: ImportSection, lines: Sequence[KeptLine]) -> None:
    """Keep the lines of a section that has none."""
    ImportPage.objects.bulk_create(
        ImportPage(of=batch, section=section, number=number, rows=[line.row for line in each], lines=pack(each))
        for number, each in paged(lines)
    )
