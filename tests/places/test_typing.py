"""Organisations and areas are chosen by typing their names, without a script."""

from datetime import date

import pytest
from django.forms import ValidationError

from livelihood.cycles.forms import MOST_MATCHES, AreaField, OrganisationField, organisations_for
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import Phase
from tests.factories.frame import signed_in
from tests.places.test_merging import delivery


def typed(field, text, picked=""):
    """Return the row, or what is said and offered instead."""
    field.widget.matches = []
    try:
        return field.clean((text, picked))
    except ValidationError:
        return [label for _key, label in field.widget.matches]


@pytest.fixture
def field(places):
    for name in ("武汉市教育局", "武汉市体育局"):
        places.unit(name)
    places.unit("武汉市教育考试院").aliases.create(name="考试院")
    places.unit("武汉市旧局", valid_to=date(2020, 1, 1))
    return OrganisationField(organisations_for(places.at("420100"), date(2024, 11, 1)))


def test_what_is_typed_is_the_one_or_offers_those_that_fit(field):
    exam = Organisation.objects.get(name_zh="武汉市教育考试院")

    assert typed(field, "武汉市 教育考试院") == exam
    assert typed(field, "考试院") == exam
    assert typed(field, "考试") == ["武汉市教育考试院 · 武汉市"]
    assert typed(field, "教育") == ["武汉市教育局 · 武汉市", "武汉市教育考试院 · 武汉市"]
    assert typed(field, "旧局") == []
    assert typed(field, "") == []
    assert typed(field, "字" * 200) == []


def test_what_is_picked_holds_as_long_as_it_fits_what_is_typed(field):
    exam = Organisation.objects.get(name_zh="武汉市教育考试院")

    assert typed(field, "教育", str(exam.pk)) == exam
    assert typed(field, "武汉市体育局", str(exam.pk)).name_zh == "武汉市体育局"
    assert typed(field, "教育", "9" * 30) == ["武汉市教育局 · 武汉市", "武汉市教育考试院 · 武汉市"]
    assert typed(field, "教育", "x") == ["武汉市教育局 · 武汉市", "武汉市教育考试院 · 武汉市"]


def test_of_many_the_first_are_offered(places):
    for number in range(MOST_MATCHES + 3):
        places.unit(f"第{number:02d}小学")
    field = OrganisationField(organisations_for(places.at("420100"), date(2024, 11, 1)), required=False)

    assert typed(field, "小学") == [f"第{number:02d}小学 · 武汉市" for number in range(MOST_MATCHES)]
    assert typed(field, " ") is None


def test_an_area_is_typed_by_name_or_code(places):
    field = AreaField(Area.objects.all())

    assert typed(field, "江岸区").code == typed(field, "420102").code == "420102"
    assert typed(field, "仙桃") == ["仙桃市 · 429004"]


def test_a_site_is_corrected_without_choosing_its_unit_again(places, time_machine):
    time_machine.move_to("2025-06-01")
    unit = places.unit("教育局", "420102", valid_to=date(2025, 1, 31))
    twin = places.unit("教育局")
    _project, site = delivery(places, unit, Phase.DELIVER)
    client, where = signed_in(places.office), f"/desk/wuhan/2025/sites/{site.pk}/correct/"
    form = client.get(where).context["form"]
    values = {name: form[name].value() for name in form.fields}
    shown, picked = values["organisation"]
    typed_area, picked_area = values["area"]
    sent = {name: "" if value is None else value for name, value in values.items()} | {
        "area": typed_area, "area_picked": picked_area,
        "organisation": shown, "organisation_picked": picked, "address": "文苑路2号", "reason": "地址写错",
    }  # fmt: skip

    wrong = client.post(where, sent | {"organisation_picked": str(twin.pk)})
    client.post(where, sent)

    site.refresh_from_db()
    assert (shown, picked) == ("教育局", str(unit.pk))
    assert f'name="organisation_picked" value="{unit.pk}"' in str(form["organisation"])
    assert wrong.context["form"].errors.keys() == {"organisation"}
    assert (site.organisation, site.address) == (unit, "文苑路2号")
