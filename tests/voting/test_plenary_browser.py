"""A whole plenary in Chromium: presiding officer, scrutineer, congress staff, deputies on phones, papers, a run-off."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import CityFactory, CycleFactory
from tests.factories.voting import Plenary, plenary
from tests.year.browsing import DESK, Come, Visitor, t
from tests.year.browsing_vote import step
from voting.models import PaperReading, Round
from voting.states import RoundState

pytestmark = pytest.mark.django_db(transaction=True)

IN_THE_BOOTH = ["yyn", "yny", "yyn", "yny", "nyy"]
ON_PAPER = ["yyn", "yyn", "yny", "yny", "nyy"]
"""Candidate 1 has 8 approvals, 2 and 3 have 6 each: one seat is filled, the second is tied."""


def test_a_plenary_with_papers_and_a_run_off(live_server, come: Come, tmp_path: Path):
    year = timezone.localdate().year
    city = CityFactory(code="330200", slug="hallcity", name_zh="会场市", name_en="Hall City")
    cycle = CycleFactory(area=city, year=year, phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
    session = plenary(deputies=10, cycle=cycle, until=RoundState.ROLL_LOCKED)
    here = f"/{city.slug}/{year}"
    staff, chair, scrutineer = (come(user, DESK) for user in (session.staff, session.chair, session.scrutineer))
    phones = [come(deputy) for deputy in session.deputies[:2]]

    step(staff, here, 1, "open-sign-in", t("Open sign-in"))
    sign_everybody_in(scrutineer, here, 1, session.deputies)
    step(chair, here, 1, "propose-open", t("Propose to open the vote"))
    step(scrutineer, here, 1, "confirm-open", t("Confirm: open the vote"))
    hand_out_papers(staff, here, session.deputies[5:])
    papers_cannot_vote_in_the_booth(come(session.deputies[5]), session.round)
    vote(session, session.round, phones, IN_THE_BOOTH)
    close(chair, scrutineer, here, 1)

    count_and_read_papers(staff, scrutineer, here, session.round)
    step(chair, here, 1, "count", t("Count the ballots"))
    sign_the_sheet(staff, chair, here, session)
    announce(chair, scrutineer, here, 1, "第1号")

    citizen = come()
    citizen.go(f"{here}/decision/1/notice/")
    assert "项目1" in citizen.text()
    assert not citizen.main.get_by_role("listitem").filter(has_text="项目2").count()
    assert totals(record_of(citizen, here, 1, tmp_path)) == {1: (8, "elected"), 2: (6, "tied"), 3: (6, "tied")}

    step(staff, here, 1, "run-off", t("Prepare the run-off"))
    step(staff, here, 2, "lock-rules", t("Lock the rules"))
    step(staff, here, 2, "propose-lock-roll", t("Propose to lock the roll"))
    step(scrutineer, here, 2, "confirm-lock-roll", t("Confirm: lock the roll"))
    step(staff, here, 2, "open-sign-in", t("Open sign-in"))
    step(chair, here, 2, "propose-open", t("Propose to open the vote"))
    step(scrutineer, here, 2, "confirm-open", t("Confirm: open the vote"))
    vote(session, Round.objects.get(number=2), phones, ["yn"] * 6 + ["ny"] * 4)
    close(chair, scrutineer, here, 2)
    step(chair, here, 2, "count", t("Count the ballots"))
    announce(chair, scrutineer, here, 2, "第2号")

    assert totals(record_of(citizen, here, 2, tmp_path)) == {2: (6, "elected"), 3: (4, "not_chosen")}
    citizen.go(f"{here}/decision/")
    for text in ("第1号", "第2号", t("Chosen")):
        assert text in citizen.text()


def sign_everybody_in(scrutineer: Visitor, here: str, number: int, deputies: list[User]) -> None:
    for _deputy in deputies:
        scrutineer.go(f"/desk{here}/rounds/{number}/roll/")
        scrutineer.press_starting_with(t("Sign in", "roll"))


def hand_out_papers(staff: Visitor, here: str, deputies: list[User]) -> None:
    for deputy in deputies:
        staff.go(f"/desk{here}/rounds/1/roll/?q={deputy.name}")
        staff.press(f"{t('Hand out a paper')} {deputy.name}")


def papers_cannot_vote_in_the_booth(deputy: Visitor, round_: Round) -> None:
    deputy.go(f"/booth/rounds/{round_.pk}/")
    assert t("You hold a paper ballot and vote with it.") in deputy.text()


def vote(session: Plenary, round_: Round, phones: list[Visitor], ballots: list[str]) -> None:
    """Vote: the first deputies on their phones, the others by the same act of the portal."""
    voting = Plenary(round_, session.staff, session.chair, session.scrutineer, session.deputies)
    for deputy, letters in zip(session.deputies[len(phones) :], ballots[len(phones) :], strict=False):
        voting.cast(deputy, letters)
    options = [f"option_{option.pk}" for option in voting.options]
    for phone, letters in zip(phones, ballots, strict=False):
        phone.go(f"/booth/rounds/{round_.pk}/ballot/")
        phone.fill(**dict(zip(options, letters, strict=True)))
        phone.press(t("Check my ballot"))
        phone.press(t("Cast my ballot"))
        phone.go(f"/booth/rounds/{round_.pk}/")
        assert t("Your ballot is in the urn") in phone.text()


def close(chair: Visitor, scrutineer: Visitor, here: str, number: int) -> None:
    step(chair, here, number, "propose-close", t("Propose to close the vote"))
    step(scrutineer, here, number, "confirm-close", t("Confirm: close the vote"))


def count_and_read_papers(staff: Visitor, scrutineer: Visitor, here: str, round_: Round) -> None:
    """Count five papers twice and read each twice; the second person misreads one and looks again."""
    for teller in (staff, scrutineer):
        teller.go(f"/desk{here}/rounds/1/papers/")
        teller.fill(returned=5)
        teller.press(t("Write down the number"))
    options = [f"option_{option.pk}" for option in round_.options.order_by("number")]
    for teller, sheets in ((staff, ON_PAPER), (scrutineer, ["yyn", "ynn", *ON_PAPER[2:]])):
        for number, letters in enumerate(sheets, start=1):
            teller.go(f"/desk{here}/rounds/1/papers/{number}/")
            teller.fill(**dict(zip(options, letters, strict=True)))
            teller.press(t("Save this sheet"))
    scrutineer.go(f"/desk{here}/rounds/1/papers/2/")
    assert t("different") in scrutineer.text()
    scrutineer.fill(**dict(zip(options, ON_PAPER[1], strict=True)))
    scrutineer.press(t("Save this sheet"))
    label = t("Put the paper ballots among the others")
    staff.go(f"/desk{here}/rounds/1/papers/")
    staff.follow(label)
    staff.press(label)
    assert not PaperReading.objects.exists()


def sign_the_sheet(staff: Visitor, chair: Visitor, here: str, session: Plenary) -> None:
    """Name who counted and who watched; the sheet has their names, its figures, and a PDF."""
    staff.go(f"/desk{here}/rounds/1/officers/")
    staff.fill(
        chief="总监票人甲",
        scrutineers="监票人乙",
        tellers="计票人丙\n计票人丁",
        session="第二次会议",
    )
    staff.press(t("Save"))
    chair.go(f"/desk{here}/rounds/1/sheet/")
    for text in ("总监票人甲", "监票人乙", "计票人丙", "计票人丁", "项目1 8 2 0"):
        assert text in chair.text()
    answer = chair.context.request.get(f"/desk{here}/rounds/1/sheet.pdf")
    assert answer.body().startswith(b"%PDF-")


def announce(chair: Visitor, scrutineer: Visitor, here: str, number: int, notice: str) -> None:
    label = t("Propose to announce the result")
    chair.go(f"/desk{here}/rounds/{number}/")
    chair.follow(label)
    chair.fill(note=notice)
    chair.press(label)
    step(scrutineer, here, number, "confirm-announce", t("Confirm: announce the result"))


def record_of(citizen: Visitor, here: str, number: int, folder: Path) -> Path:
    """Take the record of a round as anybody can, and the verifier; the one finds nothing wrong with the other."""
    record, verifier = folder / f"{number}.json", folder / "verifier.py"
    record.write_bytes(citizen.context.request.get(f"{here}/decision/{number}/record.json").body())
    verifier.write_bytes(citizen.context.request.get("/voting/verifier.py").body())
    subprocess.run([sys.executable, "-I", verifier, record], check=True, capture_output=True)
    return record


def totals(record: Path) -> dict[int, tuple[int, str]]:
    return {row["number"]: (row["approve"], row["outcome"]) for row in json.loads(record.read_bytes())["totals"]}
