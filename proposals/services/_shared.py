"""What the acts of collecting and planning begin with: the lock of the year, the next number, a clean text."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import moved, require_seen
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import InvalidInput, Moved
from livelihood.kernel.text import clean_text
from proposals import selectors
from proposals.acts import READING
from proposals.models import FormerWording, Need, Screening, Suggestion


def lock_cycle(cycle: Cycle) -> Cycle:
    """Hold the cycle until the act is committed, and return it as it now stands, with its area.

    Suggestions are sent meanwhile: their rows name the cycle, which does not wait for this lock.
    """
    rows = Cycle.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("area").get(pk=cycle.pk)


def lock_area(cycle: Cycle) -> Area:
    """Hold the area of a year until the act is committed: how its office answers is the same in all its years."""
    return Area.objects.select_for_update(no_key=True).get(pk=cycle.area_id)


def lock_suggestion(suggestion: Suggestion) -> Suggestion:
    """Hold a suggestion until the act is committed, its year before it, and return it as it now stands."""
    cycle = lock_cycle(suggestion.cycle)
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    suggestion.cycle = cycle
    return suggestion


def require_seen_suggestion(seen: int | None, suggestion: Suggestion) -> None:
    """Do nothing if nobody has decided on a suggestion, which is locked, since a page was shown.

    seen: the mark of the page; None for who acts without one.

    :raises Moved: somebody has.
    """
    require_seen(seen, [suggestion], stands=lambda: _standing(suggestion), but=READING)


def _standing(suggestion: Suggestion) -> str:
    """Say how a suggestion stands, with the words of whoever decided last."""
    last = Screening.objects.filter(suggestion=suggestion).order_by("-screened_at", "-pk").first()
    why = [last.get_reason_display(), last.get_handed_to_display(), last.words] if last else []
    return " · ".join(filter(None, [suggestion.get_state_display(), *why]))


def next_number(rows: QuerySet) -> int:
    """Return the number after the highest; the cycle is locked, so no one else draws it."""
    return (rows.aggregate(highest=Max("number"))["highest"] or 0) + 1


def require_seen_needs(seen: Collection[int] | None, needs: Iterable[Need]) -> None:
    """Do nothing if none of the needs, which are locked, was turned down since a page was shown.

    seen: numbers of needs shown as not adopted; None for who acts without a page.

    :raises Moved: one was.
    """
    for need in needs:
        if seen is not None and need.decided_at and need.number not in seen:  # by its constraint: it is not adopted
            who = need.decided_by.name if need.decided_by else None
            stands = f"{need.number}. {need.title} · {need.get_outcome_display()} · {need.reason}"
            raise Moved(moved(who, need.decided_at, stands), seen=selectors.closed_needs(need.cycle))


def text(field: str, value: str, bounds: tuple[int, int], *, multiline: bool = True) -> str:
    """Return a field's text cleaned.

    bounds: least and most characters.

    :raises BadText: too short or too long.
    """
    least, most = bounds
    return clean_text(value, min_length=least, max_length=most, multiline=multiline, field=field)


SHOWN = ("public_title", "public_matter", "public_wish")
"""What the public reads of a suggestion."""
MASKED_LENGTH = (1, 1000)
"""Least and most characters of the words that are to be masked."""


def words_in(words: str, texts: Sequence[str]) -> list[str]:
    """Return the words that are to be masked, one to a line.

    :raises InvalidInput: one of them stands in none of the texts, or there is none.
    """
    lines = [
        line
        for part in text("words", words, MASKED_LENGTH).splitlines()
        if (line := clean_text(part, max_length=MASKED_LENGTH[1]))
    ]
    whole = "\n".join(texts)
    if missing := [line for line in lines if line not in whole]:
        raise InvalidInput(
            _("These words do not stand in it: %(words)s") % {"words": "；".join(missing)}, field="words"
        )
    return lines


def starred(words: str, lines: Sequence[str]) -> str:
    """Return a text with stars in place of each of the lines, the longest first."""
    for line in sorted(lines, key=len, reverse=True):
        words = words.replace(line, "*" * len(line))
    return words


def keep_wording(suggestion: Suggestion, by: User, at: datetime) -> None:
    """Keep the public wording that is about to be replaced, if there is one."""
    if suggestion.public_title:
        FormerWording.objects.create(
            suggestion=suggestion,
            title=suggestion.public_title,
            matter=suggestion.public_matter,
            wish=suggestion.public_wish,
            replaced_at=at,
            replaced_by=by,
        )
