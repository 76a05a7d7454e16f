"""A picture made of columns: how often something came to each of some ranges that follow one another."""

from collections.abc import Sequence
from dataclasses import dataclass

from livelihood.kernel.charts.bars import LINE, ChartHead
from livelihood.kernel.charts.drawing import Canvas, Chart, in_percent, table_columns, written
from livelihood.kernel.errors import Text

HIGH = 9.0
"""Height of the tallest column, in the height of the text."""
FILLED = 0.84
"""So much of its place a column takes across."""


@dataclass(frozen=True, slots=True)
class ChartRange:
    """A range and how often something came to it."""

    label: Text
    count: int


def histogram(head: ChartHead, ranges: Sequence[ChartRange], *, heading: Text, columns: tuple[Text, Text]) -> Chart:
    """Draw a column for each range, in their order, all from nothing; its number stands above it."""
    height = LINE + HIGH + LINE + 0.2
    sheet = Canvas.new(head.ident, head.title, head.description, height)
    most, whole, each = max(one.count for one in ranges) or 1, sum(one.count for one in ranges), 1 / len(ranges)
    for place, one in enumerate(ranges):
        tall, middle = HIGH * one.count / most, each * (place + 0.5)
        sheet.bar(middle - each * FILLED / 2, LINE + HIGH - tall, each * FILLED, tall, "done")
        sheet.text(middle, HIGH - tall, written(one.count), anchor="middle", name="chart-label")
        sheet.text(middle, LINE + HIGH, str(one.label), anchor="middle")
    sheet.line((0, LINE + HIGH), (1, LINE + HIGH), "chart-rail")
    rows = [[str(one.label), written(one.count), in_percent(one.count, whole) if whole else "–"] for one in ranges]
    return Chart(
        str(head.title), str(head.beneath), sheet.finished(), height, (), table_columns(heading, columns), rows
    )
