"""The front page in a browser: the nearest areas on request, and a map that is loaded when it is scrolled to."""

import pytest
from playwright.sync_api import Browser, Geolocation, ViewportSize, expect

from livelihood.cycles.areas import load_areas, shipped
from livelihood.cycles.models import Area
from livelihood.cycles.states import Phase
from tests.factories.frame import NOW, CycleFactory

pytestmark = pytest.mark.django_db(transaction=True)

WENZHOU: Geolocation = {"longitude": 120.62, "latitude": 27.99}
PHONE: ViewportSize = {"width": 375, "height": 812}


@pytest.fixture
def portal(live_server):
    load_areas(shipped(), at=NOW)
    CycleFactory(area=Area.objects.get(slug="ningbo"), phase=Phase.DELIVER, year=2026)
    return live_server.url


def test_the_browser_finds_the_nearest_areas_and_sends_nothing_but_the_one_chosen(portal, browser: Browser):
    context = browser.new_context(viewport=PHONE, geolocation=WENZHOU, permissions=["geolocation"])
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.post_data or ''}"))

    page.goto(f"{portal}/en/")
    page.get_by_role("button", name="Use my position").click()
    links = page.locator(".near-found a")
    expect(links).to_have_count(3)
    names = links.all_text_contents()
    page.get_by_role("link", name="Ouhai District").click()
    expect(page).to_have_url(f"{portal}/en/ouhai/")
    context.close()

    assert names[0] == "Ouhai District"
    assert set(names) < {"Ouhai District", "Lucheng District", "Longwan District", "Rui'an City", "Yongjia County"}
    assert [line for line in asked if "120.6" in line or "27.9" in line] == []
    assert [line.split()[0].removeprefix(portal) for line in asked if "centres" in line] == ["/en/map/centres.json"]


@pytest.mark.parametrize(
    ("refuse", "says"),
    [
        ("", "The position was not given. Choose your area below, or look for it by its name."),
        (
            "navigator.geolocation.getCurrentPosition = (_found, refused) => refused({ code: 2 })",
            "The device could not tell its position. Choose your area below, or look for it by its name.",
        ),
    ],
    ids=["refused", "unavailable"],
)
def test_without_a_position_a_sentence_leads_to_the_list(portal, browser: Browser, refuse, says):
    page = browser.new_page(viewport=PHONE)
    if refuse:
        page.add_init_script(refuse)

    page.goto(f"{portal}/en/")
    page.get_by_role("button", name="Use my position").click()
    expect(page.locator(".near-found")).to_have_text(says)
    expect(page.locator("#near ~ ul").get_by_role("link", name="Ningbo City")).to_be_visible()
    page.close()


def test_the_map_is_loaded_when_it_is_scrolled_to(portal, browser: Browser):
    page = browser.new_page(viewport=PHONE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(portal)))

    page.goto(f"{portal}/en/", wait_until="networkidle")
    before = [path for path in asked if "leaflet" in path or "/map/" in path]
    page.get_by_role("heading", name="Zhejiang Province: 1 year is under way in 1 place").scroll_into_view_if_needed()
    expect(page.locator(".map-area.map-step-3")).to_have_count(1)
    expect(page.locator(".map-point")).to_have_count(1)
    expect(page.locator(".map-name").filter(has_text="Ningbo")).to_have_count(1)
    page.close()

    assert before == []
