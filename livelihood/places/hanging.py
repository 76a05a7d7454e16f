"""What refers to areas and organisations and is not over, counted for one as for a sheet full of them.

Each relation to them stands here, or among those that are over (tests/places/test_hanging.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Model, Q, QuerySet
from django.utils import timezone

from livelihood.accounts.models import Mandate, User
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.cycles.states import OrganisationKind, Phase
from livelihood.imports.models import Import
from livelihood.imports.states import OPEN
from livelihood.kernel.errors import Text
from livelihood.kernel.references import any_of
from livelihood.places.states import Hangs
from projects.models import Allocation, Project, Site
from proposals.models import Candidate, Need, OpenLetter, Suggestion
from proposals.states import CandidateState, LetterState, NeedOutcome, SuggestionState
from voting.models import Round
from voting.states import FINISHED

Hanging = Mapping[Hangs, int]
"""How much of each hangs; nothing is not named."""

UNDECIDED = (Phase.SOLICIT, Phase.PLAN, Phase.DECIDE)
CARRIED_OUT = (Phase.DELIVER, Phase.EVALUATE)


@dataclass(frozen=True, slots=True)
class Referring:
    """Rows that may hang on something. by: their lookup to it. which: those that are not over."""

    hangs: Hangs
    model: type[Model]
    by: str
    which: Q


def _open(of: str = "cycle__") -> Q:
    """Return the condition of belonging to a year that is not closed. of: the lookup to the year."""
    return ~Q(**{f"{of}phase": Phase.CLOSED})


def _lasting(name: str, day: date) -> Q:
    """Return the condition of going on after a day. name: the field with the last one."""
    return Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gt": day})


def on_area(today: date) -> Sequence[Referring]:
    """Return what may hang on an area."""
    own = {Hangs.DRAFTS: (Phase.DRAFT,), Hangs.DECIDING: UNDECIDED, Hangs.DELIVERING: CARRIED_OUT}
    years = [Referring(hangs, Cycle, "area", Q(phase__in=phases)) for hangs, phases in own.items()]
    undecided = Q(cycle__phase__in=UNDECIDED)
    return [
        *years,
        Referring(Hangs.LETTERS, OpenLetter, "cycle__area", Q(state=LetterState.PUBLISHED, cycle__phase=Phase.SOLICIT)),
        Referring(Hangs.ROUNDS, Round, "cycle__area", undecided & ~Q(state__in=FINISHED)),
        Referring(Hangs.ORGANISATIONS, Organisation, "area", _lasting("valid_to", today)),
        Referring(Hangs.PEOPLE, User, "area", Q(closed_at__isnull=True)),
        Referring(Hangs.MANDATES, Mandate, "area", _lasting("ends_on", today)),
        Referring(Hangs.SUGGESTIONS, Suggestion, "area", undecided & Q(state=SuggestionState.RECEIVED)),
        Referring(Hangs.NEEDS, Need, "area", undecided & Q(outcome=NeedOutcome.OPEN)),
        Referring(Hangs.SITES, Site, "area", _open()),
        Referring(Hangs.SITES, Site, "cycle__area", _open() & ~Q(area=F("cycle__area"))),
        Referring(Hangs.TARGETS, Allocation, "area", _open("indicator__project__cycle__")),
        Referring(Hangs.IMPORTS, Import, "area", Q(state__in=OPEN)),
    ]


def on_organisation(today: date) -> Sequence[Referring]:
    """Return what may hang on an organisation. The years of an area hang on its office, its votes on its congress."""
    area, kind = "area__organisations", "area__organisations__kind"
    own = {Hangs.DRAFTS: (Phase.DRAFT,), Hangs.DECIDING: UNDECIDED, Hangs.DELIVERING: CARRIED_OUT}
    years = [
        Referring(hangs, Cycle, area, Q(phase__in=phases, **{kind: OrganisationKind.LIVELIHOOD_OFFICE}))
        for hangs, phases in own.items()
    ]
    rounds = Q(**{f"cycle__{kind}": OrganisationKind.CONGRESS}, cycle__phase__in=UNDECIDED)
    unlisted = Q(state__in=(CandidateState.DRAFT, CandidateState.PROPOSED))
    return [
        *years,
        Referring(Hangs.ROUNDS, Round, f"cycle__{area}", rounds & ~Q(state__in=FINISHED)),
        Referring(Hangs.BELOW, Organisation, "parent", _lasting("valid_to", today) & Q(merged_into__isnull=True)),
        Referring(Hangs.MANDATES, Mandate, "organisation", _lasting("ends_on", today)),
        Referring(Hangs.CANDIDATES, Candidate, "lead_organisation", _open() & unlisted),
        Referring(Hangs.PROJECTS, Project, "lead_organisation", _open()),
        Referring(Hangs.SITES, Site, "organisation", _open()),
        Referring(Hangs.IMPORTS, Import, "organisation", Q(state__in=OPEN)),
    ]


def hanging_on(row: Area | Organisation, at: datetime) -> Hanging:
    """Return what hangs on an area or an organisation, in the order of `Hangs`."""
    return hanging_on_all(type(row), [row.pk], at).get(row.pk, {})


def hanging_on_all(model: type[Area | Organisation], keys: Collection[int], at: datetime) -> Mapping[int, Hanging]:
    """Return what hangs on each of many; those on which nothing does are not named. As many queries for all as for one.

    keys: of areas or organisations, as `model` says; without any, nothing is asked.
    """
    if not keys:
        return {}
    today = timezone.localdate(at)
    found: dict[int, dict[Hangs, int]] = {}
    for one in on_area(today) if model is Area else on_organisation(today):
        for key, number in _counted(one, keys):
            here = found.setdefault(key, {})
            here[one.hangs] = here.get(one.hangs, 0) + number
    return found


def without_those_below(hanging: Hanging) -> Hanging:
    """Return what hangs, but for those that belong to it."""
    others: dict[Hangs, int] = dict(hanging)
    others.pop(Hangs.BELOW, None)
    return others


def named(hanging: Hanging) -> list[tuple[Text, int]]:
    """Return what hangs, in words, and how much of it."""
    return [(hangs.label, hanging[hangs]) for hangs in Hangs if hangs in hanging]


def _counted(one: Referring, keys: Collection[int]) -> Iterable[tuple[int, int]]:
    rows: Any = QuerySet(one.model).filter(one.which, **{f"{one.by}__in": any_of(keys)})
    return rows.order_by(one.by).values_list(one.by).annotate(number=Count("pk"))
