"""Pages of the congress and of the booth."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tests.scans import scan
from tests.year.browsing import Visitor, t
from tests.year.browsing_founding import PEOPLE
from tests.year.browsing_sheets import bring, table, write

KEYBOARD_STEPS = 60


@dataclass(frozen=True)
class Hall:
    """Who is in the hall; `here` is the address of the year."""

    here: str
    congress: Visitor
    chair: Visitor
    scrutineer: Visitor
    deputies: Sequence[Visitor]


def hold_the_vote(hall: Hall, approvals: list[list[int]]) -> None:
    """Prepare the round, bring the roll, let everybody in and vote: the first deputy by keyboard alone."""
    congress, here = hall.congress, hall.here
    congress.go(f"/desk{here}/rounds/")
    congress.follow(t("Create a round"))
    congress.fill(title="民生实事项目票决", seats=2)
    congress.press(t("Create the round"))
    congress.go(f"/desk{here}/rounds/1/rules/")
    congress.press(t("Save the rules"))
    step(congress, here, 1, "lock-rules", t("Lock the rules"))
    bring_the_roll(congress, here, {deputy.username for deputy in hall.deputies})
    enter_the_number_in_term(congress, here, len(hall.deputies))
    lock_the_roll(hall, 1)
    step(congress, here, 1, "open-sign-in", t("Open sign-in"))

    congress.go(f"/desk{here}/rounds/1/hall/")
    (code,) = re.findall(r"\b\d{6}\b", congress.text())
    first, *others = hall.deputies
    first.go("/booth/")
    first.follow(t("Sign in", "roll"))
    first.fill(hall_code="000000" if code != "000000" else "111111")
    first.press(t("I am present"), status=422)
    first.fill(hall_code=code)
    first.press(t("I am present"))
    congress.go(f"/desk{here}/rounds/1/roll/")
    for _other in others:
        congress.press_starting_with(t("Sign in", "roll"))
    vote(hall, 1, approvals)


def bring_the_roll(congress: Visitor, here: str, usernames: Collection[str]) -> None:
    """Bring the roll as CSV in the encoding of old office software, first with somebody else's name."""
    head = (t("User name"), t("Name", "person"), t("Delegation"))
    rows = [(username, name, "第一代表团") for username, name, *_rest in PEOPLE if username in usernames]
    wrong = [(rows[0][0], "无名氏", "第一代表团"), *rows[1:]]
    bring(congress, f"/desk{here}/imports/", "roll", table(head, *wrong))
    assert congress.main.locator('a[href$="/write/"]').count() == 0
    congress.main.locator('a[href$="/drop/"]').first.click()
    congress.press(t("Drop"))
    congress.go(f"/desk{here}/rounds/1/roll/")
    assert not any(name in congress.text() for _username, name, _delegation in rows)

    bring(congress, f"/desk{here}/imports/", "roll", table(head, *rows))
    write(congress)
    congress.go(f"/desk{here}/rounds/1/roll/")
    assert all(name in congress.text() for _username, name, _delegation in rows)


