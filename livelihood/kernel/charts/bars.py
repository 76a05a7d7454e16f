"""Pictures made of bars: what a whole consists of, row by row, beside a mark where it should be."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from livelihood.kernel.charts.drawing import (
    NARROW,
    Canvas,
    Chart,
    Key,
    Number,
    breadth,
    in_percent,
    leads,
    lines_of,
    row_of_links,
    table_columns,
    written,
)
from livelihood.kernel.errors import Text

BAR, THICK = 0.9, 2.2
TREND = 4.0
"""So wide is the place of a trend, in the height of the text."""
LINE = 1.5
ROW = 3.2
"""Of a row with a label of one line: as high as a thumb, where a row leads somewhere."""


@dataclass(frozen=True, slots=True)
class ChartHead:
    """What is said of a picture: see Chart. description: how to read it, for who does not see it."""

    ident: str
    title: Text
    beneath: Text
    description: Text


@dataclass(frozen=True, slots=True)
class PlanMark:
    """Where something should be. share: of the width. label: said once, above."""

    share: Number
    label: Text


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A row: its label, how much of each paint, of which whole (None: not known), and its figure in words.

    cells: what the table says of it, one for each column of the series; else the counts and the figure.
    trend: what its share of the whole was and has become, the oldest first, drawn as a line beside its figure.
    """

    label: Text
    counts: Sequence[Number]
    whole: Number | None
    figure: Text
    url: str = ""
    cells: Sequence[str] = ()
    trend: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """What the counts of all bars are, in one order.

    heading, columns: of the table. has_keys: whether the colours are named beside this picture. is_of_whole: a bar is a
    part of something; else it is only compared with the others, and the longest is the scale.
    """

    keys: Sequence[Key]
    heading: Text
    mark: PlanMark | None = None
    columns: Sequence[Text] = ()
    has_keys: bool = True
    is_of_whole: bool = True


def stacked_bar(head: ChartHead, keys: Sequence[tuple[Key, int]], *, mark: PlanMark | None, heading: Text) -> Chart:
    """Draw one thick bar of all there is, by its parts, with a mark where it should be today.

    keys: what each part stands for, in the order they are drawn, with how many there are.
    """
    whole = sum(count for _key, count in keys)
    top = LINE if mark else 0.0
    height = top + THICK + 0.3
    sheet = Canvas.new(head.ident, head.title, head.description, height)
    sheet.ground(top, THICK)
    _draw(sheet, head.ident, (top, THICK), [(key.paint, count) for key, count in keys], whole)
    if mark:
        sheet.note(float(mark.share), 0, str(mark.label))
        sheet.mark(float(mark.share), top, THICK)
    shown = [
        Key(key.paint, key.label, f"{written(count)} · {in_percent(count, whole)}", key.url)
        for key, count in keys
        if count
    ]
    rows = [[leads(key.label, key.url), written(count), in_percent(count, whole)] for key, count in keys if count]
    columns = table_columns(heading, [_("How many"), _("Share")])
    return Chart(str(head.title), str(head.beneath), sheet.finished(), height, shown, columns, rows)


def bars(head: ChartHead, bars: Sequence[ChartRow], series: Series) -> Chart:
    """Draw a bar for each row, all from nothing to the whole; a row without a whole is hatched."""
    top = LINE if series.mark else 0.0
    height = top
    sheet = Canvas.new(head.ident, head.title, head.description, 0, has_links=any(bar.url for bar in bars))
    for place, bar in enumerate(bars):
        height += _row(sheet, f"{head.ident}-{place}", height, bar, series)
    if series.mark:
        sheet.note(float(series.mark.share), 0, str(series.mark.label))
    sheet.grow(height)
    rows = [
        [leads(bar.label, bar.url), *(bar.cells or [*(written(count) for count in bar.counts), str(bar.figure)])]
        for bar in bars
    ]
    columns = table_columns(series.heading, series.columns or [*(key.label for key in series.keys), _("Share")])
    keys = series.keys if series.has_keys else ()
    return Chart(str(head.title), str(head.beneath), sheet.finished(), height, keys, columns, rows)


def grades(
    head: ChartHead, bars_of: Sequence[tuple[Text, Sequence[int]]], *, names: Sequence[Text], heading: Text
) -> Chart:
    """Draw how many answers of each label fall to each of three grades, best first."""
    rows = [
        ChartRow(
            label,
            counts,
            sum(counts),
            " · ".join(in_percent(count, sum(counts)) for count in counts) if sum(counts) else _("no answers"),
        )
        for label, counts in bars_of
    ]
    keys = [Key(f"grade-{place}", name) for place, name in enumerate(names, 1)]
    return bars(head, rows, Series(keys, heading))


def _row(sheet: Canvas, ident: str, top: float, bar: ChartRow, series: Series) -> float:
    """Draw a row and return how high it is: label to the left, figure to the right, beneath both the bar."""
    lines = lines_of(str(bar.label), NARROW, 2)
    figure = str(bar.figure)
    beside = TREND if bar.trend else 0
    is_apart = breadth(lines[-1]) + breadth(figure) + beside + 1 > NARROW
    texts = len(lines) + is_apart
    height = ROW + LINE * (texts - 1)
    row = row_of_links(sheet, bar.url, f"{bar.label}: {figure}", top, height)
    for place, line in enumerate(lines):
        row.text(0, top + 0.3 + LINE * place, line, name="chart-label")
    row.text(1, top + 0.3 + LINE * (texts - 1), figure, anchor="end", shift=-beside)
    if bar.trend:
        row.trend(1, top + 0.3 + LINE * (texts - 1), bar.trend, TREND - 0.6)
    at = top + 0.4 + LINE * texts
    parts = [(key.paint, count) for key, count in zip(series.keys, bar.counts, strict=True)]
    if series.is_of_whole or not bar.whole:
        row.ground(at, BAR)
    _draw(row, ident, (at, BAR), parts, bar.whole)
    if series.mark:
        row.mark(float(series.mark.share), at, BAR)
    return height


def _draw(
    sheet: Canvas,
    ident: str,
    place: tuple[float, float],
    parts: Sequence[tuple[str, Number]],
    whole: Number | None,
) -> None:
    """Draw the parts of a bar one after the other. place: its upper edge and its height."""
    top, height = place
    if not whole:
        sheet.hatched(f"{ident}-missing", top, height)
        return
    left = 0.0
    for paint, count in parts:
        width = min(float(count) / float(whole), 1 - left)
        if width > 0:
            sheet.bar(left, top, width, height, paint)
        left += max(width, 0)
