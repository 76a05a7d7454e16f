import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from livelihood.cycles import areas, outlines
from livelihood.cycles.areas import AreaRow
from livelihood.cycles.management.commands import outlines as command
from livelihood.cycles.models import Area
from livelihood.cycles.outlines import BadOutlines, drawing
from livelihood.cycles.states import Level
from tests.factories.frame import CityFactory, CountyFactory

SQUARE = [(120.0, 30.0), (120.5, 30.0001), (121.0, 30.0), (121.0, 31.0), (120.0, 31.0), (120.0, 30.0)]
ISLET = [(122.0, 30.0), (122.001, 30.0), (122.001, 30.001), (122.0, 30.0)]

PROVINCE = AreaRow("330000", "浙江省", "Zhejiang Province", "zhejiang", Level.PROVINCE, "", None, None, "")
CITY = AreaRow("330100", "杭州市", "Hangzhou City", "hangzhou", Level.CITY, "330000", None, None, "")
COUNTY = AreaRow(
    "330106", "西湖区", "Xihu District", "xihu", Level.COUNTY, "330100", Decimal("120.119"), Decimal("30.242"), ""
)


def feature(code, ring=SQUARE, **more):
    geometry = {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry, **more}


def laid(folder, *features, name="areas.geojson"):
    (folder / name).write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return folder


def test_simplify_drops_a_point_close_to_the_line():
    assert outlines.simplify(SQUARE, 0.001) == [SQUARE[0], *SQUARE[2:]]


def test_simplify_keeps_a_point_away_from_the_line():
    assert outlines.simplify(SQUARE, 0.00005) == SQUARE


def test_neighbours_keep_one_line_between_them():
    # A border that winds, read northwards by the one and southwards by the other, each beginning elsewhere.
    border = [(121 + (i % 3) * 0.0011, 30 + i / 10) for i in range(11)]
    west = [(120.0, 31.0), (120.0, 30.0), *border, (120.0, 31.0)]
    east = [border[5], *border[4::-1], (122.0, 30.0), (122.0, 31.0), *border[:4:-1]]

    content = json.loads(outlines.collection({"330102": [[west]], "330105": [[east]]}, about={}))

    lines = [
        {tuple(corner) for corner in one["geometry"]["coordinates"][0][0] if 121 <= corner[0] < 121.01}
        for one in content["features"]
    ]
    assert lines[0] == lines[1]
    assert {(121.0, 30.0), (121.0011, 31.0)} < lines[0]


@pytest.mark.parametrize(
    "known",
    [
        feature("330106"),
        feature("", id="330106", properties={}),
        feature("", properties={"adcode": 330106, "name": "西湖区"}),
        feature("", properties={"gb": "156330106"}),
    ],
    ids=["code", "id", "adcode", "gb"],
)
def test_an_outline_is_known_by_its_code(tmp_path, known):
    assert outlines.read_folder(laid(tmp_path, known)) == {"330106": [[SQUARE]]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (feature("西湖区"), "feature 1 has no code of GB/T 2260"),
        (feature("330106", SQUARE[:-1]), "feature 1: a ring is not closed"),
        (feature("330106", [(y, x) for x, y in SQUARE]), "feature 1: a corner is not given as longitude and latitude"),
        (feature("330106", [(x * 1e5, y * 1e5) for x, y in SQUARE]), "feature 1: a corner is not given as longitude"),
        (feature("330106", geometry={"type": "Point", "coordinates": [120, 30]}), "feature 1 is neither Polygon nor"),
        (feature("330106", geometry={"type": "Polygon", "coordinates": [["a"]]}), "a corner is no pair of numbers"),
        ("text", "feature 1 has no code"),
    ],
)
def test_what_is_no_outline_is_refused_and_says_where(tmp_path, wrong, said):
    with pytest.raises(BadOutlines, match=said):
        outlines.read_folder(laid(tmp_path, wrong))


def test_a_folder_may_be_empty_and_holds_nothing_else_than_outlines(tmp_path):
    assert outlines.read_folder(tmp_path) == outlines.read_folder(tmp_path / "missing") == {}
    (tmp_path / "README.txt").write_text("from whom")
    assert outlines.read_folder(tmp_path) == {}
    (tmp_path / "areas.json").write_bytes("西湖".encode("gbk"))
    with pytest.raises(BadOutlines, match=r"areas.json is no JSON in UTF-8"):
        outlines.read_folder(tmp_path)
    (tmp_path / "areas.json").write_text("[]")
    with pytest.raises(BadOutlines, match=r"areas.json is no FeatureCollection"):
        outlines.read_folder(tmp_path)
    laid(laid(tmp_path, feature("330106"), name="areas.json"), feature("330106"), name="more.json")
    with pytest.raises(BadOutlines, match=r"more.json: 330106 stands in another file too"):
        outlines.read_folder(tmp_path)


def test_files_draw_what_lies_below_an_area_else_the_area_itself():
    shapes = {"330100": [[SQUARE], [ISLET]], "330106": [[SQUARE]]}

    written = drawing.files([PROVINCE, CITY, COUNTY], shapes, origin={"credit": "天地图 GS(2024)0650号"})

    read = {code: json.loads(content) for code, content in written.items()}
    assert {code: [one["id"] for one in content["features"]] for code, content in read.items()} == {
        "330000": ["330100"],
        "330100": ["330106"],
        "330106": ["330106"],
    }
    square = [[[[120.0, 30.0], [121.0, 30.0], [121.0, 31.0], [120.0, 31.0], [120.0, 30.0]]]]
    assert read["330000"]["features"][0] == {
        "type": "Feature",
        "id": "330100",
        "properties": {"code": "330100"},
        "geometry": {"type": "MultiPolygon", "coordinates": square},
    }
    assert read["330000"]["properties"] == {
        "code": "330000", "credit": "天地图 GS(2024)0650号", "tolerance_degrees": 0.0005,
    }  # fmt: skip


