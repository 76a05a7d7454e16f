"""The map in a browser: a tab on a phone, beside the list at a desk; marks that do not overlap."""

import json
import re
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from projects.models import Site
from tests.factories.projects import SiteFactory
from tests.projects.conftest import delivering

pytestmark = pytest.mark.django_db(transaction=True)


def boxes_of(page: Page, what: str) -> list[list[float]]:
    """Return where elements stand: left, top, width, height."""
    found: list[list[float]] = page.locator(what).evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({ x, y, width, height }) => [x, y, width, height])"
    )
    return found


def test_the_map_is_a_tab_on_a_phone_and_stands_beside_the_list_at_a_desk(
    live_server, browser: Browser, settings, tmp_path
):
    scene = delivering()
    settings.OUTLINES_FOLDER = tmp_path
    area = scene.site.area
    ring = [[120, 30], [121, 30], [121, 31], [120, 31], [120, 30]]
    outline = {"type": "Feature", "id": area.code, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (tmp_path / "own.json").write_text(json.dumps({"type": "FeatureCollection", "features": [outline]}))
    spread = SiteFactory.create_batch(30, indicator=scene.indicator, area=area)
    for place, site in enumerate(spread):
        across = Decimal(place) / 30
        Site.objects.filter(pk=site.pk).update(longitude=120 + across, latitude=30 + across / 3)
    page = browser.new_page(viewport={"width": 375, "height": 800})

    page.goto(f"{live_server.url}/{scene.cycle.area.slug}/{scene.cycle.year}/sites/")
    expect(page.locator("#site-list")).to_be_visible()
    expect(page.locator("[data-map]")).to_be_hidden()
    page.get_by_role("button", name="地图").click()
    expect(page.locator("#site-list")).to_be_hidden()
    expect(page.locator(".map-area.map-step-0")).to_have_count(1)
    expect(page.locator(".map-legend")).to_have_text(re.compile(r"已完工点位\s+0\.0%"))
    expect(page.locator(".map-cluster").first).to_be_visible()
    boxes = boxes_of(page, ".map-cluster, .map-point")
    names = boxes_of(page, ".map-name")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#site-list")).to_be_visible()
    expect(page.locator("[data-map]")).to_be_visible()
    page.close()

    assert len(names) == 1
    for x, y, width, height in names:
        assert [
            box
            for box in boxes
            if x < box[0] + box[2] and box[0] < x + width and y < box[1] + box[3] and box[1] < y + height
        ] == []
    centres = [(x + width / 2, y + width / 2, width) for x, y, width, _height in boxes]
    for place, (x, y, width) in enumerate(centres):
        for other_x, other_y, other_width in centres[:place]:
            assert ((x - other_x) ** 2 + (y - other_y) ** 2) ** 0.5 >= (width + other_width) / 2
