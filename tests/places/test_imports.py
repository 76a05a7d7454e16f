"""Areas and organisations by the door itself: files are received, previewed, answered, written and taken back."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from livelihood.cycles.models import Area, Organisation
from livelihood.imports import services
from livelihood.imports.models import Import
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.sheets.handling import Frame, handlers
from tests.factories.frame import NOW


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

    batch = bring(places, "areas", "420100", text)
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
    batch = bring(places, "areas", "420100", "区划代码,名称,上级地区\n420102901,新街道,江岸区\n420102,江岸新区,\n")
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
    batch = bring(places, "areas", "420100", text)
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
