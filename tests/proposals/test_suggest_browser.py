"""The form of a suggestion on a phone: one question after the other, few taps, and nothing lost on the way."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from livelihood.cycles.models import Cycle
from proposals.models import Suggestion
from tests.factories.frame import AspectFactory, CountyFactory, CycleFactory
from tests.factories.proposals import NeedFactory
from tests.proposals.pages import at
from tests.year.browsing import PHONE, t

pytestmark = pytest.mark.django_db(transaction=True)

MOST_TAPS = 12


@pytest.fixture
def here() -> Cycle:
    cycle = CycleFactory()
    for name in ("城东街道", "城西街道", "河东镇"):
        CountyFactory(name_zh=name, parent=cycle.area)
    AspectFactory(cycle=cycle, number=1, name_zh="养老")
    return cycle


@pytest.fixture
def phone(browser: Browser, live_server) -> Iterator[Page]:
    page = browser.new_page(base_url=live_server.url, viewport=PHONE, has_touch=True, locale="zh-CN")
    yield page
    page.context.close()


ARRIVED = "left => document.querySelector('[data-at]').dataset.at !== left"
"""Another question than the one that was left is shown: who types looks for that."""


class Thumb:
    """Taps, and counts them; what is typed goes where the page has put the cursor."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()

    def press_on(self) -> None:
        self.tap(button(self.page, t("Continue")))

    def go_on(self) -> None:
        left = asked(self.page)
        self.press_on()
        self.page.wait_for_function(ARRIVED, arg=left)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


def asked(page: Page) -> str:
    """Return which question is shown."""
    (shown,) = [step for step in page.locator(".step").all() if step.is_visible()]
    return shown.get_attribute("id") or ""


def test_a_suggestion_takes_few_taps_beside_typing(phone: Page, here: Cycle):
    thumb = Thumb(phone)
    phone.goto(at("suggest", here))
    thumb.tap(phone.locator("#id_title"))
    thumb.type("老楼没有电梯")
    thumb.go_on()
    thumb.type("清风街六层老楼没有电梯，老人下不了楼。")
    thumb.go_on()
    thumb.type("请给同意的楼栋加装电梯。")
    thumb.go_on()
    thumb.tap(button(phone, "城西街道"))
    thumb.go_on()
    expect(phone.get_by_role("radio", checked=True)).to_have_accessible_name("不确定")
    thumb.tap(phone.get_by_text("养老"))
    thumb.go_on()
    thumb.tap(button(phone, t("Check your answers")))
    expect(phone.get_by_role("heading", level=1)).to_have_text(t("Check your answers"))
    thumb.tap(button(phone, t("Send the suggestion")))
    phone.locator(".receipt").wait_for()

    row = Suggestion.objects.get()
    assert (row.title, row.area.name_zh, row.aspect.name_zh) == ("老楼没有电梯", "城西街道", "养老")
    assert thumb.taps <= MOST_TAPS
    assert phone.evaluate("Object.keys(localStorage)") == [], "what has arrived is no draft"


def test_one_goes_back_and_on_without_losing_a_word(phone: Page, here: Cycle):
    thumb = Thumb(phone)
    phone.goto(at("suggest", here))
    thumb.tap(phone.locator("#id_title"))
    thumb.type("电")
    thumb.press_on()
    assert asked(phone) == "q-title"
    expect(phone.locator("#id_title_error")).to_contain_text("4")
    thumb.type("梯太少了")
    phone.keyboard.press("Enter")
    phone.wait_for_function(ARRIVED, arg="q-title")
    thumb.type("老人下不了楼，已经很多年了。")
    thumb.go_on()
    phone.go_back()
    assert asked(phone) == "q-matter"

    phone.reload()

    assert asked(phone) == "q-matter"
    expect(phone.locator("#id_matter")).to_have_value("老人下不了楼，已经很多年了。")
    phone.get_by_role("link", name=t("Back"), exact=True).tap()
    expect(phone.locator("#id_title")).to_have_value("电梯太少了")
    assert not Suggestion.objects.exists()


def test_an_answer_is_changed_from_where_it_is_checked(phone: Page, here: Cycle):
    phone.goto(f"{at('suggest', here)}#q-contact")
    phone.evaluate("""() => {
        const values = { title: "老楼没有电梯", matter: "老人下不了楼，已经很多年了。", wish: "请加装电梯。" };
        for (const [name, value] of Object.entries(values)) document.forms[0].elements[name].value = value;
    }""")
    button(phone, t("Check your answers")).tap()

    phone.get_by_role("button", name=re.compile(f"^{t('Change')} {re.escape(t('What should be done?'))}")).tap()
    phone.locator("#id_wish").fill("请明年加装电梯。")
    assert asked(phone) == "q-wish"
    button(phone, t("Check your answers")).tap()

    expect(phone.get_by_role("main")).to_contain_text("请明年加装电梯。")
    expect(phone.get_by_role("heading", level=1)).to_have_text(t("Check your answers"))


def test_a_similar_need_is_joined_by_one_tap_while_the_title_is_typed(phone: Page, here: Cycle):
    need = NeedFactory(cycle=here, title="老旧小区加装电梯")
    phone.goto(at("suggest", here))
    phone.locator("#id_title").tap()
    phone.keyboard.type("小区加装电梯噪音扰民")

    phone.get_by_role("button", name=f"{t('I want this too')} {need.title}").tap()

    expect(phone.get_by_role("heading", level=1)).to_have_text(t("Check your answers"))
    expect(phone.get_by_role("main")).to_contain_text(need.title)
    phone.go_back()
    expect(phone.locator("#id_title")).to_have_value("小区加装电梯噪音扰民")
    expect(phone.locator("[data-elsewhere]")).to_contain_text("12345")


def test_a_place_is_found_by_its_name(phone: Page, here: Cycle):
    for number in range(9):
        CountyFactory(name_zh=f"{number}号镇", parent=here.area)
    phone.goto(f"{at('suggest', here)}#q-area")

    phone.locator("#id_area_search").fill("河")
    phone.keyboard.press("Enter")

    expect(phone.locator("#id_area option:checked")).to_have_text("河东镇")
    expect(phone.locator(".places-chosen")).to_have_text(re.compile(f"^{here.area.name}.*河东镇$"))
