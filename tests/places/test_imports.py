"""Areas and organisations by the door itself: files are received, previewed, answered, written and taken back."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Organisation
from livelihood.imports import asking, selectors, services
from livelihood.imports.exporters import words
from livelihood.imports.forms import AnswersForm
from livelihood.imports.models import Import
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.sheets.handling import YES, Frame, handlers
from tests.factories.frame import NOW, official, signed_in

UNKNOWN = {"read.code": YES}
"""The answer that a code is right which the code table has not."""


def bring(places, kind: str, code: str, text: str, answers: Any = None) -> Import:
    """Receive, preview and, with answers, answer a file."""
    by: dict[str, Any] = {"by": places.keeper, "at": NOW}
    file = BytesIO(text.encode())
    batch = services.receive_import(kind=kind, area=places.at(code), cycle=None, file=file, file_name="表.csv", **by)
    batch = services.preview_import(batch=batch, **by)
    if answers:
        batch = services.preview_import(batch=services.answer_import(batch=batch, answers=answers, **by), **by)
    return batch


def counted(batch: Import) -> dict[str, int]:
    names = ("new", "changed", "unchanged", "wrong", "doubt")
    return {name: batch.counts[name] for name in names if batch.counts.get(name)}


@pytest.fixture
def elsewhere(places) -> Area:
    """Another county of a name that Wuhan has, too."""
    return Area.objects.create(
        code="420299", slug="other", name_zh="江岸区", level="county", parent=places.at("420200")
    )


def test_townships_come_by_the_door_and_go_again(places, elsewhere):
    by: dict[str, Any] = {"by": places.keeper, "at": NOW}
    text = "区划代码,名称,上级地区\n420102901,新街道,江岸区\n420103,江汉区,武汉市\n420102,江岸新区,\n"

    batch = bring(places, "areas", "420100", text, {2: UNKNOWN})
    assert counted(batch) == {"new": 1, "changed": 1, "unchanged": 1}
    batch = services.write_import(batch=batch, **by)

    assert (places.at("420102901").parent, places.at("420102").name_zh) == (places.at("420102"), "江岸新区")
    assert places.at("420102").former_names.get().name_zh == "江岸区"
    services.take_back_import(batch=batch, reason="错了", **by)
    assert not Area.objects.filter(code="420102901").exists()
    assert places.at("420102").name_zh == "江岸区"
    assert not places.at("420102").former_names.exists()


def test_codes_that_have_slipped_by_a_row_rename_nothing_unasked(places):
    for code, name in (("420102101", "甲镇"), ("420102102", "乙镇"), ("420102103", "丙镇")):
        Area.objects.create(code=code, slug=f"town-{code}", name_zh=name, level="township", parent=places.at("420102"))
    slipped = "区划代码,名称\n420102101,乙镇\n420102102,丙镇\n420102103,丁镇\n"

    batch = bring(places, "areas", "420102", slipped)

    assert counted(batch) == {"changed": 1, "doubt": 2}
    with pytest.raises(InvalidInput):
        services.write_import(batch=batch, by=places.keeper, at=NOW)
    assert places.at("420102101").name_zh == "甲镇"
    answered = bring(places, "areas", "420102", slipped, {row: {"name_of_another": "yes"} for row in (2, 3)})
    assert counted(answered) == {"changed": 3}


def test_what_changed_since_the_preview_is_looked_at_anew_and_nothing_is_written(places, elsewhere):
    by: dict[str, Any] = {"by": places.keeper, "at": NOW}
    batch = bring(
        places, "areas", "420100", "区划代码,名称,上级地区\n420102901,新街道,江岸区\n420102,江岸新区,\n", {2: UNKNOWN}
    )
    other = bring(places, "areas", "420100", "区划代码,名称,上级地区\n420102,江岸旧区,\n")
    batch = services.preview_import(batch=services.take_up_import(batch=batch, **by), **by)
    services.write_import(batch=other, **by)

    with pytest.raises(Conflict) as refused:
        services.write_import(batch=batch, **by)

    assert refused.value.code == "import_outdated"
    assert not Area.objects.filter(code="420102901").exists()
    assert places.at("420102").name_zh == "江岸旧区"


def test_rows_of_areas_lead_to_the_pages_of_the_areas_in_one_statement(places, django_assert_num_queries):
    text = "区划代码,名称,上级地区\n420102901,新街道,江岸区\n420102902,老街道,江岸区\n420102,江岸新区,\n"
    batch = bring(places, "areas", "420100", text, {2: UNKNOWN, 3: UNKNOWN})
    services.write_import(batch=batch, by=places.keeper, at=NOW)
    client = Client()
    client.force_login(places.keeper)

    page = client.get(f"/en/desk/imports/{batch.pk}/?section=new")

    assert [line.url for line in page.context["lines"]] == [
        f"/en/{places.at(f'42010290{one}').slug}/" for one in (1, 2)
    ]
    assert [line.url for line in client.get(f"/desk/imports/{batch.pk}/?section=changed").context["lines"]] == [
        "/wuhan-jiangan/"
    ]
    subjects = [places.at(code).pk for code in ("420102901", "420102902", "420102")]
    frame = Frame(places.at("420100"), None, places.keeper, NOW)
    with django_assert_num_queries(1):
        pages = handlers()["areas"].addresses(frame, subjects)
    assert len(pages) == 3


def test_organisations_come_by_the_door_with_a_doubt_answered_and_go_again(places, elsewhere):
    by: dict[str, Any] = {"by": places.keeper, "at": NOW}
    known = places.unit("教育局", "420102")
    rows = ["江岸区教育局,区教育局,江岸区,武汉市教育局,王小明", "武汉市教育局,,武汉市,,李小红"]
    text = "\n".join(["单位全称,简称,所属区县,上级单位,联系人", *rows])

    batch = bring(places, "organisations", "420100", text)
    assert counted(batch) == {"new": 1, "doubt": 1}
    batch = bring(places, "organisations", "420100", text, {2: {"same": "same"}})
    assert counted(batch) == {"new": 1, "changed": 1}
    batch = services.write_import(batch=batch, **by)

    known.refresh_from_db()
    above = Organisation.objects.get(name_zh="武汉市教育局")
    assert (known.name_zh, known.contact, known.parent) == ("教育局", "王小明", above)
    assert sorted(alias.name for alias in known.aliases.all()) == ["区教育局", "江岸区教育局"]
    services.take_back_import(batch=batch, reason="错了", **by)
    known.refresh_from_db()
    assert (known.contact, known.parent, known.aliases.count()) == ("", None, 0)
    assert list(Organisation.objects.all()) == [known]


def test_the_answer_for_all_is_worded_for_all_and_names_its_rows(places):
    by: dict[str, Any] = {"by": places.keeper, "at": NOW}
    units = [places.unit(f"武汉市{name}局", "420100") for name in ("教育", "文化", "体育")]
    batch = bring(places, "organisations", "420100", "单位名称,电话\n教育局,\n文化局,\n新局,\n体育局,\n")

    (alike,) = asking.asked_alike(batch)
    assert (alike.code, str(alike.asked)) == ("same", "与“…”是同一单位吗？")
    assert {value: str(label) for value, label in alike.answers.items()} == {
        "same": "是同一单位，该名称记为简称（第2–3、5行）",
        "renamed": "是同一单位，已更名：自写入之日起使用该名称（第2–3、5行）",
        "yes": "不是，另一个单位（第2–3、5行）",
        "leave": "不导入此行（第2–3、5行）",
    }

    units[1].aliases.create(name="文化局")
    batch = services.preview_import(batch=services.recheck_import(batch=batch, **by), **by)
    (alike,) = asking.asked_alike(batch)
    assert str(alike.answers["renamed"]).endswith("（第2、5行）")
    form = AnswersForm([], [alike], {"alike": "same:renamed"})
    assert form.is_valid()
    assert form.given([], asking.questions_of(batch)) == {2: {"same": "renamed"}, 5: {"same": "renamed"}}


def test_very_many_rows_are_named_by_the_first():
    assert asking.row_ranges([7, 2, 3, 4]) == "2–4、7"
    assert asking.row_ranges(range(0, 100, 2)).count("、") == 20
    assert asking.row_ranges(range(0, 100, 2)).endswith("、38、…")


def test_a_sheet_of_another_place_is_asked_about_once(places, in_english):
    by: dict[str, Any] = {"by": places.keeper, "at": NOW}
    text = "黄石市市直单位名录,\n单位名称,单位类别\n黄石市教育局,部门\n黄石市民政局,部门\n武汉市水务局,部门\n"
    batch = bring(places, "organisations", "420100", text)

    (line,) = selectors.all_lines(batch, ["doubt"])
    ((code, _column, problem, answers),) = line.questions
    assert (line.row, code, [*answers]) == (3, "elsewhere", ["yes", "leave"])
    assert words(problem) == "This sheet names 黄石市 (3) more often than 武汉市 (1). Does it belong here?"

    batch = services.preview_import(batch=services.answer_import(batch=batch, answers={3: {code: "leave"}}, **by), **by)
    assert [one.row for one in selectors.all_lines(batch, ["doubt"])] == [4]
    batch = services.preview_import(batch=services.answer_import(batch=batch, answers={4: {code: "yes"}}, **by), **by)
    assert counted(batch) == {"new": 2}
    services.write_import(batch=batch, **by)
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize(
    "rows",
    ["武汉市教育局\n黄石市教育局\n", "教育局\n城区办事处\n", "江岸区教育局\n江岸区民政局\n"],
)
def test_a_sheet_that_names_no_other_place_more_is_not_asked_about(places, rows):
    batch = bring(places, "organisations", "420100", f"武汉市单位名录,\n单位名称,单位类别\n{rows}")

    assert counted(batch) == {"new": 2}


def test_what_is_there_already_is_not_asked_about(places):
    places.unit("黄石市教育局")

    assert counted(bring(places, "organisations", "420100", "单位名称,电话\n黄石市教育局,\n")) == {"unchanged": 1}


def test_who_becomes_administrator_or_auditor_is_named_before_it_is_written(places):
    people = "姓名,角色\n李四,管理员\n王五,审计员\n赵六,管理员\n张三,民生实事办公室\n"
    batch = bring(places, "people", "420100", people)
    assert counted(batch) == {"new": 4}

    page = signed_in(places.keeper).get(f"/desk/imports/{batch.pk}/write/").content.decode()

    assert ("角色 管理员：2（李四、赵六）" in page, "角色 审计员：1（王五）" in page) == (True, True)
    assert "张三" not in page
    services.write_import(batch=batch, by=places.keeper, at=NOW)
    again = bring(places, "people", "420100", people.replace("角色", "角色,电话").replace("管理员", "管理员,1"))
    assert asking.weighty_rows(again) == []
    assert asking.weighty_rows(bring(places, "organisations", "420100", "单位名称,电话\n新局,\n")) == []


def test_the_history_of_what_a_sheet_wrote_leads_to_the_sheet_with_old_and_new(places):
    unit, by = places.unit("武汉市教育局", phone="1"), dict[str, Any](by=places.keeper, at=NOW)
    first = bring(places, "organisations", "420100", "单位名称,电话\n武汉市教育局,2\n")
    services.write_import(batch=first, **by)
    new = bring(places, "organisations", "420100", "单位名称,电话\n武汉市民政局,3\n")
    services.write_import(batch=new, **by)
    areas = bring(places, "areas", "420100", "区划代码,名称\n420100,江城市\n")
    services.write_import(batch=areas, **by)

    keeper = signed_in(places.keeper)
    page = keeper.get(f"/desk/wuhan/organisations/{unit.pk}/history/").content.decode()
    assert f'href="/desk/imports/{first.pk}/"' in page
    assert re.search(r"电话：\s*<del>1</del> →\s*<ins>2</ins>", page)
    added = Organisation.objects.get(name_zh="武汉市民政局")
    page = keeper.get(f"/desk/wuhan/organisations/{added.pk}/history/").content.decode()
    assert (f'href="/desk/imports/{new.pk}/"' in page, "新增" in page, "<dt>电话</dt>" in page) == (True, True, True)
    page = signed_in(official(Role.AUDITOR, places.at("420100"))).get("/desk/wuhan/areas/history/").content.decode()
    assert (f'href="/desk/imports/{areas.pk}/"' in page, 'href="/desk/wuhan/journal/"' in page) == (False, True)
    assert re.search(r"<del>武汉市</del> →\s*<ins>江城市</ins>", page)
    other = places.unit("武汉市水务局")
    page = keeper.get(f"/desk/wuhan/organisations/{other.pk}/history/").content.decode()
    assert "录入以来没有变更。" in page


def test_what_a_sheet_wrote_of_a_person_reads_whoever_may_bring_such_a_sheet(places):
    batch = bring(places, "people", "420100", "姓名,角色,电话\n李四,审计员,027-82801234\n")
    services.write_import(batch=batch, by=places.keeper, at=NOW)
    person = User.objects.get(name="李四")
    path = f"/desk/wuhan/people/{person.pk}/journal/"

    link = f'href="/desk/imports/{batch.pk}/"'
    page = signed_in(places.keeper).get(path).content.decode()
    assert (link in page, "027-82801234" in page, "表.csv" in page) == (True, True, True)
    page = signed_in(official(Role.AUDITOR, places.at("420100"))).get(path).content.decode()
    assert (link in page, "027-82801234" in page, "表.csv" in page) == (False, False, True)
