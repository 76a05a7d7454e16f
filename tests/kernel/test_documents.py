"""Content kept as JSON: what is written is read back, and what does not fit its form is refused by name."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

import pytest

from livelihood.kernel.documents import KeptDocument, Misread, Part, UnknownForm, plain


class Colour(StrEnum):
    RED = "red"


class Span(NamedTuple):
    low: float
    high: float | None


@dataclass(frozen=True, slots=True)
class Leaf(Part):
    name: str
    colour: Colour


@dataclass(frozen=True, kw_only=True)
class Tree(KeptDocument):
    FORMS: ClassVar = (2, 3)

    form: int = 3
    height: Decimal | None
    planted_on: date
    is_green: bool
    span: Span
    leaves: tuple[Leaf, ...]
    by_number: dict[int, Leaf]


LEAF = Leaf("梧桐", Colour.RED)
TREE = Tree(
    height=Decimal("1.50"),
    planted_on=date(2025, 3, 12),
    is_green=True,
    span=Span(0.5, None),
    leaves=(LEAF,),
    by_number={7: LEAF},
)
WRITTEN: dict[str, Any] = {
    "form": 3,
    "height": "1.5",
    "planted_on": "2025-03-12",
    "is_green": True,
    "span": [0.5, None],
    "leaves": [{"name": "梧桐", "colour": "red"}],
    "by_number": {"7": {"name": "梧桐", "colour": "red"}},
}


def test_a_document_is_written_as_plain_json_and_read_back():
    assert TREE.to_json() == WRITTEN
    assert Tree.from_json(WRITTEN) == TREE
    assert Tree.from_json(WRITTEN | {"form": 2, "height": None}).to_json() == WRITTEN | {"form": 2, "height": None}


@pytest.mark.parametrize("form", [None, 0, 1, 4, "3"])
def test_a_form_that_nobody_knows_is_refused_by_name(form):
    with pytest.raises(UnknownForm) as refusal:
        Tree.from_json(WRITTEN | {"form": form})

    assert refusal.value.status == 501
    assert f"“{form}”" in str(refusal.value)
    assert "2, 3" in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"height": 1.5}, "Tree.height"),
        ({"height": "high"}, "Tree.height"),
        ({"planted_on": "12.3.2025"}, "Tree.planted_on"),
        ({"is_green": 1}, "Tree.is_green"),
        ({"span": [0.5]}, "Tree.span"),
        ({"span": ["0.5", None]}, "Tree.span"),
        ({"leaves": {}}, "Tree.leaves"),
        ({"leaves": [{"name": "梧桐"}]}, "Leaf"),
        ({"leaves": [{"name": "梧桐", "colour": "blue"}]}, "Leaf.colour"),
        ({"by_number": {"seven": WRITTEN["leaves"][0]}}, "Tree.by_number"),
        ({"width": 1}, "Tree"),
    ],
)
def test_what_does_not_fit_is_refused_and_its_place_is_said(change, place):
    with pytest.raises(Misread, match=rf"{place}\b"):
        Tree.from_json(WRITTEN | change)


def test_a_field_that_is_missing_is_refused():
    with pytest.raises(Misread, match="Tree has the fields"):
        Tree.from_json({name: value for name, value in WRITTEN.items() if name != "span"})


def test_what_has_no_place_in_a_document_is_not_written():
    name: Any = b"bytes"

    with pytest.raises(TypeError, match="no place"):
        Leaf(name, Colour.RED).to_json()


@pytest.mark.parametrize(
    ("value", "written"), [("1.5000", "1.5"), ("100", "100"), ("1E+3", "1000"), ("0.000", "0"), ("-2.50", "-2.5")]
)
def test_a_number_is_written_the_same_whatever_its_zeros(value, written):
    assert plain(Decimal(value)) == written
