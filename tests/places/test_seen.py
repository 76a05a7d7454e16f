"""Two who keep areas and organisations: what a colleague or a sheet has corrected since is not overturned unawares."""

import io

import pytest
from django.test import Client

from livelihood.imports import services as imports
from livelihood.places import services
from tests.factories.frame import NOW
from tests.places.test_organisations import add

pytestmark = pytest.mark.django_db


def as_shown(page):
    """Return what the form of a page sends as it is shown."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in {None, ""}}


def test_an_organisation_that_a_colleague_corrected_is_not_overturned_unawares(places):
    unit, client = add(places, "武汉市教育局", aliases=["教育局"]), Client()
    client.force_login(places.office)
    page = f"/desk/wuhan/organisations/{unit.pk}/edit/"
    form = as_shown(client.get(page)) | {"contact": "李四"}
    values = {"phone": "027-82801234", "aliases": ["市教育局"]}
    services.revise_organisation(organisation=unit, values=values, by=places.administrator, at=NOW)

    refused = client.post(page, form)

    unit.refresh_from_db()
    assert (refused.status_code, unit.phone, unit.contact) == (422, "027-82801234", "")
    assert [alias.name for alias in unit.aliases.all()] == ["市教育局"]
    (told,) = refused.context["form"].non_field_errors()
    assert places.administrator.name in told
    assert "市教育局 · 部门 · 027-82801234" in told
    again = as_shown(refused)
    assert (again["contact"], again["aliases"]) == ("李四", "教育局")
    assert client.post(page, again | values).status_code == 302
    unit.refresh_from_db()
    assert (unit.phone, unit.contact) == ("027-82801234", "李四")


def test_an_area_that_a_colleague_corrected_is_not_overturned_unawares(places):
    area, client = places.at("420102"), Client()
    client.force_login(places.administrator)
    page = f"/desk/{area.slug}/areas/edit/"
    form = as_shown(client.get(page)) | {"source": "我的出处"}
    services.revise_area(area=area, values={"source": "《公报》第3期"}, by=places.administrator, at=NOW)

    refused = client.post(page, form)

    area.refresh_from_db()
    assert (refused.status_code, area.source) == (422, "《公报》第3期")
    assert "《公报》第3期" in refused.context["form"].non_field_errors()[0]
    again = as_shown(refused)
    assert again["source"] == "我的出处"
    assert client.post(page, again).status_code == 302


def brought(kind, places, text):
    """Have the administrator bring a sheet to Wuhan and write it."""
    by, file = {"by": places.keeper, "at": NOW}, io.BytesIO(text.encode())
    batch = imports.receive_import(kind=kind, area=places.at("420100"), cycle=None, file=file, file_name="表.csv", **by)
    return imports.write_import(batch=imports.preview_import(batch=batch, **by), **by)


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_what_a_sheet_has_changed_meanwhile_is_looked_at_first(places, is_taken_back):
    unit, area, client = add(places, "武汉市教育局"), places.at("420102"), Client()
    client.force_login(places.administrator)
    pages = {
        f"/desk/wuhan/organisations/{unit.pk}/edit/": ("contact", "李四", "027-82801234"),
        f"/desk/{area.slug}/areas/edit/": ("name_en", "Typed", "《公报》第3期"),
    }
    sheets = [
        ("organisations", "单位名称,联系电话\n武汉市教育局,027-82801234\n"),
        ("areas", "区划代码,名称,依据\n420102,江岸区,《公报》第3期\n"),
    ]
    if is_taken_back:
        batches = [brought(kind, places, text) for kind, text in sheets]
    forms = {page: as_shown(client.get(page)) | {name: typed} for page, (name, typed, _told) in pages.items()}
    if is_taken_back:
        for batch in batches:
            imports.take_back_import(batch=batch, reason="错了", by=places.keeper, at=NOW)
    else:
        for kind, text in sheets:
            brought(kind, places, text)

    for page, (name, typed, told) in pages.items():
        refused = client.post(page, forms[page])

        assert refused.status_code == 422, page
        (said,) = refused.context["form"].non_field_errors()
        assert places.keeper.name in said
        assert (told in said) != is_taken_back
        again = as_shown(refused)
        assert again[name] == typed
        assert client.post(page, again).status_code == 302, page
