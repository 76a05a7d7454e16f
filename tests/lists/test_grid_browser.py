"""A grid in Chromium: worked in by keys, typed and pasted into; what is typed outlives a lost connection."""

from typing import Any

from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from projects.models import ProgressReport, Site
from proposals.models import Reply, Suggestion
from proposals.states import SuggestionState
from tests.factories.frame import CycleFactory, OrganisationFactory, official
from tests.factories.projects import SiteFactory
from tests.factories.proposals import NeedFactory, SuggestionFactory
from tests.year.browsing import DESK, Come, Visitor, t

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
    office.page.keyboard.type("已列入需求，年内研究办理。")
    keys.press("Tab", "Enter", leads=True)

    assert keys.number <= 25
    assert set(Suggestion.objects.values_list("state", "is_linked", "is_replied")) == {
        (SuggestionState.ACCEPTED, True, True)
    }
    assert Reply.objects.count() == 10
    keys.press("g", "n", leads=True)
    assert office.page.url.endswith("/needs/")


def test_progress_is_typed_down_the_column_pasted_and_kept_until_it_is_saved(come: Come, scene):
    SiteFactory.create_batch(60, indicator=scene.indicator, organisation=scene.unit, quantity_planned=10)
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

    cell = page.locator("[name^=quantity_]").first.get_attribute("id")
    with page.expect_navigation():
        page.evaluate(PASTE, [cell, "\n".join(["5"] * 61)])
    builder.look()
    builder.press(t("Save"))
    assert set(Site.objects.values_list("quantity_done", "reported_on")) == {(5, timezone.localdate())}