def test_a_file_takes_the_first_tolerance_that_fits(monkeypatch):
    jagged = [(120 + i / 1000, 30 + (i % 2) * 0.003) for i in range(900)]
    ring = [*jagged, (120.9, 31.0), (120.0, 31.0), jagged[0]]
    monkeypatch.setattr(drawing, "MOST_BYTES", 2000)

    content = outlines.collection({"330100": [[ring]]}, about={})

    assert json.loads(content)["properties"]["tolerance_degrees"] == 0.004
    assert len(content) <= 2000


def test_what_cannot_be_made_small_is_refused(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_BYTES", 100)

    with pytest.raises(outlines.TooLarge, match="330100"):
        outlines.collection({"330100": [[SQUARE]]}, about={})


def test_command_writes_every_area_we_ship_with_the_areas_below_it(tmp_path, capsys, settings):
    settings.BASE_DIR = tmp_path

    call_command("outlines")

    written = {path.stem: path for path in (tmp_path / "build/outlines").iterdir()}
    rows = [*areas.shipped(), *areas.shipped_for_demo()]
    ours = {"511471"}  # an area of the demo that GB/T 2260 has not
    assert set(written) == {row.code for row in rows} - ours
    assert max(path.stat().st_size for path in written.values()) <= 60_000
    assert f"{len(written)} outline files" in capsys.readouterr().out
    for code, path in written.items():
        shown = {one["id"] for one in json.loads(path.read_bytes())["features"]}
        assert shown == ({row.code for row in rows if row.parent == code} - ours or {code})


def test_command_says_how_to_get_the_package(tmp_path, settings, monkeypatch):
    settings.BASE_DIR = tmp_path
    monkeypatch.setattr(command, "PACKAGE", "no_such_package")

    with pytest.raises(CommandError, match="make setup"):
        call_command("outlines")

    assert not (tmp_path / "build").exists()


def test_points_of_areas_lie_inside_their_outlines():
    rows = [row for row in areas.shipped() if row.level is not Level.PROVINCE]
    shapes: outlines.Shapes = {}
    for path in command._sources():
        shapes |= outlines.read_file(path, wanted={row.code for row in rows})

    outside = [
        row.name_zh
        for row in rows
        if not _inside(float(row.longitude or 0), float(row.latitude or 0), shapes[row.code])
    ]

    assert outside == []


def _inside(x, y, polygons):
    crossings = 0
    for polygon in polygons:
        for (x1, y1), (x2, y2) in zip(polygon[0], polygon[0][1:], strict=False):
            crossings += (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return crossings % 2 == 1


def stored(area):
    """Read an area with the path that the database keeps."""
    return Area.objects.get(pk=area.pk)


@pytest.fixture
def drawn_from(tmp_path, settings):
    """Lay outlines, as the authority does, and build none; a folder of its own for each test, as it is read once."""

    def lay(*codes, credit=""):
        (tmp_path / "credit.txt").write_text(credit, encoding="utf-8")
        settings.BASE_DIR, settings.OUTLINES_FOLDER = tmp_path, laid(tmp_path, *map(feature, codes))

    return lay


@pytest.mark.django_db
def test_a_map_draws_what_lies_below_a_place_else_what_it_lies_among(drawn_from):
    city = CityFactory()
    one, other = CountyFactory(parent=city), CountyFactory(parent=city)
    town = CountyFactory(parent=one, level=Level.TOWNSHIP, code=f"{one.code}001")
    drawn_from(city.code, one.code, other.code)

    def drawn(place, within):
        found = outlines.drawn_for(stored(place), stored(within))
        return found and (found.around.code, sorted(found.geometries))

    counties = (city.code, sorted([one.code, other.code]))
    assert drawn(city, city) == drawn(one, city) == drawn(town, city) == counties
    assert drawn(one, one) == drawn(town, one) == (one.code, [one.code])
    assert drawn(city.parent, city.parent) == (city.parent.code, [city.code])
    lonely = CountyFactory()
    assert drawn(lonely, lonely) is None


@pytest.mark.django_db
def test_an_area_without_an_outline_is_drawn_as_the_one_above_it(drawn_from):
    county = CountyFactory()
    drawn_from(county.parent.code, credit="宁海县自然资源和规划局 甬S(2026)1号\n")

    found = outlines.drawn_for(stored(county), stored(county))

    assert (found.around, set(found.geometries)) == (county.parent, {county.parent.code})
    assert found.credit == "宁海县自然资源和规划局 甬S(2026)1号"


@pytest.mark.django_db
def test_a_folder_that_cannot_be_read_is_named_by_the_check_and_leaves_what_was_built(tmp_path, settings, caplog):
    city = CityFactory()
    (tmp_path / "build/outlines").mkdir(parents=True)
    built = outlines.collection({city.code: [[SQUARE]]}, about={"credit": "built"})
    (tmp_path / f"build/outlines/{city.code}.json").write_bytes(built)
    settings.BASE_DIR, settings.OUTLINES_FOLDER = tmp_path, laid(tmp_path, feature("西湖区"))

    found = outlines.drawn_for(stored(city), stored(city))

    assert (set(found.geometries), found.credit) == ({city.code}, "built")
    assert "Unable to read the outlines of" in caplog.text
    (error,) = outlines.folder_can_be_read()
    assert (error.id, "feature 1 has no code of GB/T 2260" in error.msg) == ("cycles.E001", True)
    settings.OUTLINES_FOLDER = tmp_path / "none"
    assert outlines.folder_can_be_read() == []
