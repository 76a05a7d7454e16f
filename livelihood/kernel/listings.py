"""Lists that can be taken as files: each is declared once, in its room, and handed out by `livelihood.lists`.

    NEEDS = declare(Listing("needs", _("Needs"), page="proposals:board", chosen=chosen_needs, read=…, fields=…))

A page offers the file with `{% downloads "needs" %}`; whoever asks for it is asked the rule of the page again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.module_loading import autodiscover_modules

from livelihood.kernel.errors import Text
from livelihood.kernel.exports import Field
from livelihood.kernel.verdict import Verdict

OF_FILES = ("export", "sort")
"""What the address of a list as a file has beside its filters."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which list. place: a year, or an area for lists of an area. by: None where anybody asks."""

    request: HttpRequest
    place: Any
    by: Any
    at: datetime


def _nothing(_place: Any) -> Iterable[QuerySet[Any]]:
    return ()


def _no_fields(_place: Any) -> Sequence[Field]:
    return ()


def _never(_place: Any, _since: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of a year or of an area, as its page shows it.

    name: in addresses; with the code of the area and the year it names the file, too. page: name of the page's address.
    chosen: what the address asks for, by the filters of the page and in its order: rows with a key, or, without `read`,
        the rows themselves, of which there are few by nature.
    read: rows of a place with all that the columns need, from which they are taken by their keys.
    fields: the columns, in the active language; they cause no query for a row.
    fields_of: the same for rows of these keys, where all that they name is looked up at once.
    named: what else the columns name. Where nothing in it and in the rows has changed, the file is still true.
    may_read: the rule of the page; None where anybody may read it, and the file is everybody's.
    of_area: it is a list of an area, and not of a year.
    back: name of the address that a long file leads back to, where that of the page needs more than its place.
    is_void: whether something was taken back since an instant that a file of then must not hand out any longer.
    """

    name: str
    title: Text
    page: str
    chosen: Callable[[Asked], Any]
    fields: Callable[[Any], Sequence[Field]] = _no_fields
    fields_of: Callable[[Sequence[int]], Sequence[Field]] | None = None
    read: Callable[[Any], QuerySet[Any]] | None = None
    named: Callable[[Any], Iterable[QuerySet[Any]]] = _nothing
    may_read: Callable[[Any, Any, datetime], Verdict] | None = None
    of_area: bool = False
    back: str = ""
    is_void: Callable[[Any, datetime], bool] = _never

    def columns(self, place: Any, keys: Sequence[int]) -> Sequence[Field]:
        """Return the columns of a file of these rows."""
        return self.fields_of(keys) if self.fields_of else self.fields(place)

    @property
    def is_public(self) -> bool:
        return self.may_read is None

    @property
    def address(self) -> str:
        """The name of the address at which the list is asked for as a file."""
        if self.of_area:
            return "lists:of_area"
        return "lists:public" if self.is_public else "lists:of_year"


_LISTINGS: dict[str, Listing] = {}


def declare(listing: Listing) -> Listing:
    """Make a list known by its name."""
    _LISTINGS[listing.name] = listing
    return listing


def listings() -> Mapping[str, Listing]:
    """Return every list that a room declares in its `listings`, by name."""
    autodiscover_modules("listings")
    return dict(sorted(_LISTINGS.items()))
