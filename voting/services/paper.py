"""Paper beside the machine: handed out, taken back, entered twice and merged; or the whole round moved to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.keeping import kept_document
from livelihood.kernel.scans import require_scan
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from voting import papers, rules, selectors
from voting.acts import VotingAct, all_but
from voting.models import CountingOfficer, PaperReading, PaperStack, RollEntry, Round, SignedSheet
from voting.models.paper import HANDS
from voting.schemes import InvalidBallot, scheme_of
from voting.services import _shared as shared
from voting.services import after_closing
from voting.states import Duty, Step
from voting.tally import Mark, encode

NAME_LENGTH = 60
MOST_PAPERS = 10_000


@transaction.atomic
def hand_out_paper(*, entry: RollEntry, by: User, at: datetime) -> RollEntry:
    """Hand a deputy a ballot on paper, which strikes them from the booth.

    :raises NotAllowed: not congress staff, voting has closed, the deputy is absent, has voted or holds one, or was
        signed in by who hands it out.
    """
    round_ = shared.share_round(entry.round)
    entry = RollEntry.objects.select_for_update().get(pk=entry.pk)
    require(rules.may_hand_out_paper(by, round_, entry, at))
    entry.struck_at, entry.struck_by = at, by
    entry.save(update_fields=["struck_at", "struck_by"])
    record(VotingAct.PAPER_HANDED_OUT, entry, by=by, at=at, cycle_id=round_.cycle_id, round=round_.pk)
    return entry


@transaction.atomic
def hand_out_papers(*, round_: Round, by: User, at: datetime) -> int:
    """Hand a ballot on paper to everybody who is present, has not voted and holds none; return how many they are.

    Whom one has signed in oneself is left out: another person hands those their paper. Done again it hands out no more;
    who holds one keeps it.

    :raises NotAllowed: not congress staff, a vote by name, or voting has closed.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_hand_out_papers(by, round_, at))
    others = papers.without_ballot(round_).exclude(pk__in=papers.signed_in_by(round_, by).values("pk"))
    handed_out = others.update(struck_at=at, struck_by=by)
    if handed_out:
        record(VotingAct.PAPERS_HANDED_OUT, round_, by=by, at=at, handed_out=handed_out)
    return handed_out


@transaction.atomic
def take_back_paper(*, entry: RollEntry, by: User, at: datetime) -> RollEntry:
    """Take back a ballot that was handed out by mistake and is not marked; the paper itself is destroyed.

    :raises NotAllowed: not congress staff, voting has closed, or the deputy holds none.
    """
    round_ = shared.share_round(entry.round)
    entry = RollEntry.objects.select_for_update().get(pk=entry.pk)
    require(rules.may_take_back_paper(by, round_, entry, at))
    entry.struck_at = entry.struck_by = None
    entry.save(update_fields=["struck_at", "struck_by"])
    record(VotingAct.PAPER_TAKEN_BACK, entry, by=by, at=at, cycle_id=round_.cycle_id, round=round_.pk)
    return entry


@transaction.atomic
def move_to_paper(*, round_: Round, by: User, at: datetime, shown: int | None = None) -> Round:
    """Hold the whole round on paper, as the second person; a closed round opens again for it.

    Electronic ballots are destroyed, nobody counts as having voted, and everybody present is handed a paper; who holds
    one keeps it.

    shown: key of the proposal as it was read.

    :raises NotAllowed: no scrutineer, nothing proposed, on paper already, or the papers are being counted.
    """
    round_ = shared.lock_round(round_)
    reason = shared.confirm(round_, Step.MOVE_TO_PAPER, shown=shown, by=by, at=at).note
    destroyed = round_.roll.filter(has_voted=True).count()
    shared.move(round_, "move_to_paper", act="moved_to_paper", by=by, at=at, closed_at=None, closed_by=None)
    scheme_of(round_).discard(round_)
    after_closing.have_log_let_go(round_, at=at)
    present = round_.roll.filter(signed_in_at__isnull=False, struck_at__isnull=True)
    handed_out = present.update(has_voted=False, struck_at=at, struck_by=by)
    record(
        VotingAct.ROUND_MOVED_TO_PAPER, round_, by=by, at=at, reason=reason, destroyed=destroyed, handed_out=handed_out
    )
    return round_


