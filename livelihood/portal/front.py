"""The front page: the four steps of a year and what has come of each, what is open now, where every year stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.charts import in_percent, written
from livelihood.kernel.errors import Text
from livelihood.places import selectors as places
from livelihood.portal.cards import demo_mark
from livelihood.portal.home import last_day, open_form, question, until
from projects import selectors as projects
from projects.selectors import SiteCounts
from projects.surveys import selectors as surveys
from proposals import selectors as proposals
from voting import selectors as voting

NOTHING = SiteCounts()


@dataclass(frozen=True, slots=True)
class StepOfFour:
    """One of the four steps. figure, unit: what has come of it. url: where it can be read. icon: its drawing."""

    icon: str
    label: Text
    text: Text
    figure: str
    unit: Text
    url: str


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """Something that anyone may take part in now. until: its last day. about: what it is, where its label does not say.

    letter_url: of the letter that asks, or empty.
    """

    place: str
    until: Text
    label: Text
    url: str
    letter_url: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class YearLine:
    """A year in the table of all.

    text: where it stands, in a sentence that follows its state. marks: what tells it from the others.
    """

    cycle: Cycle
    text: str
    until: Text
    marks: Sequence[Text]


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page shows. title: what is asked. places: the areas that have a year, each once."""

    title: Text
    steps: Sequence[StepOfFour]
    doors: Sequence[OpenDoor]
    years: Sequence[YearLine]
    places: Sequence[Area]
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """What has come of some years, by the key of each."""

    suggestions: Mapping[int, int]
    chosen: Mapping[int, int]
    projects: Mapping[int, int]
    sites: Mapping[int, SiteCounts]
    answers: Mapping[int, int]


def front(at: datetime) -> Front:
    """Return the front page, read from stored figures: as many queries for many years as for one."""
    rows = places.years_shown()
    numbers = Numbers(
        suggestions=proposals.counts_by_cycle(rows, "total"),
        chosen=voting.chosen_by_year(rows),
        projects=projects.projects_by_year(rows),
        sites=projects.sites_by_year(rows),
        answers=surveys.answers_by_year(rows),
    )
    today = timezone.localdate(at)
    forms = [(cycle, form) for cycle in rows if (form := open_form(cycle, at))]
    doors = [_door(cycle, form, today) for cycle, form in forms]
    doors += [
        OpenDoor(_named(survey.cycle), until(survey.closes_on, today), label, url, about=survey.title)
        for survey, label, url in surveys.open_doors(rows, at)
    ]
    votes = voting.votes_end([cycle for cycle in rows if cycle.phase == Phase.DECIDE])
    is_all_demo = all(cycle.is_demo for cycle in rows)
    open_now = {door.url for door in doors}
    return Front(
        title=question([cycle.year for cycle, _form in forms], today),
        steps=_steps(rows, numbers),
        doors=doors,
        years=[
            YearLine(
                cycle,
                _state(cycle, numbers, is_open=cycle.address("proposals:suggest") in open_now),
                until(timezone.localdate(votes[cycle.pk]), today) if cycle.pk in votes else last_day(cycle, today),
                [] if is_all_demo else demo_mark(cycle),
            )
            for cycle in rows
        ],
        places=list(dict.fromkeys(cycle.area for cycle in rows)),
        is_demo=any(cycle.is_demo for cycle in rows),
    )


def _named(cycle: Cycle) -> str:
    return f"{cycle.area.name} {cycle.year}"


def _door(cycle: Cycle, form: tuple[Text, str], today: date) -> OpenDoor:
    label, url = form
    return OpenDoor(
        place=_named(cycle),
        until=last_day(cycle, today),
        label=label,
        url=url,
        letter_url=cycle.address("proposals:letter"),
    )


def _steps(rows: Sequence[Cycle], numbers: Numbers) -> list[StepOfFour]:
    """Return the four steps, each with the sum over the years shown and the newest year that it has come to."""
    sites = sum(numbers.sites.values(), NOTHING)
    done = _("of %(total)s sites completed") % {"total": written(sites.total)} if sites.total else ""
    return [
        StepOfFour(
            "propose",
            pgettext("step", "The people propose"),
            _("Anyone may say what should be done, and follow what becomes of it."),
            written(sum(numbers.suggestions.values())),
            _("suggestions received"),
            _newest(rows, numbers.suggestions, "proposals:statistics"),
        ),
        StepOfFour(
            "decide",
            pgettext("step", "The deputies decide"),
            _("The people's congress chooses, or reviews, what will be done."),
            written(sum(numbers.chosen.values())),
            _("projects chosen"),
            _newest(rows, numbers.chosen, "voting:decision"),
        ),
        StepOfFour(
            "carry-out",
            pgettext("step", "The government carries out"),
            _("Each site has a place, a date, a standard and a unit that answers for it."),
            written(sites.finished) if sites.total else written(sum(numbers.projects.values())),
            done or _("projects on the lists"),
            _newest(rows, numbers.sites or numbers.projects, "projects:progress"),
        ),
        StepOfFour(
            "judge",
            pgettext("step", "The people judge"),
            _("At the end of the year the people say how satisfied they are."),
            written(sum(numbers.answers.values())),
            _("answers given"),
            _newest(rows, numbers.answers, "surveys:satisfaction"),
        ),
    ]


def _newest(rows: Sequence[Cycle], counted: Mapping[int, object], name: str) -> str:
    """Address a page of the first of some years that has any; nothing where none has."""
    return next((cycle.address(name) for cycle in rows if counted.get(cycle.pk)), "")


def _state(cycle: Cycle, numbers: Numbers, *, is_open: bool) -> str:
    """Say where a year stands, by what has come of it and not by its phase alone."""
    sites = numbers.sites.get(cycle.pk, NOTHING)
    phase, chosen = Phase(cycle.phase), numbers.chosen.get(cycle.pk, 0)
    asked = numbers.suggestions.get(cycle.pk, 0)
    if phase in {Phase.SOLICIT, Phase.PLAN}:
        text = ngettext("%(count)s suggestion", "%(count)s suggestions", asked) % {"count": written(asked)}
        return text if is_open or phase == Phase.PLAN else _("%(asked)s; the form is closed") % {"asked": text}
    if phase == Phase.DECIDE and not chosen:
        return _("The candidates stand; the decision is to come")
    if phase == Phase.DECIDE:
        return ngettext("%(count)s project chosen", "%(count)s projects chosen", chosen) % {"count": written(chosen)}
    if sites.total:
        return _("%(share)s of %(total)s sites completed") % {
            "share": in_percent(sites.finished, sites.total), "total": written(sites.total),
        }  # fmt: skip
    listed = numbers.projects.get(cycle.pk, 0)
    return ngettext("%(count)s project on the list", "%(count)s projects on the list", listed) % {
        "count": written(listed)
    }
