"""Rows of the list of sites, as the list keeps them."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from livelihood.kernel.folding import fold


class SiteRow(NamedTuple):
    """A site as the list gives it, from a workbook or by hand; fields as in Site."""

    project_id: int
    key: str
    indicator_id: int
    area_id: int
    standard_id: int | None
    organisation_id: int | None
    name: str
    address: str
    longitude: Decimal | None
    latitude: Decimal | None
    starts_on: date
    due_on: date
    quantity_planned: Decimal | None
    source: str = ""

    @property
    def identity(self) -> tuple[int, str]:
        """What a site is found again by, in every spelling of its key."""
        return self.project_id, fold(self.key)


TEXTS = ("name", "address", "source")
"""Columns of text, of which none is empty."""

IDENTITY = ("project_id", "key_folded")
STORED = SiteRow._fields
"""Columns of the table of sites that the list fills."""

NEEDED = ("name", "area", "due_on")
"""Columns without which no new site can be written; a key is given to a site that has none."""