@transaction.atomic
def count_papers(*, round_: Round, returned: int, by: User, at: datetime) -> PaperStack:
    """Write down how many papers came out of the box. The number stands when two persons have written the same.

    Another number begins anew, whoever writes it. What was entered beyond the number is erased when it stands, not
    before: so one person alone takes no paper away.

    :raises NotAllowed: no teller, voting has not closed, or the papers are merged.
    :raises InvalidInput: no number of papers.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_count_papers(by, round_, at))
    if not 0 <= returned <= MOST_PAPERS:
        problem = format_lazy(_("A box holds 0 to {most} papers."), most=MOST_PAPERS)
        raise InvalidInput(problem, field="returned")
    stack = PaperStack.objects.filter(round=round_).first()
    if stack is not None and (stack.returned, stack.counted_by_id) == (returned, by.pk) and stack.checked_at is None:
        return stack
    if stack is None or stack.returned != returned:
        anew = {"returned": returned, "counted_at": at, "counted_by": by, "checked_at": None, "checked_by": None}
        stack, _created = PaperStack.objects.update_or_create(round=round_, defaults=anew)
    elif stack.checked_at is None and stack.counted_by_id != by.pk:
        stack.checked_at, stack.checked_by = at, by
        stack.save(update_fields=["checked_at", "checked_by"])
        stack.readings.filter(number__gt=returned).delete()
    is_checked, issued = stack.checked_at is not None, papers.issued(round_)
    record(VotingAct.PAPERS_COUNTED, round_, by=by, at=at, returned=returned, issued=issued, is_checked=is_checked)
    return stack


@transaction.atomic
def enter_paper(*, round_: Round, number: int, marks: Mapping[int, Mark], by: User, at: datetime) -> PaperReading:
    """Enter what one person reads on one sheet; entering it again replaces what the same person read before.

    number: place in the stack, from 1. marks: option id → mark; an option without one has no mark that can be read,
    and Mark.SPOILT on every option says that the paper is invalid as a whole. What breaks the rules is entered as it
    stands there.

    :raises NotAllowed: no teller, or the papers cannot be counted.
    :raises InvalidInput: no such sheet.
    :raises InvalidBallot: marks that no such paper can bear.
    :raises Conflict: two others have read the sheet.
    """
    round_ = shared.share_round(round_)
    stack = PaperStack.objects.select_for_update().filter(round=round_).first()
    require(rules.may_enter_papers(by, round_, at))
    assert stack is not None  # noqa: S101 -- the rule says so
    if not 1 <= number <= stack.returned:
        raise InvalidInput(format_lazy(_("The stack has sheets 1 to {returned}."), returned=stack.returned))
    letters = _letters(round_, marks)
    readings = {reading.teller_id: reading for reading in stack.readings.filter(number=number)}
    reading = readings.get(by.pk)
    if reading is not None:
        reading.marks = letters
        reading.save(update_fields=["marks"])
    else:
        free = set(HANDS) - {other.hand for other in readings.values()}
        if not free:
            raise Conflict(_("Two others have read this sheet."))
        reading = PaperReading.objects.create(stack=stack, number=number, hand=min(free), teller=by, marks=letters)
    record(VotingAct.PAPERS_SHEET_ENTERED, round_, by=by, at=at, sheet=number)
    return reading


def _letters(round_: Round, marks: Mapping[int, Mark]) -> str:
    """Return the marks as letters, in order of option number, when a paper of this round can bear them."""
    options = selectors.option_ids(round_)
    letters = encode(options, marks)
    if set(marks) - set(options) or not (
        set(letters) <= papers.possible_marks(round_) or set(letters) == {Mark.SPOILT}
    ):
        raise InvalidBallot(_("No paper of this round can bear these marks."))
    return letters


@transaction.atomic
def merge_papers(*, round_: Round, by: User, at: datetime) -> PaperStack:
    """Put the paper ballots among the others, in random order and once, and erase what was entered.

    :raises NotAllowed: no teller, not the time, merged already, or two persons have not read every sheet alike.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_merge_papers(by, round_, at))
    stack = PaperStack.objects.get(round=round_)
    scheme_of(round_).add_papers(stack)
    stack.readings.all().delete()
    stack.merged_at, stack.merged_by = at, by
    stack.save(update_fields=["merged_at", "merged_by"])
    record(VotingAct.PAPERS_MERGED, round_, by=by, at=at, returned=stack.returned)
    return stack


