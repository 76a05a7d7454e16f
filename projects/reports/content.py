"""What an announcement and a year-end report say: typed here, JSON in their rows, free of language.

Names are kept as they were decided, in Chinese, with an English one beside where there is one. Quantities are rounded
where they are taken up, so that the same figures are the same text and have the same fingerprint.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, NamedTuple, Self

from livelihood.kernel.documents import JSON, KeptDocument, Part
from projects.states import IndicatorKind, LightReason, ProjectKind, ProjectState, SiteState
from projects.surveys.states import SurveyChannel, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Names(Part):
    """A name in both languages; en is empty where none is known."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaNames(Names):
    """An area by its code of GB/T 2260."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectNames(Names):
    """A field of life by its number."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldIndicator(Part):
    """What was promised and what was done. is_reached: None where there is no target or no figure."""

    name: str
    unit: str
    kind: IndicatorKind
    source: str
    target: Decimal | None
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    ratio: Decimal | None
    is_reached: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSites(Part):
    """The sites of a project, by state."""

    total: int
    planned: int
    under_way: int
    completed: int
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardMet(Part):
    """Lines of standards judged at passed inspections, and those of them that were met."""

    lines: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldProject(Part):
    """A project as it was announced."""

    id: int
    number: int
    title: str
    promise: str
    kind: ProjectKind
    state: ProjectState
    source: str
    lead: str
    aspect: AspectNames
    indicators: tuple[ToldIndicator, ...]
    sites: ToldSites
    standard: StandardMet

    @property
    def heading(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}"

    @property
    def with_target(self) -> tuple[ToldIndicator, ...]:
        """The indicators that can be reached or missed."""
        return tuple(indicator for indicator in self.indicators if indicator.target is not None)

    @property
    def is_reached(self) -> bool:
        """Whether there are targets, and all are reached."""
        return bool(self.with_target) and all(indicator.is_reached for indicator in self.with_target)


@dataclass(frozen=True, kw_only=True)
class AnnouncementContent(KeptDocument):
    """What an announcement says of the projects; its sites are rows of their own. Form 1 bore no number."""

    FORMS: ClassVar = (1, 2)

    form: int = 2
    area: AreaNames
    year: int
    is_demo: bool
    projects: tuple[ToldProject, ...]

    def to_json(self) -> JSON:
        """Write it as it is digested: the first form still without its number."""
        written = super().to_json()
        if self.form == 1:
            del written["form"]
        return written

    @classmethod
    def from_json(cls, value: JSON) -> Self:
        """Read an announcement of any form."""
        return super().from_json({"form": 1} | value)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementNamed(Part):
    """The announcement on which a report stands."""

    digest: str
    published_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages(Part):
    """How many there were on the way from suggestions to what was chosen."""

    suggestions: int
    needs: int
    candidates: int
    chosen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTotals(Part):
    """The year in figures, counted from the announcement."""

    projects: int
    projects_reached: int
    indicators: int
    indicators_with_target: int
    indicators_reached: int
    sites: int
    sites_completed: int
    sites_accepted: int
    standard_lines: int
    standard_lines_met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesDone(Part):
    """Sites of an area: all, those completed but not accepted, those accepted."""

    total: int
    completed: int
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSites(AreaNames):
    """The sites in one area of the level below, or in the area itself."""

    sites: SitesDone


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished(Part):
    """How many sites of a project were not accepted, by state and reason."""

    project_number: int
    state: SiteState
    reason: LightReason
    sites: int


class GradeCounts(NamedTuple):
    """Answers of each grade, in the order of `Grade`."""

    satisfied: int
    basically_satisfied: int
    dissatisfied: int


class AnswerShare(NamedTuple):
    """A share of answers between 0 and 1 and the ends of its 95 % interval, which only a sample has."""

    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidLine(Part):
    """What was said through one channel. n: all answers; satisfied, positive: None for too small a group."""

    channel: SurveyChannel
    counts: GradeCounts
    n: int
    satisfied: AnswerShare | None
    positive: AnswerShare | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfProject(SaidLine):
    """What was said of a project in one survey."""

    survey: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StratumAnswered(AreaNames):
    """How many of those invited in an area answered."""

    invited: int
    answered: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSurvey(Part):
    """A survey with the answers to its first question."""

    id: int
    title: str
    target: Target
    question: Names
    opens_on: date
    closes_on: date
    smallest_shown: int
    lines: tuple[SaidLine, ...]
    strata: tuple[StratumAnswered, ...]


@dataclass(frozen=True, kw_only=True)
class ReportFigures(KeptDocument):
    """Everything a year-end report says but the rows of sites. satisfaction: by the number of a project."""

    FORMS: ClassVar = (1,)

    form: int = 1
    area: AreaNames
    year: int
    is_demo: bool
    announcement: AnnouncementNamed
    stages: Stages
    totals: YearTotals
    projects: tuple[ToldProject, ...]
    areas: tuple[AreaSites, ...]
    unfinished: tuple[Unfinished, ...]
    surveys: tuple[ToldSurvey, ...]
    satisfaction: dict[int, tuple[SaidOfProject, ...]]
