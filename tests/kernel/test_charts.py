"""Charts: the figures drawn are the figures told."""

import re
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from livelihood.kernel.charts import grades_chart, written

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


def test_charts_are_named_and_carry_no_style():
    chart = grades()
    svg = picture(chart)
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")

    assert chart.title == title.text == "Sites <b>"
    assert description.text == "How many & where"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert svg.get("role") == "img"
    assert not re.search(r"style|<script|onload", chart.svg)
    assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_grades_chart_fills_the_width_with_the_shares():
    chart = grades()

    assert [widths(chart, f"chart-grade-{grade}") for grade in (1, 2, 3)] == [[10, 165], [10, 82.5], [10, 82.5]]
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


def test_charts_of_nothing_are_empty_but_whole():
    assert grades_chart("c", **TEXTS, grades=["Good", "Fair", "Poor"], bars=[]).rows == []


def test_long_labels_give_way_to_figures_and_stay_whole_in_the_table():
    chart = grades_chart("c", **TEXTS, grades=["Good", "Fair", "Poor"], bars=[("很长的项目名称" * 10, (1, 0, 0))])

    assert re.fullmatch(r"很长的项目名称.{1,20}…", labels(chart)[3])
    assert chart.rows == [["很长的项目名称" * 10, "1", "0", "0"]]


def test_labels_may_hold_any_character():
    chart = grades_chart("c", **TEXTS, grades=["Good", "Fair", "<i>"], bars=[("a\x00<script>&\ufffe", (1, 0, 0))])

    assert labels(chart)[2:4] == ["<i>", "a<script>&"]


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
