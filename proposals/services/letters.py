"""The open letter is drafted, changed, published, and corrected in sight of everybody."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import moved, require_seen
from livelihood.audit.services import record
from livelihood.cycles import services as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput, Moved
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import LetterCorrection, OpenLetter
from proposals.models.letters import WORDS
from proposals.services import _shared as shared
from proposals.states import LETTER_MOVES

TITLE_LENGTH = (4, 200)
BODY_LENGTH = (20, 20_000)
WHY_CORRECTED_LENGTH = (4, 500)


@transaction.atomic
def write_letter(
    *,
    cycle: Cycle,
    title: str,
    body: str,
    signed_by: str,
    by: User,
    at: datetime,
    document_number: str = "",
    dated_on: date | None = None,
    source: str = "",
    seen: int | None = None,
) -> OpenLetter:
    """Write the letter of a cycle, or write it anew while it is a draft.

    body: Markdown.
    document_number, dated_on: those of the signed original, where there is one.
    source: where the letter was published; empty if it is written here.

    :raises NotAllowed: not the livelihood office, another phase, or the letter is published.
    :raises Moved: somebody else has written it since the page was shown.
    :raises BadText: a text is missing or too long.
    """
    cycle = shared.lock_cycle(cycle)
    letter = OpenLetter.objects.filter(cycle=cycle).first()
    require(rules.may_write_letter(by, cycle, letter, at))
    _require_seen(seen, letter)
    letter, created = OpenLetter.objects.update_or_create(
        cycle=cycle,
        defaults={
            **_words(title, body, signed_by, document_number, dated_on),
            "source": shared.text("source", source, (0, 300), multiline=False),
        },
    )
    record(ProposalAct.LETTER_DRAFTED if created else ProposalAct.LETTER_REDRAFTED, letter, by=by, at=at)
    return letter


@transaction.atomic
def publish_letter(*, letter: OpenLetter, by: User, at: datetime, seen: int | None = None) -> OpenLetter:
    """Publish the letter, which begins the year; from now on it is changed by a correction only.

    :raises NotAllowed: not the livelihood office, another phase, or already published.
    :raises Moved: somebody else has written it since the page was shown.
    """
    cycle = shared.lock_cycle(letter.cycle)
    letter = OpenLetter.objects.select_for_update().get(pk=letter.pk)
    require(rules.may_write_letter(by, cycle, letter, at))
    _require_seen(seen, letter)
    letter.state = check_move(LETTER_MOVES, letter.state, "publish")
    letter.published_at, letter.published_by = at, by
    letter.save(update_fields=["state", "published_at", "published_by"])
    record(ProposalAct.LETTER_PUBLISHED, letter, by=by, at=at)
    cycles.begin_cycle(cycle=cycle, by=by, at=at)
    return letter


@transaction.atomic
def correct_letter(
    *,
    letter: OpenLetter,
    seen: int,
    reason: str,
    title: str,
    body: str,
    signed_by: str,
    by: User,
    at: datetime,
    document_number: str = "",
    dated_on: date | None = None,
) -> LetterCorrection:
    """Give a published letter other words, and keep in sight what it said before and why that was changed.

    seen: how many corrections the person saw. body, document_number, dated_on: as in `write_letter`.
    reason: read by everybody.

    :raises NotAllowed: not the livelihood office, not published, or suggestions are collected no longer.
    :raises Moved: somebody else has corrected it meanwhile.
    :raises BadText: a text is missing or too long.
    :raises InvalidInput: this is what it says already.
    """
    cycle = shared.lock_cycle(letter.cycle)
    letter = OpenLetter.objects.select_for_update().get(pk=letter.pk)
    letter.cycle = cycle
    require(rules.may_correct_letter(by, letter, at))
    number = shared.next_number(letter.corrections.all())
    if seen != number - 1:
        last = letter.corrections.select_related("corrected_by").order_by("-number").first()
        who, when, why = (last.corrected_by.name, last.corrected_at, last.reason) if last else (None, at, letter.title)
        raise Moved(moved(who, when, why), seen=number - 1)
    words = _words(title, body, signed_by, document_number, dated_on)
    why = shared.text("reason", reason, WHY_CORRECTED_LENGTH)
    before = {name: getattr(letter, name) for name in WORDS}
    changed = sorted(name for name, value in words.items() if value != before[name])
    if not changed:
        raise InvalidInput(_("This is what the letter says already; nothing was changed."))
    correction = LetterCorrection.objects.create(
        letter=letter, number=number, reason=why, corrected_at=at, corrected_by=by, **before
    )
    for name, value in words.items():
        setattr(letter, name, value)
    letter.save(update_fields=WORDS)
    record(ProposalAct.LETTER_CORRECTED, letter, by=by, at=at, number=number, reason=why, changed=changed)
    return correction


def _require_seen(seen: int | None, letter: OpenLetter | None) -> None:
    rows = [letter] if letter else []
    require_seen(seen, rows, stands=lambda: rows[0].title)


def _words(title: str, body: str, signed_by: str, document_number: str, dated_on: date | None) -> dict[str, Any]:
    return {
        "title": shared.text("title", title, TITLE_LENGTH, multiline=False),
        "body": shared.text("body", body, BODY_LENGTH),
        "signed_by": shared.text("signed_by", signed_by, (1, 200), multiline=False),
        "document_number": shared.text("document_number", document_number, (0, 100), multiline=False),
        "dated_on": dated_on,
    }
