"""How a number is shown where that says more than the number: a month without its day, a code with its zeros."""

import re
from datetime import date

from livelihood.kernel.sheets.cells import Cell

MONTH = -1
"""The shape of a date that shows its month and no day; other shapes are numbers of digits."""
YEAR = -2
"""The shape of a date that shows its year alone."""
NO_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[_*].|General', re.IGNORECASE)
MONTHS_OF_EXCEL = {17, 27, 36, 50, 52, 57}
"""Formats that need no code, as Excel numbers them in Chinese."""


def shape_of(code: str) -> int:
    """Return what a number format shows; 0 where it shows the number itself."""
    letters = NO_FORMAT.sub("", code.partition(";")[0]).lower()
    if re.fullmatch("0{2,15}", letters):
        return len(letters)
    if re.fullmatch("y{2,4}|e{1,4}", letters):
        return YEAR
    return MONTH if {"y", "m"} <= set(letters) and set("dhs").isdisjoint(letters) else 0


def as_shown(cell: Cell, shape: int) -> Cell:
    """Return a cell as its reader sees it."""
    if shape == MONTH and isinstance(cell, date):
        return f"{cell.year}年{cell.month}月"
    if shape == YEAR and isinstance(cell, date):
        return f"{cell.year}年"
    if shape > 0 and type(cell) in {int, float} and cell >= 0 and cell == int(cell):  # type: ignore[operator, arg-type]
        return str(int(cell)).zfill(shape)  # type: ignore[arg-type]
    return cell
