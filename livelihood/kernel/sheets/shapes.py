"""How a cell is shown where that says more than its value: a month without its day, zeros, words around a number."""

import operator
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from livelihood.kernel.sheets.cells import Cell

MONTH = -1
"""The shape of a date that shows its month and no day; other shapes are numbers of digits."""
YEAR = -2
"""The shape of a date that shows its year alone."""
MONTHS_OF_EXCEL = {17, 27, 36, 50, 52, 57}
"""Formats that need no code, as Excel numbers them in Chinese."""
NUMBERS_OF_EXCEL = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
"""Codes of formats that are known by their numbers alone."""

WORD, DIGIT, POINT, COMMA, PERCENT, TEXT, CODE = range(7)
"""What a format holds: words, places of digits and their signs, of a text, and all that shows no number."""
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[(?P<test>[<>=]{1,2}\s*-?[\d.]{1,20})\]'
    r"|(?P<odd>\[(?:[<>=]|DBNum|[hms]+\])[^\]]*\]?)|\[[^\]]*\]|[_*].|(?P<digit>[0#?]|General|G/通用格式)|(?P<text>@)"
    r"|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<code>[a-z/])|(?P<end>;)|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_KINDS = {
    "digit": DIGIT, "point": POINT, "comma": COMMA, "percent": PERCENT, "text": TEXT, "code": CODE, "odd": CODE,
}  # fmt: skip
_TESTS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_POSITIVE, _NEGATIVE, _ZERO = range(3)


class FormatSection(NamedTuple):
    """What a format says of some values: kinds of what it holds, and what stands there. test: of which values."""

    parts: list[tuple[int, str]]
    test: str = ""

    def has(self, *kinds: int) -> bool:
        """Say whether it holds something of these kinds."""
        return any(kind in kinds for kind, _text in self.parts)


class Format(NamedTuple):
    """A format of numbers or texts.

    numbers: of those above, below and at zero. has_words: it puts some around them. is_plain: it shows whole numbers as
    they are.
    """

    numbers: Sequence[FormatSection]
    text: FormatSection
    has_words: bool
    is_plain: bool = False

    def shows_itself(self, cell: Cell) -> bool:
        """Say at once of a usual number that it is shown as it is."""
        return self.is_plain and type(cell) is float and cell.is_integer()


class Shown(NamedTuple):
    """A number as a format shows it, "" where it hides it. is_exact: it is the number, and not a rounded one."""

    text: str
    is_exact: bool


Shape = int | Format | str
"""MONTH, YEAR, a number of digits, or a format; a text is what is shown itself; 0 says nothing."""
NOTHING = Shown("", is_exact=True)
SAMPLE = 1234567.0
"""A number that no format shows as it is which counts by hundredths or by thousands."""


def shape_of(code: str) -> Shape:
    """Return what a number format shows; 0 where it shows the number itself."""
    sections = list(_sections(code))
    letters = "".join(text for kind, text in sections[0].parts if kind != WORD).lower()
    if re.fullmatch("y{2,4}|e{1,4}", letters):
        return YEAR
    if {"y", "m"} <= set(letters) and set("dhs").isdisjoint(letters):
        return MONTH
    if any(section.has(CODE) for section in sections):
        return 0
    has_words = any(kind == WORD and text.strip() for section in sections for kind, text in section.parts)
    if not has_words and not any(kind == DIGIT and len(text) == 1 for one in sections for kind, text in one.parts):
        return 0
    if not has_words and re.fullmatch("0{2,15}", letters):
        return len(letters)
    of_text = [section for section in sections if section.has(TEXT)]
    numbers = [one for one in sections if one not in of_text]
    shape = Format(numbers, of_text[0] if of_text else FormatSection([]), has_words)
    return shape._replace(is_plain=not has_words and _shown(SAMPLE, shape).is_exact)


def shapes_of_excel() -> dict[int, Shape]:
    """Return what the formats show that are known by their numbers alone."""
    return {**dict.fromkeys(MONTHS_OF_EXCEL, MONTH), **{key: shape_of(code) for key, code in NUMBERS_OF_EXCEL.items()}}


def _sections(code: str) -> Iterator[FormatSection]:
    parts: list[tuple[int, str]] = []
    test = ""
    for found in _TOKENS.finditer(code):
        if found["end"]:
            yield FormatSection(parts, test)
            parts, test = [], ""
        elif found["test"]:
            test = found["test"]
        elif found.lastgroup:  # else a colour, or room
            parts.append((_KINDS.get(found.lastgroup, WORD), found[found.lastgroup]))
    yield FormatSection(parts, test)


def as_shown(cell: Cell, shape: Shape, *, with_words: bool = True) -> Cell:
    """Return a cell as its reader sees it. with_words: otherwise a number stays what it is, whatever a format does."""
    if isinstance(shape, int):
        return _as_day_or_digits(cell, shape)
    if not with_words:
        return cell
    if isinstance(shape, str):
        return shape
    if isinstance(cell, str):
        return "".join(cell if kind == TEXT else text for kind, text in shape.text.parts) or cell
    if shape.shows_itself(cell):
        return cell
    shown, number = _shown(cell, shape), _number(cell)
    is_plain = number is not None and number == number.to_integral_value() and shown.is_exact and not shape.has_words
    return cell if is_plain else shown.text or cell


