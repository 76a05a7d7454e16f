"""Pages of the survey, the announcement and the report."""

import re
from pathlib import Path

from django.utils import timezone

from tests.workers import eventually
from tests.year.browsing import Visitor, t
from tests.year.browsing_delivery import LIFT


def ask(office: Visitor, citizen: Visitor, here: str) -> None:
    """Hold a survey at the sites: somebody scans the code of one and answers by phone."""
    today = timezone.localdate()
    office.go(f"/desk{here}/surveys/new/")
    office.fill(title="点位满意度", target="site", opens_on=today, closes_on=today)
    office.press(t("Save the draft"))
    survey = office.path
    move(office, survey, "open", t("Open the survey"))
    citizen.go(f"{here}/sites/")
    citizen.follow(LIFT)
    citizen.follow(t("Say how satisfied you are"))
    question = citizen.path
    citizen.fill(grade="satisfied", comment="很方便")
    citizen.press(t("Send my answer"))
    citizen.go(question)
    citizen.fill(grade="dissatisfied")
    citizen.press(t("Send my answer"), status=409)
    citizen.go("/survey/")
    citizen.fill(code="0000-0000-0000")
    citizen.press(t("Go to the question"), status=422)
    move(office, survey, "close", t("Close the survey"))
    move(office, survey, "freeze", t("Freeze the figures"))
    citizen.go(f"{here}/satisfaction/")


def move(office: Visitor, survey: str, verb: str, label: str) -> None:
    """Take a step of a survey from its page. survey: its address."""
    office.go(survey)
    office.follow_to(f"/{verb}/")
    office.press(label)


def tell(office: Visitor, citizen: Visitor, here: str, report: Path) -> None:
    """Announce the year, have the report built, and read both on a phone."""
    office.go(f"/desk{here}/advance/")
    assert t("The year-end announcement is not published.") in office.text()
    office.go(f"/desk{here}/announcement/")
    office.press(t("Publish the announcement"))
    office.press(t("Build in %(language)s") % {"language": t("Chinese")})
    eventually(lambda: office.reload_until("PDF"), 60)
    for page in ("announcement/", "announcement/sites/", "reports/"):
        citizen.go(f"{here}/{page}")
    with citizen.page.expect_download() as download:
        citizen.main.get_by_role("link", name=re.compile("PDF")).first.click()
    download.value.save_as(report)
    assert report.read_bytes().startswith(b"%PDF")
