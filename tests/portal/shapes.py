"""Writes the sheets of shapes.txt as the files that they stand for, so that a clone alone tests every shape."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_cell_to_rowcol

from tests.kernel.sheets.books import compound, ods, ods_row, xls, xlsx

TABLE = Path(__file__).with_name("shapes.txt")
OPTIONS = ("kind", "sheet", "merged", "days", "hidden")
NUMBER = re.compile(r"\d+(\.\d+)?")
DAY = re.compile(r'<c r="([FG]2)" t="s"><v>\d+</v></c>')
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006"
MORE_OF_ITSELF = (
    '<extLst><ext uri="{140A7094-0E35-4892-8432-C4D2E57EDEB5}"'
    ' xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main">'
    '<x15:workbookPr chartTrackingRefBase="1"/></ext></extLst></workbook>'
)

Respell = Callable[[str, str], tuple[str, str]]
"""Takes the name of a part and its text, and returns both as they stand in the file."""


@dataclass
class Shape:
    """One sheet of the table."""

    name: str
    rows: list[list[str]] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.options.get("kind", "sites")

    def content(self) -> bytes:
        """Return the file."""
        ending = self.name.rpartition(".")[2]
        if ending == "csv":
            return "\r\n".join(map(",".join, self.rows)).encode("utf-8-sig")
        if not self.rows:
            return compound(b"", name="EncryptedPackage")
        cells = [list(map(_value, row)) for row in self.rows]
        if ending == "xls":
            return xls(cells).getvalue()
        if ending == "ods":
            return ods(f'<table:table table:name="点位">{"".join(map(ods_row, cells))}</table:table>').getvalue()
        return _respelled(self._workbook(cells), RESPELLED.get(self.name))

    def _workbook(self, cells: list[list[Any]]) -> io.BytesIO:
        named = {name: self.options.get(name, "").split() for name in ("merged", "days", "hidden")}

        def make(book: Any, sheet: Any) -> None:
            for at, row in enumerate(cells):
                for place, cell in enumerate(row):
                    if isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(at, place, cell, None, "")
                    elif cell != "":
                        sheet.write(at, place, cell)
            for merged in named["merged"]:
                top, left = xl_cell_to_rowcol(merged.partition(":")[0])
                sheet.merge_range(merged, "")
                sheet.write(top, left, cells[top][left])
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for at, place in map(xl_cell_to_rowcol, named["days"]):
                sheet.write(at, place, cells[at][place], day)
            for number in named["hidden"]:
                sheet.set_row(int(number) - 1, None, None, {"hidden": True})

        return xlsx(make, name=self.options.get("sheet", "点位"))


def _value(cell: str) -> str | float:
    if NUMBER.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    return cell.removeprefix("'").replace("\\r", "\r")


def _respelled(file: io.BytesIO, respell: Respell | None) -> bytes:
    """Return a workbook with parts named and written otherwise."""
    if respell is None:
        return file.getvalue()
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as written:
        for name in archive.namelist():
            written.writestr(*respell(name, archive.read(name).decode()))
    return changed.getvalue()


def _from_1904(name: str, text: str) -> tuple[str, str]:
    if name == "xl/workbook.xml":
        text = re.sub("<workbookPr[^>]*>", '<workbookPr date1904="1"/>', text)
        text = text.replace("</workbook>", MORE_OF_ITSELF)
    return name, text


def _strict(name: str, text: str) -> tuple[str, str]:
    days = {"F2": "2027-03-01", "G2": "2027-11-30T00:00:00"}
    text = text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    text = text.replace(RELATIONS, "http://purl.oclc.org/ooxml/officeDocument")
    return name, DAY.sub(lambda cell: f'<c r="{cell[1]}" t="d"><v>{days[cell[1]]}</v></c>', text)


def _spoken(name: str, text: str) -> tuple[str, str]:
    guide = '</t><rPh sb="0" eb="2"><t>hǎibiān</t></rPh><phoneticPr fontId="1"/>'
    return name, text.replace("海边公厕</t>", f"海边公厕{guide}")


def _backslashes(name: str, text: str) -> tuple[str, str]:
    return name.replace("/", "\\") if name.startswith("xl/") else name, text


RESPELLED: Mapping[str, Respell] = {
    "11_backslash_parts.xlsx": _backslashes,
    "ok_1904_with_x15.xlsx": _from_1904,
    "ok_phonetic_guide.xlsx": _spoken,
    "ok_strict_iso_dates.xlsx": _strict,
}
"""What no library writes."""


def _shapes() -> dict[str, Shape]:
    """Read the table."""
    found: dict[str, Shape] = {}
    _about, *sections = re.split(r"^# ", TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for section in sections:
        name, _stands_for, *lines = section.strip().splitlines()
        shape = found.setdefault(name, Shape(name))
        for line in lines:
            option, colon, said = line.partition(": ")
            if colon and option in OPTIONS:
                shape.options[option] = said
            else:
                shape.rows.append(line.split("|"))
    return found


SHAPES = _shapes()
