"""The booth in Chromium: by keyboard alone, on a phone, in large print, and over a line that breaks."""

import re
from contextlib import suppress

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Route, expect

from tests.factories.frame import NOW
from tests.factories.voting import Plenary, in_urn, plenary
from tests.year.browsing import DESK, PHONE, Come, Visitor, t
from voting import rules, schemes, services
from voting.models import NamedBallot, RollEntry
from voting.states import RoundState, Scheme, Step

pytestmark = pytest.mark.django_db(transaction=True)

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}\b")
TABS = 80
"""More than any page of the booth has places to stop at."""

BEHIND_THE_FOOT = """
() => {
    const foot = document.querySelector('.ballot-foot'), at = document.activeElement;
    if (foot.contains(at) || at.closest('form') === null) return '';
    const [seen, edge] = [(at.closest('label') ?? at).getBoundingClientRect(), foot.getBoundingClientRect()];
    return seen.bottom > edge.top && seen.top < edge.bottom ? at.outerHTML : '';
}
"""


def address(session: Plenary, name: str) -> str:
    return reverse(f"voting:{name}", kwargs={"round_id": session.round.pk})


def reach(deputy: Visitor, there: Locator) -> None:
    """Move on with Tab until the focus is there."""
    for _press in range(TABS):
        deputy.page.keyboard.press("Tab")
        if there.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {there}")


def enter(deputy: Visitor, there: Locator) -> None:
    """Go there by keyboard, press Enter and look at the page that answers."""
    reach(deputy, there)
    with deputy.page.expect_navigation():
        deputy.page.keyboard.press("Enter")
    deputy.look()


def button(deputy: Visitor, label: str) -> Locator:
    return deputy.main.get_by_role("button", name=t(label), exact=True)


def mark(deputy: Visitor, letters: str) -> None:
    """Mark the ballot from its first line on by Tab, arrows and space; the count is said after every mark."""
    said = deputy.page.locator("[data-approvals]")
    assert said.get_attribute("aria-live") == "polite"
    for place, letter in enumerate(letters):
        reach(deputy, deputy.main.locator("fieldset").nth(place).locator("input").first)
        deputy.page.keyboard.press("Space")
        for _step in range("yna".index(letter)):
            deputy.page.keyboard.press("ArrowDown")
        count = letters[: place + 1].count("y")
        limit = t("Approved: {count} of at most {limit}; {left} left")
        assert said.inner_text() == limit.replace("{count}", str(count)).replace("{limit}", "2").replace(
            "{left}", str(2 - count)
        )


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_deputy_votes_by_keyboard_alone(come: Come, size):
    session = plenary()
    deputy = come(session.deputies[0], size)

    deputy.go(reverse("voting:booth"))
    enter(deputy, deputy.main.get_by_role("link", name=session.round.title, exact=True))
    enter(deputy, deputy.main.get_by_role("link", name=t("To the ballot"), exact=True))
    reach(deputy, deputy.main.locator("summary").first)
    deputy.page.keyboard.press("Enter")
    assert "项目1的内容" in deputy.text()
    deputy.page.reload()
    mark(deputy, "yna")
    enter(deputy, button(deputy, "Check my ballot"))
    enter(deputy, button(deputy, "Change something"))
    assert deputy.main.locator("input:checked").evaluate_all("(all) => all.map((one) => one.value)") == ["y", "n", "a"]
    enter(deputy, button(deputy, "Check my ballot"))
    enter(deputy, button(deputy, "Cast my ballot"))

    assert CODE.findall(deputy.text()) == in_urn("receipt")
    assert in_urn("marks") == ["yna"]
    enter(deputy, deputy.main.get_by_role("link", name=t("All rounds"), exact=True))
    assert t("You have voted") in deputy.text()


def test_too_many_approvals_are_said_while_marking_and_refused(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])
    deputy.go(address(session, "ballot"))

    deputy.fill(**{f"option_{option.pk}": "y" for option in session.options})
    said = deputy.page.locator("[data-approvals]").inner_text()
    deputy.press(t("Check my ballot"), status=422)

    assert said == t("Approved: {count}; {over} too many").replace("{count}", "3").replace("{over}", "1")
    assert deputy.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert deputy.main.locator("input[value=y]:checked").count() == 3


def test_ballot_whose_answer_was_lost_is_taken_once_and_seen_to_have_arrived(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])
    deputy.go(address(session, "ballot"))
    deputy.fill(**{f"option_{option.pk}": "y" if option.number < 3 else "n" for option in session.options})
    deputy.press(t("Check my ballot"))

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    deputy.page.route("**/ballot/", lose_the_answer)
    with deputy.page.expect_event("requestfailed"):
        button(deputy, "Cast my ballot").click()
    deputy.page.unroute("**/ballot/")
    (code,) = in_urn("receipt")

    with deputy.page.expect_navigation():
        deputy.page.reload()
    assert CODE.findall(deputy.text()) == [code]
    deputy.go(address(session, "ballot"))
    assert t("Your ballot is in the urn") in deputy.text()
    deputy.go(address(session, "booth_round"))
    assert t("Your ballot is in the urn") in deputy.text()
    assert len(in_urn()) == RollEntry.objects.filter(has_voted=True).count() == 1


