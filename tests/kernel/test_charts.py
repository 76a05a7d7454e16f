"""Charts: the figures drawn are the figures told."""

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

from livelihood.kernel.charts import (
    ChartArea,
    ChartHead,
    ChartRange,
    ChartRow,
    ChartSlope,
    Key,
    PlanMark,
    Series,
    bars,
    changed_most,
    choropleth,
    dots,
    grades,
    histogram,
    named,
    slope,
    spread,
    stacked_bar,
    written,
)

HEAD = ChartHead("c2", "Sites <b>", "3 of 4", "How many & where")
SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["Good", "Fair", "Poor"]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def picture(svg):
    return ET.fromstring(svg)  # noqa: S314 -- drawn by ourselves


def widths(chart, paint):
    names = {f"chart-part {paint}", f"chart-part paint-{paint}"}
    parts = [shape for shape in picture(chart.svg).iter(f"{SVG}rect") if shape.get("class") in names]
    return [shape.get("width") for shape in parts]


def labels(svg):
    return [text.text for text in picture(svg).iter(f"{SVG}text")]


def graded():
    return grades(HEAD, [("Hangzhou", (50, 25, 25)), ("Ningbo", (0, 0, 0))], names=NAMES, heading="Area")


def test_charts_are_named_and_carry_no_style():
    chart = graded()
    svg = picture(chart.svg)
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")

    assert (chart.title, chart.beneath) == (title.text, "3 of 4") == ("Sites <b>", "3 of 4")
    assert description.text == "How many & where"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert svg.get("role") == "img"
    assert not re.search(r"style|<script|onload", chart.svg)
    assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_grades_fill_the_width_with_the_shares_and_what_nobody_said_is_hatched():
    chart = graded()

    assert [widths(chart, f"grade-{grade}") for grade in (1, 2, 3)] == [["50%"], ["25%"], ["25%"]]
    assert labels(chart.svg) == ["Hangzhou", "50.0% · 25.0% · 25.0%", "Ningbo", "no answers"]
    assert len([shape for shape in picture(chart.svg).iter() if shape.get("class") == "chart-missing"]) == 1
    assert chart.rows == [
        ["Hangzhou", "50", "25", "25", "50.0% · 25.0% · 25.0%"],
        ["Ningbo", "0", "0", "0", "no answers"],
    ]
    assert [key.label for key in chart.keys] == NAMES


def test_one_bar_of_all_stands_beside_its_mark_and_each_part_leads_to_its_rows():
    keys = [(Key("light-green", "Done", url="/done/"), 3), (Key("light-red", "Late", url="/late/"), 0)]
    keys.append((Key("light-grey", "Not begun", url="/not/"), 1))

    chart = stacked_bar(HEAD, keys, mark=PlanMark(Decimal("0.8"), "Time: 80%"), heading="State")

    assert (widths(chart, "light-green"), widths(chart, "light-red"), widths(chart, "light-grey")) == (
        ["75%"], [], ["25%"],
    )  # fmt: skip
    assert labels(chart.svg) == ["Time: 80%"]
    assert {place.get("x") for place in picture(chart.svg).findall(f"{SVG}svg")} == {"80%"}
    assert [(key.label, key.figure, key.url) for key in chart.keys] == [
        ("Done", "3 · 75.0%", "/done/"),
        ("Not begun", "1 · 25.0%", "/not/"),
    ]
    assert chart.rows == [
        [{"text": "Done", "url": "/done/"}, "3", "75.0%"],
        [{"text": "Not begun", "url": "/not/"}, "1", "25.0%"],
    ]


def test_a_row_leads_to_its_rows_under_its_name_and_figure():
    series = Series([Key("done", "Done")], "Area")
    rows = [ChartRow("Hangzhou", [1], 2, "1 of 2", "/sites/?area=3301&light=red"), ChartRow("Ningbo", [1], 1, "1 of 1")]

    chart = bars(HEAD, rows, series)
    (link,) = picture(chart.svg).iter(f"{SVG}a")

    assert picture(chart.svg).get("role") == "group"
    assert (link.get("href"), link.get("aria-label")) == ("/sites/?area=3301&light=red", "Hangzhou: 1 of 2")
    assert [text.text for text in link.iter(f"{SVG}text")] == ["Hangzhou", "1 of 2"]
    assert chart.rows[1] == ["Ningbo", "1", "1 of 1"]


