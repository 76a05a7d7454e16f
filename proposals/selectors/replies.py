"""What citizens were answered, what waits to be sent, and what helps to write it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from livelihood.accounts.models import User
from livelihood.cycles.models import Area
from proposals import rules
from proposals.models import NeedLink, ProgressWord, Reply, ReplyDraft, ReplyTemplate, Suggestion


@dataclass(frozen=True, slots=True)
class ReplyShown:
    """A reply as it is read now. earlier: what it said before each correction, the last first, with that correction."""

    reply: Reply
    earlier: list[tuple[Reply, Reply]]


def public_replies() -> QuerySet[Reply]:
    """Return replies as pages and the API show them, oldest first."""
    return Reply.objects.select_related("organisation", "progress").order_by("pk")


def replies_to(suggestion: Suggestion) -> list[ReplyShown]:
    """Return the answers to a suggestion, oldest first."""
    return as_shown(public_replies().filter(suggestion=suggestion))


def as_shown(replies: Iterable[Reply]) -> list[ReplyShown]:
    """Return replies, which come in their order, with what each said before it was corrected."""
    rows = list(replies)
    known, corrected = {row.pk: row for row in rows}, {row.corrects_id for row in rows}
    found = []
    for row in rows:
        if row.pk not in corrected:
            earlier, later = [], row
            while later.corrects_id:
                before = known[later.corrects_id]
                earlier.append((before, later))
                later = before
            found.append(ReplyShown(row, earlier))
    return found


def with_replies(rows: Sequence[Suggestion]) -> Sequence[Suggestion]:
    """Put the answers to each suggestion of a page onto it, as `shown_replies`; one query, none without rows."""
    by_suggestion: dict[int, list[Reply]] = {}
    for reply in public_replies().filter(suggestion__in=rows) if rows else ():
        by_suggestion.setdefault(reply.suggestion_id, []).append(reply)
    for row in rows:
        vars(row)["shown_replies"] = as_shown(by_suggestion.get(row.pk, ()))
    return rows


def replies_alike(suggestion: Suggestion, key: str, *, most: int) -> int:
    """Count, up to `most`, the suggestions of the same year that ask for something else and were answered the same.

    key: `substance.text_key`. Who stands behind the same need may read the same.
    """
    needs = NeedLink.objects.live().filter(suggestion=suggestion).values("need")
    beside = NeedLink.objects.live().filter(need__in=needs).values("suggestion")
    alike = Reply.objects.filter(text_key=key, suggestion__cycle=suggestion.cycle_id).exclude(suggestion=suggestion)
    return alike.exclude(suggestion__in=beside).values("suggestion").distinct()[:most].count()


def drafts_to(suggestion: Suggestion) -> list[ReplyDraft]:
    """Return the replies to a suggestion that wait for another one to send them, oldest first."""
    rows = ReplyDraft.objects.filter(suggestion=suggestion, ended_at=None)
    return list(rows.select_related("organisation", "progress", "drafted_by", "corrects").order_by("pk"))


def drafts_for(user: User, areas: QuerySet[Area], at: datetime, *, most: int) -> list[ReplyDraft]:
    """Return the replies in some areas that wait for this person to send them, the longest waiting first."""
    waiting = ReplyDraft.objects.filter(ended_at=None, suggestion__cycle__area__in=areas).exclude(drafted_by=user)
    rows = waiting.select_related("suggestion__cycle__area").order_by("drafted_at", "pk")
    return [draft for draft in rows[: 10 * most] if rules.may_send_draft(user, draft, at)][:most]


def templates_of(area: Area) -> QuerySet[ReplyTemplate]:
    """Return the texts that the office of an area begins replies with, by name."""
    return ReplyTemplate.objects.filter(area=area, ended_at=None).order_by("name", "pk")


def progress_words_of(area: Area) -> QuerySet[ProgressWord]:
    """Return the words in which the office of an area says how far something has come, in the order of their coming."""
    return ProgressWord.objects.filter(area=area, ended_at=None).order_by("pk")
