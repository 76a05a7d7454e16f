"""People of one name in a sheet of people: known again, told apart, or asked about by an answer on the page."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import translation

from livelihood.accounts.handlers.telling import ANOTHER, SAME, TOGETHER, TWIN, WHICH
from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from livelihood.kernel.sheets.handling import LEAVE, YES, Line, RowOutcome
from tests.accounts.test_handlers import admin, city, frame_of, plan, write
from tests.factories.frame import TODAY, CountyFactory, MandateFactory, OrganisationFactory, UserFactory

__all__ = ["admin", "city"]

pytestmark = pytest.mark.django_db
Values = Mapping[str, Any]


@pytest.fixture
def bureau(city: Area) -> str:
    return OrganisationFactory(area=city, name_zh="市教育局").name_zh


def person(area: Area, username: str, name: str, role: Role, organisation: Any = None) -> User:
    user = UserFactory(username=username, name=name, area=area)
    MandateFactory(user=user, area=area, role=role, organisation=organisation)
    return user


def said(lines: list[Line]) -> list[tuple[str, str]]:
    """Return of each line what becomes of it, and whose account it is or what is asked."""
    with translation.override("en"):
        return [
            (line.outcome, str(line.questions[0].problem) if line.questions else line.row.values["username"])
            for line in lines
        ]


def answers_to(line: Line) -> list[str]:
    return list(line.questions[0].answers)


def test_who_agrees_in_everything_that_is_written_is_known_again(city, admin, bureau):
    rows: list[Values] = [
        {"name": "胡文超", "role": Role.CHAIR, "organisation": None, "phone": "1"},
        {"name": "秦立静", "role": Role.DEPARTMENT, "organisation": bureau, "phone": "2"},
        {"name": "余丽莉", "role": Role.AUDITOR, "organisation": None, "phone": None},
    ]
    write(frame_of(admin, city), *rows)
    names = [f"ningbo-000{number}" for number in (1, 2, 3)]

    assert said(plan(frame_of(admin, city), *rows)) == [(RowOutcome.UNCHANGED, name) for name in names]
    fewer = [{"name": row["name"]} for row in rows]
    assert said(plan(frame_of(admin, city), *fewer)) == [(RowOutcome.UNCHANGED, name) for name in names]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"organisation": "市民政局"},
        {"phone": "13800000009"},
        {"email": "other@example.cn"},
        {"role": Role.AUDITOR, "organisation": None},
        {"area": "330203", "organisation": None},
    ],
    ids=lambda otherwise: next(iter(otherwise)),
)
def test_what_speaks_against_it_is_asked_about_and_the_answer_holds(city, admin, bureau, otherwise):
    OrganisationFactory(area=city, name_zh="市民政局")
    CountyFactory(parent=city, code="330203", slug="haishu")
    known: Values = {
        "name": "秦立静", "role": Role.DEPARTMENT, "organisation": bureau, "phone": "13800000001",
        "email": "qin@example.cn", "area": "330200",
    }  # fmt: skip
    write(frame_of(admin, city), known)
    user = User.objects.get(username="ningbo-0001")
    row = {**known, **otherwise}

    (doubt,) = plan(frame_of(admin, city), row)
    (same,) = plan(frame_of(admin, city, answers={2: {SAME: YES}}), row)
    (another,) = plan(frame_of(admin, city, answers={2: {SAME: ANOTHER}}), row)

    described = f"ningbo-0001 · {Role.DEPARTMENT.label} {bureau} · 13800000001"
    assert said([doubt])[0][0] == RowOutcome.DOUBT
    with translation.override("zh-hans"):
        assert described in str(doubt.questions[0].problem)
    assert answers_to(doubt) == [YES, ANOTHER]
    assert (same.outcome, same.subject) == (RowOutcome.CHANGED, user.pk)
    assert (another.outcome, another.row.values["username"]) == (RowOutcome.NEW, "ningbo-0002")


def test_a_deputy_of_the_roll_who_comes_among_the_officials_is_asked_for_and_keeps_the_account(city, admin):
    deputy = person(city, "ningbo-0035", "胡文超", Role.DEPUTY)
    row = {"name": "胡文超", "role": Role.CHAIR}

    (doubt,) = plan(frame_of(admin, city), row)
    written = write(frame_of(admin, city, answers={2: {SAME: YES}}), row)

    assert said([doubt]) == [
        (RowOutcome.DOUBT, "Somebody of this name has an account: ningbo-0035 · Deputy. Is it the same person?")
    ]
    assert [one.subject for one in written] == [deputy.pk]
    assert {mandate.role for mandate in deputy.mandates.all()} == {Role.DEPUTY, Role.CHAIR}


def test_of_two_who_have_accounts_the_one_with_whom_all_agrees_is_meant_else_one_is_chosen(city, admin, bureau):
    first = person(city, "twin-a", "王军", Role.DEPARTMENT, OrganisationFactory(area=city, name_zh="市民政局"))
    person(city, "twin-b", "王军", Role.DEPUTY)

    sure: Values = {"name": "王军", "role": Role.DEPARTMENT, "organisation": "市民政局"}
    unsure: Values = {"name": "王军", "role": Role.DEPARTMENT, "organisation": bureau}
    (line,) = plan(frame_of(admin, city), unsure)

    assert said(plan(frame_of(admin, city), sure)) == [(RowOutcome.UNCHANGED, "twin-a")]
    assert said([line]) == [(RowOutcome.DOUBT, "Several people of this name have accounts. Who is meant?")]
    assert answers_to(line) == ["twin-a", "twin-b", ANOTHER]
    (chosen,) = plan(frame_of(admin, city, answers={2: {WHICH: "twin-a"}}), unsure)
    assert (chosen.outcome, chosen.subject) == (RowOutcome.CHANGED, first.pk)
    assert said(plan(frame_of(admin, city, answers={2: {WHICH: ANOTHER}}), unsure)) == [(RowOutcome.NEW, "ningbo-0001")]
    assert said(plan(frame_of(admin, city), {"name": "王军"}))[0][0] == RowOutcome.DOUBT


def test_two_rows_of_one_name_are_told_apart_by_their_telephones(city, admin, bureau):
    rows: list[Values] = [
        {"name": "王军", "role": Role.DEPARTMENT, "organisation": bureau, "phone": "13800000001"},
        {"name": "王军", "role": Role.DEPARTMENT, "organisation": bureau, "phone": "13800000002"},
        {"name": "王军", "role": Role.AUDITOR, "organisation": None, "phone": "13800000001"},
    ]
    expected = ["ningbo-0001", "ningbo-0002", "ningbo-0001"]

    assert said(plan(frame_of(admin, city), *rows)) == [(RowOutcome.NEW, name) for name in expected]
    write(frame_of(admin, city), *rows)
    assert said(plan(frame_of(admin, city), *rows)) == [(RowOutcome.UNCHANGED, name) for name in expected]
    assert said(plan(frame_of(admin, city), *reversed(rows))) == [
        (RowOutcome.UNCHANGED, name) for name in reversed(expected)
    ]


def test_one_row_twice_is_left_out_by_an_answer(city, admin, bureau):
    row: Values = {"name": "陈春霞", "role": Role.DEPARTMENT, "organisation": bureau, "phone": "13800000001"}
    question = "Row 2 has this name, too, and nothing tells them apart. Is it the same person?"

    lines = plan(frame_of(admin, city), row, row)

    assert said(lines) == [(RowOutcome.NEW, "ningbo-0001"), (RowOutcome.DOUBT, question)]
    assert answers_to(lines[1]) == [LEAVE]


def test_two_rows_of_which_too_little_is_known_are_asked_about_and_each_answer_holds(city, admin, bureau):
    rows: list[Values] = [
        {"name": "王军", "role": Role.DEPARTMENT, "organisation": bureau, "phone": None},
        {"name": "王军", "role": Role.AUDITOR, "organisation": None, "phone": None},
    ]
    with translation.override("en"):
        told = f"{city.name} · {Role.DEPARTMENT.label} · {bureau}"

    lines = plan(frame_of(admin, city), *rows)

    assert said(lines) == [
        (RowOutcome.NEW, "ningbo-0001"),
        (RowOutcome.DOUBT, f"Row 2 has this name, too: {told}. Is it the same person?"),
    ]
    assert answers_to(lines[1]) == [LEAVE, TOGETHER, ANOTHER]
    for answer, username in ((TOGETHER, "ningbo-0001"), (ANOTHER, "ningbo-0002")):
        answered = plan(frame_of(admin, city, answers={3: {TWIN: answer}}), *rows)
        assert said(answered) == [(RowOutcome.NEW, "ningbo-0001"), (RowOutcome.NEW, username)]
    alike = plan(frame_of(admin, city), {"name": "丁"}, {"name": "丁"})
    assert answers_to(alike[1]) == [LEAVE, ANOTHER]


def test_a_row_is_compared_with_one_that_says_its_user_name(city, admin):
    rows: list[Values] = [
        {"username": None, "name": "王军", "role": Role.AUDITOR},
        {"username": "wangjun", "name": "王军", "role": Role.DEPUTY},
    ]

    lines = plan(frame_of(admin, city), *rows)
    together = plan(frame_of(admin, city, answers={2: {TWIN: TOGETHER}}), *rows)

    with translation.override("en"):
        assert [str(one.problem) for one in lines[0].questions] == [
            f"Row 3 has this name, too: {city.name} · {Role.DEPUTY.label}. Is it the same person?"
        ]
    assert said(together) == [(RowOutcome.NEW, "wangjun")] * 2


def test_who_holds_two_roles_is_known_in_both_rows_and_a_second_of_the_name_is_asked_about(city, admin, bureau):
    known = person(city, "wangjun", "王军", Role.AUDITOR)
    MandateFactory(user=known, area=city, role=Role.DEPUTY, starts_on=TODAY)
    two: list[Values] = [{"name": "王军", "role": Role.AUDITOR}, {"name": "王军", "role": Role.DEPUTY}]
    third: Values = {"name": "王军", "role": Role.CHAIR}

    assert said(plan(frame_of(admin, city), *two)) == [(RowOutcome.UNCHANGED, "wangjun")] * 2
    assert said(plan(frame_of(admin, city), third, *two))[0][0] == RowOutcome.DOUBT
    answered = plan(frame_of(admin, city, answers={2: {TWIN: ANOTHER}}), third, *two)
    assert said(answered) == [(RowOutcome.NEW, "ningbo-0001"), *[(RowOutcome.UNCHANGED, "wangjun")] * 2]
