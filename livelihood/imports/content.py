"""What the pages of an import hold: lines as JSON, packed; values keep their types, messages stay messages."""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Choices
from django.utils.functional import Promise

from livelihood.kernel.messages import Frozen, freeze, thaw
from livelihood.kernel.sheets.quantities import Quantity

PAGE = 100
"""Lines of a page."""

PLAIN = frozenset({str, int, float, bool, type(None)})
Kept = Any
"""A value as JSON: as it is, or an object of one key that says of which type it is."""


Question = tuple[str, str, Frozen, Mapping[str, Frozen]]
"""What is asked of a row: code, column, problem, answers."""

Given = tuple[str, str, Frozen, Frozen, int, str]
"""What was answered: code, answer, what was asked, the answer in words, by whom (key), when."""


class KeptLine(NamedTuple):
    """A row of a file as it is kept, whatever became of it.

    values: by column. changes: column, old, new. problems: column, its heading, what stands there, problem, remedy.
    questions: as they were asked; given: what was answered. read_as: column, what is written, what was read; or a
    remark on the row. why: for which it was left out. because: for which it changes something.
    """

    row: int
    name: str = ""
    subject: int | None = None
    values: Mapping[str, Kept] = {}
    changes: Sequence[tuple[str, Kept, Kept]] = ()
    problems: Sequence[tuple[str, Frozen, str, Frozen, Frozen]] = ()
    questions: Sequence[Question] = ()
    read_as: Sequence[tuple[str, str, str, str]] = ()
    why: str = ""
    because: str = ""
    given: Sequence[Given] = ()


_AS_JSON: list[tuple[type, Callable[[Any], Kept]]] = [
    (Decimal, lambda value: {"number": str(value)}),
    (date, lambda value: {"day": value.isoformat()}),
    (Quantity, lambda value: {"number": str(value.number)}),
    (Choices, lambda value: {"choice": value.value, "label": freeze(value.label)}),
    (Promise, lambda value: {"message": freeze(value)}),
    (tuple, lambda value: {"several": [keep(one) for one in value]}),
]


_BY_TYPE: dict[type, Callable[[Any], Kept]] = {}
"""The same by the very type of a value, as types come."""


def keep(value: Any) -> Kept:
    """Return a value as JSON."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind not in _BY_TYPE:
        _BY_TYPE[kind] = next(as_json for base, as_json in _AS_JSON if issubclass(kind, base))
    return _BY_TYPE[kind](value)


def bring_back(kept: Kept) -> Any:
    """Return a value that was kept; one of a few as its plain value."""
    if not isinstance(kept, dict):
        return kept
    if "number" in kept:
        return Decimal(kept["number"])
    if "day" in kept:
        return date.fromisoformat(kept["day"])
    if "choice" in kept:
        return kept["choice"]
    if "message" in kept:
        return thaw(kept["message"])
    return tuple(bring_back(one) for one in kept["several"])


def paged(lines: Sequence[KeptLine]) -> Iterator[tuple[int, Sequence[KeptLine]]]:
    """Yield lines page by page, with the number of each from 1."""
    for number, first in enumerate(range(0, len(lines), PAGE), start=1):
        yield number, lines[first : first + PAGE]


def pack(lines: Sequence[KeptLine]) -> bytes:
    """Write lines as a page keeps them, each as a list of its fields."""
    return zlib.compress(json.dumps(lines, ensure_ascii=False, separators=(",", ":")).encode(), level=1)


def unpack(packed: bytes | memoryview) -> list[KeptLine]:
    """Read lines back."""
    return [KeptLine(*fields) for fields in json.loads(zlib.decompress(packed))]
