"""Filters over suggestions, needs and candidates."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from livelihood.cycles.models import Cycle
from proposals.states import CandidateState, SuggestionState

if TYPE_CHECKING:
    from proposals.models import Candidate, Need, NeedLink, Suggestion  # noqa: F401 -- named in strings below


WAITING = Q(answered_on=None) & (
    Q(state=SuggestionState.RECEIVED) | Q(state=SuggestionState.ACCEPTED, has_contact=True)
)
"""Nobody has answered it: it is not checked yet, or it was accepted and who left a contact has no reply."""

UNANSWERED = Q(state=SuggestionState.ACCEPTED, has_contact=True, is_replied=False)
"""Accepted, with a contact, and nobody has replied: its sender waits for an answer."""


NOT_PUBLIC = (CandidateState.DRAFT, CandidateState.MISTAKEN)
OFF_THE_LIST = (CandidateState.NOT_ADOPTED, CandidateState.MISTAKEN)
"""What is decided on no more."""


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Suggestions."""

    def for_cycle(self, cycle: Cycle) -> Self:
        """Keep those of one year."""
        return self.filter(cycle=cycle)

    def published(self) -> Self:
        """Keep those whose checked wording anyone may read."""
        return self.filter(state=SuggestionState.ACCEPTED)

    def linked_to(self, need: "Need") -> Self:
        """Keep the published ones that stand behind a need now."""
        return self.published().filter(links__need=need, links__unlinked_at__isnull=True)


class NeedQuerySet(models.QuerySet["Need"]):
    """Needs."""

    def for_cycle(self, cycle: Cycle) -> Self:
        """Keep those of one year."""
        return self.filter(cycle=cycle)


class NeedLinkQuerySet(models.QuerySet["NeedLink"]):
    """Links between suggestions and needs."""

    def live(self) -> Self:
        """Keep the links that hold now."""
        return self.filter(unlinked_at__isnull=True)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Candidates."""

    def for_cycle(self, cycle: Cycle) -> Self:
        """Keep those of one year."""
        return self.filter(cycle=cycle)

    def public(self) -> Self:
        """Keep those anyone may read: what is proposed, listed, or not adopted with its reason."""
        return self.exclude(state__in=NOT_PUBLIC)

    def live(self) -> Self:
        """Keep those that may still be decided on."""
        return self.exclude(state__in=OFF_THE_LIST)
