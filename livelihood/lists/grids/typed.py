"""What is typed into the rows of a grid: read cell by cell, kept as it was typed until it is right."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Field
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.lists.grids.declared import GridColumn


@dataclass(frozen=True, slots=True)
class TypedField:
    """A column that is typed into. field: cleans a cell. kind: number, text or tick.

    confirm: what is ticked beneath the cell once somebody has to say that it is right; "" where nothing is.
    """

    name: str
    label: Text
    field: Field
    kind: str = "text"
    confirm: Text = ""


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell. at: the address of the cell in its page."""

    at: str
    label: str
    reason: Text


RowValues = dict[str, Any]
"""What the fields of one row say, by their names."""


class TypedSheet:
    """What was typed into some rows.

    named: what a row is called. data: what was sent, `quantity_12` for the row of key 12; nothing where nothing was.
    """

    def __init__(
        self, fields: Sequence[TypedField], named: Callable[[Any], str], data: Mapping[str, str] | None = None
    ) -> None:
        self.fields, self.named, self.data = fields, named, data or {}
        self.values: dict[int, RowValues] = {}
        self.faults: dict[tuple[int, str], list[Text]] = {}
        self.asking: set[int] = set()
        self.rows: dict[int, Any] = {}

    def read(self, rows: Iterable[Any]) -> None:
        """Clean what was typed into rows; rows in which nothing was typed have no values."""
        for row in rows:
            texts = {one.name: self.text(one.name, row.pk) for one in self.fields}
            if not any(map(fold, texts.values())):
                continue
            self.rows[row.pk], self.values[row.pk] = row, {}
            if self.is_confirmed(row.pk):
                self.asking.add(row.pk)
            for one in self.fields:
                try:
                    self.values[row.pk][one.name] = one.field.clean(texts[one.name])
                except ValidationError as error:
                    self.refuse(row.pk, one.name, error.messages[0])

    def text(self, name: str, pk: int) -> str:
        """Return what was typed into a cell."""
        return str(self.data.get(f"{name}_{pk}", ""))

    def is_confirmed(self, pk: int) -> bool:
        """Say whether somebody has said that what is typed into a row is right."""
        return bool(self.text("confirmed", pk))

    def right(self) -> dict[int, RowValues]:
        """Return the values of the rows in which nothing is wrong."""
        wrong = {pk for pk, _name in self.faults}
        return {pk: values for pk, values in self.values.items() if pk not in wrong}

    def wrong(self) -> list[Any]:
        """Return the rows in which something is wrong."""
        wrong = {pk for pk, _name in self.faults}
        return [row for pk, row in self.rows.items() if pk in wrong]

    def refuse(self, pk: int, name: str, reason: Text, *, asks: bool = False) -> None:
        """Say what is wrong with a cell. asks: it only has to be confirmed."""
        self.faults.setdefault((pk, name), []).append(reason)
        if asks:
            self.asking.add(pk)

    def problems(self) -> list[CellFault]:
        """Return all that is wrong, in the order of the rows."""
        labels = {one.name: one.label for one in self.fields}
        return [
            CellFault(f"{name}_{pk}", self._label(self.rows[pk], labels[name]), reason)
            for (pk, name), reasons in self.faults.items()
            for reason in reasons
        ]

    def columns(self) -> list[GridColumn]:
        """Return the columns that are typed into; they are never hidden, as what is typed would be."""
        return [
            GridColumn(one.name, one.label, lambda row, _cycle, one=one: self._cell(one, row), is_typed=True)  # type: ignore[misc]
            for one in self.fields
        ]

    def _label(self, row: Any, label: Text) -> str:
        return self._labelled % {"row": self.named(row), "field": label}

    @cached_property
    def _labelled(self) -> str:
        return _("%(row)s: %(field)s")

    def _cell(self, one: TypedField, row: Any) -> SafeString:
        pk, text = row.pk, self.text(one.name, row.pk)
        at, label = f"{one.name}_{pk}", self._label(row, one.label)
        reasons = self.faults.get((pk, one.name), [])
        state = format_html(' aria-invalid="true" aria-describedby="{}_error"', at) if reasons else SafeString()
        if one.kind == "tick":
            return _tick(at, label, "", is_on=bool(text))
        more = ' inputmode="decimal" autocomplete="off" class="num"' if one.kind == "number" else ""
        cell = format_html(
            '<input type="text" id="{}" name="{}" value="{}" aria-label="{}"{}{}>',
            at, at, text, label, mark_safe(more), state,  # noqa: S308 -- a constant
        )  # fmt: skip
        if reasons:
            said = format_html_join("", "<p>{}</p>", ((reason,) for reason in reasons))
            cell += format_html('<div class="error" id="{}_error">{}</div>', at, said)
        if one.confirm and pk in self.asking:
            cell += _tick(f"confirmed_{pk}", "", one.confirm, is_on=self.is_confirmed(pk))
        return cell


def _tick(at: str, label: str, text: Text, *, is_on: bool) -> SafeString:
    checked = SafeString(" checked" if is_on else "")
    named = format_html(' aria-label="{}"', label) if label else SafeString()
    return format_html(
        '<label class="check"><input type="checkbox" id="{}" name="{}"{}{}><span>{}</span></label>',
        at, at, named, checked, text,
    )  # fmt: skip
