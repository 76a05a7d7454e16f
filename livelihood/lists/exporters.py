"""A list as a file."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.exports import Sheet, csv_parts, xlsx_into
from livelihood.kernel.listings import Listing
from livelihood.lists.states import ListFormat


def written(
    listing: Listing, place: Cycle | Area, file_format: ListFormat, rows: Iterable[Any], keys: Sequence[int] = ()
) -> bytes:
    """Return a file of rows, in the active language. keys: of the rows, where they have any."""
    fields = listing.columns(place, keys)
    if file_format == ListFormat.CSV:
        return b"".join(csv_parts(rows, fields))
    book = io.BytesIO()
    xlsx_into(book, [Sheet(listing.title, fields, rows)])
    return book.getvalue()


def file_name(listing: Listing, place: Cycle | Area, file_format: ListFormat) -> str:
    """Name a file by its list, the code of the area and the year."""
    where = f"{place.area.code}-{place.year}" if isinstance(place, Cycle) else place.code
    return f"{listing.name}-{where}.{file_format}"
