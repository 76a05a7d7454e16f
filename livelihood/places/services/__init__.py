"""Acts upon areas and organisations, by page and by sheet alike."""

from livelihood.places.services.areas import (
    add_area,
    end_area,
    load_below,
    load_province,
    rename_area,
    revise_area,
)
from livelihood.places.services.merging import merge_organisation
from livelihood.places.services.organisations import (
    add_organisation,
    end_organisation,
    rename_organisation,
    revise_organisation,
)

__all__ = [
    "add_area",
    "add_organisation",
    "end_area",
    "end_organisation",
    "load_below",
    "load_province",
    "merge_organisation",
    "rename_area",
    "rename_organisation",
    "revise_area",
    "revise_organisation",
]
