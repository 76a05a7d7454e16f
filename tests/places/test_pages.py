from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from livelihood.cycles import areas
from livelihood.cycles.areas import country
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import Phase
from livelihood.places import services
from tests.factories.frame import NOW, CycleFactory, PhasePeriodFactory, signed_in
from tests.places.test_organisations import add

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_the_page_of_an_area_shows_its_years_and_those_below(places):
    for code, year, phase in [
        ("420000", 2025, Phase.DELIVER),
        ("420000", 2023, Phase.CLOSED),
        ("420100", 2025, Phase.DECIDE),
        ("420102", 2024, Phase.CLOSED),
        ("429004", 2025, Phase.SOLICIT),
    ]:
        CycleFactory(area=places.at(code), year=year, phase=phase)

    page = Client().get("/hubei/").context["page"]

    assert [card.title for card in page.running] == ["湖北省 2025"]
    assert [card.title for card in page.closed] == ["湖北省 2023"]
    told = {one.area.code: ([cycle.year for cycle in one.years], one.deeper) for one in page.below}
    assert (told["420100"], told["429004"], told["420200"]) == (([2025], 1), ([2025], 0), ([], 0))
    assert len(page.below) == 17


def test_the_page_of_an_area_needs_as_many_queries_for_one_year_as_for_three(places, django_assert_num_queries):
    CycleFactory(area=places.at("420100"), year=2025)
    client = Client()
    client.get("/hubei/")
    for year in (2024, 2026, 2027):
        CycleFactory(area=places.at("420102"), year=year)

    with django_assert_num_queries(8):
        assert client.get("/hubei/").status_code == 200


def test_who_lives_in_a_township_finds_the_form_of_the_county_and_what_else_runs_above(
    places, django_assert_num_queries
):
    """In one click: the township has no year, nor has the district; what has closed above is not in the way."""
    city, district = places.at("420100"), places.at("420102")
    areas.load_areas(country.below("420102", "wuhan-jiangan"), at=NOW)
    township = Area.objects.filter(parent=district).earliest("code")
    province = CycleFactory(area=places.at("420000"), year=2025, phase=Phase.DELIVER)
    CycleFactory(area=city, year=2024, phase=Phase.CLOSED)
    CycleFactory(area=city, year=2026, phase=Phase.DRAFT)
    asking = CycleFactory(area=city, year=2025)
    today = timezone.localdate()
    PhasePeriodFactory(cycle=asking, starts_on=today, ends_on=today)
    closed = CycleFactory(area=places.at("420103"), year=2025)
    PhasePeriodFactory(cycle=closed, starts_on=today - timedelta(days=2), ends_on=today - timedelta(days=1))

    for place in (township, district):
        page = Client().get(f"/{place.slug}/")
        shown = [(card.title, card.url, card.action and card.action[1]) for card in page.context["page"].running_above]
        assert shown == [
            ("武汉市 2025", "/wuhan/2025/", "/wuhan/2025/suggest/"),
            ("湖北省 2025", "/hubei/2025/", None),
        ]
        assert "本级尚未开启年度" not in text(page)
        assert 'class="button button-primary" href="/wuhan/2025/suggest/"' in text(page)
    assert "/suggest/" not in text(Client().get(f"/{closed.area.slug}/")).partition("所属地区")[0]
    assert Client().get("/hubei/").context["page"].running_above == []

    with django_assert_num_queries(9):
        Client().get(f"/{township.slug}/")
    for year in (2026, 2027):
        CycleFactory(area=places.at("420000"), year=year, phase=province.phase)
    with django_assert_num_queries(9):
        Client().get(f"/{township.slug}/")


def test_an_area_is_addressed_by_its_code_too(places):
    answer = Client().get("/420100/")

    assert (answer.status_code, answer["Location"]) == (301, "/wuhan/")
    assert Client().get("/en/420100/")["Location"] == "/en/wuhan/"
    assert Client().get("/nowhere/").status_code == 404


