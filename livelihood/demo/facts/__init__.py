"""Published facts that the demo and the tests stand on, each with its source. See docs/data.md.

Plain Python: CSV files in, frozen dataclasses out. An empty cell means "not published" and becomes None or "",
never zero. Figures stay as published, even where they do not add up.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Source:
    """Where facts were published.

    url: empty where none is known. Evidence, not a link to show: many are copies on other sites.
    standing: original, copy, unknown or not verified.
    """

    source_id: str
    url: str
    title: str
    standing: str
    note: str


@dataclass(frozen=True)
class Fact:
    """What every fact has: the row of `sources()` it comes from."""

    source_id: str

    @property
    def source(self) -> Source:
        """Where it was published."""
        return sources()[self.source_id]


@dataclass(frozen=True)
class ProjectFact(Fact):
    """One line of a published list of projects.

    area: code of GB/T 2260. stage: announced, candidate or elected.
    number: as published; "4.2" is the second item of the fourth aspect.
    """

    region: str
    area: str
    year: int
    stage: str
    number: str
    aspect: str
    title: str
    target: Decimal | None
    unit: str
    lead_unit: str
    note: str


@dataclass(frozen=True)
class AllocationFact(Fact):
    """A city's target, or the share of one place in it.

    region: the place; 全市 (`is_total`) is the city's own figure, 市本级 the share of the city government itself.
    area: code of the place; empty for 市本级.
    target, done: in `unit`; None where not published. published_rate: percent, as published.
    """

    parent: str
    region: str
    area: str
    is_total: bool
    year: int
    indicator: str
    unit: str
    target: Decimal | None
    done: Decimal | None
    published_rate: Decimal | None
    lead_unit: str
    note: str


@dataclass(frozen=True)
class CompletionFact(Fact):
    """What was reported as done for one item.

    as_of: month of the report, YYYY-MM. published_rate: percent, as published; may cover a group of items (see note).
    """

    region: str
    area: str
    year: int
    as_of: str
    item: str
    target: Decimal | None
    done: Decimal | None
    unit: str
    published_rate: Decimal | None
    status: str
    lead_unit: str
    note: str


@dataclass(frozen=True)
class SatisfactionFact(Fact):
    """A grading by deputies (kind "ballot": counts) or a survey of the public (kind "survey": a score). Never mixed.

    answers: ballots or people; None where not published. score: in `score_unit`.
    """

    region: str
    area: str
    year: int
    evaluated: str
    kind: str
    evaluators: str
    subject: str
    satisfied: int | None
    basically_satisfied: int | None
    dissatisfied: int | None
    answers: int | None
    score: Decimal | None
    score_unit: str
    note: str


@dataclass(frozen=True)
class PublishedFigure(Fact):
    """A single published number about an area's year, for instance `letter_views`."""

    region: str
    area: str
    year: int
    name: str
    value: Decimal
    unit: str
    note: str


@dataclass(frozen=True)
class SuggestionFact(Fact):
    """A suggestion that somebody made, told in our words.

    need: what it asks for; suggestions with the same need mean the same.
    is_single_place: it claims something for one place or unit only.
    """

    number: str
    region: str
    year: int
    channel: str
    submitter: str
    category: str
    need: str
    text: str
    is_single_place: bool


@dataclass(frozen=True)
class VoteSessionFact(Fact):
    """One session at which deputies voted on projects.

    voted: day, month or year. deputies_in_term, deputies_present, ballots_returned are three different denominators.
    """

    region: str
    level: str
    year: int
    voted: str
    candidates: int | None
    seats: int | None
    deputies_in_term: int | None
    deputies_present: int | None
    ballots_issued: int | None
    ballots_returned: int | None
    method: str
    note: str


@dataclass(frozen=True)
class VoteCountFact(Fact):
    """The published count of one project; few are published."""

    region: str
    year: int
    title: str
    approve: int | None
    oppose: int | None
    abstain: int | None
    ballots: int | None
    outcome: str
    note: str


def projects(region: str, year: int) -> tuple[ProjectFact, ...]:
    """Give a region's published list of a year, in its order; empty when there is none."""
    return tuple(fact for fact in _read("projects.csv", ProjectFact) if (fact.region, fact.year) == (region, year))


def allocations(parent: str, year: int) -> tuple[AllocationFact, ...]:
    """Give the targets of a city and how they were split over its districts."""
    return tuple(
        fact for fact in _read("allocations.csv", AllocationFact) if (fact.parent, fact.year) == (parent, year)
    )


def completions(region: str, year: int) -> tuple[CompletionFact, ...]:
    """Give what a region reported as done for its projects of a year."""
    return tuple(
        fact for fact in _read("completions.csv", CompletionFact) if (fact.region, fact.year) == (region, year)
    )


def satisfaction(region: str, year: int) -> tuple[SatisfactionFact, ...]:
    """Give gradings and surveys of a region's projects of a year."""
    facts = _read("satisfaction.csv", SatisfactionFact)
    return tuple(fact for fact in facts if (fact.region, fact.year) == (region, year))


def figures(region: str, year: int) -> dict[str, PublishedFigure]:
    """Give the single numbers published about a region's year, by name."""
    return {
        fact.name: fact for fact in _read("figures.csv", PublishedFigure) if (fact.region, fact.year) == (region, year)
    }


def suggestions() -> tuple[SuggestionFact, ...]:
    """Give all suggestions, from many places and years."""
    return _read("suggestions.csv", SuggestionFact)


def vote_sessions() -> tuple[VoteSessionFact, ...]:
    """Give all sessions found, from many places."""
    return _read("vote_sessions.csv", VoteSessionFact)


def vote_session(region: str, year: int) -> VoteSessionFact:
    """Give the one session of a region for the projects of a year.

    :raises LookupError: none is known.
    """
    for session in vote_sessions():
        if (session.region, session.year) == (region, year):
            return session
    raise LookupError(f"No session of {region} {year} is known.")


def vote_counts() -> tuple[VoteCountFact, ...]:
    """Give the published counts of single projects."""
    return _read("vote_counts.csv", VoteCountFact)


@cache
def sources() -> dict[str, Source]:
    """Give all sources by id."""
    return {source.source_id: source for source in _read("SOURCES.csv", Source)}


CELLS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: int,
    bool: {"Y": True, "N": False}.__getitem__,
    Decimal: Decimal,
    int | None: lambda cell: int(cell) if cell else None,
    Decimal | None: lambda cell: Decimal(cell) if cell else None,
}


Row = TypeVar("Row", bound=Source | Fact)


@cache
def _read(name: str, kind: type[Row]) -> tuple[Row, ...]:
    """Read a file whose columns are the fields of `kind`, each cell by the field's type."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(kind(**{field.name: CELLS[field.type](row[field.name]) for field in fields(kind)}) for row in rows)
