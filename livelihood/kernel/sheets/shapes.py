"""How a cell is shown where that says more than its value: a month without its day, zeros, words around a number."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from livelihood.kernel.sheets.cells import Cell

MONTH = -1
"""The shape of a date that shows its month and no day; other shapes are numbers of digits."""
YEAR = -2
"""The shape of a date that shows its year alone."""
MONTHS_OF_EXCEL = {17, 27, 36, 50, 52, 57}
"""Formats that need no code, as Excel numbers them in Chinese."""

WORD, DIGIT, TEXT, CODE = range(4)
"""What a format holds: words, places of digits, of a text, and all that shows no whole number."""
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]|(?P<odd>\[(?:[<>=]|DBNum|[hms]+\])[^\]]*\]?)'
    r"|\[[^\]]*\]|[_*].|(?P<digit>[0#?]|General|G/通用格式)|(?P<text>@)|(?P<code>[a-z.,%/])|(?P<end>;)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_KINDS = {"digit": DIGIT, "text": TEXT, "code": CODE, "odd": CODE}
_POSITIVE, _NEGATIVE, _ZERO = range(3)
Section = list[tuple[int, str]]
"""What a format says of some values: kinds of what it holds, and what stands there."""


class Worded(NamedTuple):
    """A format that puts words around whole numbers or texts. numbers: of those above, below and at zero."""

    numbers: Sequence[Section]
    text: Section


Shape = int | Worded | str
"""MONTH, YEAR, a number of digits, or words around the value; a text is what is shown itself; 0 says nothing."""


def shape_of(code: str) -> Shape:
    """Return what a number format shows; 0 where it shows the number itself."""
    sections = list(_sections(code))
    letters = "".join(text for kind, text in sections[0] if kind != WORD).lower()
    if re.fullmatch("y{2,4}|e{1,4}", letters):
        return YEAR
    if {"y", "m"} <= set(letters) and set("dhs").isdisjoint(letters):
        return MONTH
    if any(kind == CODE for section in sections for kind, _text in section):
        return 0
    if any(kind == WORD and text.strip() for section in sections for kind, text in section):
        of_text = [section for section in sections if any(kind == TEXT for kind, _text in section)]
        return Worded([one for one in sections if one not in of_text], of_text[0] if of_text else [])
    return len(letters) if re.fullmatch("0{2,15}", letters) else 0


def _sections(code: str) -> Iterator[Section]:
    section: Section = []
    for found in _TOKENS.finditer(code):
        if found["end"]:
            yield section
            section = []
        elif found.lastgroup:  # else a colour, or room
            section.append((_KINDS.get(found.lastgroup, WORD), found[found.lastgroup]))
    yield section


def as_shown(cell: Cell, shape: Shape, *, with_words: bool = True) -> Cell:
    """Return a cell as its reader sees it. with_words: otherwise a number with words around it stays the number."""
    if isinstance(shape, int):
        return _as_day_or_digits(cell, shape)
    if not with_words:
        return cell
    if isinstance(shape, str):
        return shape
    if isinstance(cell, str):
        return "".join(cell if kind == TEXT else text for kind, text in shape.text) or cell
    if type(cell) in {int, float} and cell == int(cell):  # type: ignore[arg-type]
        return _with_words(int(cell), shape.numbers) or cell  # type: ignore[arg-type]
    return cell


def _as_day_or_digits(cell: Cell, shape: int) -> Cell:
    if shape == MONTH and isinstance(cell, date):
        return f"{cell.year}年{cell.month}月"
    if shape == YEAR and isinstance(cell, date):
        return f"{cell.year}年"
    if shape > 0 and type(cell) in {int, float} and cell >= 0 and cell == int(cell):  # type: ignore[operator, arg-type]
        return str(int(cell)).zfill(shape)  # type: ignore[arg-type]
    return cell


def _with_words(number: int, sections: Sequence[Section]) -> str:
    """Return a whole number as a format shows it, "" where it hides it."""
    place = _POSITIVE if number > 0 else _NEGATIVE if number < 0 else _ZERO
    section = sections[place] if place < len(sections) else sections[0] if sections else []
    places = [text for kind, text in section if kind == DIGIT]
    least = len(places) - places.index("0") if "0" in places else int(not number and "#" not in places)
    digits = str(abs(number)).zfill(least) if number or least else ""
    parts: list[str] = []
    for kind, text in reversed(section):
        if kind == DIGIT:
            places.pop()
            digits, text = (digits[:-1], digits[-1:]) if places else ("", digits)  # noqa: PLW2901 -- what is shown
        parts.append(text)
    sign = "-" if number < 0 and len(sections) <= _NEGATIVE else ""
    return sign + "".join(reversed(parts)).strip()
