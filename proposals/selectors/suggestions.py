"""Reading suggestions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import get_language, gettext

from livelihood.cycles.models import Cycle
from livelihood.kernel import numbers
from proposals.models import Need, NeedLink, Reply, Screening, Suggestion
from proposals.states import CandidateState, Channel, SuggestionState

CODE_PURPOSE = "proposals.suggestion"
"""What the secret code on a receipt opens."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of one suggestion, for who holds its number and code.

    screening: the last check, None before the first. needs: those it stands behind now, with their candidates.
    """

    suggestion: Suggestion
    screening: Screening | None
    replies: list[Reply]
    needs: list[Need]


@dataclass(frozen=True, slots=True)
class Share:
    """Received, answered and adopted suggestions of one group, for instance of one aspect.

    answered: refused or handed over with a reason, or replied to. adopted: behind a need whose candidate is listed.
    """

    label: str
    received: int
    answered: int
    adopted: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What was received in a cycle and what became of it; each grouping adds up to the total."""

    total: Share
    by_aspect: list[Share]
    by_area: list[Share]
    by_channel: list[Share]


def published_suggestions() -> QuerySet[Suggestion]:
    """Return the suggestions of all years that anyone may read, with area and aspect."""
    return Suggestion.objects.published().select_related("area", "aspect")


def suggestions_behind(need: Need) -> QuerySet[Suggestion]:
    """Return the public suggestions behind a need now, with area and aspect."""
    return Suggestion.objects.linked_to(need).select_related("area", "aspect")


def intake_queue(cycle: Cycle) -> QuerySet[Suggestion]:
    """Return all suggestions of a cycle for the desk, with area, aspect and whether a need is linked."""
    linked = NeedLink.objects.live().filter(suggestion=OuterRef("pk"))
    rows = Suggestion.objects.for_cycle(cycle).select_related("area", "aspect")
    return rows.annotate(is_linked=Exists(linked), is_replied=Exists(Reply.objects.filter(suggestion=OuterRef("pk"))))


def next_to_check(suggestion: Suggestion) -> Suggestion | None:
    """Return the suggestion of the same year that waits for a check after this one, the oldest first."""
    rows = Suggestion.objects.filter(cycle=suggestion.cycle_id, state=SuggestionState.RECEIVED)
    later = Q(received_at__gt=suggestion.received_at) | Q(received_at=suggestion.received_at, pk__gt=suggestion.pk)
    return rows.filter(later).order_by("received_at", "pk").first()


def suggestion_at(cycle: Cycle, number: str) -> Suggestion | None:
    """Return one suggestion of a cycle by its number, with cycle, area and aspect."""
    rows = Suggestion.objects.for_cycle(cycle).select_related("cycle__area", "area", "aspect")
    return rows.filter(number=number).first()


def screenings_of(suggestion: Suggestion) -> list[Screening]:
    """Return all checks of a suggestion with who made them, oldest first."""
    return list(Screening.objects.filter(suggestion=suggestion).select_related("screened_by").order_by("pk"))


def replies_to(suggestion: Suggestion) -> list[Reply]:
    """Return the answers to a suggestion with their organisations, oldest first."""
    return list(Reply.objects.filter(suggestion=suggestion).select_related("organisation").order_by("pk"))


def followed_suggestion(cycle: Cycle, number: str, code: str) -> Followed | None:
    """Return what became of a suggestion; None alike for an unknown number and for a wrong code."""
    reference = numbers.parse_reference(number)
    suggestion = suggestion_at(cycle, reference) if reference else None
    stored = suggestion.code_hash if suggestion else "0" * 64
    if not numbers.code_matches(code, stored, purpose=CODE_PURPOSE) or suggestion is None:
        return None
    needs = Need.objects.filter(links__suggestion=suggestion, links__unlinked_at=None).prefetch_related("candidates")
    screening = Screening.objects.filter(suggestion=suggestion).order_by("-pk").first()
    return Followed(
        suggestion=suggestion,
        screening=screening,
        replies=replies_to(suggestion),
        needs=list(needs.order_by("number")),
    )


def has_suggestions(cycle: Cycle) -> bool:
    """Say whether any suggestion was received in a cycle, by whatever door."""
    return Suggestion.objects.for_cycle(cycle).exists()


def statistics(cycle: Cycle) -> Statistics:
    """Count what was received, answered and adopted in a cycle, by aspect, area and channel; one query."""
    groups: list[Mapping[str, Any]] = list(
        Suggestion.objects.for_cycle(cycle)
        .values(
            "aspect__number",
            "aspect__name_zh",
            "aspect__name_en",
            "area__code",
            "area__name_zh",
            "area__name_en",
            "channel",
        )
        .annotate(
            received=Count("pk"),
            answered=Count("pk", filter=_answered(cycle)),
            adopted=Count("pk", filter=_adopted(cycle)),
        )
        .order_by(F("aspect__number").asc(nulls_last=True), "area__code", "channel")
    )
    by_aspect = [(_name(row, "aspect") if row["aspect__number"] else gettext("Not sure"), row) for row in groups]
    by_area = sorted(((_name(row, "area"), row) for row in groups), key=lambda pair: pair[1]["area__code"])
    by_channel = sorted(((str(Channel(row["channel"]).label), row) for row in groups), key=_channel_order)
    return Statistics(
        total=_add_up("", groups),
        by_aspect=_shares(by_aspect),
        by_area=_shares(by_area),
        by_channel=_shares(by_channel),
    )


def _channel_order(pair: tuple[str, Mapping[str, Any]]) -> int:
    return Channel.values.index(pair[1]["channel"])


def _name(row: Mapping[str, Any], of: str) -> str:
    english = row[f"{of}__name_en"] if (get_language() or "").startswith("en") else ""
    return str(english or row[f"{of}__name_zh"])


def _shares(labelled: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Share]:
    """Add up rows with the same label; labels keep their order."""
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for label, row in labelled:
        rows.setdefault(label, []).append(row)
    return [_add_up(label, group) for label, group in rows.items()]


def _add_up(label: str, rows: Sequence[Mapping[str, Any]]) -> Share:
    received, answered, adopted = (sum(row[name] for row in rows) for name in ("received", "answered", "adopted"))
    return Share(label=label, received=received, answered=answered, adopted=adopted)


def _answered(cycle: Cycle) -> Q:
    refused = Q(state__in=[SuggestionState.DECLINED, SuggestionState.HANDED_OVER])
    return refused | Q(pk__in=Reply.objects.filter(suggestion__cycle=cycle).values("suggestion"))


def _adopted(cycle: Cycle) -> Q:
    listed = NeedLink.objects.live().filter(need__candidate_links__candidate__state=CandidateState.LISTED)
    return Q(pk__in=listed.filter(need__cycle=cycle).values("suggestion"))
