"""Opens texts whose cells are parted by commas, semicolons or tabs; encoding and separator are judged by the head."""

import csv
import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.files import ENCODINGS, readings
from livelihood.kernel.sheets.books import Book, Fit, SheetOfBook
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.marks import MOST_ROWS, Marks
from livelihood.kernel.uploads import FileRefused

MOST_COLUMNS = 16_384  # of a sheet of Excel
SEPARATORS = ",\t;|"
LOOKED_AT = 60  # rows, and characters of a thousand of them, in which the head is looked for
# The character that a spreadsheet takes for the start of a formula, behind the apostrophe that exports put before it.
GUARDED = re.compile(r"'+[=+\-@\t\r]|'(?=[\w.+-]*\d[\w.+-]*$)", re.ASCII)
AS_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
"""A text that is written as a formula, so that a spreadsheet keeps its zeros."""
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
WITH_ZEROS = ("utf-16-le", "utf-16-be")


def open_text(file: BinaryIO, limits: Limits, fit: Fit) -> Book:
    """Open a text of separated values.

    :raises FileRefused: it is no text, or in no encoding that is known.
    """
    content = file.read()
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), "")
    names = (marked,) if marked else WITH_ZEROS if b"\0" in content[:10_000] else ENCODINGS
    texts = list(readings(content, names))
    if not texts:
        raise FileRefused(_("The characters of this file cannot be read. Save it as CSV in UTF-8 or as .xlsx."))
    if texts[0][0] == "utf-8":  # what is right in UTF-8 is never anything else by chance
        texts = texts[:1]
    name, text, separator = _best(texts, fit)
    if "\0" in text:
        raise FileRefused(_("This file is not a text. Save it as CSV in UTF-8 or as .xlsx."))
    notes: list[Text] = []
    if not name.startswith("utf-8"):
        notes.append(format_lazy(_("The file is in the encoding {name}."), name=name.upper()))
    marks = Marks(parted=True)
    return Book(
        [SheetOfBook("", hidden=False, rows=partial(_rows, text, separator, limits.columns), marks=marks)], notes
    )


def _best(texts: list[tuple[str, str]], fit: Fit) -> tuple[str, str, str]:
    """Return encoding, text and separator with which the head fits best; of equals the more frequent separator."""

    def measure(way: tuple[str, str, str]) -> tuple[int, int]:
        _name, text, separator = way
        head = text[: LOOKED_AT * 1000]
        try:
            rows = list(islice(_rows(head, separator, None), LOOKED_AT))
        except FileRefused:
            return 0, 0
        return fit(rows), head[:10_000].count(separator)

    return max(((name, text, separator) for name, text in texts for separator in SEPARATORS), key=measure)


def _rows(text: str, separator: str, columns: int | None) -> Iterator[list[Cell]]:
    reader = csv.reader(_lines(text, separator), delimiter=separator, strict=True)
    try:
        for row in reader:
            if columns is not None and len(row) > columns and any(map(str.strip, row[columns:])):
                problem = _("The table has {columns} columns; at most {limit} are read.")
                raise FileRefused(format_lazy(problem, columns=len(row), limit=columns))
            yield [_typed(cell) if cell[:1] in {"'", "="} else cell for cell in row[:columns]]
    except csv.Error as error:
        problem = _("Line {line} of the file is broken, perhaps by a quotation mark too many.")
        raise FileRefused(format_lazy(problem, line=reader.line_num)) from error


def _lines(text: str, separator: str) -> Iterator[str]:
    """Yield the lines of a text.

    :raises FileRefused: there are more than any sheet has rows, or one holds more separators than any has columns.
    """
    ends = text.count("\n") + text.count("\r") - text.count("\r\n")
    is_too_long = ends + (not text.endswith(("\n", "\r"))) > MOST_ROWS
    for line in io.StringIO(text, newline=""):
        if is_too_long or line.count(separator) > MOST_COLUMNS:
            raise FileRefused(
                _("This file holds more rows or columns than any sheet has. Split it into several files.")
            )
        yield line


def _typed(cell: str) -> str:
    """Return what stands behind the characters with which a cell is kept from being taken for something else."""
    if found := AS_FORMULA.fullmatch(cell):
        return found[1].replace('""', '"')
    return cell[1:] if GUARDED.match(cell) else cell
