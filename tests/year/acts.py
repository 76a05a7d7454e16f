"""Acts that every year begins with, in short words; and what must not happen yet."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model

from livelihood.audit.models import Entry
from livelihood.cycles.models import Aspect, Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.imports import services as imports
from livelihood.imports.models import Import
from livelihood.kernel.errors import NotReady
from livelihood.portal import journey
from livelihood.portal import services as portal
from projects import services as projects
from projects.models import Site
from proposals import services as proposals
from proposals.models import Candidate, Need, Suggestion
from proposals.states import CandidateKind, CandidateOrigin, FundSource
from tests.year.town import ASPECTS, PERIODS, YEAR, Town, day, sites_workbook


@contextmanager
def not_ready(*issues: str) -> Iterator[None]:
    """Expect that something cannot be finished yet, for exactly these reasons."""
    with pytest.raises(NotReady) as refusal:
        yield
    assert [str(issue) for issue in refusal.value.issues] == list(issues)


def advance(people: Town, cycle: Cycle, expected: Phase, at: datetime) -> None:
    portal.advance_year(
        cycle=cycle, expected=expected, dates=None, reason="本阶段工作已完成。", by=people.office, at=at
    )
    cycle.refresh_from_db()


def open_year(people: Town, mode: DecisionMode) -> Cycle:
    cycle = portal.open_year(
        area=people.city,
        year=YEAR,
        decision_mode=mode,
        periods=PERIODS,
        aspects=ASPECTS,
        by=people.office,
        at=day(2024, 10, 1),
    )
    return Cycle.objects.select_related("area").get(pk=cycle.pk)


def publish_letter(people: Town, cycle: Cycle) -> None:
    letter = proposals.write_letter(
        cycle=cycle,
        title="致全市人民的公开信",
        body="请把您身边急难愁盼的事告诉我们，我们逐条研究、逐条答复。",
        signed_by="试验市人民政府",
        by=people.office,
        at=day(2024, 10, 14),
    )
    proposals.publish_letter(letter=letter, by=people.office, at=day(2024, 10, 14))


def suggest(people: Town, cycle: Cycle, title: str, at: datetime, **more: Any) -> proposals.SuggestionReceipt:
    """Send a suggestion; the same title is the same form sent again."""
    return proposals.submit_suggestion(
        cycle=cycle,
        title=title,
        matter=f"{title}：现在的情况给老人和孩子带来许多不便。",
        wish="请在明年解决这件事。",
        aspect=Aspect.objects.get(cycle=cycle, number=1),
        area=people.east,
        idempotency_key=title.encode().hex()[:20],
        by=None,
        at=at,
        **more,
    )


def accept(people: Town, suggestion: Suggestion, at: datetime) -> None:
    proposals.accept_suggestion(
        suggestion=suggestion,
        public_title=suggestion.title,
        public_matter=suggestion.matter,
        public_wish=suggestion.wish,
        by=people.office,
        at=at,
    )


def open_need(people: Town, cycle: Cycle, title: str, at: datetime) -> Need:
    return proposals.open_need(
        cycle=cycle,
        title=title,
        summary=f"许多居民希望：{title}。",
        aspect=Aspect.objects.get(cycle=cycle, number=1),
        area=people.city,
        by=people.office,
        at=at,
    )


def draft(people: Town, cycle: Cycle, need: Need, title: str, at: datetime) -> Candidate:
    return proposals.draft_candidate(
        cycle=cycle,
        title=title,
        summary=f"{title}，年内完成并投入使用。",
        place="城东、城西两个街道",
        aspect=Aspect.objects.get(cycle=cycle, number=1),
        lead_organisation=people.works,
        kind=CandidateKind.HARDWARE,
        origin=CandidateOrigin.NEED,
        needs=[need],
        by=people.department,
        at=at,
    )


def write_sheet(people: Town, candidate: Candidate, at: datetime) -> None:
    proposals.write_sheet(
        candidate=candidate,
        starts_on=date(2025, 2, 1),
        finishes_on=date(2025, 11, 30),
        people_served=12_000,
        legal_basis="《浙江省民生实事项目人大代表票决制规定》",
        cost_wan={FundSource.CITY: Decimal(800), FundSource.COUNTY: Decimal("200.5")},
        by=people.department,
        at=at,
    )


def upload(people: Town, cycle: Cycle, rows: Sequence[Mapping[str, Any]], at: datetime) -> Import:
    """Send a workbook of sites in and have it previewed."""
    file = sites_workbook(cycle, rows)
    batch = imports.receive_import(
        kind="sites", area=cycle.area, cycle=cycle, file=file, file_name="点位.xlsx", by=people.department, at=at
    )
    return imports.preview_import(batch=batch, by=people.department, at=at)


def report(people: Town, key: str, quantity: int, on: date, *, is_completed: bool = False) -> None:
    """Report what the building unit has done at the site with this key up to a day."""
    projects.report_sites(
        entries=[projects.SiteEntry(Site.objects.get(key=key).pk, Decimal(quantity), is_completed=is_completed)],
        reported_on=on,
        idempotency_key=f"{key}-{on}",
        by=people.unit,
        at=day(on.year, on.month, on.day),
    )


def journal() -> Counter[str]:
    """Count the acts in the journal."""
    return Counter(Entry.objects.values_list("act", flat=True))


def steps(subject: Model) -> list[tuple[str, str]]:
    """Return text and state of each step of an object's thread."""
    return [(str(step.text), step.state) for step in journey.thread_of(subject)]