def enter_the_number_in_term(congress: Visitor, here: str, deputies: int) -> None:
    """Enter from a document of the congress how many deputies are in term by law."""
    congress.go(f"/desk{here}/rounds/1/roll/")
    congress.follow(t("Enter the number"))
    file = {"name": "公告.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    congress.fill(deputies=deputies, document="关于代表名额的公告〔2025〕1号", document_date="2025-01-06", file=file)
    congress.press(t("Save the number"))


def lock_the_roll(hall: Hall, number: int) -> None:
    """Lock a roll that agrees with number and mandates, by two persons."""
    congress, scrutineer = hall.congress, hall.scrutineer
    step(congress, hall.here, number, "propose-lock-roll", t("Propose to lock the roll"))
    step(scrutineer, hall.here, number, "confirm-lock-roll", t("Confirm: lock the roll"))


def hold_a_run_off(hall: Hall, approvals: list[list[int]]) -> None:
    """Vote again on the tied, with the roll as it stands."""
    step(hall.congress, hall.here, 1, "run-off", t("Prepare the run-off"))
    step(hall.congress, hall.here, 2, "lock-rules", t("Lock the rules"))
    lock_the_roll(hall, 2)
    step(hall.congress, hall.here, 2, "open-sign-in", t("Open sign-in"))
    vote(hall, 2, approvals)


def vote(hall: Hall, number: int, approvals: list[list[int]]) -> None:
    """Open by two persons, take every ballot, close by two persons, count."""
    here, chair, scrutineer = hall.here, hall.chair, hall.scrutineer
    step(chair, here, number, "propose-open", t("Propose to open the vote"))
    step(scrutineer, here, number, "confirm-open", t("Confirm: open the vote"))
    for deputy, approved in zip(hall.deputies, approvals, strict=True):
        deputy.go("/booth/")
        open_now = deputy.page.get_by_role("link", name=t("To the ballot"), exact=True)
        deputy.main.locator("article").filter(has=open_now).get_by_role("heading").get_by_role("link").click()
        deputy.look()
        place = deputy.path
        deputy.follow(t("To the ballot"))
        marks = {name: "y" if option in approved else "n" for option, name in lines_of_the_ballot(deputy).items()}
        if deputy is hall.deputies[0]:
            mark_by_keyboard(deputy, marks)
        else:
            deputy.fill(**marks)
            deputy.press(t("Check my ballot"))
        deputy.press(t("Cast my ballot"))
        assert re.search(r"\w{4}-\w{4}-\w{4}", deputy.text())
        deputy.go(place)
        assert t("Your ballot is in the urn") in deputy.text()
    step(chair, here, number, "propose-close", t("Propose to close the vote"))
    step(scrutineer, here, number, "confirm-close", t("Confirm: close the vote"))
    step(chair, here, number, "count", t("Count the ballots"))


def lines_of_the_ballot(deputy: Visitor) -> dict[int, str]:
    """Return by its number how each line of the ballot is called in the form."""
    lines = deputy.main.locator("fieldset.ballot-line").all()
    return {
        int(line.locator(".ballot-number").inner_text()): str(line.locator("input").first.get_attribute("name"))
        for line in lines
    }


def mark_by_keyboard(deputy: Visitor, marks: dict[str, str]) -> None:
    """Mark a ballot with Tab, arrows and space, and send it with Enter, the way from the top of the page."""
    keyboard, left = deputy.page.keyboard, dict(marks)
    for _press in range(KEYBOARD_STEPS):
        keyboard.press("Tab")
        name, is_button = deputy.page.evaluate(
            "() => [document.activeElement.name, document.activeElement.value === 'check']"
        )
        if name in left:
            keyboard.press("Space")
            for _mark in range(["y", "n", "a"].index(left.pop(name))):
                keyboard.press("ArrowDown")
        elif is_button:
            with deputy.page.expect_navigation():
                keyboard.press("Enter")
            deputy.look()
            return
    raise AssertionError(f"The keyboard does not reach {left or 'the button'}")


def announce(hall: Hall, number: int) -> None:
    """Name who counts and watches, print the sheet, then announce by two persons and bring the signed sheet back."""
    here, chair, scrutineer = hall.here, hall.chair, hall.scrutineer
    hall.congress.go(f"/desk{here}/rounds/{number}/officers/")
    hall.congress.fill(chief="简总监", scrutineers="简监票", tellers="任计票")
    hall.congress.press(t("Save"))
    chair.go(f"/desk{here}/rounds/{number}/sheet/")
    step(chair, here, number, "propose-announce", t("Propose to announce the result"))
    step(scrutineer, here, number, "confirm-announce", t("Confirm: announce the result"))
    hall.congress.go(f"/desk{here}/rounds/{number}/sheet/")
    hall.congress.follow(t("Bring the signed sheet as a scan"))
    hall.congress.fill(file={"name": "报告单.pdf", "mimeType": "application/pdf", "buffer": scan()})
    hall.congress.press(t("Keep the scan"))


def step(person: Visitor, here: str, number: int, act: str, label: str) -> None:
    """Take one step of a round from its page, through its confirmation."""
    person.go(f"/desk{here}/rounds/{number}/")
    person.follow(label)
    assert person.path.endswith(f"/act/{act}/")
    person.press(label)
