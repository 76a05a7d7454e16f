"""Acts upon rounds, ballots and the review as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class VotingAct(Act):
    """Acts upon rounds, the roll, ballots, paper and review."""

    BALLOT_CAST = "ballot.cast"
    BALLOTS_OPENED = "ballots.opened"
    CREDENTIAL_ISSUED = "credential.issued"
    CREDENTIAL_USED = "credential.used"
    CREDENTIALS_ISSUED = "credentials.issued"
    DEPUTY_SIGN_IN_UNDONE = "deputy.sign_in_undone"
    DEPUTY_SIGNED_IN = "deputy.signed_in"
    DEPUTY_SUBSTITUTED = "deputy.substituted"
    HALF_DRAWN = "half.drawn"
    HALF_HANDED_IN = "half.handed_in"
    HALF_TRIED = "half.tried"
    KIOSK_OPENED = "kiosk.opened"
    KIOSK_REVOKED = "kiosk.revoked"
    LIST_REVISED = "list.revised"
    LOG_CHECKED = "log.checked"
    OPINION_ANSWERED = "opinion.answered"
    OPINION_GIVEN = "opinion.given"
    PAPER_HANDED_OUT = "paper.handed_out"
    PAPER_TAKEN_BACK = "paper.taken_back"
    PAPERS_COUNTED = "papers.counted"
    PAPERS_HANDED_OUT = "papers.handed_out"
    PAPERS_MERGED = "papers.merged"
    PAPERS_SHEET_ENTERED = "papers.sheet_entered"
    REVIEW_ADOPTED = "review.adopted"
    REVIEW_SUBMITTED = "review.submitted"
    ROLL_CLEARED = "roll.cleared"
    ROLL_IMPORTED = "roll.imported"
    ROUND_ANNOUNCED = "round.announced"
    ROUND_CLOSED = "round.closed"
    ROUND_COUNTED = "round.counted"
    ROUND_CREATED = "round.created"
    ROUND_IN_TERM_STATED = "round.in_term_stated"
    ROUND_MOVED_TO_PAPER = "round.moved_to_paper"
    ROUND_OFFICERS_NAMED = "round.officers_named"
    ROUND_OPENED = "round.opened"
    ROUND_PAUSED = "round.paused"
    ROUND_REMINDED = "round.reminded"
    ROUND_RESUMED = "round.resumed"
    ROUND_ROLL_LOCKED = "round.roll_locked"
    ROUND_RULES_LOCKED = "round.rules_locked"
    ROUND_RULES_WRITTEN = "round.rules_written"
    ROUND_SHEET_BROUGHT = "round.sheet_brought"
    ROUND_SIGN_IN_OPENED = "round.sign_in_opened"
    ROUND_STEP_PROPOSED = "round.step_proposed"
    ROUND_STEP_WITHDRAWN = "round.step_withdrawn"
    ROUND_VOIDED = "round.voided"


OF_SINGLE_DEPUTIES = frozenset({
    VotingAct.BALLOT_CAST, VotingAct.CREDENTIAL_ISSUED, VotingAct.CREDENTIAL_USED, VotingAct.DEPUTY_SIGNED_IN,
    VotingAct.DEPUTY_SIGN_IN_UNDONE, VotingAct.PAPER_HANDED_OUT, VotingAct.PAPER_TAKEN_BACK,
})  # fmt: skip
"""Acts whose entries say who takes part in a vote, and when; the office that runs the year does not read them."""


def all_but(act: VotingAct) -> frozenset[VotingAct]:
    """Return the acts upon a round that change nothing of what one act writes (ADR 43)."""
    return frozenset(VotingAct) - {act}
