"""A text that a workbook holds once may stand in every cell: what that comes to is judged before it is read."""

import io
import zipfile

import pytest
import xlsxwriter

from livelihood.kernel.uploads import FileRefused
from livelihood.kernel.workbooks import Limits, open_table

CELLS = 100
TEXT = "字" * 1_000
LIMITS = Limits(text=CELLS * len(TEXT))


def workbook(text: str = TEXT) -> io.BytesIO:
    """One text in a hundred cells of two sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for _sheet in range(2):
            sheet = book.add_worksheet()
            for row in range(CELLS // 2):
                sheet.write(row, 0, text)
    file.seek(0)
    return file


def respelled(file: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    """The same workbook with its sheets and texts spelled otherwise."""
    copy = io.BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(copy, "w") as target:
        for name in archive.namelist():
            content = archive.read(name)
            is_ours = name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml"
            target.writestr(name, content.replace(old, new) if is_ours else content)
    copy.seek(0)
    return copy


def test_as_much_text_as_is_read_is_read():
    table = open_table(workbook(), LIMITS)

    assert [list(sheet.rows) for sheet in table.sheets] == [[[TEXT]] * (CELLS // 2)] * 2


def test_one_character_more_is_refused_though_the_file_is_small():
    file = workbook(TEXT + "字")
    assert len(file.getvalue()) < len(TEXT) * 10

    with pytest.raises(FileRefused, match="工作簿解压后过大"):
        open_table(file, LIMITS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<v>0</v>", b"<v>+0</v>"),
        (b"<v>0</v>", b"<v>" + b"0" * 40 + b"</v>"),
        (b"<v>0</v>", b"<v><![CDATA[0]]></v>"),
        (b"<v>0</v>", b"<v>&#48;</v>"),
        (b't="s"', b"t='s'"),
        (b"<si><t>", b"<si >\n<r><t>"),
    ],
)
def test_however_it_is_spelled_it_is_not_read(old, new):
    file = respelled(workbook(TEXT + "字"), old, new)
    file = respelled(file, b"</t></si>", b"</t></r></si>") if b"<r>" in new else file

    with pytest.raises(FileRefused):
        open_table(file, LIMITS)