def test_an_area_that_ended_says_into_which_it_went(places):
    services.end_area(
        area=places.at("420103"), last_day=date(2024, 6, 30), successor=places.at("420102"), by=places.keeper, at=NOW
    )
    services.rename_area(area=places.at("420102"), name_zh="江区", until=date(2024, 6, 30), by=places.keeper, at=NOW)

    slugs = (places.at("420103").slug, "wuhan-jiangan", "wuhan")
    ended, heir, above = (text(Client().get(f"/en/{slug}/")) for slug in slugs)

    assert "existed until" in ended
    assert 'href="/en/wuhan-jiangan/"' in ended
    assert "Jianghan District" in heir
    assert "Called Jiang" in heir
    assert "Areas that have ended" in above


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=仙桃", ["仙桃市"]),
        ("q=xiantao&level=county", ["仙桃市"]),
        ("q=429004&level=county", ["仙桃市"]),
        ("q=火星", []),
        ("level=province", ["湖北省"]),
    ],
)
def test_the_front_page_finds_a_place(places, query, found):
    page = Client().get(f"/?{query}")

    assert [card.title for card in page.context["found"].cards] == found


def test_the_front_page_shows_what_is_under_way_before_what_is_closed_and_the_provinces(places):
    CycleFactory(area=places.at("420100"), year=2025)
    CycleFactory(area=places.at("420100"), year=2023, phase=Phase.CLOSED)

    page = Client().get("/")

    assert [f"{line.cycle.area.name} {line.cycle.year}" for line in page.context["front"].years] == [
        "武汉市 2025",
        "武汉市 2023",
    ]
    assert 'href="/hubei/"' in text(page)
    assert Client().get("/?q=x&colour=purple").status_code == 400


def test_an_administrator_loads_a_province_and_townships_by_page(places):
    client = signed_in(places.administrator)

    refused = signed_in(places.keeper).post("/desk/wuhan/provinces/", {"code": "110000"})
    why_not = text(signed_in(places.keeper).get("/desk/wuhan/provinces/"))
    assert not Area.objects.filter(code="110000").exists()
    loaded = client.post("/desk/wuhan/provinces/", {"code": "110000"})
    shown = client.get("/desk/wuhan-jiangan/areas/townships/")
    below = client.post("/desk/wuhan-jiangan/areas/townships/")

    assert (refused.status_code, "只有省级管理员可以载入其他省份" in why_not) == (403, True)
    assert loaded["Location"] == "/beijing/"
    assert len(shown.context["new"]) == 16
    assert below["Location"] == "/desk/wuhan-jiangan/areas/"
    assert Area.objects.filter(parent__code="420102").count() == 16
    assert client.get("/desk/wuhan-jiangan/areas/townships/").context["new"] == []


def test_an_area_is_added_corrected_renamed_and_ended_by_page(places):
    client = signed_in(places.keeper)

    client.post("/desk/wuhan-jiangan/areas/add/", {"code": "420102901", "name_zh": "新街道", "level": "township"})
    made = Area.objects.get(code="420102901")
    client.post(f"/desk/{made.slug}/areas/edit/", {"name_en": "New Street", "source": "政府公报"})
    client.post(f"/desk/{made.slug}/areas/rename/", {"name_zh": "新城街道", "until": "2024-01-31"})
    unclear = client.post(f"/desk/{made.slug}/areas/end/", {"last_day": "2024-12-31", "successor": "江"})
    client.post(f"/desk/{made.slug}/areas/end/", {"last_day": "2024-12-31", "successor": "420106"})

    made.refresh_from_db()
    assert (made.name_zh, made.source, made.valid_to) == ("新城街道", "政府公报", date(2024, 12, 31))
    assert made.successor == places.at("420106")
    assert unclear.status_code == 422
    assert 'name="successor_picked"' in text(unclear)


def test_organisations_are_listed_found_and_filtered(places):
    one = add(places, "武汉市教育局", aliases=["教育局"])
    other = add(places, "江岸区教育局", code="420102", valid_to=date(2020, 1, 1))
    add(places, "襄阳市教育局", code="420600")
    client = signed_in(places.keeper)

    def listed(query):
        return list(client.get(f"/desk/wuhan/organisations/?{query}").context["page"].rows)

    assert listed("") == [one, other]
    assert listed("q=教育局") == [one, other]
    assert listed("valid=yes") == [one]
    assert listed("valid=no") == [other]
    assert listed("area=420102") == [other]
    assert listed("kind=congress") == []


