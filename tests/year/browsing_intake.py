"""Pages from the opened year to the frozen list."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from livelihood.cycles.states import PLANNED_PHASES, DecisionMode
from tests.year.browsing import Visitor, t


def open_the_year(office: Visitor, area: str) -> None:
    today = timezone.localdate()
    office.go(f"/desk/{area}/years/open/")
    office.fill(
        year=today.year,
        decision_mode=DecisionMode.VOTE,
        aspects="住房|Housing\n养老|Elderly care",
        solicit_starts_on=today - timedelta(days=3),
        solicit_ends_on=today + timedelta(days=3),
        **{f"{phase}_{end}_on": "" for phase in PLANNED_PHASES[1:] for end in ("starts", "ends")},
    )
    office.press(t("Open the year"))


def publish_the_letter(office: Visitor, here: str) -> None:
    office.go(f"/desk{here}/")
    office.follow(t("Write the open letter"))
    office.fill(
        title="致全市人民的公开信",
        body="## 各位市民\n\n请把您身边急难愁盼的事告诉我们，我们逐条研究、逐条答复。",
        signed_by="试验市人民政府",
    )
    office.press(t("Save the draft"))
    office.follow(t("Publish"))
    office.press(t("Publish"))


def suggest(citizen: Visitor, here: str, title: str) -> str:
    """Send a suggestion from a phone and follow it; return its number."""
    citizen.go("/")
    citizen.go(f"{here}/")
    citizen.go(f"{here}/letter/")
    citizen.go(f"{here}/suggest/")
    questions: list[dict[str, Any]] = [
        {"title": title},
        {"matter": f"{title}，老人和孩子很不方便，盼望多年。"},
        {"wish": "请在明年为大家解决这件事。"},
        {},
        {"aspect": "1"},
        {"contact_phone": "13800001111", "consent": True},
    ]
    if citizen.scripts:
        for number, answers in enumerate(questions):
            if number:
                citizen.main.get_by_role("button", name=t("Continue"), exact=True).click()
            citizen.fill(**answers)
            citizen.look()
    else:
        citizen.press(t("Check your answers"), status=422)
        citizen.fill(**{name: answer for answers in questions for name, answer in answers.items()})
    citizen.press(t("Check your answers"))
    citizen.press(t("Send the suggestion"))
    number, code = re.findall(r"\d{4}-\d{6}-\w|\w{4}-\w{4}-\w{4}", citizen.text())[:2]
    citizen.go(f"{here}/track/")
    citizen.fill(number=number, code="WRNG-WRNG-WRNG")
    citizen.press(t("Show what became of it"), status=422)
    citizen.fill(number=number, code=code)
    citizen.press(t("Show what became of it"))
    assert title in citizen.text()
    return number


def screen(office: Visitor, here: str, number: str) -> None:
    """Read who asked, publish what was asked without saying who, and open a need from it."""
    office.go("/desk/")
    office.go(f"/desk{here}/suggestions/")
    office.go(f"/desk{here}/suggestions/{number}/")
    office.press(t("Show the original and the contact"))
    assert "13800001111" in office.text()
    panel = office.unfold(t("Accept and publish"))
    office.press(t("Accept and publish"), inside=panel)
    office.follow(t("Open a new need from this suggestion"))
    office.press(t("Open the need"))


def plan(department: Visitor, here: str, need: str, title: str) -> None:
    """Draft a candidate from a need, write its sheet and propose it."""
    department.go(f"/desk{here}/needs/")
    department.follow(need)
    department.follow(t("Draft a candidate from this need"))
    department.fill(
        lead_organisation="建设局",
        title=title,
        summary=f"{title}，年内完成并投入使用。",
        place="城东、城西两个街道",
        kind="hardware",
    )
    department.press(t("Save the draft"))
    year = timezone.localdate().year
    department.fill(
        starts_on=f"{year}-02-01",
        finishes_on=f"{year}-11-30",
        people_served=12000,
        legal_basis="《城市居民住宅加装电梯办法》",
        cost_city=800,
    )
    department.press(t("Save the sheet"))
    department.follow(t("Propose"))
    department.press(t("Propose"))


def freeze(office: Visitor, here: str) -> None:
    """Freeze the list; until then the year stays where it is."""
    office.go(f"/desk{here}/advance/")
    assert t("The candidate list is not frozen.") in office.text()
    office.go(f"/desk{here}/needs/")
    office.go(f"/desk{here}/candidates/")
    office.follow(t("Freeze the list"))
    office.press(t("Freeze the list"))
