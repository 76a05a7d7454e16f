"""A kind of sheet as data: its columns, what they are called in offices, and what makes a row unique."""

import re
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import autodiscover_modules

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.cells import CellProblem, InContext, Parser, Parts
from livelihood.kernel.sheets.points import Angle, Datum, Remark
from livelihood.kernel.sheets.quantities import Quantity

if TYPE_CHECKING:
    from livelihood.kernel.sheets.results import Reading


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind of sheet.

    name: the key of its values.
    heading: as exports write it; recognised in every language of the site.
    parse: turns a filled cell into a value or raises CellProblem.
    required: where the column is there, every row is filled; otherwise an empty cell becomes None.
    aliases: further headings it is known by, the most certain first, parted by spaces.
    like: a pattern of what else it may be called, in small letters, without punctuation; less certain than an alias.
    each_row: every row has its own value: a cell that is merged over several rows is not read into each of them.
    level: says how high in the tree a heading stands, or None; where headings that mean this column stand at several
        levels, the lowest is read into it, and those above it, one after another, into the columns named `above`.
    is_usual: templates and refusals name it.
    joins: columns of which each cell speaks at once, as a heading of them both says (联系人及电话).
    measures: what it may count, by `units.DIMENSIONS`; a unit that stands over several columns is meant for such.
    unit_in: the column in which each row gives its unit.
    """

    name: str
    heading: Text
    parse: Parser | InContext
    required: bool = True
    aliases: str = ""
    each_row: bool = False
    like: str = ""
    level: Callable[[str], int | None] | None = None
    above: tuple[str, ...] = ()
    is_usual: bool = True
    joins: tuple[str, ...] = ()
    measures: Collection[str] = ()
    unit_in: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One kind of sheet.

    name: as `check_sheet` and addresses call it.
    label: as pages call it.
    identified_by: groups of columns; of each group one has to be there, or the sheet is not of this kind.
    called: columns of texts by which people know what a row is about, the best first.
    key: what makes a row unique; None as key is never a duplicate.
    once: columns of which no two rows have the same value.
    settle: puts together what the cells of a row say of one thing, in place, and returns what is to be said of it.
    section: what the title of a section says of the rows below it, where these do not: in groups named as columns.
    beside: what a title says of a section whose rows are not meant; each of them is asked about.
    resolve: asks the database what only it can tell, of the year or area given or, with None, of neither; returns the
        reading with plain values again, and further errors and notes. It changes nothing that is stored.
    """

    name: str
    label: Text
    columns: tuple[Column, ...]
    identified_by: tuple[tuple[str, ...], ...] = ()
    called: tuple[str, ...] = ()
    key: Callable[[Mapping[str, Any]], Hashable] | None = None
    once: tuple[str, ...] = ()
    settle: Callable[[dict[str, Any], Datum], Sequence[Remark]] | None = None
    section: tuple[re.Pattern[str], ...] = ()
    beside: re.Pattern[str] | None = None
    resolve: Callable[["Reading", Any], "Reading"] | None = None
    by_name: Mapping[str, Column] = field(init=False)

    @property
    def usual(self) -> list[Column]:
        """The columns that somebody is told to fill in."""
        return [column for column in self.columns if column.is_usual]

    @property
    def naming(self) -> tuple[str, ...]:
        """The columns that tell the rows apart, the most certain first."""
        return tuple(name for group in self.identified_by for name in group)

    def name_of(self, values: Mapping[str, Any]) -> str:
        """Return what a row is about, for people; "" where none of its cells says so or is understood."""
        texts = (values.get(name) for name in self.called)
        return next((text for text in texts if text and isinstance(text, str)), "")

    def named_by(self, title: str) -> dict[str, Any]:
        """Return what the title of a section says of the rows below it, by column."""
        found = next(filter(None, (pattern.fullmatch(title) for pattern in self.section)), None)
        said = {name: text for name, text in found.groupdict().items() if text} if found else {}
        try:
            return {name: self.by_name[name].parse(text) for name, text in said.items()}
        except CellProblem:
            return {}

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})


_KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind of sheet known; called once where it is declared."""
    _KINDS[kind.name] = kind
    return kind


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind of sheet that a room declares in its `importers`, by name."""
    autodiscover_modules("importers")
    return dict(sorted(_KINDS.items()))


def written(value: Any) -> str:
    """Write a value plainly: days as ISO, numbers without separators, several values with a comma of lists between."""
    if value is None:
        return ""
    if isinstance(value, Parts):
        value = tuple(part for part in value.values.values() if part is not None)
    if isinstance(value, Quantity):
        value = value.number
    elif isinstance(value, Angle):
        value = value.degrees
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    if isinstance(value, date):
        return value.isoformat()
    return "、".join(map(written, value)) if isinstance(value, tuple) else str(value)
