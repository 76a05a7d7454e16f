"""Values out of addresses and forms, read with their type: what cannot be read is refused, never guessed.

A view hands `request.GET` and `request.POST` whole to a form, a filter set or `paginate`, and reads single values here
and nowhere else (tests/house/test_parameters.py).
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import DomainError, Text

LARGEST = 2**63 - 1
"""Of a bigint, which every key is."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Between them lies every day that somebody may type; times near year 1 and 9999 cannot change their time zone."""
UNREADABLE = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL stores in no text, or no encoding can write."""


OF_PAGES = ("after", "before", "view")
"""What every list of a page has beside its filters: the key it starts after, and the elder view."""

APPENDED = frozenset({
    "_", "_t", "bd_vid", "clicktime", "dclid", "enterid", "fbclid", "from", "gclid", "isappinstalled",
    "mc_cid", "mc_eid", "msclkid", "nsukey", "ref", "referrer", "scene", "scm", "source", "spm", "t",
    "timestamp", "twclid", "v", "yclid",
})  # fmt: skip
APPENDED_BEGIN = ("share_", "utm_")
"""What campaigns, search engines, mail, chat applications and those who get round a cache append to an address."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A parameter that cannot be read. possible: (value, label) of what may stand there, where these are few."""

    name: str
    value: str
    reason: Text
    possible: Sequence[tuple[str, Text]] = ()


class BadParameters(DomainError):
    """Something in an address or a form cannot be read, so that nothing is shown for it."""

    code = "bad_parameters"
    message = _("The address asks for something that this page does not know.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__()


def word(query: QueryDict, name: str, known: Collection[str], default: str = "") -> str:
    """Return one of the known words; the default where the parameter is absent or empty.

    :raises BadParameters: another word.
    """
    value = query.get(name) or default
    if value != default and value not in known:
        raise _bad(name, value, _("Only these are possible: {words}."), words=", ".join(sorted(known)))
    return value


def only(query: QueryDict, *known: str) -> None:
    """Let nothing stand in the address of a list but what it reads and what every page has.

    For lists that no set of filters judges (livelihood.kernel.filters).

    :raises BadParameters: something else stands there.
    """
    faults = [unknown(query, name, known) for name in query if name not in {*OF_PAGES, *known}]
    if faults:
        raise BadParameters(faults)


def unknown(query: Mapping[str, Any], name: str, known: Collection[str]) -> Fault:
    """Return what is to be said of a name that a list does not know."""
    names = ", ".join(sorted({*known} - set(OF_PAGES)))
    reason = (
        _("There is no such filter. Known are: {known}.").format(known=names)
        if names
        else _("Nothing can be chosen here.")
    )
    return Fault(shown(name), shown(str(query[name])), reason)


def without_appended(query: str) -> str:
    """Return a query as it stands in an address, without what others append to it; the rest as it was written."""
    return "&".join(part for part in query.split("&") if not is_appended(part.partition("=")[0]))


def is_appended(name: str) -> bool:
    """Say whether a name is one that others append: no page reads one (tests/house/test_parameters.py)."""
    return name in APPENDED or name.startswith(APPENDED_BEGIN)


def without(query: QueryDict, *names: str) -> str:
    """Return a query as it stands in an address, without some of its parameters."""
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest.urlencode()


def whole(query: QueryDict, name: str, *, most: int = LARGEST) -> int | None:
    """Return a whole number in ASCII digits (`"²".isdigit()` is true); None where it is absent or empty.

    :raises BadParameters: no number, or one beyond `most`.
    """
    value = query.get(name) or ""
    return _whole(name, value, most) if value else None


def wholes(query: QueryDict, name: str, *, most: int = LARGEST) -> list[int]:
    """Return all numbers of a parameter that stands once for each row.

    :raises BadParameters: one of them is no number.
    """
    return [_whole(name, value, most) for value in query.getlist(name)]


def _whole(name: str, value: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", value) or int(value) > most:
        raise _bad(name, value, _("This must be a whole number from 0 to {most}."), most=most)
    return int(value)


def day(query: QueryDict, name: str) -> date | None:
    """Return a day written as 2027-01-31; None where it is absent or empty.

    :raises BadParameters: no day, or one that nobody means.
    """
    value = query.get(name) or ""
    if not value:
        return None
    try:
        found = parse_date(value)
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise _bad(name, value, _("This must be a day such as 2027-01-31."))
    return found


def text(query: QueryDict, name: str, *, most: int) -> str:
    """Return the beginning of a text, at most `most` characters, trimmed; empty where it is absent.

    :raises BadParameters: it holds what no text can hold.
    """
    value = (query.get(name) or "")[:most]
    if UNREADABLE.search(value):
        raise _bad(name, value, _("This holds a character that cannot be read."))
    return value.strip()


def is_given(query: QueryDict, name: str) -> bool:
    """Say whether a parameter is there at all: which of two buttons was pressed."""
    return name in query


def refused(query: QueryDict, name: str, reason: Text) -> BadParameters:
    """Return the refusal of one parameter, to be raised by who could not read it."""
    return _bad(name, query.get(name) or "", reason)


def _bad(name: str, value: str, reason: Any, **parts: object) -> BadParameters:
    return BadParameters([Fault(name, shown(value), str(reason).format(**parts))])


def shown(value: str) -> str:
    """Return a value that cannot be read as it is shown back: its beginning, what is no character marked."""
    return UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", value[:60])


def field_at(rows: QuerySet[Any], path: str) -> Field:
    """Return the field, of the model, of a related one, or an annotation, that a lookup such as `user__name` names."""
    annotation = rows.query.annotations.get(path)
    if annotation is not None:
        return annotation.output_field
    model: Any = rows.model
    found: Any = None
    for part in path.split("__"):
        try:
            found = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist as error:
            raise ValueError(f"{model} has no {part}") from error
        model = found.related_model
    return found


def stored(field: Field, value: object) -> Any:
    """Return a value as its field holds it, so that the database takes it in a comparison.

    :raises ValueError: none of the field's.
    """
    if (
        isinstance(value, bool)
        or not isinstance(value, int | str)
        or (isinstance(value, str) and UNREADABLE.search(value))
    ):
        raise ValueError("no value of a key")
    try:
        found = field.to_python(value)
        field.run_validators(found)
    except (ValidationError, OverflowError, TypeError) as error:
        raise ValueError("no value of its field") from error
    if isinstance(found, datetime) and (found.tzinfo is None or not FIRST_DAY <= found.date() <= LAST_DAY):
        raise ValueError("no time of a row")
    return found
