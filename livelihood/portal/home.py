"""A cycle's front page: the one thing to do in this phase, and four figures that explain themselves."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import PHASE_ORDER, DecisionMode, Phase
from livelihood.kernel.errors import Text
from livelihood.web.templatetags.web import number, percent
from projects import selectors as projects
from projects.selectors import SiteCounts
from projects.surveys import selectors as surveys
from proposals import selectors as proposals
from proposals.rules import may_suggest
from proposals.states import Channel
from voting import selectors as voting


@dataclass(frozen=True, slots=True)
class Headline:
    """One big figure, as the component `figure` takes it."""

    value: str
    label: Text
    how: Text
    unit: Text = ""
    numerator: str = ""
    denominator: str = ""
    rows_url: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """What the page shows.

    standing: until when the phase lasts. notes: which stages of the year took place elsewhere. more: what else can be
    done, label and address of each.
    """

    sentence: Text
    standing: Text
    action_label: Text
    action_url: str
    figures: list[Headline]
    notes: list[Text]
    has_suggestions: bool
    more: Sequence[tuple[Text, str]] = ()


SENTENCES: dict[Phase, Text] = {
    Phase.SOLICIT: gettext_lazy("The government asks: what should be done next year? Everyone may answer."),
    Phase.PLAN: gettext_lazy("Suggestions have become needs; officials turn them into candidates within the budget."),
    Phase.DECIDE: gettext_lazy(
        "The candidates stand. The deputies, or the two sessions, choose which of them will be done."
    ),
    Phase.DELIVER: gettext_lazy(
        "What was chosen is being built and done. Each site has place, date, standard and unit."
    ),
    Phase.EVALUATE: gettext_lazy("The year is judged: what was done, and what do the people say?"),
    Phase.CLOSED: gettext_lazy("The year is closed. What was promised and what was kept can be read here."),
}

ACTIONS: dict[Phase, tuple[Text, str]] = {
    Phase.SOLICIT: (gettext_lazy("Make a suggestion"), "proposals:suggest"),
    Phase.PLAN: (gettext_lazy("See the candidates"), "proposals:candidates"),
    Phase.DECIDE: (gettext_lazy("See the decision"), "voting:decision"),
    Phase.DELIVER: (gettext_lazy("Find the sites near you"), "projects:sites"),
    Phase.EVALUATE: (gettext_lazy("See the satisfaction"), "surveys:satisfaction"),
    Phase.CLOSED: (gettext_lazy("Read the announcement"), "reports:announcement"),
}


def standing(cycle: Cycle, today: date, vote: voting.VoteUnderWay | None = None) -> Text:
    """Say what the present phase is and until when it lasts; nothing where no day is set.

    vote: one that is on; while it is open, it is what ends.
    """
    if vote and vote.ends_at:
        words = {"phase": vote.round.get_state_display(), "until": until(timezone.localdate(vote.ends_at), today)}
        return _("%(phase)s: %(until)s") % words
    last = last_day(cycle, today)
    return _("%(phase)s: %(until)s") % {"phase": Phase(cycle.phase).label, "until": last} if last else ""


def last_day(cycle: Cycle, today: date) -> Text:
    """Say until when the present phase lasts, and how many days are left; nothing where no day is set."""
    period = cycles.period(cycle, Phase(cycle.phase))
    if period is None or cycle.phase == Phase.CLOSED:
        return ""
    return until(period.ends_on, today)


def until(last: date, today: date) -> Text:
    """Say until when something lasts, and how many days are left."""
    day, days = date_format(last), (last - today).days
    if days < 0:
        return _("planned until %(day)s") % {"day": day}
    if not days:
        return _("today is the last day")
    left = ngettext("until %(day)s, %(days)s day left", "until %(day)s, %(days)s days left", days)
    return left % {"day": day, "days": number(days)}


class YearRead:
    """What several parts of a year's page read of it, each once."""

    def __init__(self, cycle: Cycle, today: date) -> None:
        self.cycle, self.today = cycle, today
        prefetch_related_objects([cycle], "periods")

    @cached_property
    def delivered(self) -> list[projects.DeliveredProject]:
        """Its projects with their figures."""
        return projects.delivered(self.cycle)

    @cached_property
    def sites(self) -> SiteCounts:
        """All of its sites."""
        return sum((project.sites for project in self.delivered), SiteCounts())

    @cached_property
    def counted(self) -> proposals.Statistics:
        """Its suggestions in figures."""
        return proposals.statistics(self.cycle)

    @cached_property
    def answers(self) -> proposals.AnswerCounts:
        """How its suggestions are answered, as of the day on which the page is drawn."""
        return proposals.answers_of(self.cycle, self.today)

    @cached_property
    def listed(self) -> tuple[proposals.CandidateOnList, ...]:
        """Its candidates as they were handed on to the decision."""
        return proposals.candidates_for(self.cycle)

    @cached_property
    def chosen(self) -> int:
        """How many of them were chosen."""
        return len(voting.elected(self.cycle))

    @cached_property
    def vote(self) -> voting.VoteUnderWay | None:
        """Its vote whose result is to come, while it is decided."""
        return voting.vote_under_way(self.cycle) if self.cycle.phase == Phase.DECIDE else None


