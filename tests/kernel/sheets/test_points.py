"""Points in degrees, in one cell or two, on one earth or another."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel import coordinates
from livelihood.kernel.sheets import points
from livelihood.kernel.sheets.cells import CellProblem
from livelihood.kernel.sheets.declaration import written
from livelihood.kernel.sheets.points import Datum, settle

EAST = st.floats(min_value=74, max_value=135)
NORTH = st.floats(min_value=4, max_value=53)


def settled(datum=Datum.WGS84, **cells):
    values = {name: points.angle(cell) if cell is not None else None for name, cell in cells.items()}
    remarks = settle(values, datum)
    with translation.override("en"):
        said = [(remark.what, remark.column, str(remark.problem)) for remark in remarks]
    return {name: None if value is None else written(value) for name, value in values.items()}, said


@pytest.mark.parametrize(
    ("east", "north"),
    [
        ("121.875", "29.475"), (121.875, 29.475), ("121°52′30″", "29°28′30″"), ("121°52'30\"", "29°28'30\""),
        ("121度52分30秒", "29度28分30秒"), ("东经121.875", "北纬29.475"), ("121.875E", "29.475N"),
        ("E121.875", "N29.475"),
        ("\uff11\uff12\uff11.\uff18\uff17\uff15°", "29。475°"),
        ("121º52’30”", "29˚28‘30“"), ("lng:121.875", "lat: 29.475"),  # noqa: RUF001 -- as they are typed
        ("121°52.5′", "29°28.5′"), ("121°52′30″E", "29°28′30″N"),
    ],
)  # fmt: skip
def test_every_spelling_of_degrees_is_the_same_point(east, north):
    values, _said = settled(longitude=east, latitude=north)

    assert values == {"longitude": "121.875", "latitude": "29.475"}


@pytest.mark.parametrize(
    "cell",
    [
        "121.875，29.475",
        "121.875,29.475",
        "(121.875, 29.475)",
        "121.875 29.475",
        "E121°52′30″ N29°28′30″",
        "29.475N,121.875E",
    ],
)
def test_both_in_one_cell_are_read_and_said(cell):
    assert settled(longitude=cell, latitude=None) == (
        {"longitude": "121.875", "latitude": "29.475"},
        [("read_as", "longitude", "")] * (2 if cell.startswith("29") else 1),
    )
    assert settled(point=cell)[0] == {"longitude": "121.875", "latitude": "29.475"}


def test_degrees_in_each_others_place_are_asked_about_and_meant_the_other_way_round():
    assert settled(longitude=29.475, latitude=121.875) == (
        {"longitude": "121.875", "latitude": "29.475"},
        [("doubt", "longitude", "Longitude and latitude seem to stand in each other's place.")],
    )


@pytest.mark.parametrize("cells", [
    (0, 0), (0.0, 0.0), ("0.000000", "0.000000"), (121.875, 2.9), (29.475, 29.475), (-121.875, 29.475),
    (121.875, -29.475), (2.35, 48.86), (139.69, 35.68), (121.875, 121.875 - 60), (180, 90), (12.1875, 29.475),
])  # fmt: skip
@pytest.mark.parametrize("datum", [*Datum])
def test_a_point_outside_of_china_is_asked_about_wherever_it_is_read(cells, datum):
    outside = ("doubt", "longitude", "This point does not lie in China.")

    assert outside in settled(datum, longitude=cells[0], latitude=cells[1])[1]
    assert outside[:1] in [(said[0],) for said in settled(datum, longitude=f"{cells[0]},{cells[1]}", latitude=None)[1]]


@pytest.mark.parametrize("corner", [(73.4997, 39.3896), (135.0857, 48.4497), (123.2585, 53.5609), (112.2645, 3.9792)])
def test_the_corners_of_china_are_in_it(corner):
    assert settled(longitude=corner[0], latitude=corner[1])[1] == []


def test_letters_that_say_so_put_degrees_in_their_place_without_a_question():
    assert settled(longitude="29.475N", latitude="121.875E") == (
        {"longitude": "121.875", "latitude": "29.475"},
        [("read_as", "longitude", ""), ("read_as", "latitude", "")],
    )


def test_what_has_more_decimals_than_are_kept_is_rounded_and_said():
    assert settled(longitude=120.12345678901234, latitude="30.2876543210987") == (
        {"longitude": "120.123457", "latitude": "30.287654"},
        [("read_as", "longitude", ""), ("read_as", "latitude", "")],
    )


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"longitude": 121.5, "latitude": None}, "latitude", "A point needs longitude and latitude."),
        ({"longitude": 121.5}, "latitude", "A point needs longitude and latitude."),
        ({"longitude": None, "latitude": 29.5}, "longitude", "A point needs longitude and latitude."),
        ({"longitude": 1215.0, "latitude": 29.5}, "longitude", "There are no such degrees."),
        ({"longitude": 121.5, "latitude": 295.0}, "latitude", "There are no such degrees."),
        ({"longitude": "121.5,29.5", "latitude": 29.5}, "longitude", "A point stands here, and more beside it."),
        ({"longitude": "121.5E", "latitude": "29.5E"}, "longitude", "Both are of one kind."),
    ],
)
def test_half_points_and_impossible_ones_are_refused(cells, column, said):
    assert settled(**cells)[1] == [("wrong", column, said)]


def test_nothing_stays_nothing_and_a_column_that_is_absent_stays_absent():
    assert settled(longitude=None, latitude=None) == ({"longitude": None, "latitude": None}, [])
    assert settled() == ({}, [])
    assert settled(point=None) == ({"longitude": None, "latitude": None}, [])


@pytest.mark.parametrize("cell", ["121°61′", "abc", "121.5°30′", "1,2,3", "", True, "12" * 60])
def test_what_are_no_degrees_is_refused(cell):
    with pytest.raises(CellProblem):
        points.angle(cell)


@pytest.mark.parametrize("cell", ["121.52.30", "121 52 30", "121-52-30", "121:52:30", "E121.52.30", "121.52.30E"])
def test_degrees_minutes_and_seconds_without_their_signs_are_refused_with_them(cell):
    with pytest.raises(CellProblem) as caught:
        points.angle(cell)
    with translation.override("en"):
        assert "121°52'30\"" in str(caught.value.remedy)


@given(EAST, NORTH)
def test_points_of_the_web_maps_are_brought_back_to_within_a_hand(east, north):
    on_gcj02 = coordinates.to_gcj02(east, north)
    ways = {Datum.WGS84: (east, north), Datum.GCJ02: on_gcj02, Datum.BD09: coordinates.to_bd09(*on_gcj02)}

    for datum, (x, y) in ways.items():
        values, _said = settled(datum, longitude=repr(round(x, 12)), latitude=repr(round(y, 12)))
        assert abs(Decimal(values["longitude"]) - Decimal(east)) <= Decimal("0.000001")
        assert abs(Decimal(values["latitude"]) - Decimal(north)) <= Decimal("0.000001")
