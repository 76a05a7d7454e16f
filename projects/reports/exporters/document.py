"""What a year-end report says, in order, in one language: the page shows it, the PDF prints it. Texts and no layout."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from livelihood.kernel.charts import written
from livelihood.kernel.text import for_reader
from livelihood.kernel.units import unit_name
from livelihood.web.templatetags.web import percent
from projects.reports.content import (
    AnswerShare,
    AspectNames,
    Names,
    ReportFigures,
    SaidLine,
    SaidOfProject,
    ToldProject,
)
from projects.reports.models import AnnouncedSite, Announcement, Report
from projects.reports.selectors.year import UNFINISHED
from projects.selectors import SiteCounts
from projects.selectors.pictures import SiteGroup, groups_chart
from projects.states import LightReason, SiteState
from projects.surveys.selectors import answers_chart
from projects.surveys.states import Grade

PICTURE_WIDTH = 480
"""px, of a picture on paper; there its text is as large as that of the paper."""

LISTED_SITES = 300
"""Unfinished sites listed one by one; the workbook has all."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with its caption. kinds: per column `text` or `number`."""

    caption: str
    headings: list[str]
    kinds: list[str]
    rows: list[list[str]]

    @property
    def columns(self) -> list[dict[str, str]]:
        """The heads as the component `table` takes them."""
        return [{"label": label, "kind": kind} for label, kind in zip(self.headings, self.kinds, strict=True)]


