"""Pictures made of dots: where each row stands on one line, and what became of it from one year to the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose

from livelihood.kernel.charts.bars import LINE, ROW, ChartHead, ChartRow, PlanMark
from livelihood.kernel.charts.drawing import (
    NARROW,
    Canvas,
    Chart,
    breadth,
    in_percent,
    leads,
    lines_of,
    row_of_links,
    table_columns,
)
from livelihood.kernel.errors import Text

AXIS = 0.9
LEFT, RIGHT = 0.34, 0.66
"""Between these shares of the width the lines of a slope run; the labels stand beside them."""
NEAREST = 1.35
"""Labels of a slope stand so far from each other, in the height of the text."""
BEFORE, NOW = 0, 1


def dots(head: ChartHead, rows: Sequence[ChartRow], *, heading: Text, column: Text, mark: PlanMark | None) -> Chart:
    """Draw where each row stands between nothing and the whole; a row without a whole is hatched.

    rows: each with one count. mark: what all of them come to together.
    """
    top = LINE if mark else 0.0
    height = top
    sheet = Canvas.new(head.ident, head.title, head.description, 0, has_links=any(row.url for row in rows))
    for place, row in enumerate(rows):
        lines = lines_of(str(row.label), NARROW, 2)
        texts = len(lines) + (breadth(lines[-1]) + breadth(str(row.figure)) + 1 > NARROW)
        drawn = row_of_links(sheet, row.url, f"{row.label}: {row.figure}", height, ROW + LINE * (texts - 1))
        for number, line in enumerate(lines):
            drawn.text(0, height + 0.3 + LINE * number, line, name="chart-label")
        drawn.text(1, height + 0.3 + LINE * (texts - 1), str(row.figure), anchor="end")
        at = height + 0.4 + LINE * texts
        if row.whole:
            drawn.rail(at + AXIS / 2)
            drawn.dot(min(float(row.counts[0]) / float(row.whole), 1), at + AXIS / 2)
        else:
            drawn.hatched(f"{head.ident}-{place}-missing", at, AXIS)
        if mark:
            drawn.mark(float(mark.share), at, AXIS)
        height += ROW + LINE * (texts - 1)
    if mark:
        sheet.note(float(mark.share), 0, str(mark.label))
    sheet.grow(height)
    cells = [[leads(row.label, row.url), str(row.figure)] for row in rows]
    return Chart(
        str(head.title), str(head.beneath), sheet.finished(), height, (), table_columns(heading, [column]), cells
    )


@dataclass(frozen=True, slots=True)
class ChartSlope:
    """A row of a slope: its share before and now, of 1."""

    label: Text
    before: float
    now: float
    url: str = ""


def slope(
    head: ChartHead, rows: Sequence[ChartSlope], *, heading: Text, ends: tuple[Text, Text], height: float
) -> Chart:
    """Draw what became of each share: a line from where it stood to where it stands, named at both ends.

    ends: what is before and what is now. height: of the lines, in the height of the text; it grows with the labels.
    """
    most = max((share for row in rows for share in (row.before, row.now)), default=0) or 1
    height = max(height, NEAREST * len(rows))
    top = LINE + 0.4
    sheet = Canvas.new(
        head.ident, head.title, head.description, top + height + 1, has_links=any(row.url for row in rows)
    )
    sheet.text(LEFT, 0, str(ends[0]), anchor="end")
    sheet.text(RIGHT, 0, str(ends[1]))
    heights = [[height * (1 - share / most) for share in (row.before, row.now)] for row in rows]
    left = _spread([one[BEFORE] for one in heights], height)
    right = _spread([one[NOW] for one in heights], height)
    for row, (before, now), at_left, at_right in zip(rows, heights, left, right, strict=True):
        shares = in_percent(row.before, 1), in_percent(row.now, 1)
        drawn = sheet.link(row.url, f"{row.label}: {shares[0]}, {shares[1]}")
        name = "chart-slope-up" if row.now > row.before else "chart-slope"
        drawn.line((LEFT + 0.02, top + before), (RIGHT - 0.02, top + now), name)
        drawn.dot(LEFT + 0.02, top + before)
        drawn.dot(RIGHT - 0.02, top + now)
        drawn.text(LEFT, top + at_left - 0.75, shares[0], anchor="end")
        drawn.text(RIGHT, top + at_right - 0.75, f"{shares[1]} {lines_of(str(row.label), NARROW * 0.3, 1)[0]}")
    cells = [[leads(row.label, row.url), in_percent(row.before, 1), in_percent(row.now, 1)] for row in rows]
    columns = table_columns(heading, ends)
    return Chart(str(head.title), str(head.beneath), sheet.finished(), top + height + 1, (), columns, cells)


def _spread(heights: Sequence[float], room: float) -> list[float]:
    """Push labels apart that would stand in each other, in their order, within the room that there is."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    placed: dict[int, float] = {}
    above = -NEAREST
    for place in order:
        above = placed[place] = max(heights[place], above + NEAREST)
    below = room + NEAREST
    for place in reversed(order):
        below = placed[place] = min(placed[place], below - NEAREST)
    return [placed[place] for place in range(len(heights))]


def changed_most(rows: Sequence[ChartSlope]) -> list[ChartSlope]:
    """Return the row whose share grew most, and those whose share grew as much; none where none grew."""
    most = max((row.now - row.before for row in rows), default=0)
    return [row for row in rows if most > 0 and isclose(row.now - row.before, most)]
