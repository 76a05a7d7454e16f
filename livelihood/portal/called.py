"""What the rows that the journal names by their keys are called: an import by its kind, its file and its day."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from livelihood.accounts.models import Mandate, User
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.imports.models import Import
from livelihood.kernel.sheets.handling import handlers
from livelihood.news.models import NewsItem
from projects.models import Indicator, Notice, Project, Site, Standard
from projects.surveys.models import Survey
from proposals.models import Candidate, Need, ProgressWord, ReplyTemplate, Suggestion
from voting.models import RollEntry, Round


@dataclass(frozen=True, slots=True)
class Called:
    """How rows of a model are called. related: what their names need. of_year, of_area: what leads to either."""

    model: type[Any]
    say: Callable[[Any], str]
    related: tuple[str, ...] = ()
    of_year: str = ""
    of_area: str = ""

    def rows(self) -> QuerySet[Any]:
        """Return all rows, with what their names need."""
        return self.model.objects.select_related(*self.related)

    def names(self, keys: Collection[Any]) -> dict[str, str]:
        """Return the names of rows by their keys, as the journal writes them; one statement, none without keys."""
        found = self.rows().in_bulk([int(key) for key in keys if str(key).isdecimal()]) if keys else {}
        return {str(key): self.say(row) for key, row in found.items()}


def _import(row: Import) -> str:
    kind = handlers()[row.kind].kind.label if row.kind in handlers() else row.kind
    return f"{kind} · {row.file_name} · {date_format(timezone.localdate(row.received_at), 'DATE_FORMAT')}"


def _mandate(row: Mandate) -> str:
    return f"{row.user.name} · {row.get_role_display()} · {(row.organisation or row.area).name}"


def _numbered(row: Any) -> str:
    return f"{row.number}. {row.title}"


_NAME, _TITLE = (lambda row: str(row.name)), (lambda row: str(row.title))

CALLED: Mapping[str, Called] = {
    called.model._meta.label_lower: called
    for called in (
        Called(Mandate, _mandate, ("user", "organisation", "area"), of_area="area"),
        Called(User, _NAME, of_area="area"),
        Called(Area, _NAME),
        Called(Cycle, lambda row: f"{row.area.name} {row.year}", ("area",), of_year="pk"),
        Called(Organisation, _NAME, of_area="area"),
        Called(Import, _import, of_year="cycle", of_area="area"),
        Called(NewsItem, _TITLE, of_year="cycle", of_area="area"),
        Called(Indicator, _NAME, of_year="project__cycle"),
        Called(Notice, lambda row: str(row.site.name), ("site",), of_year="cycle"),
        Called(Project, _numbered, of_year="cycle"),
        Called(Site, _NAME, of_year="cycle"),
        Called(Standard, _TITLE, of_year="cycle"),
        Called(ProgressWord, _NAME, of_area="area"),
        Called(ReplyTemplate, _NAME, of_area="area"),
        Called(Survey, _TITLE, of_year="cycle"),
        Called(Candidate, _numbered, of_year="cycle"),
        Called(Need, _numbered, of_year="cycle"),
        Called(Suggestion, lambda row: str(row.number), of_year="cycle"),
        Called(RollEntry, _NAME, of_year="round__cycle"),
        Called(Round, _TITLE, of_year="cycle"),
    )
}
"""Model of a row → how it is called. Of any other there is one in a year, or its facts say which one it is."""

REFERENCES: Mapping[str, str] = {
    "area_id": "cycles.area",
    "asked_by": "accounts.user",
    "candidate": "proposals.candidate",
    "candidate_id": "proposals.candidate",
    "carried_from": "proposals.candidate",
    "cycles.organisation.parent": "cycles.organisation",
    "indicator_id": "projects.indicator",
    "into": "cycles.organisation",
    "mentioned": "accounts.user",
    "moved.candidates": "proposals.candidate",
    "moved.mandates": "accounts.mandate",
    "moved.organisations": "cycles.organisation",
    "moved.projects": "projects.project",
    "moved.sites": "projects.site",
    "need": "proposals.need",
    "organisation": "cycles.organisation",
    "organisation_id": "cycles.organisation",
    "proposals.candidate.needs": "proposals.need",
    "round": "voting.round",
    "site_id": "projects.site",
    "standard_id": "projects.standard",
    "stands_in_for": "accounts.mandate",
    "user": "accounts.user",
    "voting.round.parent": "voting.round",
}
"""Facts that are keys, by their names, or by their names behind what they stand in → the model of the row."""

UNTOLD = frozenset({"acceptance_id", "inquiry", "move", "note_id", "query", "reply"})
"""Facts that are keys of rows which nobody calls anything, or an address; they stand in the entry as it is kept."""


def named_in(place: Cycle | Area) -> list[QuerySet[Any]]:
    """Return the rows whose names the journal of a year or of an area may say."""
    area = place.area if isinstance(place, Cycle) else place
    near = [Area.objects.within(area), Organisation.objects.within(area)]
    paths = [(one, one.of_year if isinstance(place, Cycle) else one.of_area) for one in CALLED.values()]
    return near + [one.model.objects.filter(Q(**{path: place.pk})) for one, path in paths if path]
