"""A workbook is read alike, however the program that wrote it spells its parts, their names and their values."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest

from tests.kernel.sheets.books import HEAD, ods, ods_row, read_values, site, xlsx_rows
from tests.kernel.sheets.office import read, refusal, values

pytestmark = pytest.mark.usefixtures("english")

Change = Callable[[str, bytes], bytes]
ROWS = {2: read_values(1), 3: read_values(2, quantity_planned="2.5", standard="甲 & <乙>")}


def respelled(change: Change, rename: Callable[[str], str] = lambda name: name) -> io.BytesIO:
    """A workbook of two rows with other bytes in its parts, and its parts under other names."""
    copy = io.BytesIO()
    rows = [HEAD, site(1), site(2, quantity=2.5, standard="甲 & <乙>")]
    with zipfile.ZipFile(xlsx_rows(rows)) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            new.writestr(rename(name), change(name, old.read(name)))
    copy.seek(0)
    return copy


def related(target: str, part: str = "worksheets/sheet1.xml") -> Change:
    """A part that the workbook points to in another way."""
    return lambda name, content: (
        content.replace(part.encode(), target.encode()) if name.endswith("workbook.xml.rels") else content
    )


def everywhere(change: Callable[[bytes], bytes]) -> Change:
    return lambda _name, content: change(content)


def in_sheet(change: Callable[[bytes], bytes]) -> Change:
    return lambda name, content: change(content) if name.endswith("sheet1.xml") else content


def around(before: bytes, behind: bytes) -> Change:
    """What stands around each value."""
    return in_sheet(lambda content: content.replace(b"<v>", b"<v>" + before).replace(b"</v>", behind + b"</v>"))


@pytest.mark.parametrize(
    "target",
    [
        "./worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml",
        "worksheets/../worksheets/./sheet1.xml", "/xl//worksheets/sheet1.xml", "worksheets/%73heet1.xml",
        "Worksheets/Sheet1.XML", ".\\worksheets\\sheet1.xml", "\\xl\\worksheets\\sheet1.xml",
        " worksheets/sheet1.xml ", "xl/worksheets/sheet1.xml",
    ],
)  # fmt: skip
def test_a_sheet_is_found_wherever_a_relation_says_it_is(target):
    assert values(read(respelled(related(target)))) == ROWS


@pytest.mark.parametrize(
    ("said", "named"),
    [("工作 表/一 1.xml", "xl/工作 表/一 1.xml"), ("a%20b.xml", "xl/a b.xml"), ("a b.xml", "xl/a%20b.xml")],
)
@pytest.mark.parametrize("part", ["worksheets/sheet1.xml", "sharedStrings.xml", "styles.xml"])
def test_parts_have_any_names(part, said, named):
    file = respelled(related(said, part), lambda name: named if name == f"xl/{part}" else name)

    assert values(read(file)) == ROWS


@pytest.mark.parametrize(
    "rename", [str.upper, lambda name: name.replace("/", "\\"), lambda name: "/" + name, lambda name: "./" + name]
)
def test_names_in_the_archive_are_spelled_in_any_way(rename):
    assert values(read(respelled(everywhere(bytes), rename))) == ROWS


@pytest.mark.parametrize(
    ("main", "folder"), [("xl/workbook2.xml", ""), ("book.xml", "xl/"), ("office/book.xml", "/xl/")]
)
def test_the_workbook_itself_lies_where_the_package_says(main, folder):
    path, _stroke, own = main.rpartition("/")
    relations = f"{path}/_rels/{own}.rels".lstrip("/")

    def change(name: str, content: bytes) -> bytes:
        if name in {"_rels/.rels", "[Content_Types].xml"}:
            return content.replace(b"xl/workbook.xml", main.encode())
        return (
            content.replace(b'Target="', b'Target="' + folder.encode()) if name.endswith("book.xml.rels") else content
        )

    moved = {"xl/workbook.xml": main, "xl/_rels/workbook.xml.rels": relations}

    assert values(read(respelled(change, lambda name: moved.get(name, name)))) == ROWS


def test_without_relations_of_the_package_the_workbook_lies_where_it_always_does():
    file = respelled(everywhere(bytes), lambda name: name.replace("_rels/.rels", "lost"))

    assert values(read(file)) == ROWS


@pytest.mark.parametrize(
    ("declared", "coding"),
    [
        ("UTF-16", "utf-16"), ("UTF-16", "utf-16-le"), ("utf-16", "utf-16-be"), ("UTF-8", "utf-8-sig"),
        ("GB2312", "gb18030"), ("gbk", "gb18030"), ("utf-16", "utf-8"), ("utf-8", "utf-8"),
    ],
)  # fmt: skip
def test_parts_are_written_in_any_coding(declared, coding):
    file = respelled(everywhere(lambda part: part.decode().replace("UTF-8", declared).encode(coding)))

    assert values(read(file)) == ROWS


def test_an_open_document_is_written_in_any_coding():
    table = ods(f"<table:table>{ods_row(HEAD)}{ods_row(site(1))}</table:table>")
    copy = io.BytesIO()
    with zipfile.ZipFile(table) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.decode().encode("utf-16") if name == "content.xml" else content)
    copy.seek(0)

    assert values(read(copy)) == {2: ROWS[2]}


@pytest.mark.parametrize(
    "change",
    [
        around(b" ", b" "), around(b"\n    ", b"\n"), around(b"\t", b""), around(b"", b"\r\n"),
        around(b"&#10;", b"&#x20;"), around(b"<!-- value -->", b""), around(b"", b"<?value?>"),
        around(b"<![CDATA[", b"]]>"), around(b"<![CDATA[ ", b"]]>\n"),
        in_sheet(lambda sheet: sheet.replace(b"<v>", b'<v xml:space="preserve"> ')),
        in_sheet(lambda sheet: re.sub(rb"<v>(\d)", lambda digit: b"<v>&#%d;" % digit[1][0], sheet)),
        in_sheet(lambda sheet: re.sub(rb"<v>(\d)", lambda digit: b"<v>&#x%x;" % digit[1][0], sheet)),
        everywhere(lambda part: part.replace(b"><", b">\n  <").replace(b"<v>", b"<v>\n").replace(b"</v>", b"\n  </v>")),
        everywhere(lambda part: b"\n" + part),
        everywhere(lambda part: part.replace(b"?>", b"?><!-- written by a program -->")),
        in_sheet(
            lambda sheet: re.sub(rb"<(/?)(\w)", rb"<\1x:\2", sheet.replace(b"<v>", b"<v> "))
            .replace(b"xmlns=", b"xmlns:x=")
        ),
    ],
)  # fmt: skip
def test_values_are_written_in_any_way(change):
    assert values(read(respelled(change))) == ROWS


def test_a_computed_text_keeps_its_signs():
    cell = b'<c r="F2" t="str"><f>A1</f><v> &#30002;&#10;&amp;&#60;&#0; </v></c>'
    file = respelled(
        in_sheet(lambda sheet: re.sub(rb'<c r="F2"[^>]*><v>\d+</v></c>', cell.replace(b"&#0;", b""), sheet))
    )

    assert values(read(file))[2]["standard"] == "甲 &<"
    assert refusal(respelled(in_sheet(lambda sheet: re.sub(rb'<c r="F2"[^>]*><v>\d+</v></c>', cell, sheet))))


@pytest.mark.parametrize("broken", [b"<!-- ", b"<![CDATA[", b"<?x "])
def test_what_does_not_end_is_refused(broken):
    file = respelled(in_sheet(lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData>" + broken)))

    assert refusal(file).startswith("The workbook is damaged.")


def test_what_is_not_in_the_coding_it_declares_is_refused():
    file = respelled(everywhere(lambda part: part.replace(b"UTF-8", b"GBK").replace(b"</", b"\xff\xff</")))

    assert refusal(file).startswith("The workbook is damaged.")
