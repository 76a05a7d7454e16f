"""Areas found by what sheets call them."""

from datetime import date

import pytest
from django.utils import translation

from livelihood.cycles.models import Area, FormerAreaName
from livelihood.cycles.tree import Place, Tree
from livelihood.kernel.sheets.cells import CellProblem
from tests.factories.frame import CityFactory, CountyFactory, CycleFactory

PLACES = [
    Place("330000", "浙江省", ""), Place("330200", "宁波市", "330000"),
    Place("330225", "象山县", "330200"), Place("330205", "江北区", "330200"),
    Place("330225001", "丹东街道", "330225"), Place("330225100", "石浦镇", "330225"),
    Place("500000", "重庆市", ""), Place("500105", "江北区", "500000"),
    Place("220000", "吉林省", ""), Place("220200", "吉林市", "220000"),
]  # fmt: skip
COUNTRY = Tree(PLACES)


def refusal(tree, written):
    with pytest.raises(CellProblem) as caught:
        tree.code_of(written)
    with translation.override("en"):
        return str(caught.value.problem)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("330225", "330225"), ("象山县", "330225"), ("象山", "330225"), ("宁波市象山县", "330225"),
        ("浙江省宁波市象山县", "330225"),
        ("浙江宁波象山", "330225"), ("浙江省象山县", "330225"), ("浙江省 / 宁波市 / 象山县", "330225"),
        ("宁波-象山县", "330225"),
        ("丹东街道", "330225001"), ("象山县丹东街道", "330225001"), ("宁波市象山县石浦镇", "330225100"),
        ("石浦", "330225100"),
        ("宁波市江北区", "330205"), ("重庆市江北区", "500105"), ("浙江省", "330000"), ("吉林省吉林市", "220200"),
        ("吉林市", "220200"), ("吉林省", "220000"), ("330211", None), ("330225999", None), ("110000", "110000"),
        ("330205001", "330205001"),
    ],
)  # fmt: skip
def test_an_area_is_found_by_code_and_by_its_name_after_those_above_it(written, code):
    if code is None:
        assert refusal(COUNTRY, written) == "There is no area with this code."
    else:
        assert COUNTRY.code_of(written) == code


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("江北区", "2 areas have this name."), ("吉林", "2 areas have this name."),
        ("新区", "There is no area of this name."),
        ("杭州市象山县", "There is no area of this name."), ("象山县宁波市", "There is no area of this name."),
        ("全市", "There is no area of this name."), ("县", "There is no area of this name."),
    ],
)  # fmt: skip
def test_what_names_none_or_more_than_one_is_refused(written, said):
    assert refusal(COUNTRY, written) == said


def test_within_a_year_the_areas_of_the_year_go_before_others_and_it_may_be_named_itself():
    tree = Tree(PLACES, own="330200")

    assert [tree.code_of(name) for name in ("江北区", "全市", "市本级", "象山县")] == [
        "330205",
        "330200",
        "330200",
        "330225",
    ]


def test_an_unknown_code_is_wrong_where_those_around_it_are_stored():
    hubei = [Place("420000", "湖北省", ""), Place("420100", "武汉市", "420000"), Place("429004", "仙桃市", "420000")]
    tree = Tree([*hubei, Place("429004001", "沙嘴街道", "429004")])

    for unknown in ("429099", "429004099", "420300"):
        assert refusal(tree, unknown) == "There is no area with this code."
    for elsewhere in ("420199", "420199001", "330225", "330000"):  # what lies in Wuhan is not stored
        assert tree.code_of(elsewhere) == elsewhere


def test_an_area_that_has_ended_never_makes_one_that_exists_ambiguous_and_is_found_where_no_other_is():
    tree = Tree([
        *PLACES, Place("330183", "富阳市", "330000", exists=False), Place("330111", "富阳区", "330000"),
        Place("330226", "象山县", "330200", exists=False), Place("330227", "旧县", "330200", exists=False),
    ])  # fmt: skip

    assert [tree.code_of(name) for name in ("富阳", "象山县", "象山", "富阳区", "旧县", "富阳市")] == [
        "330111", "330225", "330225", "330111", "330227", "330183",
    ]  # fmt: skip


def test_a_former_name_is_the_area_unless_another_has_it_now():
    tree = Tree([
        *PLACES, Place("330228", "新城街道", "330225", formerly=("城关镇", "丹城镇")),
        Place("330229", "城关镇", "330205"), Place("330230", "东陈乡", "330228", formerly=("东乡",)),
    ])  # fmt: skip

    assert [tree.code_of(name) for name in ("丹城镇", "丹城", "象山县丹城镇", "城关镇", "象山县城关镇",
        "丹城镇东陈乡")] == [
        "330228", "330228", "330228", "330229", "330228", "330230",
    ]  # fmt: skip


def test_where_no_area_is_stored_what_is_written_stays():
    assert Tree([]).code_of("象山县") == "象山县"


@pytest.mark.django_db
def test_the_stored_tree_of_a_year_holds_what_lies_in_and_above_it():
    city = CityFactory()
    county, _other = CountyFactory(parent=city), CityFactory(parent=city.parent)

    tree = Tree.stored(county)

    assert set(tree.by_code) == {county.code, city.code, city.parent.code}
    assert set(Tree.stored().by_code) == set(Area.objects.values_list("code", flat=True))
    assert tree.code_of(f"{city.name_zh}{county.name_zh}") == county.code


@pytest.mark.django_db
def test_the_stored_tree_knows_former_names_and_what_exists_in_its_year():
    city = CityFactory()
    county = CountyFactory(parent=city, name_zh="新县")
    ended = CountyFactory(parent=city, name_zh="新县", valid_to=date(2020, 5, 1))
    FormerAreaName.objects.create(area=county, name_zh="旧县", name_en="", until=date(2019, 1, 1))

    assert [Tree.stored().code_of(name) for name in ("新县", "旧县")] == [county.code, county.code]
    assert Tree.stored(CycleFactory(area=city, year=2027)).code_of("新县") == county.code
    with pytest.raises(CellProblem):
        Tree.stored(CycleFactory(area=city, year=2020)).code_of("新县")
    assert Tree.stored(city).by_code[ended.code].exists is False
