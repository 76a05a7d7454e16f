"""Who is present: the code of the hall, substitutes, whom the round waits for, and the roll as the desk reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from tests import databases
from tests.factories.frame import NOW, official, signed_in
from tests.factories.voting import Plenary, plenary
from voting import rules, selectors, services
from voting.models import Reminder, RollEntry, Substitution
from voting.states import RoundState, SignInWay, Step

pytestmark = pytest.mark.django_db

QUERIES = 11


def desk(session: Plenary, name: str, **more: object) -> str:
    cycle = session.cycle
    parts = {"area": cycle.area.slug, "year": cycle.year, "number": session.round.number, **more}
    return reverse(f"voting:{name}", kwargs=parts)


def issue(session: Plenary) -> dict[int, str]:
    cards = services.issue_credentials(round_=session.round, by=session.staff, at=NOW)
    return {card.number: card.code for card in cards}


def booth(session: Plenary) -> str:
    return reverse("voting:booth_round", kwargs={"round_id": session.round.pk})


def hall_code(session: Plenary) -> str:
    session.round.refresh_from_db()
    return session.round.hall_code


def wrong_codes(session: Plenary, number: int) -> list[str]:
    right = int(hall_code(session))
    return [f"{(right + step) % 1_000_000:06}" for step in range(1, number + 1)]


def stand_in(session: Plenary, entry: RollEntry) -> RollEntry:
    somebody = official(Role.DEPUTY, session.cycle.area)
    return services.substitute_deputy(entry=entry, substitute=somebody, reason="因病请假", by=session.staff, at=NOW)


def test_code_of_the_hall_cannot_be_guessed_from_home():
    session = plenary(until=RoundState.SIGN_IN)
    guesser, other = session.deputies[:2]
    client = signed_in(guesser)

    refused = [client.post(booth(session), {"hall_code": code}) for code in wrong_codes(session, 11)]
    right = client.post(booth(session), {"hall_code": hall_code(session)})

    assert [answer.status_code for answer in [*refused, right]] == [422] * 12
    says = [
        "输错代码的次数过多。请会场内的人大工作人员为您签到，或15分钟后再试。" in page.content.decode()
        for page in [*refused, right]
    ]
    assert says == [False] * 10 + [True] * 2
    assert not session.round.roll.exclude(signed_in_at=None).exists()
    assert not Entry.objects.filter(act="deputy.signed_in").exists()
    # Nobody else is kept out, and staff let in who stands before them.
    assert signed_in(other).post(booth(session), {"hall_code": hall_code(session)}).status_code == 302
    assert signed_in(session.staff).post(desk(session, "sign_in", line=1)).status_code == 302
    assert session.entry(guesser).signed_in_way == SignInWay.STAFF
    assert session.entry(other).signed_in_way == SignInWay.SELF


def test_code_of_the_hall_is_taken_in_full_width_and_with_spaces():
    session = plenary(deputies=2, until=RoundState.SIGN_IN)
    code = hall_code(session)
    wide = code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})

    for deputy, typed in zip(session.deputies, (wide, " ".join(code)), strict=True):
        assert signed_in(deputy).post(booth(session), {"hall_code": typed}).status_code == 302

    assert set(session.round.roll.values_list("signed_in_way", flat=True)) == {SignInWay.SELF}


def test_code_of_the_hall_is_shown_to_those_who_are_there():
    session = plenary(until=RoundState.SIGN_IN)
    code = hall_code(session)
    in_the_hall = {Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER}

    shown = {
        role: signed_in(official(role, session.cycle.area)).get(desk(session, "hall")).content.decode()
        for role in Role
        if role not in (Role.DEPUTY, Role.CPPCC_MEMBER)
    }

    assert {role for role, page in shown.items() if code in page} == in_the_hall
    reason = "签到代码用于证明本人在场"
    assert {role for role, page in shown.items() if reason in page} == shown.keys() - in_the_hall


def test_a_substitute_takes_the_line_and_the_card_of_the_deputy_is_worthless():
    session = plenary(method={"has_substitutes": True}, until=RoundState.SIGN_IN)
    codes, deputy = issue(session), session.deputies[0]

    entry = stand_in(session, session.entry(deputy))

    done = Substitution.objects.get()
    assert (done.deputy_before, done.name_before, done.substitute, done.reason) == (
        deputy, deputy.name, entry.deputy, "因病请假",
    )  # fmt: skip
    assert (entry.number, entry.name, entry.delegation) == (1, entry.deputy.name, "第一代表团")
    assert selectors.turnout(session.round).on_roll == 3
    with pytest.raises(services.WrongCode):
        services.use_credential(code=codes[1], at=NOW)
    assert not rules.may_sign_in_oneself(deputy, session.round, session.round.roll.get(number=1), NOW)
    page = signed_in(session.staff).get(desk(session, "roll")).content.decode()
    assert f"<s>{deputy.name}</s>" in page
    assert Entry.objects.get(act="deputy.substituted").detail["line"] == 1


def test_no_substitute_without_rule_reason_mandate_or_after_sign_in():
    plain = plenary(until=RoundState.SIGN_IN)
    session = plenary(method={"has_substitutes": True}, until=RoundState.SIGN_IN)
    first, second = session.deputies[:2]
    services.sign_in_deputy(entry=session.entry(second), by=session.staff, at=NOW)
    ours: dict[str, Any] = {"reason": "因病请假", "by": session.staff, "at": NOW}

    with pytest.raises(NotAllowed):
        stand_in(plain, plain.entry(plain.deputies[0]))
    with pytest.raises(NotAllowed):
        stand_in(session, session.entry(second))
    with pytest.raises(InvalidInput):
        services.substitute_deputy(entry=session.entry(first), substitute=session.deputies[2], **ours)
    with pytest.raises(InvalidInput):
        services.substitute_deputy(entry=session.entry(first), substitute=session.chair, **ours)
    with pytest.raises(InvalidInput):
        services.substitute_deputy(
            entry=session.entry(first), substitute=official(Role.DEPUTY, session.cycle.area), **{**ours, "reason": "病"}
        )
    with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
        RollEntry.objects.filter(pk=session.entry(first).pk).update(deputy=session.chair)

    assert not Substitution.objects.exists()
    assert session.entry(first).name == first.name


def test_substitution_page_names_the_person_by_user_name():
    session = plenary(method={"has_substitutes": True}, until=RoundState.ROLL_LOCKED)
    client, somebody = signed_in(session.staff), official(Role.DEPUTY, session.cycle.area)
    url = desk(session, "substitute", line=1)

    unknown = client.post(url, {"substitute": "nobody", "reason": "因病请假"})
    done = client.post(url, {"substitute": somebody.username, "reason": "因病请假"})

    assert (unknown.status_code, done.status_code) == (422, 302)
    assert session.round.roll.get(number=1).deputy == somebody


def test_all_who_are_awaited_are_reminded_at_once_and_not_again_within_minutes():
    session = plenary(deputies=3)
    session.cast(session.deputies[0], "yyn")
    client = signed_in(session.staff)

    assert client.post(desk(session, "awaited")).status_code == 302
    soon = client.post(desk(session, "awaited"))

    assert soon.status_code == 403
    assert list(Reminder.objects.values_list("awaited", flat=True)) == [2]
    assert Entry.objects.filter(act="round.reminded").count() == 1
    later = Reminder.objects.get().sent_at + rules.BETWEEN_REMINDERS + timedelta(seconds=1)
    assert rules.may_remind(session.chair, session.round, later)
    voted, awaited = (signed_in(user).get(booth(session)).content.decode() for user in session.deputies[:2])
    assert ("大会正等待您投票" in voted, "大会正等待您投票" in awaited) == (False, True)
    assert "还有到会代表未投票" in client.get(desk(session, "hall")).content.decode()


def test_the_list_of_the_awaited_changes_with_the_state():
    session = plenary(deputies=3, until=RoundState.SIGN_IN)
    services.sign_in_deputy(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)

    def names() -> list[tuple[str, list[str]]]:
        return [(name, [row.name for row in rows]) for name, rows in selectors.awaited_by_delegation(session.round)]

    first, second, third = (deputy.name for deputy in session.deputies)
    assert names() == [("第一代表团", [second, third])]
    for deputy in session.deputies[1:]:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.staff, at=NOW)
    session.step(Step.OPEN)
    session.cast(session.deputies[1], "yyn")
    assert names() == [("第一代表团", [first, third])]


def test_both_who_close_read_who_is_absent_by_the_roll():
    session = plenary(deputies=3)
    first, second, third = session.deputies
    for deputy in (second, third):
        services.undo_sign_in(entry=session.entry(deputy), by=session.staff, at=NOW)
    session.cast(first, "yyn")
    pages = {"propose-close": session.chair, "confirm-close": session.scrutineer}

    for act, person in pages.items():
        page = signed_in(person).get(desk(session, "round_act", act=act)).content.decode()
        assert [deputy.name in page for deputy in session.deputies] == [False, True, True]
        if act == "propose-close":
            services.propose_step(
                round_=session.round, step=Step.CLOSE, note="未到会者已请假", by=session.chair, at=NOW
            )

    assert session.round.steps.get(step=Step.CLOSE).absent == [2, 3]
    services.close_round(round_=session.round, by=session.scrutineer, at=NOW)
    assert "按名册未到会：2人" in signed_in(session.chair).get(desk(session, "round")).content.decode()
    assert first.name not in page


def test_who_is_signed_in_after_closing_was_proposed_stops_it():
    session = plenary(deputies=4)
    late = session.entry(session.deputies[3])
    services.undo_sign_in(entry=late, by=session.staff, at=NOW)
    services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)
    services.sign_in_deputy(entry=late, by=session.staff, at=NOW)

    with pytest.raises(Conflict, match="未到会的人员"):
        services.close_round(round_=session.round, by=session.scrutineer, at=NOW)

    session.round.refresh_from_db()
    assert session.round.state == RoundState.OPEN
    services.withdraw_step(round_=session.round, by=session.scrutineer, at=NOW)
    session.step(Step.CLOSE)
    assert session.round.state == RoundState.CLOSED


def test_roll_is_filtered_by_delegation_and_state(django_assert_num_queries):
    session = plenary(deputies=3, until=RoundState.RULES_LOCKED)
    lines = [
        services.RollLine(place, user.pk, user.name, "甲团" if place < 3 else "乙团")
        for place, user in enumerate(session.deputies, start=1)
    ]
    services.write_roll(round_=session.round, lines=lines, by=session.staff, at=NOW)
    session.lock_roll()
    services.open_sign_in(round_=session.round, by=session.staff, at=NOW)
    services.sign_in_deputy(entry=session.entry(session.deputies[1]), by=session.staff, at=NOW)
    client = signed_in(session.staff)

    def shown(query: str) -> list[int]:
        return [entry.number for entry in client.get(f"{desk(session, 'roll')}?{query}").context["page"].rows]

    assert shown("delegation=甲团") == [1, 2]
    assert shown("delegation=甲团&state=absent") == [1]
    assert shown("state=waited_for") == [2]
    issue(session)
    with django_assert_num_queries(QUERIES):
        client.get(desk(session, "roll"))
    with django_assert_num_queries(QUERIES):
        assert shown("delegation=乙团") == [3]
