"""What lies below an area is told by the tree that the database keeps, not by codes."""

import pytest
from django.db import IntegrityError, transaction

from livelihood.cycles import areas
from livelihood.cycles.areas import country
from livelihood.cycles.models import Area
from livelihood.cycles.querysets import child_towards, within
from livelihood.cycles.states import Level
from tests.cycles.test_areas import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded():
    for code in ("420000", "440000"):
        areas.load_areas(country.of_province(code), at=AT)
    areas.load_areas(country.below("441900", "dongguan"), at=AT)
    areas.load_areas(country.below("429004", "xiantao"), at=AT)


def at(code):
    return Area.objects.get(code=code)


@pytest.mark.parametrize(
    ("code", "count"), [("420000", 117 + 19), ("429004", 1 + 19), ("441900", 1 + 32), ("420100", 14), ("441900003", 1)]
)
def test_within_counts_what_lies_below(code, count):
    assert Area.objects.within(at(code)).count() == count


def test_contains_agrees_with_the_database():
    everything = list(Area.objects.all())
    for code in ("420000", "429004", "420100", "441900", "440000"):
        area = at(code)

        assert {one.pk for one in everything if area.contains(one)} == set(
            Area.objects.within(area).values_list("pk", flat=True)
        )


def test_child_towards_is_the_area_directly_below():
    hubei, township = at("420000"), at("429004001")

    assert hubei.child_towards(township) == "429004"
    assert at("429004").child_towards(township) == "429004001"
    assert hubei.child_towards(hubei) is None
    assert at("420100").child_towards(township) is None
    told = dict(Area.objects.filter(within(hubei)).annotate(child=child_towards(hubei)).values_list("code", "child"))
    assert (told["429004001"], told["420102"], told["420100"], told["420000"]) == ("429004", "420100", "420100", "")
    assert all((hubei.child_towards(at(code)) or "") == child for code, child in told.items() if code[-2:] < "03")


def test_path_is_known_when_an_area_is_made_and_nobody_else_writes_it():
    area = Area.objects.create(
        code="420102001", slug="x", name_zh="某街道", level=Level.TOWNSHIP, parent=at("420102"), path="else/"
    )

    area.refresh_from_db()
    assert area.path == "420000/420100/420102/420102001/"
    assert Area.objects.create(
        code="420102002", slug="y", name_zh="又", level=Level.TOWNSHIP, parent=at("420102")
    ).path == ("420000/420100/420102/420102002/")


def test_what_lies_below_moves_with_its_area():
    xiantao = at("429004")
    xiantao.parent = at("420100")

    xiantao.save(update_fields=["parent"])

    assert at("429004001").path == "420000/420100/429004/429004001/"
    assert Area.objects.within(at("420100")).count() == 14 + 1 + 19


@pytest.mark.parametrize(
    ("level", "parent"), [(Level.CITY, "420100"), (Level.COUNTY, "420102"), (Level.CITY, "429004001")]
)
def test_an_area_lies_in_one_of_a_higher_level(level, parent):
    with pytest.raises(IntegrityError, match="cannot lie in one of the level"), transaction.atomic():
        Area.objects.create(code="429999", slug="x", name_zh="某", level=level, parent=at(parent))

    assert not Area.objects.filter(code="429999").exists()


def test_an_area_above_others_cannot_sink_to_their_level():
    with pytest.raises(IntegrityError, match="cannot lie in one of the level"), transaction.atomic():
        Area.objects.filter(code="429004").update(level=Level.TOWNSHIP)

    assert at("429004").level == Level.COUNTY
