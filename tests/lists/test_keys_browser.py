"""Keys of one character in Chromium: the search has one, and whoever they get in the way of switches them off."""

from playwright.sync_api import expect

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from tests.factories.frame import CycleFactory, official
from tests.factories.proposals import SuggestionFactory
from tests.year.browsing import DESK, Come


def test_the_slash_searches_the_list_or_the_desk_and_keys_can_be_switched_off(come: Come, db: None):
    cycle = CycleFactory(phase=Phase.SOLICIT)
    SuggestionFactory.create_batch(2, cycle=cycle)
    reader = come(official(Role.LIVELIHOOD_OFFICE, cycle.area), DESK)
    page, grid = reader.page, cycle.address("proposals:intake")

    reader.go(grid)
    page.keyboard.press("Tab")
    expect(page.locator('.skip-link[href="#content"]')).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator('.skip-link[href="#rows"]')).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#rows")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("main input[type=search]").first).to_be_focused()
    reader.go("/account/")
    page.keyboard.press("/")
    page.wait_for_url("**/desk/search/")
    reader.go("/account/")
    page.locator("[data-switch-keys]").click()
    page.keyboard.press("/")
    expect(page.locator("[data-switch-keys]")).to_have_attribute("aria-pressed", "true")
    reader.go(grid)
    page.keyboard.press("j")

    assert page.url.endswith(grid)
    expect(page.locator("tr.is-current")).to_have_count(0)
