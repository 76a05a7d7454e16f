"""`check_sheet`: what it prints of every file of the cases, and how it refuses."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from livelihood.cycles.areas import load_areas, shipped
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Level
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory
from tests.factories.projects import IndicatorFactory, ProjectFactory, StandardFactory
from tests.kernel.sheets.books import HEAD, site, xlsx_rows
from tests.portal.shapes import SHAPES

NO_AREA = "There is no area of this name. Check the spelling, write its code, or have it added first."

pytestmark = pytest.mark.django_db

CASES = settings.BASE_DIR / ".." / "shared" / "cases"
"""The files from which the shapes were made; not in every clone."""
NO_SHEETS = {"README.md", "rare_names.txt", "make_6000_wrong_rows.py"}


@pytest.fixture
def areas() -> None:
    """Store the areas that ship, and a township."""
    load_areas(shipped(), at=NOW)
    county = Area.objects.get(code="330225")
    Area.objects.create(code="330225001", slug="dandong", name_zh="丹东街道", level=Level.TOWNSHIP, parent=county)


def check(kind: str, path: Path, **options: Any) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    call_command("check_sheet", kind, str(path), stdout=out, stderr=err, **options)
    return json.loads(out.getvalue())


def cases() -> list[str]:
    return [path.name for path in sorted(CASES.iterdir()) if path.name not in NO_SHEETS] if CASES.is_dir() else []


def read_right(folder: str) -> dict[str, Any]:
    """Return what is right of each file: of `shapes`, which are written here, or of `cases`."""
    right: dict[str, Any] = json.loads(Path(__file__).with_name(f"{folder}.json").read_text(encoding="utf-8"))
    return right


def found(kind: str, path: Path) -> dict[str, Any]:
    try:
        return check(kind, path)
    except CommandError as error:
        return {"error": str(error)}


def test_every_case_has_a_shape_and_every_shape_is_tested():
    assert len(SHAPES) == 35
    assert SHAPES.keys() == read_right("shapes").keys() == read_right("cases").keys()
    assert cases() == (sorted(SHAPES) if CASES.is_dir() else [])


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_read_right(name: str, areas: None, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(SHAPES[name].content())

    assert found(SHAPES[name].kind, path) == read_right("shapes")[name]


@pytest.mark.parametrize("name", cases())
def test_every_file_of_the_cases_is_read_right(name: str, areas: None):
    assert found(SHAPES[name].kind, CASES / name) == read_right("cases")[name]


@pytest.fixture
def xiangshan(areas: None) -> Cycle:
    """Make the year that the office's files of Xiangshan are of."""
    cycle = CycleFactory(area=Area.objects.get(code="330225"), year=2027)
    project = ProjectFactory(cycle=cycle, number=2, title="城区公厕提升改造")
    IndicatorFactory(project=project, name="提升改造公厕", unit="座")
    OrganisationFactory(area=cycle.area, name_zh="象山县城市建设集团")
    StandardFactory(cycle=cycle, title="城区公厕建设标准")
    return cycle


@pytest.fixture
def sheet(tmp_path: Path):
    """Write rows of sites to a file."""

    def write(*rows: list[Any], head: list[str] | None = None) -> Path:
        path = tmp_path / "点位.xlsx"
        path.write_bytes(
            xlsx_rows([["项目名称", *(head or HEAD)], *(["提升改造公厕", *row] for row in rows)]).getvalue()
        )
        return path

    return write


def test_with_a_year_projects_areas_units_and_dates_are_those_of_the_year(xiangshan: Cycle, sheet: Any):
    good = {"area": "丹东街道", "quantity": "1座", "standard": "城区公厕建设标准", "due": "10月底前"}
    path = sheet(
        site(1, **good),
        site(2, **good | {"quantity": "1个"}),
        site(3, **good | {"area": "象山县石浦镇"}),
        site(4, **good | {"area": "330226"}),
        site(5, **good | {"due": "2040年10月"}),
        site(6, **good | {"standard": "别的标准"}),
    )

    found = check("sites", path, year="xiangshan/2027", language="en")

    assert found["rows"] == [
        {
            "row": 2,
            "values": {
                "project_name": "提升改造公厕", "key": "K-1", "name": "第1公厕", "area": "330225001",
                "quantity_planned": "1", "due_on": "2027-10-31", "standard": "城区公厕建设标准", "project": "2",
                "indicator": "提升改造公厕",
            },
        }
    ]  # fmt: skip
    assert [(error["row"], error["column"], error["value"], error["problem"]) for error in found["errors"]] == [
        (3, "计划数量", "1个", "The unit here is 个, and 座 is wanted. Write the number in 座, or correct the unit."),
        (4, "所属区县", "象山县石浦镇", NO_AREA),
        (5, "所属区县", "330226", "There is no area with this code. Check the code, or have the area added first."),
        (6, "完成时限", "2040-10-31", "This date is out of range. Write a date from 2025-01-01 to 2030-12-31."),
        (7, "建设标准", "别的标准", "There is no such standard this year. Check the spelling, or have it added first."),
    ]  # fmt: skip


