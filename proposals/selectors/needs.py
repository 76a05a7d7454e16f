"""Needs on the board, similar ones, and how many people stand behind a need or a candidate."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramDistance
from django.db.models import Count, F, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce

from livelihood.cycles.models import Cycle
from livelihood.kernel import paging
from livelihood.kernel.paging import in_order
from proposals.models import Candidate, CandidateNeed, Need, NeedLink, Suggestion
from proposals.states import NeedOutcome

SIMILAR_NEEDS = 5

LOOKED_AT = 4
"""So many times as many needs as sentences are wanted are looked at, as nobody may have spoken of one in public."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What somebody wrote, in its public wording, of a need that a candidate answers."""

    candidate_id: int
    need: Need
    sentence: str


@dataclass(frozen=True, slots=True)
class Support:
    """Who stands behind something: suggestions, and the persons who sent them.

    is_more: there are more suggestions than were looked at, and so at least so many persons (ADR 30).
    """

    suggestions: int
    persons: int
    is_more: bool = False


def needs_on_board() -> QuerySet[Need]:
    """Return the needs of all years with area and aspect."""
    return Need.objects.select_related("area", "aspect")


def need_at(cycle: Cycle, number: int) -> Need | None:
    """Return one need of a cycle by its number, with cycle, area and aspect."""
    return Need.objects.for_cycle(cycle).select_related("cycle__area", "area", "aspect").filter(number=number).first()


def newest_needs(cycle: Cycle, limit: int) -> QuerySet[Need]:
    """Return the last needs of a year, the newest first."""
    return Need.objects.for_cycle(cycle).order_by("-number")[:limit]


def said_behind(candidates: Collection[int], *, most: int) -> list[Spoken]:
    """Return for some candidates what somebody wrote of a need that they answer, by number; a query for each."""
    links = CandidateNeed.objects.filter(candidate__in=candidates).select_related("need", "candidate")
    found: dict[int, Spoken] = {}
    for link in links.order_by("candidate__number", "need__number")[: LOOKED_AT * most]:
        if link.candidate_id not in found and len(found) < most:
            spoken = Suggestion.objects.linked_to(link.need).filter(cycle=link.need.cycle_id)
            sentence = spoken.order_by("-received_at", "-pk").values_list("public_title", flat=True).first()
            if sentence:
                found[link.candidate_id] = Spoken(link.candidate_id, link.need, sentence)
    return list(found.values())


def closed_needs(cycle: Cycle) -> str:
    """Return what a page carries of the needs that it shows as not adopted: their numbers, after a 0."""
    rows = Need.objects.for_cycle(cycle).filter(outcome=NeedOutcome.NOT_ADOPTED).order_by("number")
    return ".".join(map(str, [0, *rows.values_list("number", flat=True)]))


def needs_of_suggestion(suggestion: Suggestion) -> list[Need]:
    """Return the needs a suggestion stands behind now, by number."""
    rows = Need.objects.filter(links__suggestion=suggestion, links__unlinked_at__isnull=True)
    return list(rows.order_by("number"))


def needs_of_candidate(candidate_id: int) -> list[Need]:
    """Return the needs a candidate answers, by number."""
    return list(Need.objects.filter(candidate_links__candidate=candidate_id).order_by("number"))


def candidates_of_need(need: Need, *, drafts_too: bool = False) -> list[Candidate]:
    """Return the candidates that answer a need, by number, with day and reason where it was linked to them later.

    drafts_too: also those that are not public.
    """
    rows = Candidate.objects.all() if drafts_too else Candidate.objects.public()
    linked = rows.filter(need_links__need=need).annotate(
        linked_at=F("need_links__linked_at"), why_linked=F("need_links__reason")
    )
    return list(linked.order_by("number"))


def candidates_to_link(need: Need) -> QuerySet[Candidate]:
    """Return the candidates of a need's year that it may be linked to, by number."""
    return Candidate.objects.for_cycle(need.cycle).live().exclude(need_links__need=need).order_by("number")


def support_of_need(need: Need) -> Support:
    """Count the public suggestions behind a need and the persons who sent them."""
    return _support(Suggestion.objects.linked_to(need))


def support_of_candidate(candidate_id: int) -> Support:
    """Count the public suggestions behind a candidate's needs, each once, and the persons who sent them."""
    links = NeedLink.objects.live().filter(need__candidate_links__candidate=candidate_id)
    return _support(Suggestion.objects.published().filter(pk__in=links.values("suggestion")))


def similar_needs(cycle: Cycle, text: str) -> list[Need]:
    """Return the needs of a cycle whose title is most like a text, the most similar first; none that is unlike it."""
    # By the distance alone, as the index gives them: a second key would have all that are equally far off read first.
    nearest = Need.objects.filter(cycle=cycle).annotate(distance=TrigramDistance("title", text)).order_by("distance")
    alike = nearest.values_list("pk", "distance")[:SIMILAR_NEEDS]
    return in_order(needs_on_board(), [pk for pk, distance in alike if distance < 1])


def _support(suggestions: QuerySet[Suggestion]) -> Support:
    """Count suggestions and persons; who left no contact counts as one person each."""
    person = Coalesce("contact__person", Cast("pk", TextField()), output_field=TextField())
    some = suggestions.order_by().annotate(by=person).values("by")[: paging.COUNTED + 1]
    counts = some.aggregate(suggestions=Count("*"), persons=Count("by", distinct=True))
    suggested = paging.row_count(counts["suggestions"])
    return Support(suggested, counts["persons"], is_more=suggested.is_more)
