"""Content that is kept as JSON and read for years: frozen dataclasses that write themselves down and back.

A document carries the number of its form. Whoever changes what stands in it gives it another number and goes on reading
the earlier ones; a form that nobody knows is refused by name instead of being read wrongly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Any, ClassVar, Self, get_args, get_origin, get_type_hints

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import DomainError

JSON = Any
"""What the standard library reads and writes as JSON."""


class UnknownForm(DomainError):
    """What is kept here was written by another version, in a form that this one does not read."""

    status = 501
    code = "unknown_form"

    def __init__(self, form: object, known: tuple[int, ...]) -> None:
        message = _(
            "This was written in form {form}, by another version of the portal. This version reads forms: {known}."
        )
        super().__init__(format_lazy(message, form=form, known=", ".join(map(str, known))))


class Misread(ValueError):
    """Something in a document is not as its form has it; the message says where."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a document. Its fields are texts, numbers, days, choices, parts, and tuples and dicts of these."""

    def to_json(self) -> JSON:
        """Write it as an object of JSON."""
        return {field.name: _written(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Read what `to_json` wrote.

        :raises Misread: a field is missing, unknown or of another kind; the message says which.
        """
        hints = get_type_hints(cls)
        wanted = {field.name: hints[field.name] for field in fields(cls)}
        if not isinstance(value, dict) or value.keys() != wanted.keys():
            raise Misread(f"{cls.__name__} has the fields {sorted(wanted)}, not {value!r:.200}")
        return cls(**{name: _read(kind, value[name], f"{cls.__name__}.{name}") for name, kind in wanted.items()})


@dataclass(frozen=True, kw_only=True)
class KeptDocument(Part):
    """A whole that is kept. FORMS: the numbers of the forms that can be read, the present one last."""

    FORMS: ClassVar[tuple[int, ...]]

    form: int

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Read a document of any form that is known.

        :raises UnknownForm: its number is none of these.
        :raises Misread: something in it is not as its form has it.
        """
        form = value.get("form")
        if form not in cls.FORMS:
            raise UnknownForm(form, cls.FORMS)
        return super().from_json(value)


def _written(value: object) -> JSON:
    match value:
        case Enum():
            written = value.value
        case None | bool() | int() | float() | str():
            written = value
        case Decimal():
            written = plain(value)
        case date():
            written = value.isoformat()
        case Part():
            written = value.to_json()
        case tuple():
            written = [_written(one) for one in value]
        case Mapping():
            written = {str(name): _written(one) for name, one in value.items()}
        case _:
            raise TypeError(f"{value!r} has no place in a document")
    return written


def _read(kind: Any, value: JSON, place: str) -> Any:
    try:
        return _as(kind, value, place)
    except Misread:
        raise
    except (TypeError, ValueError, ArithmeticError):
        raise Misread(f"{place} is no {getattr(kind, '__name__', kind)}: {value!r:.200}") from None


def _as(kind: Any, value: JSON, place: str) -> Any:
    inner = get_args(kind)
    if get_origin(kind) is UnionType:
        return None if value is None else _read(inner[0], value, place)
    if get_origin(kind) is tuple:
        return tuple(_read(inner[0], one, place) for one in _exactly(list, value))
    if get_origin(kind) is dict:
        return {inner[0](name): _read(inner[1], one, place) for name, one in _exactly(dict, value).items()}
    if issubclass(kind, tuple):
        hints = get_type_hints(kind).values()
        return kind(*(_read(hint, one, place) for hint, one in zip(hints, _exactly(list, value), strict=True)))
    if issubclass(kind, Part):
        return kind.from_json(value)
    return _leaf(kind, value)


def _leaf(kind: Any, value: JSON) -> Any:
    if issubclass(kind, Enum):
        return kind(value)
    if kind is Decimal:
        return Decimal(_exactly(str, value))
    if kind is date:
        return date.fromisoformat(_exactly(str, value))
    if kind is float and type(value) is int:
        return float(value)
    return _exactly(kind, value)


def _exactly(kind: type, value: JSON) -> Any:
    """Return a value of just this kind: a truth is no number, a number no text."""
    if type(value) is not kind:
        raise TypeError
    return value


def plain(value: Decimal) -> str:
    """Write a number without trailing zeros and without exponent."""
    return f"{value.normalize():f}"
