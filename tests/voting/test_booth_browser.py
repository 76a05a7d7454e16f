"""The booth in Chromium: by keyboard alone, on a phone, in large print, and over a line that breaks."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Route

from tests.factories.voting import Plenary, plenary
from tests.year.browsing import DESK, PHONE, Come, Visitor, t
from voting import schemes
from voting.models import NamedBallot, RollEntry, UrnBallot
from voting.states import Scheme

pytestmark = pytest.mark.django_db(transaction=True)

CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}\b")
TABS = 80
"""More than any page of the booth has places to stop at."""


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

    assert CODE.findall(deputy.text()) == list(UrnBallot.objects.values_list("receipt", flat=True))
    assert list(UrnBallot.objects.values_list("marks", flat=True)) == ["yna"]
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
    (code,) = UrnBallot.objects.values_list("receipt", flat=True)

    with deputy.page.expect_navigation():
        deputy.page.reload()
    assert CODE.findall(deputy.text()) == [code]
    deputy.go(address(session, "ballot"))
    assert t("Your ballot is in the urn") in deputy.text()
    deputy.go(address(session, "booth_round"))
    assert t("Your ballot is in the urn") in deputy.text()
    assert UrnBallot.objects.count() == RollEntry.objects.filter(has_voted=True).count() == 1


def test_ballot_that_never_left_is_still_there_to_be_sent(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])
    deputy.go(address(session, "ballot"))
    deputy.fill(**{f"option_{option.pk}": "n" for option in session.options})
    deputy.press(t("Check my ballot"))

    deputy.context.set_offline(True)
    with deputy.page.expect_event("requestfailed"):
        button(deputy, "Cast my ballot").click()
    assert not UrnBallot.objects.exists()
    deputy.context.set_offline(False)
    with deputy.page.expect_navigation():
        deputy.page.reload()

    assert CODE.findall(deputy.text()) == list(UrnBallot.objects.values_list("receipt", flat=True))
    assert list(UrnBallot.objects.values_list("marks", flat=True)) == ["nnn"]


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
