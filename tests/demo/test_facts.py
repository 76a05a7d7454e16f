import csv
import re
from collections import Counter
from dataclasses import fields
from decimal import Decimal

import pytest

from livelihood.cycles import areas
from livelihood.demo import facts

FILES = {
    "projects.csv": (facts.ProjectFact, 88),
    "allocations.csv": (facts.AllocationFact, 92),
    "completions.csv": (facts.CompletionFact, 42),
    "satisfaction.csv": (facts.SatisfactionFact, 42),
    "figures.csv": (facts.PublishedFigure, 21),
    "suggestions.csv": (facts.SuggestionFact, 74),
    "vote_sessions.csv": (facts.VoteSessionFact, 42),
    "vote_counts.csv": (facts.VoteCountFact, 6),
}


CITED = ("projects.csv", "allocations.csv", "completions.csv", "satisfaction.csv")
"""Files whose rows the demo shows with their source (livelihood.demo.stage.citation)."""


def raw(name):
    with (facts.FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts(fact):
    return fact.satisfied, fact.basically_satisfied, fact.dissatisfied


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_read_and_has_a_source(name):
    kind, count = FILES[name]

    rows = facts._read(name, kind)

    assert len(rows) == count
    assert [row.source.title for row in rows if not re.search(r"[\u4e00-\u9fff]{2}", row.source.title)] == []
    assert {field.name for field in fields(kind)} == set(raw(name)[0])


def test_no_source_without_a_fact_and_no_file_without_a_reader():
    used = {row["source_id"] for name in FILES for row in raw(name)}

    assert used == set(facts.sources())
    assert {path.name for path in facts.FOLDER.glob("*.csv")} == {*FILES, "SOURCES.csv"}


def test_sources_without_an_address_are_known():
    assert {source.source_id for source in facts.sources().values() if not source.url} == {
        "g_wf",
        "g_wx",
        "governor2024",
        "v_cw22",
        "v_zs25",
    }
    assert all(source.url.startswith(("http://", "https://")) for source in facts.sources().values() if source.url)


@pytest.mark.parametrize("name", FILES)
def test_empty_is_not_zero(name):
    kind, _count = FILES[name]
    numbers = [field.name for field in fields(kind) if field.type in (int | None, Decimal | None)]

    for row, cells in zip(facts._read(name, kind), raw(name), strict=True):
        for number in numbers:
            assert (getattr(row, number) is None) == (cells[number] == "")


def test_a_published_zero_stays_zero():
    baisha = [count for count in facts.vote_counts() if count.region == "临沂市白沙埠镇"]

    assert [(count.approve, count.oppose, count.abstain) for count in baisha] == [(63, 0, 0)]


@pytest.mark.parametrize(
    "name", ["projects.csv", "completions.csv", "satisfaction.csv", "figures.csv", "allocations.csv"]
)
def test_areas_are_shipped_ones(name):
    shipped = {row.code for row in (*areas.shipped(), *areas.shipped_for_demo())}

    assert {row["area"] for row in raw(name)} - {""} <= shipped
    assert {row["region"] for row in raw(name) if not row["area"]} <= {"市本级"}


@pytest.mark.parametrize(
    ("region", "year", "stage", "count", "with_target"),
    [
        ("浙江省", 2024, "announced", 22, 16),
        ("宁波市", 2018, "candidate", 13, 0),
        ("宁海县", 2020, "elected", 10, 0),
        ("宁海县", 2021, "elected", 10, 0),
        ("杭州市", 2018, "elected", 27, 25),
        ("丽水市", 2025, "elected", 6, 0),
    ],
)
def test_projects_of_a_region(region, year, stage, count, with_target):
    found = facts.projects(region, year)

    assert len(found) == count
    assert {fact.stage for fact in found} == {stage}
    assert sum(fact.target is not None for fact in found) == with_target


def test_projects_of_a_region_without_facts():
    assert facts.projects("宁波市", 1999) == ()


def test_projects_of_zhejiang_2024_by_aspect():
    found = facts.projects("浙江省", 2024)

    assert Counter(fact.aspect for fact in found) == {
        "医疗卫生": 6,
        "教育助学": 3,
        "养老帮困": 1,
        "关爱儿童": 2,
        "就业创业": 3,
        "城乡宜居": 3,
        "交通出行": 4,
    }
    defibrillators = found[2]
    assert (defibrillators.number, defibrillators.target, defibrillators.unit) == ("1.3", Decimal(10000), "台")
    assert defibrillators.source.url.startswith("https://zjnews.zjol.com.cn/")


def test_figures_of_the_letter():
    figures = facts.figures("浙江省", 2024)

    assert {name: int(figure.value) for name, figure in figures.items()} == {
        "letter_views": 29_330_000,
        "suggestions": 40_000,
        "aspects": 10,
        "projects": 32,
    }


def test_vote_sessions_of_the_demo():
    ningbo = facts.vote_session("宁波市", 2018)
    lishui = facts.vote_session("丽水市", 2025)
    ninghai = facts.vote_session("宁海县", 2021)

    assert (ningbo.candidates, ningbo.seats, ningbo.deputies_in_term) == (13, None, 486)
    assert facts.figures("宁波市", 2018)["deputies_present_at_preparatory_meeting"].value == 461
    assert (lishui.deputies_in_term, lishui.deputies_present, lishui.ballots_issued, lishui.ballots_returned) == (
        327,
        314,
        314,
        314,
    )
    assert (ninghai.seats, ninghai.deputies_present) == (10, 231)


def test_vote_session_unknown():
    with pytest.raises(LookupError, match="1999"):
        facts.vote_session("宁波市", 1999)


def test_ten_sessions_chose_ten_of_twelve():
    sessions = [fact for fact in facts.vote_sessions() if (fact.candidates, fact.seats) == (12, 10)]

    assert len(sessions) == 10


def test_allocations_of_meishan_2021_add_up():
    found = facts.allocations("眉山市", 2021)
    totals = {fact.indicator: fact.target for fact in found if fact.is_total}

    assert len(found) == 56
    assert len(totals) == 7
    for indicator, total in totals.items():
        shares = [fact.target for fact in found if fact.indicator == indicator and not fact.is_total]
        assert len(shares) == 7
        assert sum(share for share in shares if share is not None) == total
    assert {fact.indicator for fact in found if fact.region == "眉山天府新区" and fact.target is None} == {
        "家政从业人员培训",
        "高素质农民培训",
    }


def test_allocations_of_meishan_2019_lack_one_cell_and_hold_a_cap():
    found = facts.allocations("眉山市", 2019)
    not_adding_up = set()
    for total in (fact for fact in found if fact.is_total):
        shares = [fact.target for fact in found if fact.indicator == total.indicator and not fact.is_total]
        if sum(share for share in shares if share is not None) != total.target:
            not_adding_up.add(total.indicator)

    assert not_adding_up == {"城镇失业人员再就业", "城镇登记失业率低于"}
    assert [(fact.region, fact.indicator) for fact in found if fact.target is None] == [
        ("东坡区", "城镇失业人员再就业")
    ]


def test_completions_of_hangzhou():
    roads = facts.completions("杭州市", 2018)[0]

    assert (roads.target, roads.done, roads.published_rate) == (Decimal(380), Decimal("978.6"), Decimal("257.5"))
    assert len(facts.completions("杭州市", 2018)) == 4
    assert len(facts.completions("杭州市", 2024)) == 38


def test_satisfaction_of_ninghai_2020_is_for_each_of_its_projects():
    graded = facts.satisfaction("宁海县", 2020)

    assert [fact.subject for fact in graded] == [project.title for project in facts.projects("宁海县", 2020)]
    sums = [sum(counts(fact)) for fact in graded]
    assert sums == [122, *[222] * 9]


def test_satisfaction_of_zhenhai_2021_adds_up_to_the_ballots():
    graded = facts.satisfaction("宁波市镇海区", 2021)

    assert len(graded) == 8
    assert counts(graded[0]) == (28, 1, 0)
    for fact in graded:
        assert sum(counts(fact)) == fact.answers == 29


def test_surveys_have_a_score_and_ballots_have_counts():
    overall = [fact for fact in facts.satisfaction("宁波市", 2023) if fact.subject == "地区:总体"]

    assert [fact.score for fact in overall] == [Decimal("91.9")]
    assert [fact.score for fact in facts.satisfaction("浙江省", 2023)] == [Decimal("99.5")]
    for fact in facts._read("satisfaction.csv", facts.SatisfactionFact):
        assert (fact.kind == "survey") == (fact.score is not None) == (fact.satisfied is None)


def test_suggestions_share_needs():
    found = facts.suggestions()
    needs = Counter(fact.need for fact in found)

    assert len({fact.number for fact in found}) == 74
    assert {need for need, count in needs.items() if count == 6} == {"老旧小区改造", "公交线路"}
    assert sum(fact.is_single_place for fact in found) == 15


def test_every_source_that_the_demo_cites_has_a_chinese_title():
    """Readers see the title, never the key by which the files know it."""
    read = [facts._read(name, FILES[name][0]) for name in CITED]
    cited = {row.source for rows in read for row in rows}

    assert [one.title for one in cited if not re.search(r"[\u4e00-\u9fff]{2}", one.title)] == []
    assert [one.title for one in cited if re.search(r"[a-z]_?[a-z]*\d", one.title)] == []
    assert len(cited) > 10
