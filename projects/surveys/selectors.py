"""Reading surveys: which one asks, what people said, what is left to do."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.charts import Chart, ChartHead, grades, in_percent, named, written
from livelihood.kernel.errors import Text
from livelihood.kernel.numbers import possible_hashes
from livelihood.web.work import WorkItem
from projects.models import Project, Site
from projects.surveys import aggregation, rules
from projects.surveys.aggregation import Counts
from projects.surveys.models import Aggregate, Draw, IncomingResponse, Invitation, PublishedGrade, Response, Survey
from projects.surveys.states import Grade, SurveyChannel, SurveyState, Target

Estimate = aggregation.Estimate
"""A share with its interval; named here for the room after this one."""

INVITATION_PURPOSE = "survey invitation"
"""What the hash of a code is made for."""


@dataclass(frozen=True, slots=True)
class GradeLine:
    """What was said of one thing through one channel.

    satisfied, positive: share of `satisfied`, and of `satisfied` and `basically satisfied` together; None for a small
    group. Both have a margin at the channel of invitations only: who comes by a QR code was not drawn by chance.
    """

    channel: SurveyChannel
    counts: Counts
    satisfied: Estimate | None
    positive: Estimate | None


@dataclass(frozen=True, slots=True)
class ProjectLines:
    """What was said of a project, by channel; channels without an answer are left out."""

    project: Project
    lines: tuple[GradeLine, ...]


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many people of an area were invited and how many have answered."""

    area: Area
    invited: int
    answered: int

    @property
    def rate(self) -> float:
        """Answered / invited."""
        return self.answered / self.invited


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """The figures of one survey; `lines` of everything have every channel, also one without answers."""

    survey: Survey
    question: str
    lines: tuple[GradeLine, ...]
    projects: tuple[ProjectLines, ...]
    strata: tuple[Stratum, ...]

    @property
    def invited(self) -> int:
        return sum(stratum.invited for stratum in self.strata)

    @property
    def answered(self) -> int:
        return sum(stratum.answered for stratum in self.strata)

    @property
    def rate(self) -> float | None:
        """Answered / invited; None where nobody was invited."""
        return self.answered / self.invited if self.invited else None


def satisfaction(cycle: Cycle) -> tuple[SurveyResult, ...]:
    """Return the stored figures of all surveys of a cycle that were opened, oldest first; what the room hands on."""
    surveys = list(Survey.objects.for_cycle(cycle).public().prefetch_related("questions").order_by("opens_on", "pk"))
    rows: dict[int, list[Aggregate]] = defaultdict(list)
    for row in (
        Aggregate.objects.filter(survey__in=surveys, site__isnull=True)
        .select_related("project")
        .order_by("project__number", "channel", "pk")
    ):
        rows[row.survey_id].append(row)
    draws: dict[int, dict[Area, list[Draw]]] = defaultdict(lambda: defaultdict(list))
    for draw in Draw.objects.filter(survey__in=surveys).select_related("area").order_by("area__code", "pk"):
        draws[draw.survey_id][draw.area].append(draw)
    return tuple(_result(survey, rows[survey.pk], draws[survey.pk]) for survey in surveys)


def answers_by_year(years: Collection[Cycle]) -> dict[int, int]:
    """Return how many answers were given in each year that has any, by its key; one query."""
    rows = Aggregate.objects.filter(survey__cycle__in=years, project__isnull=True, site__isnull=True)
    return dict(rows.exclude(survey__state=SurveyState.DRAFT).values_list("survey__cycle").annotate(number=Sum("n")))


def answers_chart(ident: str, name: Text, bars: Sequence[tuple[Text, Sequence[int]]], heading: Text) -> Chart | None:
    """Draw how groups of answers fall to the three grades; None without any group.

    name: what was asked. bars: label, and how many satisfied, basically satisfied and dissatisfied.
    """
    if not bars:
        return None
    answers = sum(sum(counts) for _label, counts in bars)
    beneath = gettext("%(name)s; %(answers)s answers") % {"name": name, "answers": written(answers)}
    how = gettext("Share of satisfied, basically satisfied and dissatisfied answers; the counts stand in the table.")
    return grades(
        ChartHead(ident, _said(bars), beneath, how), bars, names=[grade.label for grade in Grade], heading=heading
    )


def _said(bars: Sequence[tuple[Text, Sequence[int]]]) -> str:
    """Say in a sentence where most are satisfied and where fewest."""
    shares = sorted((counts[0] / sum(counts), str(label), counts) for label, counts in bars if sum(counts))
    if not shares:
        return gettext("Nobody has answered yet")
    (fewest, least, of_least), (greatest, most, of_most) = shares[0], shares[-1]
    least, most = (
        named([label for share, label, _counts in shares if share == end], len(shares)) for end in (fewest, greatest)
    )
    words = {
        "most": most, "most_share": in_percent(of_most[0], sum(of_most)),
        "least": least, "least_share": in_percent(of_least[0], sum(of_least)),
    }  # fmt: skip
    if fewest == greatest:
        return gettext("%(most)s: %(most_share)s are satisfied") % words
    return gettext("%(most)s: %(most_share)s are satisfied; %(least)s: %(least_share)s") % words


