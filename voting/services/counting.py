"""From closed urn to announced result, and the rounds that follow from it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.verdict import require
from voting import exporters, papers, rules, selectors
from voting.acts import VotingAct
from voting.models import (
    CountingOfficer,
    DeputiesInTerm,
    Method,
    Option,
    OptionResult,
    RollEntry,
    Round,
    RoundResult,
    VoteOfficial,
)
from voting.schemes import scheme_of
from voting.services import _shared as shared
from voting.services.rounds import METHOD_FIELDS, next_number
from voting.states import Outcome, RoundKind, RoundState, Step

COPIED_OPTION = [field.name for field in Option._meta.concrete_fields if field.name not in ("id", "round", "position")]
COPIED_ENTRY = [
    "deputy_id", "number", "name", "delegation", "may_vote_remotely",
    "signed_in_at", "signed_in_by_id", "signed_in_way",
]  # fmt: skip


@transaction.atomic
def count_round(*, round_: Round, by: User, at: datetime) -> RoundResult:
    """Count a closed round and keep the figures.

    :raises NotAllowed: neither presiding officer nor scrutineer, voting has not closed, papers wait to be merged, or
        the scheme waits for keys.
    """
    round_ = shared.lock_round(round_)
    scheme = scheme_of(round_)
    require(rules.may_count_round(by, round_, at) and scheme.can_count(round_))
    counted = scheme.count(round_)
    assembly = selectors.assembly(round_)
    result = RoundResult.objects.create(
        round=round_,
        in_term=assembly.in_term,
        present=assembly.present,
        issued=assembly.issued,
        returned=counted.returned,
        on_paper=papers.merged(round_),
        valid=counted.valid,
        invalid=counted.invalid,
        blank=counted.blank,
        not_voted=counted.not_voted,
        needed=counted.needed,
        is_quorate=counted.is_quorate,
        tied_seats=counted.tied_seats,
        shortfall=counted.shortfall,
    )
    OptionResult.objects.bulk_create(
        OptionResult(
            option_id=option_id,
            approve=count.approve,
            oppose=count.oppose,
            abstain=count.abstain,
            blank=count.blank,
            outcome=Outcome(counted.standings[option_id].value),
        )
        for option_id, count in counted.counts.items()
    )
    VoteOfficial.objects.bulk_create(selectors.officials_during(round_, at))
    shared.move(round_, "count", act="counted", by=by, at=at)
    record(VotingAct.ROUND_COUNTED, round_, by=by, at=at, returned=counted.returned, valid=counted.valid)
    return result


@transaction.atomic
def announce_round(*, round_: Round, by: User, at: datetime, shown: int | None = None) -> Round:
    """Make the result public, as the second person. A rehearsal is announced too, and is no result.

    shown: key of the proposal as it was read.

    :raises NotAllowed: no scrutineer, nothing proposed, or the round is not counted.
    """
    round_ = shared.lock_round(round_)
    number = shared.confirm(round_, Step.ANNOUNCE, shown=shown, by=by, at=at).note
    shared.move(round_, "announce", act="announced", by=by, at=at, announcement_number=number[:60])
    record_hash = exporters.full_record(round_)["hash"]
    record(VotingAct.ROUND_ANNOUNCED, round_, by=by, at=at, number=number, record_hash=record_hash)
    return round_


@transaction.atomic
def start_run_off(*, round_: Round, by: User, at: datetime) -> Round:
    """Create the run-off of the candidates tied at the last seat, with the roll as it stands.

    All of them have the majority already, so most approvals decide; the rules can be changed while it is a draft.
    Source: docs/sources.md (run-off).

    :raises NotAllowed: no announced tie, or the rules allow no (further) run-off.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_start_run_off(by, round_, at))
    tied = round_.options.filter(result__outcome=Outcome.TIED)
    run_off = _follow_up(round_, RoundKind.RUN_OFF, round_.result.tied_seats, tied, by=by, at=at)
    run_off.method.threshold_numerator, run_off.method.is_strict = 0, True
    run_off.method.save(update_fields=["threshold_numerator", "is_strict"])
    return run_off


@transaction.atomic
def vote_again(*, round_: Round, by: User, at: datetime) -> Round:
    """Create the repeat of a void round, or a further round on those not chosen when seats stayed open.

    :raises NotAllowed: the round is neither void nor short, or the rules leave the seats open.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_vote_again(by, round_, at))
    if round_.state == RoundState.VOIDED:
        return _follow_up(round_, RoundKind.REPEAT, round_.seats, round_.options.all(), by=by, at=at)
    rest = round_.options.exclude(result__outcome=Outcome.ELECTED)
    seats = min(round_.result.shortfall, rest.count())
    return _follow_up(round_, RoundKind.REPEAT, seats, rest, by=by, at=at)


def _follow_up(
    parent: Round, kind: RoundKind, seats: int, options: Iterable[Option], *, by: User, at: datetime
) -> Round:
    """Create a round from another: same rules, session, officers and number in term, some of its options, the roll."""
    cycle = Cycle.objects.select_for_update().get(pk=parent.cycle_id)
    with override("zh-hans"):
        title = _("%(title)s: %(kind)s") % {"title": parent.title[:100], "kind": kind.label}
    round_ = Round.objects.create(
        cycle=cycle,
        number=next_number(cycle),
        kind=kind,
        parent=parent,
        title=title,
        seats=seats,
        is_rehearsal=parent.is_rehearsal,
        voting_minutes=parent.voting_minutes,
        session=parent.session,
        created_at=at,
        created_by=by,
    )
    rows = sorted(options, key=lambda option: option.number)
    Option.objects.bulk_create(
        Option(round=round_, position=position, **{name: getattr(option, name) for name in COPIED_OPTION})
        for position, option in enumerate(rows, start=1)
    )
    kept = {name: getattr(parent.method, name) for name in METHOD_FIELDS}
    if kept["most_approvals"] is not None:
        kept["most_approvals"] = min(kept["most_approvals"], seats)
    Method.objects.create(round=round_, **kept)
    RollEntry.objects.bulk_create(
        RollEntry(round=round_, **{name: getattr(entry, name) for name in COPIED_ENTRY})
        for entry in parent.roll.order_by("number")
    )
    if (stated := DeputiesInTerm.objects.filter(round=parent).first()) is not None:
        stated.pk, stated.round, stated.stated_at, stated.stated_by = None, round_, at, by
        stated.save(force_insert=True)
    CountingOfficer.objects.bulk_create(
        CountingOfficer(round=round_, duty=officer.duty, name=officer.name)
        for officer in parent.officers.order_by("pk")
    )
    record(
        VotingAct.ROUND_CREATED,
        round_,
        by=by,
        at=at,
        parent=parent.pk,
        kind=str(kind),
        seats=seats,
        candidates=len(rows),
    )
    return round_
