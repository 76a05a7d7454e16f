"""The queue of suggestions: taken by one who checks, given back, and weighed for its order, which decides nothing."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.folding import fold, fold_characters, seen_lines
from livelihood.kernel.sealing import keyed_hashes
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import Claim, ListedWord, Suggestion, SuggestionContact, SuggestionWeight
from proposals.services import _shared as shared
from proposals.states import STARS, ListedKind, Sign, SuggestionState

WORD_LENGTH = (2, 40)
"""Least and most characters: one character alone stands in very many words."""
WORDS_AT_ONCE = 500
AT_ONCE = 500
"""Suggestions weighed in one transaction."""

POINTS = {
    Sign.ABUSE: 30,
    Sign.ADVERTISING: 30,
    Sign.REPEATED: 30,
    Sign.LINKS: 20,
    Sign.SENSITIVE: 20,
    Sign.CONTACT: 15,
    Sign.SHORT: 10,
}
"""What each sign weighs; together 100 at most."""
MOST_POINTS = 100
MANY = 5
"""So many suggestions of a year left by one contact are usual; whole families use one telephone."""
SHORT = 15
"""Characters of the matter below which hardly anything is said."""
LINK = re.compile(r"https?://|www\.[a-z0-9]|[a-z0-9-]{2,}\.(?:com|cn|net|top|xyz|vip)\b", re.IGNORECASE)


@transaction.atomic
def claim_suggestion(*, suggestion: Suggestion, by: User, at: datetime, seen: int | None = None) -> Claim:
    """Take a suggestion to check it, so that nobody else does; again for longer.

    seen: not asked for, as nothing is decided.

    :raises NotAllowed: not the livelihood office, planning has ended, it is checked, or a colleague has taken it.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_claim(by, suggestion, at))
    claim, _is_new = Claim.objects.update_or_create(
        suggestion=suggestion, defaults={"claimed_by": by, "claimed_at": at}
    )
    record(ProposalAct.SUGGESTION_CLAIMED, suggestion, by=by, at=at)
    return claim


