import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import get_resolver

from livelihood.cycles import areas
from livelihood.cycles.areas import country, romanised
from livelihood.cycles.models import Area
from livelihood.cycles.states import Level
from tests.cycles.test_areas import AT

PROVINCES = [code for code, _name, _english in country.provinces()]


def names(code):
    return {row.code: row.name_zh for row in country.of_province(code)}


def test_source_names_ministry_standard_and_day():
    assert country.source() == "民政部全国行政区划代码（GB/T 2260），截至 2025-12-31"


def test_zhejiang_is_the_same_in_both_tables():
    shipped = {row.code: (row.name_zh, row.parent, row.level) for row in areas.shipped()}

    assert {row.code: (row.name_zh, row.parent, row.level) for row in country.of_province("330000")} == shipped
    assert {row.code for row in country.of_province("330000") if row.longitude} == set(shipped)


def test_every_province_comes_with_parents_first():
    counts: Counter[Level] = Counter()
    for code in PROVINCES:
        seen = set()
        for row in country.of_province(code):
            assert row.parent in seen or (row.level, row.parent) == (Level.PROVINCE, "")
            seen.add(row.code)
            counts[row.level] += 1

    assert counts == {Level.PROVINCE: 33, Level.CITY: 333, Level.COUNTY: 2845}


def test_names_in_addresses_are_unique_in_the_country_and_no_page_of_ours():
    slugs = Counter(row.slug for code in PROVINCES for row in country.of_province(code))
    pages = {str(pattern.pattern).split("/")[0] for pattern in get_resolver().url_patterns}
    for included in get_resolver().url_patterns:
        pages |= {str(one.pattern).split("/")[0] for one in getattr(included, "url_patterns", ())}
        for room in getattr(included, "url_patterns", ()):
            pages |= {str(one.pattern).split("/")[0] for one in getattr(room, "url_patterns", ())}

    assert max(slugs.values()) == 1
    assert len(slugs) == 3211
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*(-\d{6})?", slug) for slug in slugs)
    assert {"search", "desk", "health", "sign-in"} <= pages
    assert not pages & set(slugs)


def test_names_in_addresses_of_places_that_share_one():
    slugs = {row.code: row.slug for code in PROVINCES for row in country.of_province(code)}

    assert slugs["110105"] == "beijing-chaoyang"
    assert slugs["211300"] == "chaoyang"  # the only city of the name
    assert (slugs["320500"], slugs["341300"]) == ("jiangsu-suzhou", "anhui-suzhou")
    assert (slugs["140000"], slugs["610000"]) == ("shanxi", "shaanxi")
    assert slugs["331000"] == "taizhou"  # ships
    assert slugs["321200"] == "jiangsu-taizhou"
    assert slugs["150000"] == "inner-mongolia"


@pytest.mark.parametrize(
    ("name", "english", "word"),
    [
        ("景宁畲族自治县", "Jingning She Autonomous County", "jingning"),
        ("积石山保安族东乡族撒拉族自治县", "Jishishan Bonan, Dongxiang and Salar Autonomous County", "jishishan"),
        ("克孜勒苏柯尔克孜自治州", "Kezileisu Kirgiz Autonomous Prefecture", "kezileisu"),
        ("瀍河回族区", "Chanhe Hui District", "chanhe"),
        ("神农架林区", "Shennongjia Forestry District", "shennongjia"),
        ("万柏林区", "Wanbolin District", "wanbolin"),
        ("浦东新区", "Pudong New Area", "pudong"),
        ("单县", "Shanxian County", "shanxian"),
        ("矿区", "Kuangqu District", "kuangqu"),
        ("瑞安市", "Rui'an City", "ruian"),
        ("长治市", "Changzhi City", "changzhi"),
        ("莲都区", "Liandu District", "liandu"),
        ("吕梁市", "Lüliang City", "lvliang"),
        ("朝阳区", "Chaoyang District", "chaoyang"),
        ("湖西畲族乡", "Huxi She Ethnic Township", "huxi"),
        ("东华门街道", "Donghuamen Subdistrict", "donghuamen"),
    ],
)
def test_names_in_latin_letters(name, english, word):
    assert romanised.name_in_english("999999", name) == english
    assert romanised.word_for_address("999999", name) == word


