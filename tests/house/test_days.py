"""The day of an instant is the day where the portal stands: `timezone.localdate(at)`, never a day in UTC."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
ROOMS = ("livelihood", "proposals", "voting", "projects")

# Where a time knows no zone, or any zone will do.
NO_ZONE = {
    "livelihood/kernel/sheets/cells.py": 1,  # a cell of a workbook
    "livelihood/kernel/sheets/days.py": 1,
    "livelihood/kernel/parameters.py": 1,  # whether the database could hold it at all
}
PARTS = {"year", "month", "day", "weekday", "isoweekday", "strftime", "isocalendar", "timetuple"}
INSTANT = re.compile(r"(^|[._])(at|now)(\(\))?$")
# Django's sessions with the database live in UTC.
DAY_OF_THE_DATABASE = re.compile(
    r"::\s*date\b|\bcurrent_date\b|\bdate_trunc\(|\bto_char\(|\bextract\(\s*(?!epoch\b)\w+\s+from\b", re.IGNORECASE
)

OF_THE_PORTAL = f"AT TIME ZONE '{settings.TIME_ZONE}')::date"
"""How a guard asks for the day where the portal stands."""
NO_DAY = "NULL::date"

WITH_ROOM = {"livelihood/accounts/guards/accounts_mandate.sql": 2}
"""Guards that ask for a day more than they have to, whatever the zone: what is refused would be refused anywhere."""


def days_in_utc(source: str) -> list[int]:
    """Return the lines that take the day, or a part of it, from an instant as it was stored."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr="date"), args=[], keywords=[]):
                lines.append(node.lineno)
            case ast.Attribute(attr=part, value=value) if part in PARTS and INSTANT.search(ast.unparse(value)):
                lines.append(node.lineno)
            case ast.FormattedValue(value=value, format_spec=ast.JoinedStr()) if INSTANT.search(ast.unparse(value)):
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "line",
    [
        "day = report.requested_at.date()", "day = timezone.now().date()", "year = at.year", "now.strftime('%Y')",
        "f'{round_.opened_at:%Y-%m-%d}'",
    ],
)  # fmt: skip
def test_a_day_in_utc_is_found(line):
    assert days_in_utc(line) == [1]


def test_no_day_is_taken_in_utc():
    found = {
        str(path.relative_to(BASE)): lines
        for room in ROOMS
        for path in (BASE / room).rglob("*.py")
        if (lines := days_in_utc(path.read_text(encoding="utf-8")))
    }

    assert {file: len(lines) for file, lines in found.items()} == NO_ZONE, found


def test_no_day_is_taken_by_the_database():
    texts = {
        str(path.relative_to(BASE)): path.read_text(encoding="utf-8").replace(OF_THE_PORTAL, "").replace(NO_DAY, "")
        for room in ROOMS
        for path in (BASE / room).rglob("*")
        if path.suffix in {".py", ".sql"}
    }

    taken = {file: found for file, text in texts.items() if (found := DAY_OF_THE_DATABASE.findall(text))}
    assert {file: len(found) for file, found in taken.items()} == WITH_ROOM
    assert any("extract(epoch" in text for text in texts.values())
