"""Rows of one file that say what another one says already, and only one may say."""

from collections.abc import Hashable, Iterator, Mapping

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.sheets.declaration import Kind, written
from livelihood.kernel.sheets.heads import Heading
from livelihood.kernel.sheets.results import Row, RowError, shown


class Repeats:
    """What the rows so far have said, by their keys and in the columns of which each value stands once."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.seen: dict[Hashable, Row] = {}

    def of(self, row: Row, columns: Mapping[str, Heading]) -> RowError | None:
        """Report that a row repeats one before; else it is remembered."""
        return next(self._found(row, columns), None)

    def _found(self, row: Row, columns: Mapping[str, Heading]) -> Iterator[RowError]:
        key = self.kind.key(row.values) if self.kind.key else None
        if key is not None and (first := self.seen.setdefault(key, row)) is not row:
            yield self._same_entry(row, first, key, columns)
        for name in self.kind.once:
            value = row.values.get(name)
            if value is not None and (first := self.seen.setdefault(("once", name, value), row)) is not row:
                problem = format_lazy(_("This number stands already in row {row}."), row=first.number)
                remedy = _("Number every row once, or leave the whole column out.")
                yield RowError(row.sheet, row.number, columns[name].text, written(value), problem, remedy, name)

    def _same_entry(self, row: Row, first: Row, key: Hashable, columns: Mapping[str, Heading]) -> RowError:
        problem = format_lazy(_("The same entry stands already in row {row}."), row=first.number)
        remedy = _("Remove one of the two rows.")
        if name := next((name for name in self.kind.naming if row.values.get(name)), None):
            heading, text = columns[name].text, written(row.values[name])
            return RowError(row.sheet, row.number, heading, shown(text), problem, remedy, name)
        parts = key if isinstance(key, tuple) else (key,)
        text = ", ".join(str(part) for part in parts if part is not None)
        return RowError(row.sheet, row.number, "", shown(text), problem, remedy)
