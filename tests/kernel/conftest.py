"""Files made for one test each, and a language to read refusals in."""

import io
from collections.abc import Callable, Iterator
from datetime import date

import pytest
import xlsxwriter
from django.utils import translation


@pytest.fixture
def workbook() -> Callable[..., io.BytesIO]:
    """Make an XLSX file of sheets given by name, each a list of rows."""

    def make(**sheets: list[list[object]]) -> io.BytesIO:
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for row, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        if isinstance(cell, date):
                            sheet.write_datetime(row, column, cell, day)
                        else:
                            sheet.write(row, column, cell)
        file.seek(0)
        return file

    return make


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield
