"""Pictures as SVG, drawn on the server from figures: the same on the page, on paper and on a screen in the hall.

Typed figures in, a `Chart` out: a sentence that says what is seen, the picture, and its figures as a table (ADR 56).
"""

from livelihood.kernel.charts.bars import ChartHead, ChartRow, PlanMark, Series, bars, grades, stacked_bar
from livelihood.kernel.charts.columns import ChartRange, histogram
from livelihood.kernel.charts.dots import ChartSlope, changed_most, dots, slope
from livelihood.kernel.charts.drawing import Chart, Key, in_percent, named, written
from livelihood.kernel.charts.maps import ChartArea, Spread, choropleth, spread

__all__ = [
    "Chart",
    "ChartArea",
    "ChartHead",
    "ChartRange",
    "ChartRow",
    "ChartSlope",
    "Key",
    "PlanMark",
    "Series",
    "Spread",
    "bars",
    "changed_most",
    "choropleth",
    "dots",
    "grades",
    "histogram",
    "in_percent",
    "named",
    "slope",
    "spread",
    "stacked_bar",
    "written",
]  # fmt: skip