def open_form(cycle: Cycle, at: datetime) -> tuple[Text, str] | None:
    """Return label and address of the form for suggestions while it is open; no query where the dates are at hand."""
    label, name = ACTIONS[Phase.SOLICIT]
    return (label, cycle.address(name)) if may_suggest(None, cycle, Channel.WEB, at) else None


def question(years: Collection[int], today: date) -> Text:
    """Ask what should be done in the one year for which is collected, by its number where it is not the next."""
    if not years or set(years) == {today.year + 1}:
        return _("What should be done next year?")
    if len(set(years)) > 1:
        return pgettext("of several years", "What should be done?")
    return _("What should be done in %(year)s?") % {"year": min(years)}


def cycle_home(year: YearRead, at: datetime) -> Home:
    """Return the front page of a cycle: figures of the last stages it has reached, four at most.

    Collecting has its dates: before the first and after the last day the page offers no form.
    """
    cycle, phase = year.cycle, Phase(year.cycle.phase)
    sentence, (label, name) = SENTENCES[phase], ACTIONS[phase]
    today = timezone.localdate(at)
    if phase == Phase.SOLICIT and cycle.year != today.year + 1:
        words = _("The government asks: what should be done in %(year)s? Everyone may answer.")
        sentence = words % {"year": cycle.year}
    if phase == Phase.SOLICIT and not (verdict := may_suggest(None, cycle, Channel.WEB, at)):
        sentence, label, name = verdict.reason, _("Read the open letter"), "proposals:letter"
    if phase == Phase.DECIDE and year.chosen:
        words = _("It is decided: of %(listed)s candidates %(chosen)s will be done.")
        sentence = words % {"listed": number(len(year.listed)), "chosen": number(year.chosen)}
    if phase == Phase.DELIVER and not year.sites.total:
        label, name = _("See the projects"), "projects:projects"
    reached = PHASE_ORDER.index(phase)
    has_suggestions = proposals.has_suggestions(cycle)
    sources: list[tuple[Phase, Callable[[YearRead], list[Headline]]]] = [
        (Phase.EVALUATE, _satisfaction),
        (Phase.DELIVER, _delivery),
        (Phase.DECIDE, _decision),
        (Phase.SOLICIT, _intake),
    ]
    figures: list[Headline] = []
    for since, figures_of in sources:
        if reached >= PHASE_ORDER.index(since) and len(figures) < 4:  # noqa: PLR2004 -- four headlines fit a phone
            figures += figures_of(year)
    notes = [*_ended(cycle.area), *_notes(year, reached, has_suggestions=has_suggestions)]
    doors = [(label, cycle.address(name))]
    if phase in {Phase.DELIVER, Phase.EVALUATE}:
        asked = [(label, url) for _survey, label, url in surveys.open_doors([cycle], at)]
        doors = [*doors, *asked] if phase == Phase.DELIVER else [*asked, *doors]
    (label, url), *more = doors
    return Home(sentence, standing(cycle, today, year.vote), label, url, figures[:4], notes, has_suggestions, more)


def _ended(area: Area) -> list[Text]:
    """Say until when the area of a year exists, and into which it was merged: the year stays at its address."""
    if area.valid_to is None:
        return []
    named = {"area": area.name, "day": date_format(area.valid_to)}
    if area.successor is None:
        return [_("The last day of %(area)s: %(day)s.") % named]
    return [
        _("The last day of %(area)s: %(day)s. It was merged into %(into)s.") % {**named, "into": area.successor.name}
    ]


