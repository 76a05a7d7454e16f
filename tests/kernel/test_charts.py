"""Charts: the figures drawn are the figures told."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from livelihood.kernel.charts import Chart, Series, bar_chart, grades_chart, line_chart, progress_chart, written

TEXTS = {"title": "Sites <b>", "description": "How many & where", "heading": "Area"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def picture(chart):
    return ET.fromstring(chart.svg)  # noqa: S314 -- drawn by ourselves


def drawn(chart, tag, name):
    """The shapes of a class."""
    return [shape for shape in picture(chart).iter(SVG + tag) if shape.get("class", "").startswith(name)]


def widths(chart, name):
    return [float(shape.get("width")) for shape in drawn(chart, "rect", name)]


def labels(chart):
    return [text.text for text in picture(chart).iter(f"{SVG}text")]


def grades():
    return grades_chart(
        "c2", **TEXTS, grades=["Good", "Fair", "Poor"], bars=[("Hangzhou", (50, 25, 25)), ("Ningbo", (0, 0, 0))]
    )


def line():
    series = [Series("Plan", [0, 50, 100]), Series("Done", [0, None, 70])]
    return line_chart("c3", **TEXTS, unit="%", labels=["Q1", "Q2", "Q3"], series=series)


def bars():
    return bar_chart(
        "c1", **TEXTS, unit="sites", bars=[("Hangzhou", 1200), ("Ningbo", Decimal("300.50")), ("Lishui", 0)]
    )


def progress(done=45, target=60):
    return progress_chart(
        "c4", title="Sites <b>", description="How many & where", unit="sites", done=done, target=target
    )


@pytest.mark.parametrize("draw", [bars, grades, line, progress])
def test_charts_are_named_and_carry_no_style(draw):
    chart = draw()
    svg = picture(chart)
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")

    assert chart.title == title.text == "Sites <b>"
    assert description.text == "How many & where"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert svg.get("role") == "img"
    assert not re.search(r"style|<script|onload", chart.svg)
    assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_bar_chart_is_to_scale():
    chart = bars()

    assert widths(chart, "chart-series-1") == [360, 90.15]
    assert labels(chart) == ["Hangzhou", "1,200 sites", "Ningbo", "300.5 sites", "Lishui", "0 sites"]
    assert chart.columns == [{"label": "Area", "kind": ""}, {"label": "sites", "kind": "number"}]
    assert chart.rows == [["Hangzhou", "1,200"], ["Ningbo", "300.5"], ["Lishui", "0"]]


def test_grades_chart_fills_the_width_with_the_shares():
    chart = grades()

    assert [widths(chart, f"chart-grade-{grade}") for grade in (1, 2, 3)] == [[10, 180], [10, 90], [10, 90]]
    assert labels(chart) == ["Good", "Fair", "Poor", "Hangzhou", "50.0% · 25.0% · 25.0%", "Ningbo", "no answers"]
    assert chart.rows == [["Hangzhou", "50", "25", "25"], ["Ningbo", "0", "0", "0"]]


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ((2, 1, 0), "66.7% · 33.3% · 0.0%"),
        ((9999, 1, 0), "99.9% · 0.1% · 0.0%"),
        ((10, 0, 0), "100.0% · 0.0% · 0.0%"),
    ],
)
def test_shares_are_rounded_and_never_flatter(counts, shares):
    chart = grades_chart("c2", **TEXTS, grades=["Good", "Fair", "Poor"], bars=[("Hangzhou", counts)])

    assert labels(chart)[-1] == shares


def test_line_chart_breaks_where_there_is_no_figure():
    chart = line()

    plan, done = (path.get("d") for path in picture(chart).iter(f"{SVG}path"))
    assert plan == "M52.0 194.0L203.0 114.0L354.0 34.0"
    assert done == "M52.0 194.0M354.0 82.0"
    assert labels(chart) == ["Plan", "Done", "0", "25", "50", "75", "100", "Q1", "Q2", "Q3", "%"]
    assert chart.rows == [["Q1", "0", "0"], ["Q2", "50", "–"], ["Q3", "100", "70"]]


def test_progress_chart_fills_no_more_than_its_bar():
    assert widths(progress(), "chart-series-1") == [270]
    assert widths(progress(done=90), "chart-series-1") == [360]
    assert progress(done=90).rows == [["90", "60", "150.0%"]]


def test_charts_of_nothing_are_empty_but_whole():
    empty = bar_chart("c", **TEXTS, unit="sites", bars=[])
    flat = line_chart("c", **TEXTS, unit="%", labels=[], series=[])

    assert isinstance(empty, Chart)
    assert (empty.rows, flat.rows) == ([], [])


def test_long_labels_give_way_to_figures_and_stay_whole_in_the_table():
    chart = bar_chart("c", **TEXTS, unit="个", bars=[("很长的项目名称" * 10, 1)])

    assert re.fullmatch(r"很长的项目名称.{10,20}…", labels(chart)[0])
    assert chart.rows == [["很长的项目名称" * 10, "1"]]


def test_labels_may_hold_any_sign():
    chart = bar_chart("c", **TEXTS, unit="<i>", bars=[("a\x00<script>&\ufffe", 1)])

    assert labels(chart) == ["a<script>&", "1 <i>"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567, "1,234,567"),
        (Decimal("12.3400"), "12.34"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.3333"),
        (-5, "-5"),
        (None, "–"),
    ],
)
def test_written_figures_are_grouped_and_short(value, text):
    assert written(value) == text
