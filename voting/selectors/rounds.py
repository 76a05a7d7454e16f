"""Reading a round: its rules as counting needs them and as people read them, its options, who could vote."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.errors import Text
from livelihood.web.shown import Labelled
from proposals.selectors import CandidateOnList
from voting import papers, record, steps, tally
from voting.models import Method, Option, Round
from voting.states import BallotForm, Denominator, OptionOrder, TieRule

LEAST_SURPLUS_PERCENT = 20
"""Fewer candidates beyond the seats than this are warned of. Source: docs/sources.md (surplus)."""


def option_ids(round_: Round) -> tuple[int, ...]:
    """Return the options' keys in order of their numbers: the order of the letters on a ballot."""
    return tuple(Option.objects.filter(round=round_).order_by("number").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class LockedBallot:
    """What a ballot of a round must fit, when its rules are locked. Shared by threads: nobody changes what is in it."""

    method: Method
    options: tuple[int, ...]


def locked_ballot(round_: Round) -> LockedBallot:
    """Return the rules and options of a round, known to the process once they are locked.

    From then on the database refuses every change of them (voting/guards/voting_method.sql, voting_option.sql), and
    nothing leads back to a draft: so nothing that is known here can become untrue.
    """
    if round_.rules_locked_at is None:
        return _read_ballot(round_.pk)
    return _locked_ballot(round_.pk, round_.rules_locked_at)


def _read_ballot(round_id: int) -> LockedBallot:
    options = Option.objects.filter(round=round_id).order_by("number").values_list("pk", flat=True)
    return LockedBallot(Method.objects.get(round=round_id), tuple(options))


@lru_cache(maxsize=64)
def _locked_ballot(round_id: int, _locked_at: datetime) -> LockedBallot:
    """_locked_at: so that a database that was put back under a running process is not taken for the former."""
    return _read_ballot(round_id)


def rules_of(round_: Round) -> tally.Rules:
    """Return a round's rules as counting takes them."""
    return record.rules_of({**rules_data(round_.method), "seats": round_.seats})


def assembly(round_: Round) -> tally.Assembly:
    """Return who could vote: in term by law, present, and ballots handed out.

    The booth has one for each deputy present, less those who were handed one on paper.
    """
    present = round_.roll.filter(signed_in_at__isnull=False).count()
    issued = papers.issued(round_) if round_.is_on_paper else present
    return tally.Assembly(in_term=steps.deputies_in_term(round_) or 0, present=present, issued=issued)


def copy_of(candidate: CandidateOnList) -> dict[str, Any]:
    """Return what an option or a review item copies of a candidate on the frozen list."""
    return {
        "candidate_id": candidate.candidate_id,
        "number": candidate.number,
        "title": candidate.title,
        "summary": candidate.summary,
        "place": candidate.place,
        "aspect_id": candidate.aspect_id,
        "lead_organisation_id": candidate.lead_organisation_id,
        "kind": candidate.kind,
        "cost_wan": candidate.total_wan,
        "finish_date": candidate.finishes_on,
        "people_served": candidate.people_served,
        "source": candidate.source,
    }


def drawn(options: Iterable[Option], seed: str) -> list[Option]:
    """Return the options in the order of the lot: by SHA-256 of the seed and the number, as anyone can repeat."""
    return sorted(options, key=lambda option: hashlib.sha256(f"{seed}:{option.number}".encode()).digest())


def rules_data(method: Method) -> dict[str, Any]:
    """Return the rules as plain values, for the journal and the record."""
    return {
        field.name: getattr(method, field.name)
        for field in method._meta.concrete_fields
        if field.name not in ("id", "round")
    }


def share_text(numerator: int, denominator: int, base: str, *, is_strict: bool) -> Text:
    """Say a share in words: all deputies in term, more than 1/2."""
    if numerator == 0:
        return _("Most approvals; no majority asked for")
    pattern = _("{base}: more than {share}") if is_strict else _("{base}: at least {share}")
    return format_lazy(pattern, share=f"{numerator}/{denominator}", base=Denominator(base).label)


def rules_rows(round_: Round) -> list[Labelled]:
    """Return the rules in words, as the session adopted them."""
    return rules_in_words(round_.method)


def rules_in_words(method: Method) -> list[Labelled]:
    """Return rules in words, also some that are stored no longer: the journal keeps them all."""
    limit: Text = _("No limit") if method.most_approvals is None else str(method.most_approvals)
    tie: Text = method.get_tie_display()
    if method.tie == TieRule.RUN_OFF:
        tie = format_lazy(_("{rule}; limit of run-offs: {limit}"), rule=tie, limit=method.run_off_limit)
    order: Text = method.get_option_order_display()
    if method.option_order == OptionOrder.LOT and method.lot_seed:
        order = format_lazy(_("{rule}: seed {seed}"), rule=order, seed=method.lot_seed)
    quorum = share_text(method.quorum_numerator, method.quorum_denominator, method.quorum_base, is_strict=False)
    majority = share_text(
        method.threshold_numerator, method.threshold_denominator, method.denominator, is_strict=method.is_strict
    )
    substitutes = _("May take a deputy's place before sign-in") if method.has_substitutes else _("No substitutes")
    counts = pgettext_lazy("counts", "Published") if method.publishes_counts else _("Names only are published")
    rows: list[tuple[Text, Text]] = [
        (_("Kind of vote"), method.get_scheme_display()),
        (_("Ballot"), method.get_form_display()),
        (_("Most approvals on one ballot"), limit),
        (_("Majority"), majority),
        (_("Quorum"), quorum),
        (_("Too many approvals"), method.get_over_vote_display()),
        (_("Line without a mark"), method.get_blank_display() if method.form == BallotForm.EACH else _("Not ticked")),
        (_("Tie at the last seat"), tie),
        (_("Too few reach the majority"), method.get_shortfall_display()),
        (_("Order on the ballot"), order),
        (_("Voting from outside the hall"), method.get_remote_voting_display()),
        (_("Counts"), counts),
        (_("Substitutes"), substitutes),
    ]
    return [Labelled(label, value) for label, value in rows]


def warnings(seats: int, options: int) -> list[Text]:
    """Return what makes a round less than a choice: as many seats as candidates, or hardly fewer."""
    if options == seats:
        return [_("As many are to be chosen as there are candidates: this vote is not differential.")]
    if (options - seats) * 100 < LEAST_SURPLUS_PERCENT * seats:
        text = _("Candidates beyond the seats: only {surplus}, less than {percent} % of the seats.")
        return [format_lazy(text, surplus=options - seats, percent=LEAST_SURPLUS_PERCENT)]
    return []
