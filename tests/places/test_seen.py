"""Two who keep areas and organisations: what a colleague has corrected since is not overturned unawares."""

import pytest
from django.test import Client

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
