"""What acts of the journal noted, in words: labels, codes, names, old → new."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.audit.services import entry_of
from livelihood.cycles.acts import CycleAct
from livelihood.imports.acts import ImportAct
from livelihood.imports.models import Import
from livelihood.imprint.acts import ImprintAct
from livelihood.imprint.models import SettingVersion
from livelihood.portal.called import CALLED, REFERENCES, UNTOLD
from livelihood.portal.details import Teller, subject_in_words
from livelihood.portal.labels import LABELS
from livelihood.privacy.acts import PrivacyAct
from livelihood.privacy.models import RetentionPeriod
from projects.acts import ProjectAct
from projects.models import Indicator, Site
from proposals.acts import ProposalAct
from proposals.models import Suggestion
from tests.factories.frame import NOW, CityFactory, CountyFactory, OrganisationFactory, UserFactory
from tests.journal import TriedAct
from voting.acts import VotingAct
from voting.models import Method, Round
from voting.selectors import rules_data

pytestmark = pytest.mark.django_db

ROOMS = ("livelihood", "proposals", "voting", "projects")
NO_FACTS = {"by", "at", "cycle_id", "old", "new", "rules", None}


def told(act, subject, **detail) -> list[str]:
    """Return in Chinese what an act says that noted this."""
    with translation.override("zh-hans"):
        entry = entry_of(act, subject, by=None, at=NOW, **detail)
        return [f"{fact.label}：{fact.value}" for fact in Teller([entry]).facts(entry)]


def test_changes_of_an_organisation_are_old_and_new_with_names():
    above = OrganisationFactory(name_zh="市人民政府")
    row = OrganisationFactory(area=above.area)

    assert told(
        CycleAct.ORGANISATION_REVISED,
        row,
        old={"phone": "", "parent": None, "kind": "department", "contact": "*", "aliases": []},
        new={
            "phone": "027-1",
            "parent": above.pk,
            "kind": "congress",
            "contact": "*",
            "aliases": ["教育局", "市教育局"],
        },
    ) == [
        "电话：（空） → 027-1",
        "上级：（空） → 市人民政府",
        "单位类型：部门 → 人大",
        "联系人：已变更（内容不在此记载）",
        "简称：（空） → 教育局、市教育局",
    ]
    assert told(CycleAct.ORGANISATION_RENAMED, row, old="甲局", new="乙局", until="2024-06-30") == [
        "中文名称：甲局 → 乙局",
        "原名称的最后一天：2024年6月30日",
    ]
    assert told(CycleAct.ORGANISATION_ENDED, row, old=None, last_day="2024-06-30") == [
        "结束日期：（空） → 2024年6月30日"
    ]
    assert told(
        CycleAct.ORGANISATION_MERGED, row, into=above.pk, last_day="2024-06-30", old={"valid_to": None},
        moved={"mandates": [3, 4]},
    ) == ["结束日期：（空） → 2024年6月30日", "并入：市人民政府", "一并转移：任职：3、4"]  # fmt: skip


def test_a_person_s_name_is_not_told():
    assert told(CycleAct.ORGANISATION_REVISED, OrganisationFactory(), old={"contact": ""}, new={"contact": "*"}) == [
        "联系人：（空） → （不在此记载）"
    ]


def test_areas_are_told_by_their_names():
    city = CityFactory(name_zh="武汉市", code="420100")
    county = CountyFactory(parent=city, name_zh="江岸区", code="420102")

    assert told(CycleAct.AREA_ADDED, county, code="420102", parent="420100", name_zh="江岸区") == [
        "代码：420102", "上级：武汉市", "中文名称：江岸区",
    ]  # fmt: skip
    assert told(
        CycleAct.AREA_ENDED,
        county,
        old={"valid_to": None, "successor": None},
        last_day="2024-06-30",
        successor="420100",
    ) == ["结束日期：（空） → 2024年6月30日", "并入：（空） → 武汉市"]
    assert told(ProjectAct.INDICATOR_ALLOCATED, Indicator(pk=1), old={}, new={str(county.pk): "12"}) == [
        "江岸区：（空） → 12"
    ]
    assert told(
        ProjectAct.SITE_CORRECTED, Site(pk=1), reason="错了", old={"area_id": city.pk}, new={"area_id": county.pk}
    ) == ["地区：武汉市 → 江岸区", "理由：错了"]
    person = UserFactory(name="王小明")
    assert told(AccountAct.MANDATE_GIVEN, city, user=person.pk, role="department", area="999999") == [
        "账号：王小明", "角色：部门", "地区：999999",
    ]  # fmt: skip


def test_years_are_told_by_their_phases_and_pairs():
    city = CityFactory()
    days = ["2026-11-01", "2026-11-30"]

    assert told(CycleAct.CYCLE_EDITED, city, year=[2026, 2027], periods=[{}, {"solicit": days}]) == [
        "年度：2026 → 2027",
        "各阶段日期：（空） → 征集建议：2026年11月1日、2026年11月30日",
    ]
    with translation.override("zh-hans"):
        entry = Entry(act=CycleAct.CYCLE_ADVANCED, subject_type="cycles.cycle", subject_id="1")
        entry.detail = {"old": "solicit", "new": "plan", "is_early": True}
        facts = [f"{fact.label}：{fact.value}" for fact in Teller([entry]).facts(entry)]
    assert facts == ["阶段：征集建议 → 谋划候选", "提前：是"]


def test_codes_are_told_by_their_labels():
    declined = {"old": "received", "new": "declined", "reason": "unclear"}
    assert told(ProposalAct.SUGGESTION_DECLINED, Suggestion(pk=1), **declined) == [
        "状态：已收到 → 未受理", "理由：内容不清，无法办理",
    ]  # fmt: skip
    assert told(AccountAct.USER_CHANGED, UserFactory(), fields=["name", "phone"]) == ["修改的内容：姓名、电话"]
    assert told(ImprintAct.SETTING_WRITTEN, SettingVersion(pk=1), key="sponsor", number=2) == [
        "涉及：主办单位", "编号：2",
    ]  # fmt: skip
    assert told(PrivacyAct.PERIOD_SET, RetentionPeriod(pk=1), key="waiting-imports", days=[60, 30], reason="够了") == [
        "天数：60 → 30", "涉及：已导入而未写入的文件", "理由：够了",
    ]  # fmt: skip
    assert told(TriedAct.AREA_TRIED, CityFactory(), key="about-us") == ["涉及：about-us"]


def test_an_import_tells_its_kind_and_what_it_counted():
    assert told(
        ImportAct.WRITTEN, Import(pk=1), digest="0f", kind="organisations", wrong=0, new=41, left_out=4, total=41
    ) == ["SHA-256 校验值：0f", "内容：单位", "新增：41", "不导入：4", "总行数：41"]
    assert told(ImportAct.RECEIVED, Import(pk=1), digest="0f", kind="burnt") == ["SHA-256 校验值：0f", "内容：burnt"]


def test_the_rules_of_a_vote_are_told_as_its_pages_tell_them():
    rules = {**rules_data(Method(round=Round(pk=1))), "of_a_later_version": 1}

    facts = told(VotingAct.ROUND_RULES_LOCKED, CityFactory(), rules=rules)

    assert facts[:2] == ["表决方式：无记名投票", "表决票：对每个候选项目赞成、反对或弃权"]
    assert len(facts) == 13


def test_what_nobody_has_a_word_for_keeps_its_name():
    assert told(TriedAct.AREA_TRIED, CityFactory(), burnt=1, old=1, new=2, empty="") == ["中文名称：1 → 2", "burnt：1"]
    assert subject_in_words("burnt.letter", "7") == "burnt.letter 7"


def test_an_object_is_called_by_its_name_and_by_its_number_when_it_is_gone():
    unit = OrganisationFactory(name_zh="市教育局")
    rows = [entry_of(TriedAct.AREA_TRIED, one, by=None, at=NOW) for one in (unit, UserFactory.build(pk=7), Round(pk=3))]
    teller = Teller(rows)

    with translation.override("zh-hans"):
        assert [teller.called(row) for row in rows] == ["单位 市教育局", "账号 7", "轮次 3"]


def test_names_are_looked_up_once_for_all_entries_and_not_at_all_where_none_is_named():
    above = OrganisationFactory()
    rows = [
        entry_of(CycleAct.ORGANISATION_REVISED, above, by=None, at=NOW, old={"parent": None}, new={"parent": above.pk})
        for _number in range(3)
    ]

    with CaptureQueriesContext(connection) as queries:
        teller = Teller(rows)
        for row in rows:
            list(teller.facts(row))
    with CaptureQueriesContext(connection) as none:
        Teller([entry_of(CycleAct.ORGANISATION_RENAMED, SettingVersion(pk=3), by=None, at=NOW, old="甲", new="乙")])

    assert (len(queries), len(none)) == (1, 0)


def test_rows_that_people_know_by_more_than_a_number_are_called_so():
    area = CityFactory(name_zh="武汉市")
    unit = OrganisationFactory(area=area, name_zh="市教育局")
    mandate = Mandate.objects.create(
        user=UserFactory(name="王小明"), role=Role.DEPARTMENT, area=area, organisation=unit, starts_on=NOW.date()
    )
    batch = Import.objects.create(
        kind="organisations", area=area, file_name="单位.xlsx", digest="0f", content=b"", received_at=NOW,
        received_by=UserFactory(),
    )  # fmt: skip
    rows = [entry_of(TriedAct.AREA_TRIED, one, by=None, at=NOW) for one in (mandate, batch, SettingVersion(pk=7))]

    with translation.override("zh-hans"):
        assert [Teller(rows).called(row) for row in rows] == [
            "任职 王小明 · 部门 · 市教育局", "导入 单位 · 单位.xlsx · 2024年11月1日", "平台设置",
        ]  # fmt: skip
    assert told(TriedAct.AREA_TRIED, area, moved={"mandates": [mandate.pk, 0], "organisations": [unit.pk]}) == [
        "一并转移：任职：王小明 · 部门 · 市教育局、0；单位：市教育局"
    ]
    assert told(TriedAct.AREA_TRIED, area, stands_in_for=mandate.pk, acceptance_id=3) == [
        "代行的任职：王小明 · 部门 · 市教育局"
    ]


def calls_that_note() -> list[ast.Call]:
    paths = [path for room in ROOMS for path in Path(settings.BASE_DIR, room).rglob("*.py")]
    nodes = (node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {"record", "record_all", "entry_of"}
    calls = (node for node in nodes if isinstance(node, ast.Call))
    return [node for node in calls if getattr(node.func, "id", getattr(node.func, "attr", "")) in names]


def test_every_fact_that_is_a_key_is_told_by_the_name_of_its_row():
    """A fact is a key where `.pk` or `…_id` is noted; of what, `REFERENCES` says."""
    noted = {
        keyword.arg
        for call in calls_that_note()
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Attribute)
        and (keyword.value.attr == "pk" or keyword.value.attr.endswith("_id"))
    }

    assert noted - NO_FACTS - {name.rpartition(".")[2] for name in REFERENCES} - UNTOLD == set()
    assert len(noted) > 8
    assert set(REFERENCES.values()) <= CALLED.keys()


def test_every_fact_that_an_act_notes_has_a_label():
    noted = {keyword.arg for call in calls_that_note() for keyword in call.keywords}

    assert noted - NO_FACTS - LABELS.keys() == set()
    assert len(noted) > 50