def test_a_trend_ends_beside_the_figure_and_rises_with_its_shares():
    rows = [ChartRow("Hangzhou", [2], 4, "2 of 4", trend=[0.0, 0.25, 0.5]), ChartRow("Ningbo", [1], 1, "1 of 1")]

    svg = picture(bars(HEAD, rows, Series([Key("done", "Done")], "Area")).svg)

    (line,) = svg.iter(f"{SVG}polyline")
    spots = [tuple(map(float, spot.split(","))) for spot in line.get("points").split()]
    assert [x for x, _y in spots] == sorted(x for x, _y in spots)
    assert [y for _x, y in spots] == sorted((y for _x, y in spots), reverse=True)
    assert spots[-1][0] == 0
    figures = {text.text: text.get("dx") for text in svg.iter(f"{SVG}text")}
    assert (figures["2 of 4"], figures["1 of 1"]) == ("-4em", None)


def test_what_is_above_the_whole_ends_with_the_bar():
    chart = bars(HEAD, [ChartRow("Hangzhou", [3], 1, "300%")], Series([Key("done", "Done")], "Area"))

    assert widths(chart, "done") == ["100%"]


def test_without_a_page_the_picture_has_its_size_and_its_keys():
    chart = graded()
    still = picture(chart.still(480))

    assert (still.get("width"), still.get("height")) == ("480", "172.2")
    assert labels(chart.still(480))[-3:] == NAMES
    assert len(labels(chart.svg)) == 4


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ((2, 1, 0), "66.7% · 33.3% · 0.0%"),
        ((9999, 1, 0), "99.9% · 0.1% · 0.0%"),
        ((10, 0, 0), "100.0% · 0.0% · 0.0%"),
    ],
)
def test_shares_are_rounded_and_never_flatter(counts, shares):
    chart = grades(HEAD, [("Hangzhou", counts)], names=NAMES, heading="Area")

    assert labels(chart.svg)[-1] == shares


def test_charts_of_nothing_are_empty_but_whole():
    assert grades(HEAD, [], names=NAMES, heading="Area").rows == []


def test_long_labels_break_into_two_lines_and_stay_whole_in_the_table():
    chart = grades(HEAD, [("很长的项目名称" * 10, (1, 0, 0))], names=NAMES, heading="Area")
    first, second, figure = labels(chart.svg)

    assert (len(first), second[-1], figure) == (19, "…", "100.0% · 0.0% · 0.0%")
    assert chart.rows[0][0] == "很长的项目名称" * 10


def test_english_breaks_between_words():
    chart = grades(HEAD, [("Lifts in old houses of the city without one", (1, 0, 0))], names=NAMES, heading="Area")

    assert labels(chart.svg)[:2] == ["Lifts in old houses of the city", "without one"]


def test_labels_may_hold_any_character():
    chart = grades(HEAD, [("a\x00<script>&\ufffe", (1, 0, 0))], names=["Good", "Fair", "<i>"], heading="Area")

    assert labels(chart.svg)[0] == "a<script>&"
    assert labels(chart.still(480))[-1] == "<i>"


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


def square(west, south, size=1.0):
    corners = [(west, south), (west + size, south), (west + size, south + size), (west, south + size), (west, south)]
    return {"type": "MultiPolygon", "coordinates": [[[list(corner) for corner in corners]]]}


def test_dots_stand_at_their_share_beside_the_mark_and_what_is_not_known_is_hatched():
    rows = [ChartRow("Hangzhou", [3], 4, "3 / 4", "/hangzhou/"), ChartRow("Ningbo", [0], None, "not known yet")]

    chart = dots(HEAD, rows, heading="Area", column="Answered", mark=PlanMark(Decimal("0.5"), "All: 50%"))

    svg = picture(chart.svg)
    assert [dot.get("cx") for dot in svg.iter(f"{SVG}circle")] == ["75%"]
    assert len([shape for shape in svg.iter() if shape.get("class") == "chart-missing"]) == 1
    assert [link.get("href") for link in svg.iter(f"{SVG}a")] == ["/hangzhou/"]
    assert labels(chart.svg) == ["Hangzhou", "3 / 4", "Ningbo", "not known yet", "All: 50%"]
    assert chart.rows == [[{"text": "Hangzhou", "url": "/hangzhou/"}, "3 / 4"], ["Ningbo", "not known yet"]]
    assert svg.get("height") == f"{chart.height:.2f}".rstrip("0").rstrip(".") + "em"


def test_a_slope_leads_from_each_share_to_the_next_and_labels_do_not_stand_in_each_other():
    rows = [ChartSlope("Roads", 0.5, 0.25), ChartSlope("Care", 0.25, 0.5, "/care/"), ChartSlope("Parks", 0.25, 0.25)]

    chart = slope(HEAD, rows, heading="Aspect", ends=("2025", "2026"), height=10)

    svg = picture(chart.svg)
    lines = [(line.get("y1"), line.get("y2"), line.get("class")) for line in svg.iter(f"{SVG}line")]
    assert lines == [
        ("1.9em", "6.9em", "chart-slope"),
        ("6.9em", "1.9em", "chart-slope-up"),
        ("6.9em", "6.9em", "chart-slope"),
    ]
    for anchor in ("end", "start"):
        texts = [text for text in svg.iter(f"{SVG}text") if text.get("text-anchor") == anchor][1:]
        heights = sorted(float(text.get("y").removesuffix("em")) for text in texts)
        assert all(lower - upper >= 1.3 for upper, lower in pairwise(heights))
    assert chart.rows == [
        ["Roads", "50.0%", "25.0%"],
        [{"text": "Care", "url": "/care/"}, "25.0%", "50.0%"],
        ["Parks", "25.0%", "25.0%"],
    ]
    assert (changed_most(rows), changed_most(rows[:1])) == ([rows[1]], [])


