"""A kind of sheet for tests, and the files that hold it."""

import io
import zipfile
from decimal import Decimal

import pytest

from livelihood.kernel.sheets import cells, days, quantities
from livelihood.kernel.sheets.declaration import Column, Kind
from livelihood.kernel.sheets.limits import LIMITS
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.uploads import FileRefused


def area(cell: cells.Cell) -> str:
    """Read the one code there is."""
    if cells.folded(cell) != "330102":
        raise cells.CellProblem("No such area.", "Check the spelling, or have it added first.")
    return "Shangcheng"


NAME = Column("name", "Site name", cells.text(20), aliases="点位名称 名称")
AREA = Column("area", "Area code", area, aliases="地区")
QUANTITY = Column("quantity", "Quantity", quantities.number(minimum=Decimal(0)), required=False, aliases="数量")
START = Column("start", "Start", days.day(), required=False, aliases="开工日期")
COLUMNS = [NAME, AREA, QUANTITY, START]
HEAD = ["点位名称", "地区", "数量", "开工日期"]


def read_table(file, columns, *, key=None, limits=LIMITS, **options):
    return read_sheet(file, Kind("things", "Things", tuple(columns), key=key), limits=limits, **options)


def csv_file(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def values(parsed):
    """The values of each row, in the order of the columns; None also where the sheet has no such column."""
    return [tuple(row.values.get(column.name) for column in parsed.kind.columns) for row in parsed.rows]


def shown(errors):
    """The errors as a person reads them."""
    return [(error.row, str(error.column), error.value, str(error.problem), str(error.remedy)) for error in errors]


def texts(notes):
    return [str(note) for note in notes]


def refusal(file, columns=COLUMNS, **options):
    with pytest.raises(FileRefused) as caught:
        read_table(file, columns, **options)
    assert caught.value.field == "file"
    return str(caught.value)


def rewritten(file, **members):
    """The archive with some members replaced, compressed."""
    copy = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
    copy.seek(0)
    return copy
