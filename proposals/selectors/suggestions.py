"""Suggestions for their senders, the public and the desk, and the statistics of a year."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from livelihood.cycles.models import Cycle
from livelihood.kernel import numbers
from livelihood.kernel.verdict import Verdict
from proposals import rules
from proposals.models import Candidate, Erasure, FormerWording, Inquiry, Need, Objection, Screening, Suggestion
from proposals.selectors.inquiries import inquiries_of
from proposals.selectors.receipts import is_in_tree
from proposals.selectors.replies import ReplyShown, replies_to
from proposals.selectors.texts import erasures_of
from proposals.states import NEVER, Decision, Erased, SuggestionState

NAMES = ("area", "aspect")
"""What a list of suggestions or needs shows beside each."""

CODE_PURPOSE = "proposals.suggestion"
"""What the secret code on a receipt opens."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of one suggestion, for who holds its number and code.

    screening: the last check, None before the first. needs: those it stands behind now, with their candidates.
    erasures: what was removed of it, oldest first. inquiries: what its sender was asked, oldest first.
    is_in_tree: whether its receipt is published. objection: of who sent it, to the need.
    """

    suggestion: Suggestion
    screening: Screening | None
    replies: list[ReplyShown]
    needs: list[Need]
    erasures: list[Erasure]
    inquiries: list[Inquiry]
    is_in_tree: bool
    objection: Objection | None

    @property
    def may_object(self) -> Verdict:
        """Whether its sender may object to the need."""
        return rules.may_object(self.suggestion)

    @property
    def due_on(self) -> date | None:
        """The day by which it is answered; None once it is, while its sender is asked, and where no day was set."""
        return self.suggestion.due_on if self.suggestion.is_waiting and self.suggestion.due_on < NEVER else None

    @property
    def is_as_sent(self) -> bool:
        """Whether nothing of the text was removed, so that its fingerprint can be computed again."""
        return all(erasure.what == Erased.CONTACT for erasure in self.erasures)


def published_suggestions() -> QuerySet[Suggestion]:
    """Return the suggestions of all years that anyone may read, with area and aspect."""
    return Suggestion.objects.published().select_related("area", "aspect")


def is_wording_taken_back(cycle: Cycle, since: datetime) -> bool:
    """Say whether any suggestion of a year was reworded, or is public no longer, since an instant."""
    others = [decision for decision in Decision if decision != Decision.ACCEPTED]
    screened = Screening.objects.filter(suggestion__cycle=cycle, screened_at__gte=since, decision__in=others)
    return screened.exists() or is_text_erased(cycle, since)


def is_text_erased(cycle: Cycle, since: datetime) -> bool:
    """Say whether words of any suggestion of a year were masked or withdrawn since an instant."""
    erased = Erasure.objects.filter(suggestion__cycle=cycle, erased_at__gte=since)
    return erased.exclude(what=Erased.CONTACT).exists()


def suggestions_behind(need: Need) -> QuerySet[Suggestion]:
    """Return the public suggestions behind a need now."""
    # The year, which the need says already, lets the database begin at its newest where very many stand behind a need.
    return Suggestion.objects.linked_to(need).filter(cycle=need.cycle_id)


def intake_queue(cycle: Cycle) -> QuerySet[Suggestion]:
    """Return all suggestions of a cycle for the desk."""
    return Suggestion.objects.for_cycle(cycle)


def next_to_check(suggestion: Suggestion) -> Suggestion | None:
    """Return the suggestion of the same year that waits for a check after this one, the oldest first."""
    rows = Suggestion.objects.filter(cycle=suggestion.cycle_id, state=SuggestionState.RECEIVED)
    later = Q(received_at__gt=suggestion.received_at) | Q(received_at=suggestion.received_at, pk__gt=suggestion.pk)
    # Said twice, so that the database begins there: it cannot begin at an OR.
    return rows.filter(later, received_at__gte=suggestion.received_at).order_by("received_at", "pk").first()


def suggestion_at(cycle: Cycle, number: str) -> Suggestion | None:
    """Return one suggestion of a cycle by its number, with cycle, area and aspect."""
    rows = Suggestion.objects.for_cycle(cycle).select_related("cycle__area", "area", "aspect")
    return rows.filter(number=number).first()


def screenings_of(suggestion: Suggestion) -> list[Screening]:
    """Return all checks of a suggestion with who made them, oldest first."""
    return list(Screening.objects.filter(suggestion=suggestion).select_related("screened_by").order_by("pk"))


def former_wordings(suggestion: Suggestion) -> list[FormerWording]:
    """Return the wordings of a suggestion that were public before, oldest first, with who replaced them."""
    return list(FormerWording.objects.filter(suggestion=suggestion).select_related("replaced_by").order_by("pk"))


def followed_suggestion(cycle: Cycle, number: str, code: str) -> Followed | None:
    """Return what became of a suggestion; None alike for an unknown number and for a wrong code."""
    reference = numbers.parse_reference(number)
    suggestion = suggestion_at(cycle, reference) if reference else None
    stored = suggestion.code_hash if suggestion else "0" * 64
    if not numbers.code_matches(code, stored, purpose=CODE_PURPOSE) or suggestion is None:
        return None
    shown = Prefetch("candidates", Candidate.objects.public().order_by("number"), to_attr="shown")
    needs = Need.objects.filter(links__suggestion=suggestion, links__unlinked_at=None).prefetch_related(shown)
    screening = Screening.objects.filter(suggestion=suggestion).order_by("-pk").first()
    return Followed(
        suggestion=suggestion,
        screening=screening,
        replies=replies_to(suggestion),
        needs=list(needs.order_by("number")),
        erasures=erasures_of(suggestion),
        inquiries=inquiries_of(suggestion),
        is_in_tree=is_in_tree(suggestion),
        objection=objection_to(suggestion),
    )


def objection_to(suggestion: Suggestion) -> Objection | None:
    """Return what who sent a suggestion has objected."""
    return Objection.objects.filter(suggestion=suggestion).first()


def has_suggestions(cycle: Cycle) -> bool:
    """Say whether any suggestion was received in a cycle, by whatever channel."""
    return Suggestion.objects.for_cycle(cycle).exists()