def test_a_title_is_that_of_a_project_where_the_year_has_one_of_this_name(xiangshan: Cycle, tmp_path: Path):
    rows = [
        ["编号", "点位名称", "区县", "完成时限"],
        ["一、提升改造公厕（2个）"], ["K-1", "甲", "330225", "2027-10-31"],
        ["（一）第一批"], ["K-2", "乙", "330225", "2027-10-31"],
        ["二、教育"], ["K-3", "丙", "330225", "2027-10-31"],
        ["（一）提升改造公厕"], ["K-4", "丁", "330225", "2027-10-31"],
        ["（二）医疗卫生"], ["K-5", "戊", "330225", "2027-10-31"],
    ]  # fmt: skip
    path = tmp_path / "点位.xlsx"
    path.write_bytes(xlsx_rows(rows).getvalue())

    named, unnamed = check("sites", path, year="xiangshan/2027"), check("sites", path)

    projects = {row["values"]["key"]: row["values"].get("project") for row in named["rows"]}
    assert projects == {"K-1": "2", "K-2": "2", "K-3": None, "K-4": "2", "K-5": None}
    said = [(note["row"], note["what"]) for note in named["notes"] if note["what"] == "read_as"]
    assert said == [(3, "read_as"), (5, "read_as"), (9, "read_as")]
    assert not any("project_name" in row["values"] for row in unnamed["rows"])
    assert (named["errors"], len(unnamed["rows"])) == ([], 5)


def test_what_contradicts_itself_is_an_error(xiangshan: Cycle, tmp_path: Path):
    head = ["项目序号", "指标", "点位编号", "点位", "地区代码", "地区", "时限", "计划数量", "单位"]
    good = [2, "提升改造公厕", "K", "公厕", "330225", "象山县", "2027-10-31", 1, "座"]
    rows = [[*good[:2], f"K-{number}", *good[3:]] for number in range(4)]
    rows[1][5], rows[2][8], rows[3][8] = "宁海县", "万座", "个"
    path = tmp_path / "点位.xlsx"
    path.write_bytes(xlsx_rows([head, *rows]).getvalue())

    found = check("sites", path, year="xiangshan/2027", language="en")

    assert {row["row"]: row["values"]["quantity_planned"] for row in found["rows"]} == {2: "1", 4: "10000"}
    assert [(error["row"], error["column"]) for error in found["errors"]] == [(3, "地区"), (5, "计划数量")]


def test_nothing_is_written_and_no_year_is_needed(areas: None, sheet: Any, django_assert_num_queries: Any):
    with django_assert_num_queries(2) as queries:
        found = check("sites", sheet(site(1, area="象山县")))

    assert [row["values"]["area"] for row in found["rows"]] == ["330225"]
    assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)


def test_a_file_that_cannot_be_read_ends_in_words_and_not_in_success(tmp_path: Path):
    path = tmp_path / "点位.xlsx"
    path.write_bytes(b"PK broken")

    for language, said in {
        "en": "It cannot be told what kind of file this is.",
        "zh-hans": "无法识别该文件的类型",
    }.items():
        done = subprocess.run(
            [sys.executable, "manage.py", "check_sheet", "sites", str(path), "--language", language],
            cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode != 0
        assert said in done.stderr
        assert said in json.loads(done.stdout)["error"]


def test_an_unknown_year_sheet_or_file_is_refused(areas: None, sheet: Any, tmp_path: Path):
    with pytest.raises(CommandError, match="There is no year xiangshan/2027"):
        check("sites", sheet(site(1)), year="xiangshan/2027", language="en")
    with pytest.raises(CommandError, match="9月"):
        check("sites", sheet(site(1)), sheet="9月")
    with pytest.raises(CommandError):
        check("sites", tmp_path / "none.xlsx")


def test_words_are_those_of_the_language_asked_for(areas: None, sheet: Any):
    path = sheet(site(1, quantity="约200"))

    problems = [check("sites", path, language=language)["errors"][0]["problem"] for language in ("zh-hans", "en")]

    assert problems[1].startswith("This is an estimate and no number.")
    with translation.override("zh-hans"):
        assert problems[0].startswith(translation.gettext("This is an estimate and no number."))
    assert problems[0] != problems[1]
