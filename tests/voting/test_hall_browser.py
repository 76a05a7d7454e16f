"""Cards, machines of the hall and the pages around them in Chromium, on a phone, axe on each."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import Plenary, freeze, in_urn, plenary
from tests.year.browsing import Come, t
from voting import services
from voting.models import Credential
from voting.services import ItemText
from voting.states import OpinionBody, RoundState

pytestmark = pytest.mark.django_db(transaction=True)


def desk(session: Plenary, name: str, **more: object) -> str:
    cycle = session.cycle
    parts = {"area": cycle.area.slug, "year": cycle.year, "number": session.round.number, **more}
    return reverse(f"voting:{name}", kwargs=parts)


def issue(session: Plenary) -> list[str]:
    return [card.code for card in services.issue_credentials(round_=session.round, by=session.staff, at=NOW)]


def test_a_machine_of_the_hall_from_card_to_receipt_and_back(come: Come):
    session = plenary(deputies=2)
    codes = issue(session)
    machine = come(session.staff)

    machine.go(desk(session, "kiosk_open"))
    machine.fill(name="1号机")
    machine.press(t("Make it a voting machine"))
    machine.fill(code="0000-0000-0000")
    machine.press(t("Come in"), status=422)
    machine.fill(code=codes[0])
    machine.page.keyboard.press("Enter")
    machine.page.wait_for_url("**/ballot/")
    machine.look()
    for option, mark in zip(session.options, "yyn", strict=True):
        machine.fill(**{f"option_{option.pk}": mark})
    machine.press(t("Check my ballot"))
    machine.press(t("Cast my ballot"))
    assert in_urn("marks") == ["yyn"]
    machine.main.get_by_role("link", name=t("Finish"), exact=True).click()
    machine.page.wait_for_url("**/booth/kiosk/")
    machine.look()
    with pytest.raises(PlaywrightError, match="ERR_CACHE_MISS"):  # the receipt answered a POST and is kept by nobody
        machine.page.go_back()

    machine.page = machine.context.new_page()
    machine.page.goto(reverse("voting:booth_round", kwargs={"round_id": session.round.pk}))
    assert machine.path == "/sign-in/"


def test_a_card_is_scanned_by_a_phone_and_leaves_no_code_in_the_address(come: Come):
    session = plenary(deputies=1, until=RoundState.SIGN_IN)
    phone = come(None)
    asked: list[str] = []
    phone.page.on("request", lambda request: asked.append(request.url))

    phone.go(f"/booth/enter/#{(code := issue(session)[0])}")
    assert phone.main.locator("[name=code]").input_value() == code
    assert "#" not in phone.page.url
    assert not Credential.objects.exclude(used_at=None).exists()
    phone.press(t("Come in"))
    assert t("The card says who you are. Congress staff or a scrutineer confirm in the hall that you are present.") in (
        phone.text()
    )
    services.sign_in_deputy(entry=session.entry(session.deputies[0]), by=session.scrutineer, at=NOW)
    phone.page.reload()
    assert t("You are signed in") in phone.text()

    assert not [url for url in asked if code in url.partition("#")[0]]


def test_the_desk_of_the_roll(come: Come):
    session = plenary(deputies=3, method={"has_substitutes": True}, until=RoundState.SIGN_IN)
    stand_in = official(Role.DEPUTY, session.cycle.area)
    services.substitute_deputy(
        entry=session.entry(session.deputies[2]), substitute=stand_in, reason="因病请假", by=session.staff, at=NOW
    )
    staff = come(session.staff)

    staff.go(desk(session, "cards"))
    staff.press(t("Issue the cards"))
    assert staff.main.locator(".card-code").count() == 3
    staff.go(desk(session, "card", line=1))
    staff.go(desk(session, "substitute", line=1))
    staff.go(desk(session, "awaited"))
    staff.press(t("Remind all of them"))
    staff.go(f"{desk(session, 'roll')}?delegation=第一代表团")
    assert session.deputies[2].name in staff.main.locator("s").inner_text()
    staff.go(desk(session, "hall"))
    assert t("Please sign in") in staff.text()


def test_the_screen_of_the_hall_is_current_or_says_that_it_is_not(come: Come):
    session = plenary(deputies=2, until=RoundState.SIGN_IN)
    staff = come(session.staff)
    staff.go(desk(session, "hall"))
    present = staff.main.locator("#hall-now dd").nth(1)
    stale, link = staff.main.locator("[data-stale]"), staff.main.get_by_role("link", name=t("Back to the round"))
    link.focus()

    services.sign_in_deputy(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)
    expect(present).to_have_text("1")
    expect(link).to_be_focused()
    expect(stale).to_be_hidden()

    staff.page.route("**/hall/", lambda route: route.fulfill(status=429))
    expect(stale).to_be_visible()
    staff.look()
    staff.page.unroute("**/hall/")
    expect(stale).to_be_hidden()

    staff.context.clear_cookies()  # the sign-in has ended: the answer is a page that asks for the password
    expect(stale).to_be_visible()
    said = t("Not current since {time}: the portal does not answer, or you are no longer signed in.")
    assert re.fullmatch(re.escape(said).replace(r"\{time\}", r"\d\d?:\d\d"), stale.locator("p").first.inner_text())
    expect(present).to_have_text("1")
    expect(link).to_be_focused()


def reviewed(cycle: Cycle) -> dict[Role, User]:
    freeze(cycle, 3, "老旧小区加装电梯第")
    people = {role: official(role, cycle.area) for role in Role}
    office = people[Role.LIVELIHOOD_OFFICE]
    review = services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)
    items = list(review.items.order_by("number"))
    opinion = services.give_opinion(
        review=review, body=OpinionBody.CPPCC, delegation="经济界别组", text="请扩大范围。", items=items[:2],
        by=people[Role.CPPCC_MEMBER], at=NOW,
    )  # fmt: skip
    text = ItemText("老旧小区加装电梯扩面", "新增一百部。", "城西街道", Decimal(150), date(cycle.year, 12, 20), 1500)
    services.revise_item(item=items[0], text=text, reason="委员建议扩面", opinion=opinion, by=office, at=NOW)
    services.remove_item(item=items[1], reason="选址未落实", by=office, at=NOW)
    return people


def test_the_pages_of_a_review_and_of_the_reserve_pool(come: Come):
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    coming = CycleFactory(area=cycle.area, year=cycle.year + 1, phase=Phase.PLAN)
    people = reviewed(cycle)
    here, desk_here = f"/{cycle.area.slug}/{cycle.year}", f"/desk/{cycle.area.slug}/{cycle.year}"
    office, staff, reader = (
        come(person) for person in (people[Role.LIVELIHOOD_OFFICE], people[Role.CONGRESS_STAFF], None)
    )

    for place in ("review/", "review/items/1/", "review/items/1/remove/", "review/items/new/", "review/opinions/"):
        office.go(f"{desk_here}/{place}")
    come(people[Role.DEPUTY]).go(f"/booth/{cycle.area.slug}/{cycle.year}/opinions/")
    reader.go(f"{here}/decision/")
    opinion = cycle.review.opinions.get()
    services.answer_opinion(opinion=opinion, answer="采纳并落实。", by=people[Role.LIVELIHOOD_OFFICE], at=NOW)
    staff.go(f"{desk_here}/review/adopt/")
    staff.fill(document="政府工作报告", adopted_date="2024-11-01")
    staff.press(t("Record the adoption"))
    reader.go(f"{here}/reserve/")
    assert "选址未落实" in reader.text()
    office.go(f"/desk/{coming.area.slug}/{coming.year}/reserve/")
    office.main.get_by_role("link", name=t("Take over")).first.click()
    office.look()