@transaction.atomic
def name_officers(
    *,
    round_: Round,
    chief: str,
    scrutineers: Sequence[str],
    tellers: Sequence[str],
    by: User,
    at: datetime,
    session: str = "",
    seen: int | None = None,
) -> Round:
    """Write who counts and who watches, all at once, as the tally sheet prints them to be signed.

    session: name of the session of the congress, for the notice.

    :raises NotAllowed: not congress staff, or the round is finished.
    :raises Moved: somebody else has named them since the page was shown.
    :raises InvalidInput: one of the three is missing, or somebody has two duties.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_name_officers(by, round_, at))
    require_seen(seen, [round_], stands=lambda: _named(round_), but=all_but(VotingAct.ROUND_OFFICERS_NAMED))
    duties = [(Duty.CHIEF_SCRUTINEER, [chief]), (Duty.SCRUTINEER, scrutineers), (Duty.TELLER, tellers)]
    rows = [CountingOfficer(round=round_, duty=duty, name=_name(name)) for duty, names in duties for name in names]
    if not scrutineers or not tellers:
        raise InvalidInput(_("Name at least one scrutineer and one teller."))
    if len({fold(row.name) for row in rows}) != len(rows):
        raise InvalidInput(_("Nobody has two duties at the count, or stands there twice."))
    round_.session = clean_text(session, min_length=0, max_length=120, multiline=False, field="session")
    round_.save(update_fields=["session"])
    round_.officers.all().delete()
    CountingOfficer.objects.bulk_create(rows)
    record(VotingAct.ROUND_OFFICERS_NAMED, round_, by=by, at=at, scrutineers=len(scrutineers), tellers=len(tellers))
    return round_


@transaction.atomic
def bring_signed_sheet(*, round_: Round, file: BinaryIO, file_name: str, by: User, at: datetime) -> SignedSheet:
    """Keep the signed tally sheet of a round as it was scanned; the last one counts, and its hash is public.

    :raises NotAllowed: not congress staff, or there is no sheet yet.
    :raises FileRefused: no PDF and no picture, too large, damaged, or with something in it that is no scan.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_bring_signed_sheet(by, round_, at))
    kept = kept_document(file, file_name)
    require_scan(kept["content"], kept["kind"])
    before = selectors.signed_sheet_of(round_)
    sheet = SignedSheet.objects.create(round=round_, **kept, brought_at=at, brought_by=by)
    sha256 = [before.sha256, sheet.sha256] if before else sheet.sha256
    record(VotingAct.ROUND_SHEET_BROUGHT, round_, by=by, at=at, sha256=sha256)
    return sheet


def _named(round_: Round) -> str:
    """Say who counts and who watches."""
    duties = [f"{duty.label} {'、'.join(names)}" for duty, names in selectors.officers_by_duty(round_)]
    return " · ".join([*duties, round_.session])


def _name(name: str) -> str:
    return clean_text(name, min_length=2, max_length=NAME_LENGTH, multiline=False)
