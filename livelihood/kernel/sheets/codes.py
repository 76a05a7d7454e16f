"""Codes: of areas, as GB/T 2260 and the statistical code table write them, and keys that offices make themselves."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.folding import NEVER_SEEN, fold, normalised
from livelihood.kernel.sheets.cells import Cell, CellProblem, ColumnParser, Parser, plain, short, text

PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for number in range(first, last + 1)
)
"""What codes of GB/T 2260 begin with."""

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12
"""Digits of a code of an area of each level; where something lies, the village's end is cut off."""

LONGEST_AREA = 100
_WITH_NAME = re.compile(r"(\d{6}|\d{9}|\d{12})\D{1,60}|\D{1,60}?\(?(\d{6}|\d{9}|\d{12})\)?", re.ASCII)
_VILLAGE = re.compile(r"(?<!\d)\d{9}(\d{3})(?!\d)", re.ASCII)
_SHORTENED = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}", re.ASCII)
_SHORTENED_KEY = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2}", re.ASCII)
_WHOLE = re.compile(r"(\d{5,})\.0", re.ASCII)
"""A number of many digits that a program has written as one with decimals."""
_ALIKE = str.maketrans(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
    "\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0435\u0456\u0458\u043e\u0440\u0441\u0443\u0445",
    "ABEZHIKMNOPTYXoABESIJKMHOPCTYXaeijopcyx",
)
"""Letters of Greek and Cyrillic that cannot be told from Latin ones."""
_OTHER_LETTERS = re.compile("[\u0370-\u052f]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\u30fc]")


def area() -> Parser:
    """Parse an area: a code in 6, 9 or 12 digits becomes one of 6 or 9; anything else is its name as written."""
    as_text = text(LONGEST_AREA)

    def parse(cell: Cell) -> str:
        written = _WHOLE.sub(r"\1", short(cell, LONGEST_AREA))
        if written.replace(" ", "").isdigit():
            written = written.replace(" ", "")
        if written.isascii() and written.isdigit():
            return area_code(written)
        if _SHORTENED.fullmatch(written):
            problem = _("Excel has shortened this code.")
            raise CellProblem(problem, _("Format the column as text and type the code again."))
        if found := _WITH_NAME.fullmatch(written):
            return area_code(found[1] or found[2])
        return area_code("") if re.search(r"\d{6}", written, re.ASCII) else as_text(cell)

    return parse


def area_code(digits: str) -> str:
    """Return the code of 6 digits of a county or what is above it, or of 9 digits of a township.

    :raises CellProblem: no such code is possible.
    """
    if len(digits) not in {COUNTY, TOWNSHIP, VILLAGE} or digits[:2] not in PROVINCES:
        raise CellProblem(
            _("This is no code of an area."), _("Write the code in 6, 9 or 12 digits, or the name of the area.")
        )
    return digits[:COUNTY] if not digits[COUNTY:TOWNSHIP].strip("0") else digits[:TOWNSHIP]


def strict_area_code() -> Parser:
    """Parse the code of an area of its own, which cannot be told by its name; one of a village is none."""
    parse_area = area()

    def parse(cell: Cell) -> str:
        code = parse_area(cell)
        if not code.isdigit():
            return area_code("")
        if (found := _VILLAGE.search(short(cell, LONGEST_AREA).replace(" ", ""))) and found[1].strip("0"):
            problem = _("This is the code of a village, and villages are not kept here.")
            raise CellProblem(problem, _("Leave the row out, or write the code of the township."))
        return code

    return parse


def key(max_length: int) -> ColumnParser:
    """Parse a key that an office made: plain width, one kind of dash, nothing that is not seen; case stays.

    Letters of another script that look as Latin ones are these, unless others of it stand beside them.
    """
    as_text = text(max_length)

    def parse(cell: Cell) -> str:
        value = as_typed(as_text, cell)
        if value.isascii():
            return value
        fold(plain(cell))  # measures it
        value = " ".join(_DASHES.sub("-", NEVER_SEEN.sub("", normalised(value, "NFKC"))).split())
        latin = value.translate(_ALIKE)
        return value if _OTHER_LETTERS.search(latin) else latin

    def parse_all(cells: Sequence[Cell]) -> list[str] | None:
        parsed = as_text.at_once(cells)
        usual = parsed and all(one.isascii() and "+" not in one and not one.endswith(".0") for one in parsed)
        return parsed if usual else None

    return ColumnParser(parse, parse_all)


def as_typed(as_text: Parser, cell: Cell) -> str:
    """Return what was typed into a cell of digits and letters.

    :raises CellProblem: Excel has made something else of it, from which it cannot be told any more.
    """
    if isinstance(cell, date | time | timedelta):
        problem = _("Excel has made a date of this.")
        raise CellProblem(problem, _("Format the column as text and type it again."))
    value: str = as_text(cell)
    if _SHORTENED_KEY.fullmatch(value):
        problem = _("Excel has shortened this code.")
        raise CellProblem(problem, _("Format the column as text and type the code again."))
    return _WHOLE.sub(r"\1", value)