def _notes(year: YearRead, reached: int, *, has_suggestions: bool) -> list[Text]:
    cycle = year.cycle
    adoption = cycles.adoption_of(cycle) if cycle.decision_mode == DecisionMode.ELSEWHERE else None
    if adoption:
        words = _("Its list was not made in this portal. It was decided elsewhere by %(body)s: %(number)s of %(day)s.")
        day = date_format(adoption.decided_on)
        return [words % {"body": adoption.decided_by, "number": adoption.number, "day": day}]
    notes: list[Text] = []
    if reached > PHASE_ORDER.index(Phase.SOLICIT) and not has_suggestions:
        notes.append(_("The suggestions for this year were not collected in this portal."))
    if reached > PHASE_ORDER.index(Phase.DECIDE) and not year.listed:
        notes.append(_("Its list was decided elsewhere and is shown here as it was published."))
    return notes


def _intake(year: YearRead) -> list[Headline]:
    cycle, total = year.cycle, year.counted.total
    if not total.received and cycle.phase != Phase.SOLICIT:
        return []  # collected elsewhere, which is not the same as none
    rows = cycle.address("proposals:statistics")
    return [
        Headline(number(total.received), _("Suggestions received"), _("Counted over all channels."), rows_url=rows),
        Headline(
            number(total.answered),
            _("Suggestions answered singly"),
            _(
                "Replied to, or refused or handed over with a reason. Of every other one the status page says what "
                "becomes of it."
            ),
            numerator=number(total.answered),
            denominator=number(total.received),
            rows_url=rows,
        ),
        Headline(
            number(total.adopted),
            _("Suggestions adopted"),
            _("Behind a need whose candidate is on the list."),
            numerator=number(total.adopted),
            denominator=number(total.received),
            rows_url=rows,
        ),
        *_overdue(year),
    ]


def _overdue(year: YearRead) -> list[Headline]:
    answers = year.answers
    if not answers.waiting:
        return []
    return [
        Headline(
            number(answers.overdue),
            _("Answers overdue"),
            _("Of all suggestions that wait for an answer, those whose day has passed."),
            numerator=number(answers.overdue),
            denominator=number(answers.waiting),
            rows_url=year.cycle.address("proposals:statistics"),
        )
    ]


def _decision(year: YearRead) -> list[Headline]:
    cycle, chosen, listed = year.cycle, year.chosen, len(year.listed)
    if not listed:
        return []  # the list was decided elsewhere
    if not chosen and cycle.phase == Phase.DECIDE:
        return [
            Headline(
                number(listed),
                _("Candidates on the list"),
                _("Candidates on the frozen list, about which is being decided."),
                rows_url=cycle.address("proposals:candidates"),
            )
        ]
    return [
        Headline(
            number(chosen),
            _("Projects chosen"),
            _("Candidates chosen by the decision, of all on the frozen list."),
            numerator=number(chosen),
            denominator=number(listed),
            rows_url=cycle.address("voting:decision"),
        )
    ]


def _delivery(year: YearRead) -> list[Headline]:
    cycle, total, finished, accepted = year.cycle, year.sites.total, year.sites.finished, year.sites.accepted
    sites: dict[str, Any] = {"denominator": number(total), "rows_url": cycle.address("projects:sites")}
    listed = Headline(
        number(len(year.delivered)),
        pgettext("figure", "Projects"),
        _("Projects on the list of this year."),
        rows_url=cycle.address("projects:projects"),
    )
    if not total:
        return [listed]
    return [
        listed,
        Headline(
            percent(finished / total),
            _("Sites completed"),
            _("Completed sites, accepted ones among them, of all sites."),
            numerator=number(finished),
            **sites,
        ),
        Headline(
            percent(accepted / total),
            _("Sites accepted"),
            _("Sites accepted against their standard, of all sites."),
            numerator=number(accepted),
            **sites,
        ),
    ]


def _satisfaction(year: YearRead) -> list[Headline]:
    """One figure a survey would mix channels; so the number of answers leads, and the page shows the grades."""
    cycle = year.cycle
    answers = sum(line.counts.n for result in surveys.satisfaction(cycle) for line in result.lines)
    return [
        Headline(
            number(answers),
            _("Answers to the satisfaction survey"),
            _("All answers through all channels; the three grades are on the page."),
            rows_url=cycle.address("surveys:satisfaction"),
        )
    ]
