"""Lists and their files: found again as long as nothing in them has changed, and read row by row."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import translation

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel import paging
from livelihood.kernel.listings import Listing, listings
from livelihood.kernel.versions import state_of
from livelihood.lists.models import ListFile, SavedView
from livelihood.lists.states import ListFormat


def find_listing(name: str, address: str) -> Listing | None:
    """Return a list by its name, if this is where it is asked for."""
    listing = listings().get(name)
    return listing if listing is not None and listing.address == address else None


def listing_of(file: ListFile) -> Listing:
    """Return the list that a file is of."""
    return listings()[file.listing]


def place_of(file: ListFile) -> Cycle | Area:
    """Return the year or the area that a file is of."""
    place = file.cycle or file.area
    assert place is not None  # noqa: S101 -- the database sees to it
    return place


def fingerprint_of(
    listing: Listing, place: Cycle | Area, rows: QuerySet[Any], file_format: ListFormat, by: User | None
) -> tuple[str, list[int]]:
    """Return the SHA-256 of what a file of these rows would be made of, and their keys in its order."""
    state, keys = state_of(rows, listing.named(place))
    owner = "everybody" if by is None else by.pk
    whole = f"{listing.name} {place.pk} {owner} {file_format} {translation.get_language()} {state}"
    return hashlib.sha256(whole.encode()).hexdigest(), keys


def kept_file(fingerprint: str, at: datetime) -> ListFile | None:
    """Return the file that is written and says just this, or None."""
    return ListFile.objects.kept(at).filter(fingerprint=fingerprint).defer("content").first()


def find_file(pk: int, *, by: User | None, cycle: Cycle | None = None) -> ListFile | None:
    """Return a person's own file, or one of everybody's of a year; with its job and without its content."""
    files = ListFile.objects.filter(requested_by=by) if by else ListFile.objects.filter(requested_by=None, cycle=cycle)
    rows = files.select_related("job", "cycle__area", "area", "requested_by").defer("content", "keys")
    return rows.filter(pk=pk).first()


def is_kept(file: ListFile, at: datetime) -> bool:
    """Say whether a file is written and still given."""
    if listing_of(file).is_void(place_of(file), file.requested_at):
        return False
    return ListFile.objects.kept(at).filter(pk=file.pk).exists()


def content_of(file: ListFile, at: datetime) -> bytes | None:
    """Return what a file holds; None while it is not written, and when it is no longer given."""
    if not is_kept(file, at):
        return None
    content = ListFile.objects.only("content").get(pk=file.pk).content
    return None if content is None else bytes(content)


def views_of(grid: str, by: User, at: datetime) -> list[SavedView]:
    """Return a person's own views of a list, then those of the offices where they work, by name."""
    kept = Q(owner=by)
    for mandate in accounts.held_mandates(by, at):
        kept |= Q(owner=None, role=mandate.role, area=mandate.area_id, organisation=mandate.organisation_id)
    return sorted(
        SavedView.objects.filter(kept, grid=grid), key=lambda view: (view.owner_id is None, view.name, view.pk)
    )


def in_order(rows: QuerySet[Any], keys: Sequence[int], *, at_once: int = 2_000) -> Iterator[Any]:
    """Yield rows in the order of their keys; one that is gone is passed over."""
    for start in range(0, len(keys), at_once):
        yield from paging.in_order(rows, keys[start : start + at_once])
