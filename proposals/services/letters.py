"""The open letter is drafted, changed and published."""

from datetime import date, datetime

from django.db import transaction

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles import services as cycles
from livelihood.cycles.models import Cycle
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import OpenLetter
from proposals.services import _shared as shared
from proposals.states import LETTER_MOVES

TITLE_LENGTH = (4, 200)
BODY_LENGTH = (20, 20_000)


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
) -> OpenLetter:
    """Write the letter of a cycle, or write it anew while it is a draft.

    body: Markdown.
    document_number, dated_on: those of the signed original, where there is one.
    source: where the letter was published; empty if it is written here.

    :raises NotAllowed: not the livelihood office, another phase, or the letter is published.
    :raises BadText: a text is missing or too long.
    """
    cycle = shared.lock_cycle(cycle)
    letter = OpenLetter.objects.filter(cycle=cycle).first()
    require(rules.may_write_letter(by, cycle, letter, at))
    letter, created = OpenLetter.objects.update_or_create(
        cycle=cycle,
        defaults={
            "title": shared.text("title", title, TITLE_LENGTH, multiline=False),
            "body": shared.text("body", body, BODY_LENGTH),
            "signed_by": shared.text("signed_by", signed_by, (1, 200), multiline=False),
            "document_number": shared.text("document_number", document_number, (0, 100), multiline=False),
            "dated_on": dated_on,
            "source": shared.text("source", source, (0, 300), multiline=False),
        },
    )
    record(ProposalAct.LETTER_DRAFTED if created else ProposalAct.LETTER_REDRAFTED, letter, by=by, at=at)
    return letter


@transaction.atomic
def publish_letter(*, letter: OpenLetter, by: User, at: datetime) -> OpenLetter:
    """Publish the letter, which begins the year; from now on it stays as it is.

    :raises NotAllowed: not the livelihood office, another phase, or already published.
    """
    cycle = shared.lock_cycle(letter.cycle)
    letter = OpenLetter.objects.select_for_update().get(pk=letter.pk)
    require(rules.may_write_letter(by, cycle, letter, at))
    letter.state = check_move(LETTER_MOVES, letter.state, "publish")
    letter.published_at, letter.published_by = at, by
    letter.save(update_fields=["state", "published_at", "published_by"])
    record(ProposalAct.LETTER_PUBLISHED, letter, by=by, at=at)
    cycles.begin_cycle(cycle=cycle, by=by, at=at)
    return letter
