"""Who confirms that a deputy is present hands that deputy no paper: one person alone casts no vote."""

from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import override

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import NotAllowed
from tests import databases
from tests.factories.frame import NOW, official, signed_in
from tests.factories.voting import Plenary, plenary
from tests.voting.papers import hand_out, reason
from tests.voting.test_concurrency import at_once
from voting import services
from voting.models import RollEntry
from voting.states import RoundState, Step

OWN = "You have confirmed that this deputy is present. Another person hands out the paper."


def sign_in(session: Plenary, *deputies: User, by: User) -> None:
    for deputy in deputies:
        services.sign_in_deputy(entry=session.entry(deputy), by=by, at=NOW)


def page(session: Plenary, name: str, **more: object) -> str:
    place = {"area": session.cycle.area.slug, "year": session.cycle.year, "number": session.round.number}
    return reverse(f"voting:{name}", kwargs={**place, **more})


def givers(session: Plenary) -> list[int | None]:
    """Return who handed each deputy a paper, in the order of the roll."""
    return list(session.round.roll.order_by("number").values_list("struck_by", flat=True))


@pytest.mark.django_db
def test_nobody_hands_a_paper_to_whom_they_have_signed_in():
    session = plenary(until=RoundState.SIGN_IN)
    first, second, third = session.deputies
    colleague = official(Role.CONGRESS_STAFF, session.cycle.area)
    sign_in(session, first, second, by=session.staff)
    services.sign_in_deputy(entry=session.entry(third), hall_code=session.round.hall_code, by=third, at=NOW)

    with override("en"):
        assert reason(partial(hand_out, session, [first])) == OWN
    assert signed_in(session.staff).post(page(session, "paper", line=1)).status_code == 403
    assert givers(session) == [None] * 3
    assert not Entry.objects.filter(act__startswith="paper").exists()

    services.hand_out_paper(entry=session.entry(first), by=colleague, at=NOW)
    hand_out(session, [third])
    assert givers(session) == [colleague.pk, None, session.staff.pk]


@pytest.mark.django_db
def test_a_sign_in_taken_back_and_confirmed_by_another_frees_the_paper():
    session = plenary(deputies=1, until=RoundState.SIGN_IN)
    (deputy,) = session.deputies
    sign_in(session, deputy, by=session.staff)
    services.undo_sign_in(entry=session.entry(deputy), by=session.staff, at=NOW)
    sign_in(session, deputy, by=session.scrutineer)

    hand_out(session, [deputy])

    assert givers(session) == [session.staff.pk]


@pytest.mark.django_db
def test_papers_for_all_leave_out_whom_one_has_signed_in_and_the_pages_say_how_many():
    session = plenary(deputies=4, until=RoundState.SIGN_IN)
    *own, other, _absent = session.deputies
    sign_in(session, *own, by=session.staff)
    sign_in(session, other, by=session.scrutineer)
    desk, left_out = signed_in(session.staff), "由您签到的：2人"
    stack, act = page(session, "papers"), page(session, "round_act", act="hand-out-papers")
    before = [desk.get(stack).content.decode(), desk.get(act).content.decode()]

    answers = [desk.post(act).status_code for _click in range(2)]
    after, roll = desk.get(stack).content.decode(), desk.get(page(session, "roll")).content.decode()

    assert [left_out in text for text in before] == [True, True]
    assert (answers, givers(session)) == ([302, 302], [None, None, session.staff.pk, None])
    assert Entry.objects.get(act="papers.handed_out").detail == {"handed_out": 1}
    assert (left_out in after, act in after) == (True, False)
    assert (roll.count("由您签到，纸质表决票由另一人发出"), roll.count("发出纸质表决票<span")) == (2, 0)
    colleague = official(Role.CONGRESS_STAFF, session.cycle.area)
    assert services.hand_out_papers(round_=session.round, by=colleague, at=NOW) == 2


@pytest.mark.django_db
def test_a_round_that_moves_to_paper_hands_one_to_all_whoever_signed_them_in():
    session = plenary(deputies=2, until=RoundState.SIGN_IN)
    sign_in(session, session.deputies[0], by=session.scrutineer)
    sign_in(session, session.deputies[1], by=session.staff)

    session.step(Step.MOVE_TO_PAPER, "设备故障")

    assert givers(session) == [session.scrutineer.pk] * 2
    services.take_back_paper(entry=session.entry(session.deputies[1]), by=session.staff, at=NOW)
    with override("en"):
        assert reason(partial(hand_out, session, [session.deputies[1]])) == OWN


@pytest.mark.django_db
def test_database_takes_presence_and_paper_from_two_persons():
    """As the application's own role, and as the superuser: the guard asks for nobody's rights."""
    session = plenary(deputies=2, until=RoundState.SIGN_IN)
    present, absent = session.deputies
    sign_in(session, present, by=session.staff)
    lines = {deputy: session.round.roll.filter(deputy=deputy) for deputy in session.deputies}
    paper: dict[str, Any] = {"struck_at": NOW, "struck_by": session.staff}
    presence: dict[str, Any] = {"signed_in_at": NOW, "signed_in_by": session.staff, "signed_in_way": "staff"}

    def attack() -> None:
        for deputy, values in ((present, paper), (absent, {**paper, **presence})):
            with (
                pytest.raises(DatabaseError, match=r"The paper of line \d on .* takes another person"),
                transaction.atomic(),
            ):
                lines[deputy].update(**values)
        with transaction.atomic():
            lines[absent].update(**paper, **{**presence, "signed_in_by": session.scrutineer})
            with (
                pytest.raises(DatabaseError, match=r"The paper of line 2 on .* takes another person"),
                transaction.atomic(),
            ):
                lines[absent].update(signed_in_by=session.staff)
            transaction.set_rollback(True)

    attack()
    with databases.as_superuser():
        attack()

    assert givers(session) == [None, None]
    assert session.entry(absent).signed_in_at is None


@pytest.mark.django_db(transaction=True)
def test_who_signs_in_and_hands_out_at_once_ends_with_no_paper():
    session = plenary(deputies=6, until=RoundState.SIGN_IN)
    acts = []
    for deputy in session.deputies:
        entry = session.entry(deputy)
        acts.append(partial(services.sign_in_deputy, entry=entry, by=session.staff, at=NOW))
        acts.append(partial(services.hand_out_paper, entry=entry, by=session.staff, at=NOW))
    for_all = partial(services.hand_out_papers, round_=session.round, by=session.staff, at=NOW)

    answers = at_once(*acts, for_all)

    assert all(isinstance(answer, NotAllowed) for answer in answers[1:12:2])
    assert answers[12] == 0
    assert RollEntry.objects.filter(signed_in_by=session.staff, struck_at=None).count() == 6