def test_ballot_that_never_left_is_still_there_to_be_sent(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])
    deputy.go(address(session, "ballot"))
    deputy.fill(**{f"option_{option.pk}": "n" for option in session.options})
    deputy.press(t("Check my ballot"))

    deputy.context.set_offline(True)
    with deputy.page.expect_event("requestfailed"):
        button(deputy, "Cast my ballot").click()
    assert not in_urn()
    deputy.context.set_offline(False)
    with deputy.page.expect_navigation():
        deputy.page.reload()

    assert CODE.findall(deputy.text()) == in_urn("receipt")
    assert in_urn("marks") == ["nnn"]


def test_vote_by_name_is_said_to_be_one_at_every_step(come: Come):
    session = plenary(method={"scheme": Scheme.NAMED})
    deputy, words = come(session.deputies[0]), schemes.SCHEMES[Scheme.NAMED].words
    notice = deputy.main.locator(".notice-warn")

    deputy.go(address(session, "booth_round"))
    assert notice.inner_text() == t(str(words.booth))
    deputy.follow(t("To the ballot"))
    assert notice.inner_text() == t(str(words.booth))
    deputy.fill(**{f"option_{option.pk}": "y" if option.number < 3 else "a" for option in session.options})
    deputy.press(t("Check my ballot"))
    assert notice.inner_text() == t(str(words.cast))
    deputy.press(t("Cast my ballot"))
    assert notice.inner_text() == t(str(words.receipt))

    assert list(NamedBallot.objects.values_list("entry__deputy", "marks")) == [(session.deputies[0].pk, "yya")]


def test_large_print_stays_through_the_booth(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])
    deputy.go(f"{reverse('voting:booth')}?view=elder")

    for label in (session.round.title, t("To the ballot")):
        deputy.follow(label)
        assert deputy.page.url.endswith("?view=elder")
    size = deputy.main.locator("legend").first.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    deputy.fill(**{f"option_{option.pk}": "n" for option in session.options})
    for label in ("Check my ballot", "Cast my ballot"):
        deputy.press(t(label))
        assert deputy.page.locator("html").get_attribute("data-view") == "elder"

    assert size >= 24


def marked(deputy: Visitor) -> list[str]:
    """Return the marks on the ballot as it stands on the screen."""
    values: list[str] = deputy.main.locator("input:checked").evaluate_all("(all) => all.map((one) => one.value)")
    return values


def test_choices_stay_on_the_screen_through_a_pause(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])
    deputy.go(address(session, "ballot"))
    deputy.fill(**{f"option_{option.pk}": mark for option, mark in zip(session.options, "yna", strict=True)})

    services.pause_round(round_=session.round, by=session.chair, at=NOW)
    deputy.press(t("Check my ballot"), status=422)
    assert marked(deputy) == ["y", "n", "a"]
    assert t("Nothing was cast. Your choices stay on this page: send them again when voting is open.") in deputy.text()
    assert t("Voting is paused. Wait until it goes on.") in deputy.text()
    services.resume_round(round_=session.round, by=session.chair, at=NOW)
    deputy.press(t("Check my ballot"))
    services.pause_round(round_=session.round, by=session.chair, at=NOW)
    deputy.press(t("Cast my ballot"), status=422)
    assert marked(deputy) == ["y", "n", "a"]
    services.resume_round(round_=session.round, by=session.chair, at=NOW)
    deputy.press(t("Check my ballot"))
    deputy.press(t("Cast my ballot"))

    assert in_urn("marks") == ["yna"]
    kept = deputy.page.evaluate("[{...localStorage}, {...sessionStorage}].map((store) => Object.keys(store)).flat()")
    assert [name for name in kept if "option" in name] == []


def hears(deputy: Visitor, place: str, text: str) -> None:
    """Let time pass at the browser until its page has asked again and says this there."""
    for _turn in range(5):
        deputy.page.clock.fast_forward(21_000)
        with suppress(AssertionError):
            expect(deputy.main.locator(place)).to_contain_text(text, timeout=3_000)
            return
    raise AssertionError(f"{place} does not say {text}: {deputy.text()}")


