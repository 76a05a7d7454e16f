import json
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from livelihood.cycles import areas, outlines
from livelihood.cycles.areas import AreaRow
from livelihood.cycles.states import Level

SQUARE = [(120.0, 30.0), (120.5, 30.0001), (121.0, 30.0), (121.0, 31.0), (120.0, 31.0), (120.0, 30.0)]
ISLET = [(122.0, 30.0), (122.001, 30.0), (122.001, 30.001), (122.0, 30.0)]

PROVINCE = AreaRow("330000", "浙江省", "Zhejiang Province", "zhejiang", Level.PROVINCE, "", None, None, "")
CITY = AreaRow("330100", "杭州市", "Hangzhou City", "hangzhou", Level.CITY, "330000", None, None, "")
COUNTY = AreaRow(
    "330106", "西湖区", "Xihu District", "xihu", Level.COUNTY, "330100", Decimal("120.119"), Decimal("30.242"), ""
)
UNPLACED = AreaRow("330171", "新区", "New Area", "new-area", Level.COUNTY, "330100", None, None, "")


def test_simplify_drops_a_point_close_to_the_line():
    assert outlines.simplify(SQUARE, 0.001) == [SQUARE[0], *SQUARE[2:]]


def test_simplify_keeps_a_point_away_from_the_line():
    assert outlines.simplify(SQUARE, 0.00005) == SQUARE


def test_read_shapes_decodes_steps(tmp_path):
    # 1024 steps a degree from 122880 (120 degrees) and 30720 (30 degrees): one step east, one north, one back.
    def steps(*pairs):
        return "".join(chr(((value << 1) ^ (value >> 31)) + 64) for pair in pairs for value in pair)

    feature = {
        "id": "330100",
        "geometry": {
            "type": "Polygon",
            "coordinates": [steps((0, 0), (1024, 0), (0, 1024), (-1024, -512))],
            "encodeOffsets": [[122880, 30720]],
        },
    }
    path = tmp_path / "zhejiang.json"
    path.write_text(json.dumps({"features": [feature]}), encoding="utf-8")

    shapes = outlines.read_shapes(path)

    [[ring]] = shapes["330100"]
    # 0.005 degrees at most lie between GCJ-02 and WGS-84 here.
    assert [(round(x, 1), round(y, 1)) for x, y in ring] == [(120, 30), (121, 30), (121, 31), (120, 30.5), (120, 30)]
    assert ring[0] == ring[-1]
    assert 0.003 < 120 - ring[0][0] < 0.006


def test_outline_files_of_a_province_and_a_city():
    files = outlines.outline_files([PROVINCE, CITY, COUNTY, UNPLACED], {"330100": [[SQUARE], [ISLET]]})

    assert set(files) == {"330000", "330100"}
    province, city = json.loads(files["330000"]), json.loads(files["330100"])
    names = {"code": "330100", "slug": "hangzhou", "level": "city", "name_zh": "杭州市", "name_en": "Hangzhou City"}
    square = [[[[120.0, 30.0], [121.0, 30.0], [121.0, 31.0], [120.0, 31.0], [120.0, 30.0]]]]
    outline = {
        "type": "Feature",
        "id": "330100",
        "properties": names,
        "geometry": {"type": "MultiPolygon", "coordinates": square},
    }
    assert province["features"] == [outline]
    assert city["features"][0] == outline
    assert [(feature["id"], feature["geometry"]) for feature in city["features"][1:]] == [
        ("330106", {"type": "Point", "coordinates": [120.119, 30.242]})
    ]
    assert city["properties"]["licence"] == "Apache-2.0"
    assert city["properties"]["name_en"] == "Hangzhou City"


def test_outline_files_take_the_first_tolerance_that_fits(monkeypatch):
    jagged = [(120 + i / 1000, 30 + (i % 2) * 0.003) for i in range(900)]
    ring = [*jagged, (120.9, 31.0), (120.0, 31.0), jagged[0]]
    monkeypatch.setattr(outlines, "MOST_BYTES", 2000)

    files = outlines.outline_files([CITY], {"330100": [[ring]]})

    assert json.loads(files["330100"])["properties"]["tolerance_degrees"] == 0.004
    assert len(files["330100"]) <= 2000


def test_outline_files_refuse_what_cannot_be_made_small(monkeypatch):
    monkeypatch.setattr(outlines, "MOST_BYTES", 100)

    with pytest.raises(outlines.TooLarge, match="330100"):
        outlines.outline_files([CITY], {"330100": [[SQUARE]]})


def test_command_writes_every_province_and_city_we_ship(tmp_path, capsys, settings):
    base = settings.BASE_DIR
    (tmp_path / "node_modules").symlink_to(base / "node_modules")
    settings.BASE_DIR = tmp_path

    call_command("outlines")

    written = {path.stem: path for path in (tmp_path / "static/generated/outlines").iterdir()}
    rows = [*areas.shipped(), *areas.shipped_for_demo()]
    assert set(written) == {row.code for row in rows if row.level is not Level.COUNTY}
    assert max(path.stat().st_size for path in written.values()) <= 60_000
    assert "14 outline files" in capsys.readouterr().out
    for code, path in written.items():
        shown = {feature["id"] for feature in json.loads(path.read_bytes())["features"]}
        own = {code} - {"330000", "510000"}
        assert shown == own | {row.code for row in rows if row.parent == code and row.longitude is not None}


def test_command_says_how_to_get_the_package(tmp_path, settings):
    settings.BASE_DIR = tmp_path

    with pytest.raises(CommandError, match="npm ci"):
        call_command("outlines")

    assert not (tmp_path / "static").exists()


def test_points_of_cities_lie_inside_their_outlines():
    shapes = outlines.read_shapes(settings.BASE_DIR / "node_modules/echarts/map/json/province/zhejiang.json")

    outside = [
        row.name_zh
        for row in areas.shipped()
        if row.level is not Level.PROVINCE
        and not _inside(float(row.longitude or 0), float(row.latitude or 0), shapes[row.code[:4] + "00"])
    ]

    assert outside == []


def _inside(x, y, polygons):
    crossings = 0
    for polygon in polygons:
        for (x1, y1), (x2, y2) in zip(polygon[0], polygon[0][1:], strict=False):
            crossings += (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)
    return crossings % 2 == 1
