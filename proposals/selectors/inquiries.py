"""Questions to who sent a suggestion, and how long the clock of an answer stood because of them."""

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from proposals.models import Inquiry, Suggestion


def inquiries_of(suggestion: Suggestion) -> list[Inquiry]:
    """Return what was asked about a suggestion, oldest first, with who asked."""
    return list(question_spans().filter(suggestion=suggestion).select_related("asked_by").order_by("pk"))


def question_spans() -> QuerySet[Any]:
    """Return all questions with `until`: from `asked_at` until then the clock of the answer stands."""
    return Inquiry.objects.annotate(until=Coalesce("ended_at", "lapses_at"))