def test_an_organisation_is_entered_corrected_renamed_and_merged_by_page(places):
    client = signed_in(places.office)
    kind = {"kind": "department"}

    client.post("/desk/wuhan/organisations/add/", {"name_zh": "武汉市文化局", "aliases": "文化局\n市文化局", **kind})
    client.post("/desk/wuhan/organisations/add/", {"name_zh": "武汉市文化和旅游局", **kind})
    old, new = Organisation.objects.order_by("pk")
    where = f"/desk/wuhan/organisations/{old.pk}"
    values = {"aliases": "文化局", "phone": "027-82801234", "parent": "武汉市文化和", **kind}
    edited = client.post(f"{where}/edit/", values)
    picked = client.post(f"{where}/edit/", {**values, "parent_picked": new.pk})
    client.post(f"{where}/rename/", {"name_zh": "武汉市文化体育局", "until": "2024-01-31"})
    merged = client.post(f"{where}/merge/", {"into": "武汉市文化和旅游局", "last_day": "2024-12-31"})

    old.refresh_from_db()
    assert edited.status_code == 422
    assert f'value="{new.pk}"' in text(edited)
    assert picked.status_code == 302
    assert (old.name_zh, old.phone, old.merged_into) == ("武汉市文化体育局", "027-82801234", new)
    assert merged["Location"] == f"{where}/"
    assert client.get(f"{where}/")["Location"] == f"/desk/wuhan/organisations/{new.pk}/"
    shown = text(client.get(f"/en/desk/wuhan/organisations/{new.pk}/"))
    assert f"/desk/wuhan/organisations/{old.pk}/history/" in shown
    rows = client.get(f"{where}/history/").context["rows"]
    acts = [row.act for row in rows]
    assert acts == ["organisation.merged", "organisation.renamed", "organisation.revised", "organisation.created"]
    assert next((fact.label, fact.value) for fact in rows[1].facts) == ("中文名称", "武汉市文化局 → 武汉市文化体育局")


def test_organisations_below_are_seen_and_not_kept_by_the_office_above(places):
    below = add(places, "江岸区教育局", code="420102")
    client = signed_in(places.office)
    where = f"/desk/wuhan/organisations/{below.pk}/"

    assert client.get(where).status_code == 200
    for act in ("edit", "rename", "merge", "end"):
        assert client.get(f"{where}{act}/").status_code == 403
        assert client.post(f"{where}{act}/").status_code == 403
    assert client.get(f"/desk/wuhan-jiangan/organisations/{below.pk}/").status_code == 403
    assert timezone.localdate() > date(2024, 1, 1)


def test_a_site_list_without_outlines_says_so(places):
    CycleFactory(area=places.at("420100"), year=2025, phase=Phase.DELIVER)

    page = Client().get("/en/wuhan/2025/sites/")

    assert page.status_code == 200
    assert "no openly licensed outline" in text(page)


def test_areas_below_are_listed_found_and_cost_the_same_for_many(places, django_assert_num_queries):
    client = signed_in(places.keeper)

    def listed(where, query=""):
        return [area.code for area in client.get(f"/desk/{where}/areas/?{query}").context["page"].rows]

    assert listed("wuhan-jiangan") == []
    assert len(listed("wuhan")) == 13
    assert listed("wuhan", "q=江岸") == listed("wuhan", "q=jiangan") == ["420102"]
    assert listed("wuhan", "level=township") == []
    with django_assert_num_queries(7):
        client.get("/desk/wuhan/areas/")
    assert client.get("/desk/huangshi/areas/").status_code == 403
    assert client.get("/desk/wuhan/areas/").context["may_go_up"] is False


def test_an_area_and_an_organisation_end_by_page_and_the_places_found_say_so(places):
    unit = add(places, "武汉市旧局")
    CycleFactory(area=places.at("420103"), year=2023, phase=Phase.CLOSED)
    client = signed_in(places.keeper)

    client.post(f"/desk/{places.at('420103').slug}/areas/end/", {"last_day": "2024-06-30", "successor": ""})
    client.post(f"/desk/wuhan/organisations/{unit.pk}/end/", {"last_day": "2024-06-30"})
    wrong = client.post(f"/desk/wuhan/organisations/{unit.pk}/end/", {"last_day": "2024"})

    unit.refresh_from_db()
    assert (places.at("420103").valid_to, unit.valid_to, wrong.status_code) == (
        date(2024, 6, 30), date(2024, 6, 30), 422,
    )  # fmt: skip
    (card,) = Client().get("/en/?q=420103").context["found"].cards
    assert (card.text, card.meta) == ("Hubei Province · Wuhan City", ["420103", "Years: 2023", "ended"])
