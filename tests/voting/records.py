"""Records of invented rounds, small or of any size, without a database."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from voting import record

RULES: dict[str, Any] = {
    "seats": 2,
    "form": "each",
    "most_approvals": None,
    "denominator": "in_term",
    "threshold_numerator": 1,
    "threshold_denominator": 2,
    "is_strict": True,
    "quorum_base": "in_term",
    "quorum_numerator": 2,
    "quorum_denominator": 3,
    "over_vote": "ballot_invalid",
    "blank": "abstain",
    "scheme": "plain",
    "tie": "run_off",
    "run_off_limit": 1,
    "shortfall": "leave_open",
    "option_order": "list",
    "lot_seed": "",
    "remote_voting": "nobody",
    "publishes_counts": True,
    "has_substitutes": False,
}


def content(
    ballots: Sequence[str], *, options: int, in_term: int = 0, present: int = 0, on_paper: int = 0, **rules: Any
) -> record.Content:
    """Return what a record is made from, uncounted. in_term, present: by default as many as ballots."""
    present = max(present, len(ballots))
    return {
        "format": record.RECORD,
        "round": {
            "area": "330200", "area_name": "宁波市", "year": 2018, "number": 1, "kind": "main",
            "title": "民生实事项目票决", "is_rehearsal": False, "voted_on": "2018-01-12",
            "in_term_by": {"document": "甬人大〔2018〕1号", "date": "2018-01-05", "sha256": "1e" * 32},
            "run_by": [{"role": "chair", "name": "主持", "since": "2018-01-01", "confirmed": "2018-01-02"}],
        },
        "rules": {**RULES, **rules},
        "options": [{"number": number, "title": f"项目{number}"} for number in range(1, options + 1)],
        "salt": "5a" * 32,
        "ballots": [
            {"marks": marks, "receipt": "" if place < on_paper else f"0000-0000-{place:04}"}
            for place, marks in enumerate(ballots)
        ],
        "figures": {"in_term": max(in_term, present), "present": present, "issued": present},
    }  # fmt: skip


def record_of(ballots: Sequence[str], **arguments: Any) -> record.Content:
    """Return the record of a round with these ballots, counted and sealed."""
    return counted_and_sealed(content(ballots, **arguments))


def counted_and_sealed(uncounted: record.Content) -> record.Content:
    return record.sealed({**uncounted, **record.counted(uncounted)})


@st.composite
def contents(draw: st.DrawFn) -> record.Content:
    """Draw a round under any rules, with ballots that keep them or not."""
    options = draw(st.integers(1, 5))
    form = draw(st.sampled_from(["each", "at_most", "exactly"]))
    letters = st.text("ynab" if form == "each" else "yyybbn", min_size=options, max_size=options)
    ballots = draw(st.lists(letters, max_size=9))
    present = len(ballots) + draw(st.integers(0, 2))
    threshold, quorum = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    drawn = content(
        ballots,
        options=options,
        present=present,
        in_term=present + draw(st.integers(0, 3)),
        on_paper=draw(st.integers(0, len(ballots))),
        seats=draw(st.integers(1, 5)),
        form=form,
        most_approvals=draw(st.integers(1, 5) if form != "each" else st.none() | st.integers(1, 5)),
        denominator=draw(st.sampled_from(["in_term", "present", "returned"])),
        threshold_numerator=draw(st.integers(0, threshold)),
        threshold_denominator=threshold,
        is_strict=draw(st.booleans()),
        quorum_base=draw(st.sampled_from(["in_term", "present"])),
        quorum_numerator=draw(st.integers(0, quorum)),
        quorum_denominator=quorum,
        over_vote=draw(st.sampled_from(["ballot_invalid", "approvals_void"])),
        blank=draw(st.sampled_from(["abstain", "not_counted", "ballot_invalid"])),
    )
    drawn["figures"]["issued"] = max(present - draw(st.integers(0, 1)), 0)
    return drawn