@dataclass(slots=True)
class Section:
    """A heading with what stands under it. notes: how figures were computed. svg: a chart, drawn here, or empty."""

    level: int
    title: str
    paragraphs: list[str] = field(default_factory=list)
    tables: list[ReportTable] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    svg: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A report as text. facts: label and value for the title page."""

    title: str
    subtitle: str
    facts: list[tuple[str, str]]
    remark: str
    sections: list[Section]


def document(report: Report) -> Document:
    """Return the report in the language that is active, from its frozen figures and announced sites."""
    figures = report.told
    area = named(figures.area)
    day = date_format(report.announcement.published_at, "DATE_FORMAT")
    return Document(
        title=_("Year-end report on the livelihood projects"),
        subtitle=_("%(area)s, %(year)s") % {"area": area, "year": figures.year},
        facts=[
            (_("Announced on"), day),
            (_("Figures frozen on"), date_format(report.requested_at, "DATE_FORMAT")),
            (_("Fingerprint of the figures"), report.fingerprint),
        ],
        remark=_("Demonstration: part of the contents is invented.") if figures.is_demo else "",
        sections=[
            _overall(figures),
            *_projects(figures),
            *_satisfaction(figures),
            *_unfinished(report.announcement, figures),
            _areas(figures),
            _sources(report),
        ],
    )


def named(names: Names) -> str:
    """Return a name in the active language; Chinese where no English one is known."""
    return for_reader(names.zh, names.en)


def by_aspect(projects: Iterable[ToldProject]) -> Iterator[tuple[AspectNames, list[ToldProject]]]:
    """Group projects by aspect, both in the order of their numbers."""
    ordered = sorted(projects, key=lambda project: (project.aspect.number, project.number))
    for _number, of_aspect in groupby(ordered, key=lambda project: project.aspect.number):
        together = list(of_aspect)
        yield together[0].aspect, together


def _overall(figures: ReportFigures) -> Section:
    stages, totals = figures.stages, figures.totals
    was_made_here = any(asdict(stages).values())
    made = [
        (_("Suggestions received"), stages.suggestions),
        (_("Needs found in them"), stages.needs),
        (_("Candidates published"), stages.candidates),
        (_("Candidates chosen"), stages.chosen),
    ]
    elsewhere = _("The list was not made in this portal, so suggestions, needs and candidates are not counted here.")
    rows = [
        *(made if was_made_here else []),
        (_("Projects carried out"), totals.projects),
        (_("Projects whose targets are all reached"), totals.projects_reached),
        (_("Indicators with a target"), totals.indicators_with_target),
        (_("Indicators that reached their target"), totals.indicators_reached),
        (_("Sites"), totals.sites),
        (_("Sites completed, acceptance to come"), totals.sites_completed),
        (_("Sites accepted against their standard"), totals.sites_accepted),
        (_("Lines of standards inspected"), totals.standard_lines),
        (_("Lines of standards met"), totals.standard_lines_met),
    ]
    return Section(
        1,
        _("The year in figures"),
        tables=[
            ReportTable(
                _("The year in figures"),
                [_("Figure"), _("How many")],
                ["text", "number"],
                [[label, written(value)] for label, value in rows],
            )
        ],
        notes=[
            *([] if was_made_here else [elsewhere]),
            _("Counted from the announcement: a project counts as reached when every indicator with a target is."),
            _("Completed means that the unit says so; accepted means that it passed the inspection of every line."),
        ],
    )


def _projects(figures: ReportFigures) -> Iterator[Section]:
    yield Section(1, _("What was promised, and what was done"))
    for aspect, projects in by_aspect(figures.projects):
        yield Section(2, named(aspect))
        for project in projects:
            yield _project(project, figures.satisfaction.get(project.number, ()))


def _project(project: ToldProject, said: Sequence[SaidOfProject]) -> Section:
    section = Section(3, project.heading)
    if project.promise:
        section.paragraphs.append(project.promise)
    if project.lead:
        section.paragraphs.append(_("Lead unit: %(unit)s") % {"unit": project.lead})
    if project.indicators:
        section.tables.append(
            ReportTable(
                _("Indicators"),
                [_("Indicator"), _("Unit"), _("Target"), _("Done"), _("Share")],
                ["text", "text", "number", "number", "number"],
                [
                    [one.name, unit_name(one.unit), written(one.target), written(one.value), percent(one.ratio)]
                    for one in project.indicators
                ],
            )
        )
    if project.sites.total:
        section.paragraphs.append(
            _(
                "Sites: %(total)s, of which accepted %(accepted)s, completed %(completed)s, under way %(under_way)s,"
                " not begun %(planned)s."
            )
            % {name: written(count) for name, count in asdict(project.sites).items()}
        )
    if project.standard.lines:
        section.paragraphs.append(
            _("Standard: %(met)s of %(lines)s inspected lines are met.")
            % {name: written(count) for name, count in asdict(project.standard).items()}
        )
    if said:
        section.tables.append(_said_table(_("What people said"), [(line.title, line) for line in said]))
    if project.source:
        section.paragraphs.append(_("Published fact: %(source)s") % {"source": project.source})
    return section


def _satisfaction(figures: ReportFigures) -> Iterator[Section]:
    yield Section(
        1,
        _("What people said"),
        notes=[
            _(
                "Every answer is one of three grades; all three counts are shown. For those who were invited, the range"
                " in brackets is Wilson's interval at 95 in 100, provided that they were drawn by chance. Answers by"
                " QR code are no sample and are not added to the others."
            ),
        ]
        if figures.surveys
        else [_("No survey was held.")],
    )
    for survey in figures.surveys:
        bars = [(line.channel.label, line.counts) for line in survey.lines if line.satisfied]
        chart = answers_chart(f"survey-{survey.id}", survey.title, bars, _("Answers came"))
        invited = sum(stratum.invited for stratum in survey.strata)
        answered = sum(stratum.answered for stratum in survey.strata)
        section = Section(2, survey.title, svg=chart.still(PICTURE_WIDTH) if chart else "")
        section.paragraphs += [chart.title] if chart else []
        section.paragraphs.append(f"“{named(survey.question)}” ({survey.opens_on} – {survey.closes_on})")
        lines = [(str(line.channel.label), line) for line in survey.lines]
        section.tables.append(_said_table(_("All answers, by how they came"), lines, heading=_("Answers came")))
        if invited:
            section.paragraphs.append(
                _("Invited: %(invited)s. Answered: %(answered)s (%(rate)s).")
                % {"invited": written(invited), "answered": written(answered), "rate": percent(answered / invited)}
            )
        yield section


def _said_table(caption: str, lines: Iterable[tuple[str, SaidLine]], heading: str = "") -> ReportTable:
    """Show lines of counts; with a heading the first column is that, else the survey, followed by the channel."""
    first = [heading] if heading else [_("Survey"), _("Answers came")]
    return ReportTable(
        caption,
        [*first, *(str(grade.label) for grade in Grade), pgettext("survey", "Answers"), _("Share satisfied")],
        ["text"] * len(first) + ["number"] * 5,
        [
            [
                label,
                *([] if heading else [str(line.channel.label)]),
                *(written(count) for count in line.counts),
                written(line.n),
                share(line.satisfied),
            ]
            for label, line in lines
        ],
    )


def share(estimate: AnswerShare | None) -> str:
    """Write a share, with its interval where there is one; a dash for a small group."""
    if estimate is None:
        return "–"
    if estimate.low is None:
        return percent(estimate.share)
    return _("%(share)s (%(low)s to %(high)s)") % {name: percent(value) for name, value in estimate._asdict().items()}


def _unfinished(announcement: Announcement, figures: ReportFigures) -> Iterator[Section]:
    short = [
        [project.heading, one.name, written(one.target), written(one.value), percent(one.ratio)]
        for project in figures.projects
        for one in project.with_target
        if one.is_reached is not True
    ]
    section = Section(1, _("What is unfinished, and why"))
    if not short and not figures.unfinished:
        section.paragraphs.append(_("Every target is reached, and every site is accepted."))
    if short:
        section.tables.append(
            ReportTable(
                _("Indicators short of their target, or without a figure"),
                [_("Project"), _("Indicator"), _("Target"), _("Done"), _("Share")],
                ["text", "text", "number", "number", "number"],
                short,
            )
        )
    if figures.unfinished:
        headings = {project.number: project.heading for project in figures.projects}
        section.tables.append(
            ReportTable(
                _("Sites not accepted, by reason"),
                [_("Project"), _("State"), _("Reason"), _("Sites")],
                ["text", "text", "text", "number"],
                [
                    [
                        headings[row.project_number],
                        str(row.state.label),
                        str(row.reason.label),
                        written(row.sites),
                    ]
                    for row in figures.unfinished
                ],
            )
        )
    yield section
    if figures.unfinished:
        yield _unfinished_sites(announcement, sum(row.sites for row in figures.unfinished))


def _unfinished_sites(announcement: Announcement, count: int) -> Section:
    sites = (
        AnnouncedSite.objects.filter(announcement=announcement, state__in=UNFINISHED)
        .select_related("area")
        .order_by("project_number", "pk")[:LISTED_SITES]
    )
    section = Section(2, _("Sites that are not accepted"))
    if count > LISTED_SITES:
        section.paragraphs.append(
            _("The first %(listed)s of %(count)s; the workbook has all.")
            % {"listed": written(LISTED_SITES), "count": written(count)}
        )
    section.tables.append(
        ReportTable(
            _("Sites that are not accepted"),
            [_("Site"), _("Area"), _("Date"), _("State"), _("Why")],
            ["text"] * 5,
            [
                [
                    f"{site.key} {site.name}",
                    site.area.name,
                    site.due_on.isoformat(),
                    str(SiteState(site.state).label),
                    " ".join(filter(None, [str(LightReason(site.reason).label), site.note])),
                ]
                for site in sites
            ],
        )
    )
    return section


def _areas(figures: ReportFigures) -> Section:
    groups = [SiteGroup(named(area), SiteCounts(**asdict(area.sites)), "") for area in figures.areas]
    chart = groups_chart("areas", groups, Decimal(1), heading=_("Area"))
    return Section(
        1,
        _("Sites by area"),
        paragraphs=[chart.title] if chart else [],
        svg=chart.still(PICTURE_WIDTH) if chart else "",
        tables=[
            ReportTable(
                _("Sites by area"),
                [_("Area"), _("Sites"), _("Completed, acceptance to come"), _("Accepted"), _("Share accepted")],
                ["text", "number", "number", "number", "number"],
                [
                    [
                        named(area),
                        written(area.sites.total),
                        written(area.sites.completed),
                        written(area.sites.accepted),
                        percent(area.sites.accepted / area.sites.total),
                    ]
                    for area in figures.areas
                ],
            )
        ],
        notes=[_("A site is counted in the area of the level below in which it lies.")],
    )


def _sources(report: Report) -> Section:
    return Section(
        1,
        _("About this report"),
        paragraphs=[
            _(
                "All figures are taken from the announcement, which never changes, and from surveys whose figures are"
                " frozen. The same figures always give the same report; the fingerprint on the first page is the"
                " SHA-256 of the figures."
            ),
            _("Fingerprint of the announcement: %(digest)s") % {"digest": report.announcement.digest},
            _("Every site with its state stands in the workbook that belongs to this report."),
        ],
    )
