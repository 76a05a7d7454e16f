"""Two deputies of one name, one deputy twice, and a deputy who has an account under another role."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from livelihood.accounts import services as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.audit.services import record
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.sheets.handling import LEAVE, YES, Line, RowOutcome, Written
from livelihood.kernel.sheets.results import Row
from tests.factories.frame import NOW, MandateFactory, UserFactory, official
from tests.voting.test_handlers import HANDLER, deputy, frame_of, roll, round_, staff, take_back, write
from voting.acts import VotingAct
from voting.handlers.telling import ANOTHER, SAME, TWIN, WHICH, Likeness, likeness
from voting.models import Round

__all__ = ["round_", "staff"]

pytestmark = pytest.mark.django_db

Values = Mapping[str, Any]
Answers = Mapping[int, Mapping[str, str]]


def plan(round_: Round, by: User, *values: Values, answers: Answers | None = None) -> list[Line]:
    rows = [Row("名册", number, dict(one)) for number, one in enumerate(values, start=2)]
    return HANDLER.plan(replace(frame_of(round_, by), answers=answers or {}), rows)


def asked(line: Line) -> list[str]:
    return [str(question.problem) for question in line.questions]


def said(lines: list[Line]) -> list[tuple[str, str]]:
    """Return of each line what becomes of it, and what is wrong or asked."""
    with translation.override("en"):
        return [
            (line.outcome, " ".join([*(str(one.problem) for one in line.problems), *asked(line)])) for line in lines
        ]


def write_answered(round_: Round, by: User, line: Line) -> list[Written]:
    with transaction.atomic():
        (done,) = HANDLER.write(HANDLER.lock(frame_of(round_, by)), [line])
    return [Written(done.row, line.name, done.subject, True, (), done.kept)]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({}, {}, Likeness.UNCLEAR),
        ({"delegation": "一团"}, {"phone": "1"}, Likeness.UNCLEAR),
        ({"delegation": "一团"}, {"delegation": "一团"}, Likeness.ONE),
        ({"delegation": "一团"}, {"delegation": "二团"}, Likeness.TWO),
        ({"delegation": "一团", "phone": "1"}, {"delegation": "一团", "phone": "2"}, Likeness.TWO),
        ({"delegation": "一团", "phone": "1"}, {"delegation": "二团", "phone": "1"}, Likeness.UNCLEAR),
        ({"card": "A1"}, {"card": "\uff211"}, Likeness.ONE),
    ],
)
def test_people_of_one_name_are_told_apart_by_card_telephone_and_delegation(one, other, found):
    assert (likeness(one, other), likeness(other, one)) == (found, found)


def test_a_deputy_twice_is_left_out_by_an_answer_and_two_of_one_name_are_taken(round_, staff):
    lines = plan(
        round_, staff,
        {"name": "陈春霞", "delegation": "一团", "phone": "13800000001"},
        {"name": "王军", "delegation": "一团", "phone": "13800000002"},
        {"name": "陈春霞", "delegation": "一团", "phone": "13800000001"},
        {"name": "王军", "delegation": "二团", "phone": "13800000003"},
    )  # fmt: skip

    assert said(lines) == [
        (RowOutcome.NEW, ""), (RowOutcome.NEW, ""),
        (RowOutcome.DOUBT, "Row 2 has this name, too: 13800000001 · 一团. Is it the same person?"),
        (RowOutcome.NEW, ""),
    ]  # fmt: skip
    assert list(lines[2].questions[0].answers) == [LEAVE]


def test_two_of_one_name_are_known_again_by_what_told_them_apart(round_, staff):
    rows: list[Values] = [
        {"name": "王军", "delegation": "一团", "phone": "13800000002"},
        {"name": "王军", "delegation": "二团", "phone": "13800000003"},
    ]
    write(round_, staff, *rows)

    assert said(plan(round_, staff, *rows)) == [(RowOutcome.UNCHANGED, "")] * 2
    assert said(plan(round_, staff, *reversed(rows))) == [(RowOutcome.UNCHANGED, "")] * 2
    third = {"name": "王军", "delegation": "三团", "phone": "13800000004"}
    assert said(plan(round_, staff, *rows, third)) == [(RowOutcome.UNCHANGED, "")] * 2 + [(RowOutcome.NEW, "")]


def test_what_nothing_tells_apart_is_asked_and_the_answer_holds(round_, staff):
    rows: list[Values] = [{"name": "丁"}, {"name": "丁"}]
    question = "Row 2 has this name, too, and nothing tells them apart. Is it the same person?"

    lines = plan(round_, staff, *rows)

    assert said(lines) == [(RowOutcome.NEW, ""), (RowOutcome.DOUBT, question)]
    assert list(lines[1].questions[0].answers) == [LEAVE, ANOTHER]
    answered = plan(round_, staff, *rows, answers={3: {TWIN: ANOTHER}})
    assert said(answered) == [(RowOutcome.NEW, "")] * 2
    assert len({line.own.new.username for line in answered}) == 2


def test_two_of_one_delegation_without_more_may_be_two_people(round_, staff):
    rows: list[Values] = [{"name": "丁", "delegation": "一团"}] * 2

    (_first, line) = plan(round_, staff, *rows)

    assert said([line]) == [(RowOutcome.DOUBT, "Row 2 has this name, too: 一团. Is it the same person?")]
    answered = plan(round_, staff, *rows, answers={3: {TWIN: ANOTHER}})
    assert said(answered) == [(RowOutcome.NEW, "")] * 2


def test_of_several_who_have_accounts_one_is_chosen(round_, staff):
    first, second = (deputy(round_, username, "同名") for username in ("twin-a", "twin-b"))
    row = {"name": "同名", "delegation": "一团"}

    (line,) = plan(round_, staff, row)

    assert said([line]) == [(RowOutcome.DOUBT, "Several people of this name have accounts. Who is meant?")]
    assert list(line.questions[0].answers) == [str(first.pk), str(second.pk), ANOTHER]
    for answer, expected in ((str(second.pk), second.pk), (str(first.pk), first.pk), (ANOTHER, 0)):
        (line,) = plan(round_, staff, row, answers={2: {WHICH: answer}})
        assert (line.outcome, line.own.line.deputy_id) == (RowOutcome.NEW, expected)
    assert said(plan(round_, staff, row, answers={2: {WHICH: "gone"}}))[0][0] == RowOutcome.DOUBT


def test_another_telephone_is_asked_about_and_another_delegation_is_a_change(round_, staff):
    write(round_, staff, {"name": "甲", "delegation": "一团", "phone": "13800000001"})

    moved = plan(round_, staff, {"name": "甲", "delegation": "二团"})
    rings = plan(round_, staff, {"name": "甲", "delegation": "二团", "phone": "13800000009"})

    assert said(moved) == [(RowOutcome.CHANGED, "")]
    told = "ningbo-0001 · Deputy · 一团 · telephone ending in 01"
    assert said(rings) == [
        (RowOutcome.DOUBT, f"Somebody of this name has an account: {told}. Is it the same person?"),
    ]


def test_the_chair_who_is_a_deputy_keeps_the_one_account(round_, staff):
    area = round_.cycle.area
    chair = UserFactory(username="zigui-0021", name="胡文超", area=area)
    MandateFactory(user=chair, area=area, role=Role.CHAIR)
    row = {"name": "胡文超", "delegation": "一团"}

    (doubt,) = plan(round_, staff, row)
    (another,) = plan(round_, staff, row, answers={2: {SAME: ANOTHER}})
    (same,) = plan(round_, staff, row, answers={2: {SAME: YES}})

    assert doubt.outcome == RowOutcome.DOUBT
    assert said([doubt])[0][1] == (
        "Somebody of this name has an account: an account of the area, no deputy. Is it the same person?"
    )
    assert another.own.new is not None
    assert (same.own.seats, same.own.new) == (chair, None)
    written = write_answered(round_, staff, same)
    assert roll(round_) == [(1, "zigui-0021", "胡文超", "一团", False)]
    assert {mandate.role for mandate in chair.mandates.all()} == {Role.CHAIR, Role.DEPUTY}
    assert take_back(round_, staff, written) == {}
    assert (roll(round_), {mandate.role for mandate in chair.mandates.all()}) == ([], {Role.CHAIR})


def test_names_that_are_tried_say_nothing_of_who_is_no_deputy(round_, staff):
    keeper = UserFactory(username="keeper-7", name="余审", area=round_.cycle.area, phone="13885500011")
    MandateFactory(user=keeper, area=round_.cycle.area, role=Role.AUDITOR)

    (alone,) = plan(round_, staff, {"name": "余审"})
    UserFactory(username="keeper-8", name="余审", area=round_.cycle.area)
    (several,) = plan(round_, staff, {"name": "余审"})

    asked = [alone.questions[0], several.questions[0]]
    with translation.override("en"):
        told = " ".join(str(text) for one in asked for text in (one.problem, *one.answers, *one.answers.values()))
    assert "telephone ending in 11" in told
    assert not [word for word in ("keeper", "13885500011", "Auditor") if word in told]


def test_who_is_named_by_the_user_name_is_asked_about_as_who_is_named_by_name(round_, staff):
    user = UserFactory(username="office-1", name="胡文超", area=round_.cycle.area)
    row = {"username": "office-1", "name": "胡文超"}

    (doubt,) = plan(round_, staff, row)
    (same,) = plan(round_, staff, row, answers={2: {SAME: YES}})

    assert (doubt.outcome, [one.code for one in doubt.questions]) == (RowOutcome.DOUBT, [SAME])
    assert (same.outcome, same.own.seats) == (RowOutcome.NEW, user)


def test_a_deputy_who_has_acted_since_keeps_the_line(round_, staff):
    chair = official(Role.CHAIR, round_.cycle.area)
    (line,) = plan(round_, staff, {"name": chair.name}, answers={2: {SAME: YES}})
    written = write_answered(round_, staff, line)
    record(VotingAct.ROUND_REMINDED, round_, by=chair, at=NOW)

    assert take_back(round_, staff, written) == {2: "name"}
    assert len(roll(round_)) == 1


def test_nobody_makes_a_deputy_of_themselves_or_of_who_is_not_of_the_area(round_, staff):
    area = round_.cycle.area
    elsewhere = UserFactory(area=area.parent)
    (line,) = plan(round_, staff, {"name": staff.name}, answers={2: {SAME: YES}})

    for by, user in ((staff, staff), (staff, elsewhere), (official(Role.DEPARTMENT, area), UserFactory(area=area))):
        with pytest.raises(NotAllowed):
            accounts.seat_deputies(users=[user], area=area, by=by, at=NOW)
    assert line.outcome == RowOutcome.REFUSED
    assert not Mandate.objects.filter(role=Role.DEPUTY).exists()


def test_only_who_keeps_the_roll_takes_a_seat_back(round_, staff):
    area = round_.cycle.area
    user = UserFactory(area=area)
    seats = accounts.seat_deputies(users=[user], area=area, by=staff, at=NOW)

    with pytest.raises(NotAllowed):
        accounts.unseat_deputies(mandates=seats, by=official(Role.DEPARTMENT, area), at=NOW)

    assert user.mandates.count() == 1