def satisfaction_of_project(project: Project) -> tuple[GradeLine, ...]:
    """Return what was said of a project: about itself and about its sites, per survey and channel, oldest first."""
    return _lines_of(Aggregate.objects.filter(project=project, site__isnull=True))


@dataclass(frozen=True, slots=True)
class Published:
    """One grading that was published elsewhere, with a row for each thing that was graded."""

    evaluators: str
    evaluated_on: date
    source: str
    rows: tuple[PublishedGrade, ...]


def published_grades(cycle: Cycle) -> tuple[Published, ...]:
    """Return the gradings of a year that were published elsewhere, oldest first; one query."""
    rows = PublishedGrade.objects.filter(cycle=cycle).select_related("project")
    ordered = rows.order_by("evaluated_on", "evaluators", "source", "project__number", "pk")
    return tuple(
        Published(evaluators=evaluators, evaluated_on=evaluated_on, source=source, rows=tuple(grades))
        for (evaluators, evaluated_on, source), grades in groupby(
            ordered, key=attrgetter("evaluators", "evaluated_on", "source")
        )
    )


def open_survey(cycle: Cycle, target: Target, at: datetime) -> Survey | None:
    """Return the survey about such things that can be answered now, with its question."""
    rows = Survey.objects.for_cycle(cycle).answerable(timezone.localdate(at)).filter(target=target)
    return rows.prefetch_related("questions").first()


def open_doors(years: Collection[Cycle], at: datetime) -> list[tuple[Survey, Text, str]]:
    """Return the surveys of years that can be answered now, each with what to do and where; one query.

    A site or a project is asked about on its own page, a whole year by the code of an invitation.
    """
    rows = Survey.objects.filter(cycle__in=years).answerable(timezone.localdate(at)).select_related("cycle__area")
    return [(survey, *_door(survey)) for survey in rows.order_by("cycle", "-target")]


def _door(survey: Survey) -> tuple[Text, str]:
    if survey.target == Target.SITE:
        return gettext("Find a site and say how satisfied you are"), survey.cycle.address("projects:sites")
    if survey.target == Target.PROJECT:
        return gettext("Choose a project and say how satisfied you are"), survey.cycle.address("projects:projects")
    return gettext("Answer with the code of your invitation"), reverse("surveys:answer_code")


def invitation(code: str) -> Invitation | None:
    """Return the invitation of an open survey with this code, with what it asks about; None if there is none."""
    return (
        Invitation.objects.filter(
            code_hash__in=possible_hashes(code, purpose=INVITATION_PURPOSE), draw__survey__state=SurveyState.OPEN
        )
        .select_related("draw__survey__cycle__area", "draw__project", "draw__site__project")
        .first()
    )


def subject_name(project: Project | None, site: Site | None, cycle: Cycle) -> Text:
    """Name what an answer is about."""
    if site is not None:
        return site.name
    if project is not None:
        return project.title
    return format_lazy(_("Livelihood projects of {area} {year}"), area=cycle.area.name, year=str(cycle.year))


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A survey in the desk's list. waiting: answers not yet counted."""

    survey: Survey
    invited: int
    answers: int
    waiting: int


def desk_rows(cycle: Cycle) -> list[DeskRow]:
    """Return the surveys of a cycle for the desk, newest first."""
    surveys = Survey.objects.for_cycle(cycle).order_by("-opens_on", "-pk")
    invited = _sums(Draw.objects.filter(survey__cycle=cycle).values("survey").annotate(sum=Sum("invited")))
    answers = _sums(
        Aggregate.objects.filter(survey__cycle=cycle, project__isnull=True).values("survey").annotate(sum=Sum("n"))
    )
    waiting = _sums(IncomingResponse.objects.filter(survey__cycle=cycle).values("survey").annotate(sum=Count("pk")))
    return [
        DeskRow(survey, invited.get(survey.pk, 0), answers.get(survey.pk, 0), waiting.get(survey.pk, 0))
        for survey in surveys
    ]


def survey_for_desk(cycle: Cycle, pk: int) -> Survey | None:
    """Return one survey of this cycle."""
    return (
        Survey.objects.for_cycle(cycle)
        .filter(pk=pk)
        .select_related("cycle__area")
        .prefetch_related("questions")
        .first()
    )


def draws_of(survey: Survey) -> QuerySet[Draw]:
    """Return the drawings of a survey, newest first."""
    return (
        Draw.objects.filter(survey=survey)
        .select_related("area", "project", "site", "drawn_by")
        .order_by("-drawn_at", "-pk")
    )