@transaction.atomic
def give_back_suggestion(*, suggestion: Suggestion, by: User, at: datetime, seen: int | None = None) -> None:
    """Let others check a suggestion that one has taken. seen: as in `claim_suggestion`.

    :raises NotAllowed: `by` has not taken it.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_give_back(by, suggestion, at))
    Claim.objects.filter(suggestion=suggestion).delete()
    record(ProposalAct.SUGGESTION_GIVEN_BACK, suggestion, by=by, at=at)


@transaction.atomic
def list_words(*, cycle: Cycle, kind: ListedKind, words: str, by: User, at: datetime) -> list[ListedWord]:
    """Put words on a list of the year's area, one a line; those that stand there already stay as they are.

    :raises NotAllowed: not the livelihood office.
    :raises InvalidInput: too many lines, or none that is new.
    :raises BadText: a word is too short or too long.
    """
    require(rules.may_list_words(by, cycle, at))
    shared.lock_cycle(cycle)
    lines = seen_lines(words)
    if len(lines) > WORDS_AT_ONCE:
        raise InvalidInput(_("These are too many words at once. Send them in parts."), field="words")
    cleaned = dict.fromkeys(fold(shared.text("words", line, WORD_LENGTH, multiline=False)) for line in lines)
    listed = set(ListedWord.objects.filter(area=cycle.area, kind=kind, unlisted_at=None).values_list("word", flat=True))
    new = [word for word in cleaned if word not in listed]
    if not new:
        raise InvalidInput(_("These words stand on the list already."), field="words")
    rows = ListedWord.objects.bulk_create(
        ListedWord(area=cycle.area, kind=ListedKind(kind), word=word, listed_at=at, listed_by=by) for word in new
    )
    record(ProposalAct.WORD_LISTED, cycle, by=by, at=at, listed_kind=str(kind), words=new)
    return rows


@transaction.atomic
def unlist_word(*, cycle: Cycle, word: ListedWord, by: User, at: datetime) -> ListedWord:
    """Take a word off its list.

    :raises NotAllowed: not the livelihood office.
    :raises Conflict: it was taken off already, or another area keeps it.
    """
    require(rules.may_list_words(by, cycle, at))
    word = ListedWord.objects.select_for_update().get(pk=word.pk)
    if word.area_id != cycle.area_id:
        raise Conflict(_("This word is kept by the office of another area."))
    if word.unlisted_at is not None:
        raise Conflict(_("This word was taken off the list already."))
    word.unlisted_at, word.unlisted_by = at, by
    word.save(update_fields=["unlisted_at", "unlisted_by"])
    record(ProposalAct.WORD_UNLISTED, cycle, by=by, at=at, listed_kind=word.kind, words=[word.word])
    return word


@transaction.atomic
def weigh_suggestions(*, at: datetime) -> int:
    """Weigh what has come, and what waits while lists of words have changed; return how many were. Twice is once."""
    changed = ListedWord.objects.aggregate(on=Max("listed_at"), off=Max("unlisted_at"))
    latest = max(filter(None, changed.values()), default=None)
    wanted = Q(weight__isnull=True)
    if latest is not None:
        wanted |= Q(state=SuggestionState.RECEIVED, weight__weighed_at__lt=latest)
    open_years = Suggestion.objects.filter(cycle__phase__in=[Phase.SOLICIT, Phase.PLAN]).exclude(matter=STARS)
    rows = list(open_years.filter(wanted).select_related("cycle__area").order_by("pk")[:AT_ONCE])
    for cycle_id in sorted({row.cycle_id for row in rows}):
        _weigh([row for row in rows if row.cycle_id == cycle_id], at)
    return len(rows)


def _weigh(rows: Sequence[Suggestion], at: datetime) -> None:
    """Weigh suggestions of one year, in the order in which they came."""
    cycle, keys = rows[0].cycle, {row.pk: text_key(row) for row in rows}
    others = SuggestionWeight.objects.filter(suggestion__cycle=cycle, text_key__in=set(keys.values()))
    first = dict(others.values_list("text_key").annotate(first=Min("pk")))
    contacts = SuggestionContact.objects.filter(suggestion__cycle=cycle)
    persons = dict(contacts.filter(suggestion__in=keys).values_list("suggestion", "person"))
    left = dict(contacts.filter(person__in=set(persons.values())).values_list("person").annotate(count=Count("pk")))
    words = [
        (one.word, Sign(one.kind))
        for one in ListedWord.objects.filter(unlisted_at=None).select_related("area")
        if one.area.contains(cycle.area)
    ]
    weights, moved = [], []
    for row in rows:
        key = keys[row.pk]
        signs = dict.fromkeys(_signs(row, words))
        if first.setdefault(key, row.pk) < row.pk:
            signs[Sign.REPEATED] = None
        if left.get(persons.get(row.pk, ""), 0) > MANY:
            signs[Sign.CONTACT] = None
        weights.append(
            SuggestionWeight(suggestion=row, text_key=key, signs=[str(sign) for sign in signs], weighed_at=at)
        )
        points = min(MOST_POINTS, sum(POINTS[sign] for sign in signs))
        if points != row.points:
            row.points = points
            moved.append(row)
    SuggestionWeight.objects.bulk_create(
        weights, update_conflicts=True, unique_fields=["suggestion"], update_fields=["text_key", "signs", "weighed_at"]
    )
    Suggestion.objects.bulk_update(moved, ["points"], batch_size=AT_ONCE)


def _signs(row: Suggestion, words: Iterable[tuple[str, Sign]]) -> Iterable[Sign]:
    text = plain_text(row)
    if LINK.search(text):
        yield Sign.LINKS
    if len("".join(row.matter.split())) < SHORT:
        yield Sign.SHORT
    yield from (sign for word, sign in words if word in text)


def text_key(suggestion: Suggestion) -> str:
    """Return by what the same text is known again, however it is spaced and whatever its marks."""
    return keyed_hashes(re.sub(r"[\W_]+", "", plain_text(suggestion)), purpose="proposals.text")[0]


def plain_text(suggestion: Suggestion) -> str:
    """Return what was sent in plain width and small letters."""
    return fold_characters(f"{suggestion.title}\n{suggestion.matter}\n{suggestion.wish}")[0].lower()
