"""Rounds with paper beside the booth, and what tellers do with it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from livelihood.accounts.models import User
from livelihood.kernel.errors import NotAllowed
from tests.factories.frame import NOW
from tests.factories.voting import Plenary, plenary
from voting import services
from voting.models import Ballot, PaperStack
from voting.states import Step


def hand_out(session: Plenary, deputies: Sequence[User]) -> None:
    for deputy in deputies:
        services.hand_out_paper(entry=session.entry(deputy), by=session.staff, at=NOW)


def mixed(papers: int = 5, others: int = 5, **arguments: Any) -> Plenary:
    """Return an open round: the last so many deputies hold a paper, the others approve 1 and 2 in the booth."""
    session = plenary(deputies=papers + others, **arguments)
    hand_out(session, session.deputies[others:])
    for deputy in session.deputies[:others]:
        session.cast(deputy, "yyn")
    return session


def count(session: Plenary, returned: int) -> PaperStack:
    """Count the papers that came back, by two persons."""
    write(session, returned, session.staff)
    return write(session, returned, session.scrutineer)


def write(session: Plenary, returned: int, teller: User) -> PaperStack:
    """Write down what one person counts."""
    return services.count_papers(round_=session.round, returned=returned, by=teller, at=NOW)


def enter(session: Plenary, teller: User, *sheets: str, first: int = 1) -> None:
    for number, letters in enumerate(sheets, start=first):
        services.enter_paper(round_=session.round, number=number, marks=session.marks(letters), by=teller, at=NOW)


def enter_twice(session: Plenary, *sheets: str) -> None:
    for teller in (session.staff, session.scrutineer):
        enter(session, teller, *sheets)


def merge(session: Plenary) -> PaperStack:
    return services.merge_papers(round_=session.round, by=session.staff, at=NOW)


def reason(act: Callable[[], object]) -> str:
    with pytest.raises(NotAllowed) as refusal:
        act()
    return str(refusal.value)


def papers_among_ballots() -> int:
    return Ballot.objects.filter(receipt="").count()


def boxed() -> Plenary:
    """Return a closed round with five papers in the box, which are counted."""
    session = mixed()
    session.step(Step.CLOSE)
    count(session, 5)
    return session