def test_shipped_names_are_what_is_made_of_their_characters():
    made = {
        row.code: (
            romanised.name_in_english(row.code, row.name_zh),
            romanised.word_for_address(row.code, row.name_zh),
        )
        for row in areas.shipped()
    }

    assert {row.code: (row.name_en, row.slug) for row in areas.shipped()} == made


def test_areas_that_skip_a_level_lie_where_the_table_says():
    hubei, hainan, xinjiang, beijing, chongqing = (
        {row.code: (row.level, row.parent) for row in country.of_province(code)}
        for code in ("420000", "460000", "650000", "110000", "500000")
    )

    assert hubei["429004"] == (Level.COUNTY, "420000")
    assert hainan["469001"] == (Level.COUNTY, "460000")
    assert hainan["460400"] == (Level.CITY, "460000")
    assert xinjiang["659001"] == (Level.COUNTY, "650000")
    assert beijing["110105"] == (Level.COUNTY, "110000")
    assert chongqing["500229"] == (Level.COUNTY, "500000")
    assert not {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"} & set(names("500000").values())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("贵州省", "520000"), ("贵州", "520000"), ("贵 州", "520000"), ("guizhou", "520000"), ("520000", "520000"),
        ("广西", "450000"), ("内蒙古", "150000"), ("西藏", "540000"), ("新疆", "650000"), ("宁夏", "640000"),
        ("北京", "110000"), ("北京市", "110000"), ("重庆", "500000"),
        ("贵阳", None), ("990000", None), ("520100", None), ("", None), ("省", None),
    ],
)  # fmt: skip
def test_a_province_is_named_as_a_sheet_may_name_it(said, code):
    assert country.province_named(said) == code


def test_below_a_city_without_counties_lie_its_townships():
    dongguan = country.below("441900", "dongguan")

    assert len(dongguan) == 32
    assert (dongguan[0].code, dongguan[0].name_zh, dongguan[0].level, dongguan[0].parent) == (
        "441900003", "东城街道", Level.TOWNSHIP, "441900",
    )  # fmt: skip
    assert dongguan[0].slug == "dongguan-dongcheng"
    assert len({row.slug for row in dongguan}) == 32


def test_names_of_townships_in_addresses_are_unique_everywhere():
    slugs: Counter[str] = Counter()
    for code in PROVINCES:
        for row in country.of_province(code):
            slugs.update(one.slug for one in country.below(row.code, row.slug))

    assert sum(slugs.values()) == 38723
    assert [slug for slug, count in slugs.items() if count > 1] == []
    assert max(map(len, slugs)) <= 80


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["420000", "hubei", "湖北省"])
def test_command_loads_any_province_once(name):
    told = StringIO()

    call_command("load_areas", name, stdout=told)
    call_command("load_areas", name, stdout=told)

    assert told.getvalue().splitlines() == [
        "湖北省：共117个行政区域，添加或更改117个。", "湖北省: 117 areas, 117 added or changed.",
        "湖北省：共117个行政区域，添加或更改0个。", "湖北省: 117 areas, 0 added or changed.",
    ]  # fmt: skip
    xiantao = Area.objects.get(code="429004")
    assert (xiantao.path, xiantao.source) == ("420000/429004/", country.source())
    assert (xiantao.name_en, xiantao.slug) == ("Xiantao City", "xiantao")


@pytest.mark.django_db
def test_command_says_which_provinces_there_are():
    with pytest.raises(CommandError, match=r"no province 火星. Known are: 110000 北京市, 120000 天津市"):
        call_command("load_areas", "火星")

    assert not Area.objects.exists()


@pytest.mark.django_db
def test_address_that_is_taken_gets_the_code():
    Area.objects.create(code="990000", slug="hubei", name_zh="某省", level=Level.PROVINCE)

    areas.load_areas(country.of_province("420000"), at=AT)

    assert Area.objects.get(code="420000").slug == "hubei-420000"