def shown_otherwise(cell: Cell, shape: Shape) -> str:
    """Return what is shown in the place of a number that is another: rounded, in hundredths, in thousands; else ""."""
    if isinstance(shape, str):
        digits = re.sub(r"[^\d.]", "", shape)
        is_other = "%" in shape or (
            re.fullmatch(r"\d+(?:\.\d+)?", digits) and Decimal(digits) != abs(_number(cell) or 0)
        )
        return shape if is_other else ""
    shown = _shown(cell, shape) if isinstance(shape, Format) and not shape.shows_itself(cell) else NOTHING
    return "" if shown.is_exact else shown.text


def _as_day_or_digits(cell: Cell, shape: int) -> Cell:
    if shape == MONTH and isinstance(cell, date):
        return f"{cell.year}年{cell.month}月"
    if shape == YEAR and isinstance(cell, date):
        return f"{cell.year}年"
    if shape > 0 and type(cell) in {int, float} and cell >= 0 and cell == int(cell):  # type: ignore[operator, arg-type]
        return str(int(cell)).zfill(shape)  # type: ignore[arg-type]
    return cell


def _number(cell: Cell) -> Decimal | None:
    number = Decimal(str(cell)) if type(cell) in {int, float} else None
    return number if number is not None and number.is_finite() else None


def _shown(cell: Cell, shape: Format) -> Shown:
    """Return a number as a format shows it."""
    number = _number(cell)
    section = _section_for(number, shape.numbers) if number is not None else None
    if number is None or section is None:
        return NOTHING
    try:
        text, is_exact = _filled(section.parts, number)
    except InvalidOperation:  # more digits than anybody counts
        return NOTHING
    sign = "-" if number < 0 and (len(shape.numbers) <= _NEGATIVE or section.test) else ""
    return Shown(sign + text if text else "", is_exact)


def _section_for(number: Decimal, sections: Sequence[FormatSection]) -> FormatSection | None:
    """Return what a format says of a number, None where nothing."""
    if any(section.test for section in sections):
        return next((one for one in sections if not one.test or _passes(number, one.test)), None)
    place = _POSITIVE if number > 0 else _NEGATIVE if number < 0 else _ZERO
    return sections[place] if place < len(sections) else sections[0] if sections else None


def _passes(number: Decimal, test: str) -> bool:
    bound = test.lstrip("<>=")
    try:
        return _TESTS[test.removesuffix(bound)](number, Decimal(bound.strip()))
    except (KeyError, InvalidOperation):
        return False


def _filled(parts: Sequence[tuple[int, str]], number: Decimal) -> Shown:
    """Return the digits of a number in their places, without its sign and without commas between them."""
    places = [place for place, (kind, _text) in enumerate(parts) if kind == DIGIT]
    if not places:
        return Shown("".join(text for kind, text in parts if kind == WORD).strip(), is_exact=True)
    point = next((place for place, (kind, _text) in enumerate(parts) if kind == POINT), len(parts))
    whole, after = [p for p in places if p < point], [p for p in places if p > point]
    commas = [place for place, (kind, _text) in enumerate(parts) if kind == COMMA]
    thousands = sum(place > places[-1] or (whole or [-1])[-1] < place < point for place in commas)
    hundreds = sum(kind == PERCENT for kind, _text in parts)
    if any(len(parts[place][1]) > 1 for place in places):
        return Shown(_joined(parts, {places[0]: format(abs(number).normalize(), "f")}), is_exact=True)
    value = abs(number).scaleb(2 * hundreds - 3 * thousands)
    value = value.quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP)
    digits, _point, decimals = format(value, "f").partition(".")
    digits = digits.lstrip("0")
    filled = dict(zip(whole, _digits(digits, [parts[place][1] for place in whole], number), strict=True))
    filled |= dict(zip(after, _decimals(decimals, [parts[place][1] for place in after]), strict=True))
    if any(filled[place] for place in after):
        filled[point] = "." if whole else f"{digits}."
    return Shown(_joined(parts, filled), not hundreds and not thousands and value == abs(number))


def _digits(digits: str, places: Sequence[str], number: Decimal) -> list[str]:
    """Part the digits of a whole number over their places; the first takes what is left."""
    if not places:
        return []
    least = len(places) - places.index("0") if "0" in places else int(not number and "#" not in places)
    digits, count = digits.zfill(least), len(places)
    first = max(len(digits) - count + 1, 0)
    told = [digits[:first], *digits[first:]] if first else list(digits)
    return [""] * (count - len(told)) + told


def _decimals(decimals: str, places: Sequence[str]) -> list[str]:
    """Return the digits behind the point; the last ones where the format wants them or they say something."""
    least = max((place for place, text in enumerate(places, start=1) if text == "0"), default=0)
    kept = decimals[:least] + decimals[least:].rstrip("0")
    return [*kept, *[""] * (len(places) - len(kept))]


def _joined(parts: Sequence[tuple[int, str]], filled: dict[int, str]) -> str:
    told = (filled.get(place, text if kind in {WORD, PERCENT} else "") for place, (kind, text) in enumerate(parts))
    return "".join(told).strip()