def test_news_reach_a_deputy_who_waits_and_one_who_marks(come: Come):
    session = plenary(deputies=2, until=RoundState.SIGN_IN)
    first, second = session.deputies
    services.sign_in_deputy(entry=session.entry(first), by=session.staff, at=NOW)
    waiting = come(first)
    waiting.page.clock.install()
    waiting.go(address(session, "booth_round"))
    assert t("You are signed in") in waiting.text()
    services.undo_sign_in(entry=session.entry(first), by=session.staff, at=NOW)
    hears(waiting, "#booth-stand", t("I am present"))
    services.sign_in_deputy(entry=session.entry(first), by=session.staff, at=NOW)
    hears(waiting, "#booth-stand", t("You are signed in"))
    signing_in = come(second)
    signing_in.page.clock.install()
    signing_in.go(address(session, "booth_round"))
    signing_in.fill(hall_code="12")

    services.remind_deputies(round_=session.round, by=session.chair, at=NOW - 2 * rules.BETWEEN_REMINDERS)
    hears(signing_in, "#booth-news", t("You are awaited: please sign in"))
    expect(signing_in.main.locator("[name=hall_code]")).to_have_value("12")
    services.sign_in_deputy(entry=session.entry(second), by=session.staff, at=NOW)
    hears(signing_in, "#booth-stand", t("You are signed in"))
    session.step(Step.OPEN)
    hears(waiting, "#booth-stand", t("To the ballot"))
    waiting.look()

    waiting.follow(t("To the ballot"))
    option = session.options[0]
    waiting.fill(**{f"option_{option.pk}": "y"})
    news = waiting.main.locator("#booth-news")
    assert news.inner_text().strip() == ""
    services.remind_deputies(round_=session.round, by=session.chair, at=NOW)
    hears(waiting, "#booth-news", t("You are awaited: please vote"))
    assert news.get_attribute("aria-live") == "polite"
    assert waiting.main.locator("#booth-state").get_attribute("aria-live") is None  # minutes that pass are not said
    services.pause_round(round_=session.round, by=session.chair, at=NOW)
    hears(waiting, "#booth-news", t("Voting is paused. Wait until it goes on."))
    assert marked(waiting) == ["y"]
    waiting.context.clear_cookies()
    said = t("Not current since {time}: the portal does not answer, or you are no longer signed in.")
    hears(waiting, "[data-stale]", said.rpartition("{time}")[2])
    expect(waiting.main.locator("[data-stale]")).to_be_visible()
    assert marked(waiting) == ["y"]


def test_a_ballot_that_nobody_touches_asks_for_nothing_and_lets_the_sign_in_end(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])
    deputy.page.clock.install()
    deputy.go(address(session, "ballot"))
    asked: list[str] = []
    deputy.page.on("request", lambda request: asked.append(request.url))

    deputy.page.clock.fast_forward(301_000)
    deputy.page.clock.fast_forward(60_000)
    assert asked == []
    with deputy.page.expect_request("**" + address(session, "booth_round")):
        deputy.page.keyboard.press("Tab")
        deputy.page.clock.fast_forward(21_000)


@pytest.mark.parametrize("view", ["", "?view=elder"], ids=["ordinary", "elder"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_what_has_the_focus_is_never_behind_the_foot_of_the_ballot(come: Come, size, view):
    session = plenary(candidates=12)
    deputy = come(session.deputies[0], size)
    deputy.go(f"{address(session, 'ballot')}{view}")
    deputy.main.locator("fieldset").nth(0).locator("input").first.focus()

    behind = []
    for key in ["Tab"] * 26 + ["Shift+Tab"] * 26:
        deputy.page.keyboard.press(key)
        behind.append(deputy.page.evaluate(BEHIND_THE_FOOT))

    assert [place for place in behind if place] == []


def test_mark_is_taken_back_by_keyboard_and_by_thumb(come: Come):
    session = plenary(method={"blank": "not_counted"})
    deputy = come(session.deputies[0])
    deputy.go(address(session, "ballot"))
    first, second, third = deputy.main.locator("fieldset").all()
    for line in (first, second, third):
        line.get_by_role("radio", name=t("Approve"), exact=True).check()
    no_mark = t("No mark", "choice")

    first.get_by_role("radio", name=t("Approve"), exact=True).focus()
    deputy.page.keyboard.press("ArrowUp")
    taken_back = first.get_by_role("radio", name=no_mark, exact=True)
    expect(taken_back).to_be_checked()
    expect(taken_back).to_be_focused()
    second.get_by_text(no_mark, exact=True).click()
    said = t("Approved: {count} of at most {limit}; {left} left")
    expect(deputy.main.locator("[data-approvals]")).to_have_text(
        said.replace("{count}", "1").replace("{limit}", "2").replace("{left}", "1")
    )
    deputy.press(t("Check my ballot"))
    deputy.press(t("Change something"))
    assert marked(deputy) == ["b", "b", "y"]
    deputy.press(t("Check my ballot"))
    deputy.press(t("Cast my ballot"))

    assert in_urn("marks") == ["bby"]
