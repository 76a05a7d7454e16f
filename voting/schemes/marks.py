"""What a ballot may hold, and how a page sends it that sends the marks as they are."""

from collections.abc import Mapping, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import InvalidInput
from voting import selectors
from voting.models import Round
from voting.states import BallotForm, BlankRule
from voting.tally import Mark, encode

Sent = Mapping[str, Sequence[str]]
"""Fields of the ballot page and their values."""

PREFIX = "option_"

UNREADABLE = _("This ballot cannot be read. Open the ballot page again.")


class InvalidBallot(InvalidInput):
    """A ballot that the rules of the round do not take."""

    code = "invalid_ballot"


def field_of(option: int) -> str:
    """Return the name of an option's field on the ballot page."""
    return f"{PREFIX}{option}"


def as_sent(marks: Mapping[int, Mark]) -> Sent:
    """Return marks by option id as the ballot page sends them."""
    return {field_of(option): [mark.value] for option, mark in marks.items()}


def read_marks(round_: Round, sent: Sent) -> str:
    """Return the marks that were sent as letters, in order of option number, when the rules take them.

    Every option must have one: a line left blank is a mark of its own, so that a ballot of which a part was lost on its
    way is never taken for one with blank lines.

    :raises InvalidBallot: they cannot be read, or the rules do not take them.
    """
    lines = [(name.removeprefix(PREFIX), values) for name, values in sent.items() if name.startswith(PREFIX)]
    try:
        marks = {int(option): Mark(mark) for option, [mark] in lines}
    except ValueError:
        raise InvalidBallot(UNREADABLE) from None
    if len(marks) < len(lines):  # one line under two names
        raise InvalidBallot(UNREADABLE)
    return check_marks(round_, marks)


def check_marks(round_: Round, marks: Mapping[int, Mark]) -> str:
    """Return the marks as letters, in order of option number, when the rules take them.

    :raises InvalidBallot: they do not.
    """
    method, letters = round_.method, _letters(round_, marks)
    approvals, limit = letters.count(Mark.APPROVE), method.most_approvals
    if Mark.SPOILT in letters:
        raise InvalidBallot(_("The booth takes no invalid ballot."))
    if limit is not None and approvals > limit:
        too_many = _("Too many approvals: {approvals}. At most {limit} are possible; take some back.")
        if method.form != BallotForm.EACH:
            too_many = _("Too many are chosen: {approvals}. At most {limit} are possible; take some back.")
        raise InvalidBallot(format_lazy(too_many, approvals=approvals, limit=limit))
    if method.form == BallotForm.EXACTLY and approvals != limit:
        problem = _("Chosen: {approvals}. Exactly {limit} are asked for.")
        raise InvalidBallot(format_lazy(problem, approvals=approvals, limit=limit))
    if method.form != BallotForm.EACH and set(letters) - {Mark.APPROVE, Mark.BLANK}:
        raise InvalidBallot(_("This ballot knows ticks only."))
    if method.form == BallotForm.EACH and method.blank == BlankRule.BALLOT_INVALID and Mark.BLANK in letters:
        raise InvalidBallot(_("Every candidate needs a mark: a line left blank would make the ballot invalid."))
    return letters


def _letters(round_: Round, marks: Mapping[int, Mark]) -> str:
    options = selectors.locked_ballot(round_).options
    if set(marks) - set(options):
        raise InvalidBallot(_("This ballot names a candidate that does not stand in this round."))
    if len(marks) < len(options):
        raise InvalidBallot(_("Part of this ballot was lost on its way. Nothing was cast; check it and send it again."))
    return encode(options, marks)