def lines_of_survey(survey: Survey) -> tuple[GradeLine, ...]:
    """Return the figures of everything asked, by channel."""
    rows = {row.channel: row for row in Aggregate.objects.filter(survey=survey, project__isnull=True)}
    return tuple(_line(survey, channel, _counts(rows.get(channel))) for channel in SurveyChannel)


def comments_of(survey: Survey) -> QuerySet[Response, str]:
    """Return up to 100 comments of a closed survey, unmasked and in no order of time; they are for the desk alone."""
    closed = Response.objects.filter(survey=survey, survey__state__in=[SurveyState.CLOSED, SurveyState.FROZEN])
    return closed.exclude(comment="").order_by("pk").values_list("comment", flat=True)[:100]


def public_surveys() -> QuerySet[Survey]:
    """Return all surveys that were opened."""
    return Survey.objects.public().select_related("cycle__area").order_by("pk")


def public_aggregates() -> QuerySet[Aggregate]:
    """Return the figures of all surveys that were opened."""
    return Aggregate.objects.exclude(survey__state=SurveyState.DRAFT).order_by("pk")


def waiting_in_inbox(survey: Survey) -> int:
    """Return how many answers are not yet counted."""
    return IncomingResponse.objects.filter(survey=survey).count()


def unfinished_business(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what must be done before the evaluation may end: every survey that was opened is frozen."""
    if phase != Phase.EVALUATE:
        return []
    unfrozen = Survey.objects.for_cycle(cycle).filter(state__in=[SurveyState.OPEN, SurveyState.CLOSED])
    return [
        format_lazy(_("The figures of the survey “{title}” are not frozen."), title=survey.title)
        for survey in unfrozen.order_by("pk")
    ]


def done_in(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what was done in this room in a phase, so that it stands: surveys may be made from delivery on."""
    if phase != Phase.DELIVER:
        return []
    surveys = Survey.objects.for_cycle(cycle).count()
    text = ngettext_lazy("%(count)d survey was created.", "%(count)d surveys were created.", "count")
    return [text % {"count": surveys}] if surveys else []


def work_for(user: User, at: datetime) -> list[WorkItem]:
    """Return surveys that are due to be closed or frozen, for those who run them."""
    surveys = (
        Survey.objects.filter(state__in=[SurveyState.OPEN, SurveyState.CLOSED])
        .filter(cycle__phase__in=rules.PHASES)
        .filter(cycle__area__in=Area.objects.filter(accounts.areas_with(user, [Permission.RUN_SURVEYS], at)))
        .select_related("cycle__area")
        .order_by("closes_on", "pk")
    )
    return [
        WorkItem(
            title=format_lazy(
                _("Close the survey “{title}”") if survey.state == SurveyState.OPEN else _("Freeze “{title}”"),
                title=survey.title,
            ),
            url=survey.cycle.address("surveys:desk_surveys"),
            place=survey.cycle.area.name,
            due=survey.closes_on,
        )
        for survey in surveys
    ]


def _result(survey: Survey, rows: list[Aggregate], draws: dict[Area, list[Draw]]) -> SurveyResult:
    overall = {row.channel: row for row in rows if row.project_id is None}
    by_project: dict[Project, list[Aggregate]] = defaultdict(list)
    for row in rows:
        if row.project is not None:
            by_project[row.project].append(row)
    return SurveyResult(
        survey=survey,
        question=survey.questions.all()[0].text,
        lines=tuple(_line(survey, channel, _counts(overall.get(channel))) for channel in SurveyChannel),
        projects=tuple(
            ProjectLines(project, tuple(_line(survey, SurveyChannel(row.channel), _counts(row)) for row in rows_of))
            for project, rows_of in by_project.items()
        ),
        strata=tuple(
            Stratum(area, sum(draw.invited for draw in drawn), sum(draw.answered for draw in drawn))
            for area, drawn in draws.items()
        ),
    )


def _lines_of(rows: QuerySet[Aggregate]) -> tuple[GradeLine, ...]:
    rows = (
        rows.exclude(survey__state=SurveyState.DRAFT)
        .select_related("survey")
        .order_by("survey__opens_on", "survey", "channel", "pk")
    )
    return tuple(_line(row.survey, SurveyChannel(row.channel), _counts(row)) for row in rows)


def _counts(row: Aggregate | None) -> Counts:
    return Counts(row.satisfied, row.basically_satisfied, row.dissatisfied) if row else Counts()


def _line(survey: Survey, channel: SurveyChannel, counts: Counts) -> GradeLine:
    sampled = channel is SurveyChannel.INVITATION
    return GradeLine(
        channel=channel,
        counts=counts,
        satisfied=aggregation.estimate(counts.satisfied, counts, smallest=survey.smallest_shown, sampled=sampled),
        positive=aggregation.estimate(
            counts.satisfied + counts.basically_satisfied, counts, smallest=survey.smallest_shown, sampled=sampled
        ),
    )


def _sums(rows: QuerySet) -> dict[int, int]:
    return {row["survey"]: row["sum"] for row in rows.order_by()}
