"""A grid in Chromium: worked in by keys, typed and pasted into; what is typed outlives a lost connection."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from projects import services
from projects.models import Notice, ProgressReport, Site
from projects.states import NoticeState
from proposals.models import Reply, Suggestion
from proposals.states import SuggestionState
from tests.factories.frame import CycleFactory, OrganisationFactory, official
from tests.factories.projects import SiteFactory
from tests.factories.proposals import ANSWER, NeedFactory, SuggestionFactory
from tests.projects.conftest import AT
from tests.year.browsing import DESK, Come, Visitor, t

LATE = date(2025, 5, 31)

PASTE = """
([cell, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const at = document.getElementById(cell);
    at.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}
"""


class Keys:
    """Presses keys and counts them; what is typed into a field is not counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.number = visitor.page, 0

    def press(self, *keys: str, leads: bool = False) -> None:
        """Press keys one after the other. leads: the last of them opens another page."""
        self.number += len(keys)
        for key in keys[: len(keys) - leads]:
            self.page.keyboard.press(key)
        if leads:
            with self.page.expect_navigation():
                self.page.keyboard.press(keys[-1])


def test_ten_suggestions_are_screened_linked_and_answered_in_twenty_five_keys(come: Come, db: Any):
    cycle = CycleFactory(phase=Phase.SOLICIT)
    unit = OrganisationFactory(area=cycle.area)
    office = come(official(Role.LIVELIHOOD_OFFICE, cycle.area, unit), DESK)
    SuggestionFactory.create_batch(10, cycle=cycle)
    need = NeedFactory(cycle=cycle)
    office.go(f"/desk/{cycle.area.slug}/{cycle.year}/suggestions/")
    keys = Keys(office)

    keys.press("*", "a", leads=True)
    keys.press("Enter", leads=True)
    keys.press("*", "l", leads=True)
    office.page.keyboard.type(str(need.number))
    keys.press("Enter", leads=True)
    keys.press("*", "r", leads=True)
    keys.press("Tab")
    office.page.keyboard.type(ANSWER)
    keys.press("Tab", "Enter", leads=True)

    assert keys.number <= 25
    assert set(Suggestion.objects.values_list("state", "is_linked", "is_replied")) == {
        (SuggestionState.ACCEPTED, True, True)
    }
    assert Reply.objects.count() == 10
    keys.press("g", "n", leads=True)
    assert office.page.url.endswith("/needs/")


def test_progress_is_typed_down_the_column_and_kept_until_it_is_saved(come: Come, scene):
    SiteFactory(indicator=scene.indicator, organisation=scene.unit, quantity_planned=10)
    builder = come(scene.builder, DESK)
    page, here = builder.page, f"/desk/{scene.cycle.area.slug}/{scene.cycle.year}/progress/"
    builder.go(here)
    first, second = page.locator("[name^=quantity_]").all()[:2]

    first.fill("3")
    first.press("Enter")
    page.keyboard.type("4")
    page.reload()
    assert (first.input_value(), second.input_value()) == ("3", "4")
    builder.press(t("Save"))
    assert sorted(ProgressReport.objects.values_list("quantity", flat=True)) == [3, 4]
    assert page.evaluate("localStorage.length") == 0


def test_what_one_person_typed_is_nobody_elses_at_the_same_browser(come: Come, scene):
    colleague = official(Role.IMPLEMENTING_UNIT, scene.cycle.area, scene.unit)
    builder = come(scene.builder, DESK)
    page, here = builder.page, f"/desk/{scene.cycle.area.slug}/{scene.cycle.year}/progress/"
    cell = page.locator("[name^=quantity_]").first
    drafts = "Object.keys(localStorage).length"

    def back_as(user: User) -> str:
        builder.context.clear_cookies()
        client, name = Client(), settings.SESSION_COOKIE_NAME
        client.force_login(user)
        url = "/".join(page.url.split("/")[:3])
        builder.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
        page.goto(here)
        return cell.input_value()

    page.goto(here)
    cell.fill("5")
    assert back_as(colleague) == ""
    assert back_as(scene.builder) == "5", "a sign-in that ran out loses nothing"

    page.clock.install(time=timezone.now() + timedelta(days=15))
    assert (back_as(scene.builder), page.evaluate(drafts)) == ("", 0)

    cell.fill("6")
    assert page.evaluate(drafts) == 1
    with page.expect_navigation():
        page.locator("form.sign-out button").click()
    assert (back_as(scene.builder), page.evaluate(drafts)) == ("", 0)


def test_a_screen_of_the_desk_shows_eight_rows_each_in_one_line_however_long_their_names_are(come: Come, scene):
    name = "老旧小区综合整治、加装电梯和居家养老服务设施改造提升工程第一标段" * 2
    SiteFactory.create_batch(
        12,
        indicator=scene.indicator,
        organisation=scene.unit,
        quantity_planned=10,
        due_on=date(2025, 10, 24),
        name=name,
    )
    page = come(scene.builder, DESK).page
    page.goto(f"/desk/{scene.cycle.area.slug}/{scene.cycle.year}/progress/")

    rows: list[Any] = [row.bounding_box() for row in page.locator("tr[data-row]").all()]

    assert len([row for row in rows if row["y"] + row["height"] <= DESK["height"]]) >= 8
    assert max(row["height"] for row in rows) <= 41
    lines = "(times) => times.filter((time) => time.getClientRects().length > 1).length"
    assert page.locator("tr[data-row] time").evaluate_all(lines) == 0
    assert page.locator(".table-region").evaluate("(one) => one.scrollWidth <= one.clientWidth")
    cell = page.locator("tr[data-row] td.names-card", has_text=name).first
    cell.hover()
    assert (cell.get_attribute("title") or "").startswith(name), "whole where it is pointed at"
    cell.get_by_role("link").focus()
    assert cell.evaluate("(one) => one.scrollWidth <= one.clientWidth"), "and where one comes to it by keys"


def test_five_hundred_sites_are_reported_by_one_paste(come: Come, scene):
    keys = [f"点{number:03}" for number in range(500)]
    given = {"indicator": scene.indicator, "organisation": scene.unit, "area": scene.site.area, "quantity_planned": 10}
    Site.objects.bulk_create(
        SiteFactory.build(**given, project=scene.indicator.project, cycle_id=scene.cycle.pk, key=key) for key in keys
    )
    builder = come(scene.builder, DESK)
    builder.page.goto(f"/desk/{scene.cycle.area.slug}/{scene.cycle.year}/progress/")
    sheet = "\n".join(["点位编号\t累计完成", *(f"{key}\t7" for key in keys)])

    cell = builder.page.locator("[name^=quantity_]").first.get_attribute("id")
    with builder.page.expect_navigation():
        builder.page.evaluate(PASTE, [cell, sheet])
    assert builder.page.locator("tr[data-row] ins").count() == 500
    with builder.page.expect_navigation():
        builder.main.get_by_role("button", name=t("Save"), exact=True).click()

    assert ProgressReport.objects.filter(quantity=7).count() == 500
    assert set(Site.objects.filter(key__in=keys).values_list("quantity_done", "reported_on")) == {
        (7, timezone.localdate())
    }


def test_ninety_notices_are_answered_in_a_hundred_keys(come: Come, scene):
    """Forty are chosen one by one, the fifty that are left all at once."""
    SiteFactory.create_batch(90, indicator=scene.indicator, organisation=scene.unit, due_on=LATE)
    Site.objects.filter(pk=scene.site.pk).update(due_on=AT.date())
    services.issue_notices(cycle=scene.cycle, at=AT)
    builder = come(scene.builder, DESK)
    builder.page.goto(f"/desk/{scene.cycle.area.slug}/{scene.cycle.year}/notices/?state=issued")
    keys = Keys(builder)

    def answer(words: str) -> None:
        keys.press("r", leads=True)
        builder.page.keyboard.type(words)
        keys.press("Tab", "Enter", leads=True)

    for _row in range(40):
        keys.press("j", "x")
    answer("材料已到，下周复工。")
    keys.press("*")
    answer("汛期停工，月底前完成。")

    assert keys.number <= 100
    assert Counter(Notice.objects.values_list("state", "answer")) == {
        (NoticeState.ANSWERED, "材料已到，下周复工。"): 40,
        (NoticeState.ANSWERED, "汛期停工，月底前完成。"): 50,
    }
