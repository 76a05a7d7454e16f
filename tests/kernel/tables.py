"""A table of sites and the files that hold it."""

import io
import zipfile
from decimal import Decimal

import pytest

from livelihood.kernel import cells
from livelihood.kernel.imports import Column, read_table
from livelihood.kernel.uploads import FileRefused

NAME = Column("name", "Site name", cells.text(20), aliases=("点位名称", "名称"))
AREA = Column("area", "Area code", cells.lookup({"330102": "Shangcheng"}, missing="No such area."), aliases=("地区",))
QUANTITY = Column("quantity", "Quantity", cells.quantity(minimum=Decimal(0)), required=False, aliases=("数量",))
START = Column("start", "Start", cells.day(), required=False, aliases=("开工日期",))
COLUMNS = [NAME, AREA, QUANTITY, START]
HEAD = ["点位名称", "地区", "数量", "开工日期"]


def csv_file(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding))


def values(parsed):
    return [tuple(row.values.values()) for row in parsed.rows]


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
