"""The door for sheets: a file is brought, looked at, dropped or written."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from tests.workers import eventually
from tests.year.browsing import Visitor, t


def table(*rows: Sequence[object]) -> dict[str, Any]:
    """Return rows as a file of old office software: CSV, in the encoding it writes."""
    text = "\r\n".join(",".join(map(str, row)) for row in rows)
    return {"name": "表格.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}


def workbook(*rows: Sequence[object]) -> dict[str, Any]:
    """Return rows as a workbook, days as days."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return {"name": "点位.xlsx", "mimeType": kind, "buffer": file.getvalue()}


def bring(person: Visitor, address: str, what: str, file: object) -> None:
    """Bring a file to the door of a year or an area, and wait until it can be looked at. what: its kind."""
    person.go(address)
    if person.main.locator('[name="what"][type="radio"]').count():
        person.main.locator(f'[name="what"][value^="{what}:"]').first.check()
    person.fill(file=file)
    person.press(t("Upload and look at it"))
    eventually(lambda: person.reload_until(t("Drop")), 60)
    person.look()


def write(person: Visitor) -> None:
    """Write what was looked at, and wait until it stands."""
    person.main.locator('a[href$="/write/"]').first.click()
    person.look()
    person.press(t("Write all rows"))
    eventually(lambda: person.reload_until(t("Take back")), 60)
    person.look()