@pytest.mark.parametrize(
    ("equals", "said"), [(["West"], "West"), (["West", "East"], "West and East"), (["W", "E", "N"], "3 of all 5")]
)
def test_what_stands_equal_is_named_with_what_it_equals(equals, said):
    assert named(equals, 5) == said


def test_areas_are_as_dark_as_what_is_done_and_hatched_where_nothing_is_known():
    areas = [
        ChartArea("West", square(120, 30), 5, "4 of 4", "/west/"),
        ChartArea("East", square(121, 30), None, "not known yet"),
    ]

    chart = choropleth(HEAD, areas, [Key("step-5", "100%")], heading="Area", column="Sites")

    svg = picture(chart.svg)
    shapes = [path for path in svg.iter(f"{SVG}path") if (path.get("class") or "").startswith("chart-area")]
    assert [(shape.get("class"), shape.get("fill-opacity")) for shape in shapes] == [
        ("chart-area paint-step-5", "0.8"),
        ("chart-area", "1"),
    ]
    assert shapes[1].get("fill") == "url(#c2-missing)"
    assert shapes[0].get("d").startswith("M0 ")
    assert [shape.find(f"{SVG}title").text for shape in shapes] == ["West: 4 of 4", "East: not known yet"]
    assert labels(chart.svg) == ["West", "East"]
    assert [link.get("href") for link in svg.iter(f"{SVG}a")] == ["/west/"]
    assert chart.rows == [[{"text": "West", "url": "/west/"}, "4 of 4"], ["East", "not known yet"]]
    assert 'width="600"' in chart.still(600)


def test_what_is_too_small_for_its_name_has_a_number_and_its_name_beneath():
    areas = [
        ChartArea("A large area", square(120, 30, 4), 5, "4 of 4"),
        ChartArea("Small with a long name", square(124, 30), 1, "1 of 4"),
    ]

    chart = choropleth(HEAD, areas, [], heading="Area", column="Sites")

    assert labels(chart.svg) == ["A large area", "1", "1 Small with a long name"]


@pytest.mark.parametrize(
    ("shares", "steps", "ranges"),
    [
        ([None, 0, 0], [None, 0, 0], [(0, "0.0%")]),
        ([".374", ".374"], [3, 3], [(3, "37.4%")]),
        ([".374", ".375"], [1, 5], [(1, "37.4%"), (5, "37.5%")]),
        (["0", ".2", ".4", "1"], [0, 1, 3, 5], [(0, "0.0%"), (1, "20.0%"), (3, "40.0%"), (5, "100.0%")]),
        (
            [".61", ".62", ".63", ".64", ".65", ".66", ".67", ".91"],
            [1, 1, 2, 2, 3, 4, 4, 5],
            [(1, "61.0%–62.0%"), (2, "63.0%–64.0%"), (3, "65.0%"), (4, "66.0%–67.0%"), (5, "91.0%")],
        ),
    ],
)
def test_the_steps_of_a_map_follow_how_its_shares_lie(shares, steps, ranges):
    found = spread([None if share is None else Decimal(share) for share in shares])

    assert (found.steps, found.ranges) == (steps, ranges)


def test_what_differs_as_it_is_written_never_has_one_colour_together():
    found = spread([Decimal(share) / 1000 for share in range(700, 713)])

    assert max(found.steps.count(step) for step in found.steps) <= 3


def test_columns_are_as_high_as_their_numbers_and_stand_in_order():
    ranges = [ChartRange("≤ 3", 2), ChartRange("4–7", 0), ChartRange("> 7", 1)]

    chart = histogram(HEAD, ranges, heading="Days", columns=("How many", "Share"))

    shapes = [shape for shape in picture(chart.svg).iter(f"{SVG}rect") if "paint-done" in (shape.get("class") or "")]
    assert [shape.get("height") for shape in shapes] == ["9em", "0em", "4.5em"]
    assert labels(chart.svg) == ["2", "≤ 3", "0", "4–7", "1", "> 7"]
    assert chart.rows == [["≤ 3", "2", "66.7%"], ["4–7", "0", "0.0%"], ["> 7", "1", "33.3%"]]
