"""The roll from a sheet: lines written beside those that stand there, accounts for new deputies, and the way back."""

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pypdf import PdfReader

from livelihood.accounts import services as accounts
from livelihood.accounts.models import Mandate, SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.sheets.cells import YesNo
from livelihood.kernel.sheets.handling import Change, Frame, Line, RowOutcome, Written, handlers
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.sheets.results import Row
from tests.factories.frame import NOW, CityFactory, CountyFactory, CycleFactory, MandateFactory, UserFactory, official
from tests.factories.voting import lock_roll, plenary
from voting import services
from voting.handlers import Roll
from voting.importers import PHONES, ROLL, RollLine
from voting.models import Round
from voting.states import RoundState

pytestmark = pytest.mark.django_db

HANDLER = Roll()
Values = Mapping[str, Any]


@pytest.fixture
def round_() -> Round:
    area = CityFactory(code="330200", slug="ningbo")
    cycle = CycleFactory(area=area, phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
    return plenary(cycle=cycle, deputies=0, until=RoundState.DRAFT).round


@pytest.fixture
def staff(round_: Round) -> User:
    return User.objects.get(mandates__role=Role.CONGRESS_STAFF, mandates__area=round_.cycle.area)


def frame_of(round_: Round, by: User) -> Frame:
    cycle = round_.cycle
    return Frame(area=cycle.area, cycle=cycle, by=User.objects.get(pk=by.pk), at=NOW, target=str(round_.number))


def plan(round_: Round, by: User, *values: Values) -> list[Line]:
    rows = [Row("名册", number, dict(one)) for number, one in enumerate(values, start=2)]
    return HANDLER.plan(frame_of(round_, by), rows)


def said(lines: list[Line]) -> list[tuple[str, list[str]]]:
    return [(line.outcome, [one.column for one in line.problems]) for line in lines]


def write(round_: Round, by: User, *values: Values) -> list[Written]:
    """Write a sheet as the door does, and return what it keeps."""
    with transaction.atomic():
        frame = HANDLER.lock(frame_of(round_, by))
        lines = plan(round_, by, *values)
        assert {line.outcome for line in lines} <= {RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED}, said(
            lines
        )
        chosen = {line.row.number: line for line in lines if line.outcome != RowOutcome.UNCHANGED}
        done = HANDLER.write(frame, list(chosen.values()))
    return [
        Written(
            one.row, chosen[one.row].name, one.subject, chosen[one.row].outcome == RowOutcome.NEW,
            chosen[one.row].changes
            or [Change(name, None, value) for name, value in chosen[one.row].row.values.items() if value],
            one.kept,
        )
        for one in done
    ]  # fmt: skip


def take_back(round_: Round, by: User, written: list[Written]) -> dict[int, str]:
    with transaction.atomic():
        foreseen = HANDLER.staying(frame_of(round_, by), written)
        refused = HANDLER.take_back(HANDLER.lock(frame_of(round_, by)), written)
    assert refused == foreseen
    return {row: problem.column for row, problem in refused.items()}


def roll(round_: Round) -> list[tuple[Any, ...]]:
    rows = round_.roll.order_by("number")
    return list(rows.values_list("number", "deputy__username", "name", "delegation", "may_vote_remotely"))


def lock(round_: Round, staff: User) -> None:
    services.lock_rules(round_=round_, by=staff, at=NOW)
    lock_roll(round_, by=staff, second=official(Role.SCRUTINEER, round_.cycle.area))


def deputy(round_: Round, username: str, name: str) -> User:
    user: User = UserFactory(username=username, name=name, area=round_.cycle.area)
    MandateFactory(user=user, area=round_.cycle.area, role=Role.DEPUTY)
    return user


def test_the_door_knows_the_handler_and_the_rounds_that_are_open(round_, staff):
    assert handlers()["roll"].kind is ROLL
    frame = frame_of(round_, staff)
    ((number, label),) = HANDLER.targets(frame)
    assert (number, round_.title in str(label)) == (str(round_.number), True)
    assert HANDLER.addresses(frame, [1]) == {}
    write(round_, staff, {"username": "new", "name": "新人"})
    lock(round_, staff)
    assert list(HANDLER.targets(frame)) == []


def test_a_roll_as_the_office_keeps_it_makes_the_accounts_that_are_missing(round_, staff):
    known = deputy(round_, "known", "代丙三")
    rows: list[Values] = [
        {"number": 1, "name": "代甲一", "delegation": "丹东代表团", "card": "XS001"},
        {"number": 2, "name": "代乙二", "delegation": "丹东代表团", "card": None},
        {"number": 3, "name": "代丙三", "delegation": None, "card": "XS003"},
    ]

    written = write(round_, staff, *rows)

    assert roll(round_) == [
        (1, "ningbo-xs001", "代甲一", "丹东代表团", False),
        (2, "ningbo-0001", "代乙二", "丹东代表团", False),
        (3, "known", "代丙三", "", False),
    ]
    made = User.objects.get(username="ningbo-xs001")
    assert (made.area, made.has_usable_password(), made.mandates.get().role) == (round_.cycle.area, False, Role.DEPUTY)
    assert not SignInCode.objects.exists()
    assert [one.kept["account"] is None for one in written] == [False, False, True]
    assert said(plan(round_, staff, *rows)) == [(RowOutcome.UNCHANGED, [])] * 3
    assert take_back(round_, staff, written) == {}
    assert (roll(round_), User.objects.filter(username__in=["ningbo-xs001", "ningbo-0001"]).count()) == ([], 0)
    assert known.mandates.exists()


def test_card_numbers_are_given_out_in_every_area_and_again(round_, staff):
    area = round_.cycle.area
    UserFactory(username="0001", name="李国英", area=CityFactory(slug="wenzhou"))
    former = UserFactory(username=f"{area.slug}-0002", name="前任", area=area)
    rows: list[Values] = [
        {"name": "李国英", "card": "0001"}, {"name": "新任", "card": "0002"}, {"name": "无证"},
    ]  # fmt: skip

    lines = plan(round_, staff, *rows)

    assert said(lines) == [(RowOutcome.NEW, [])] * 3
    assert [line.own.new.username for line in lines] == ["ningbo-0001", "ningbo-0003", "ningbo-0004"]
    write(round_, staff, *rows)
    assert said(plan(round_, staff, *rows)) == [(RowOutcome.UNCHANGED, [])] * 3
    assert not former.mandates.exists()


def test_a_telephone_is_kept_of_who_gets_an_account_by_the_roll_and_of_nobody_else(round_, staff):
    known = deputy(round_, "known", "旧人")
    rows: list[Values] = [
        {"username": "new", "name": "新人", "phone": "0571-22222222"},
        {"username": "newer", "name": "更新", "phone": "0571-33333333"},
        {"username": "known", "name": "旧人", "phone": "0571-44444444"},
    ]
    assert ["phone" in line.row.values for line in plan(round_, staff, *rows)] == [True, True, False]

    written = write(round_, staff, *rows)

    people = User.objects.filter(username__in=["new", "newer", "known"])
    assert {one.username: one.phone for one in people} == {
        "new": "0571-22222222",
        "newer": "0571-33333333",
        "known": known.phone,
    }
    assert said(plan(round_, staff, *rows)) == [(RowOutcome.UNCHANGED, [])] * 3
    User.objects.filter(username="newer").update(phone="0571-55555555")
    assert take_back(round_, staff, written) == {3: "phone"}
    assert [line[1] for line in roll(round_)] == ["newer"]


def test_a_reading_says_what_becomes_of_telephones(round_):
    assert ROLL.resolve is not None
    texts = [
        [str(text) for text in ROLL.resolve(read_sheet(io.BytesIO(head.encode()), ROLL), round_.cycle).said]
        for head in ("用户名,姓名\na,甲", "用户名,姓名,联系电话\na,甲,0571-22222222")
    ]

    assert texts == [[], [str(PHONES)]]


def test_lines_that_are_there_change_alone_and_numbers_may_be_swapped(round_, staff):
    for username, name in (("a", "甲"), ("b", "乙"), ("c", "丙")):
        deputy(round_, username, name)
    write(round_, staff, *({"username": one, "delegation": "一团"} for one in "abc"))
    before = dict(round_.roll.values_list("deputy__username", "pk"))

    lines = plan(round_, staff, {"username": "a", "number": 2}, {"username": "b", "number": 1})
    written = write(
        round_, staff,
        {"username": "a", "number": 2, "may_vote_remotely": YesNo.YES},
        {"username": "b", "number": 1, "may_vote_remotely": None},
    )  # fmt: skip

    assert [list(line.changes) for line in lines] == [[Change("number", 1, 2)], [Change("number", 2, 1)]]
    after = [(1, "b", "乙", "一团", False), (2, "a", "甲", "一团", True), (3, "c", "丙", "一团", False)]
    assert roll(round_) == after
    assert dict(round_.roll.values_list("deputy__username", "pk")) == before
    assert take_back(round_, staff, written) == {}
    assert [line[:2] for line in roll(round_)] == [(1, "a"), (2, "b"), (3, "c")]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"username": "dep1", "name": "别人"}, "name"),
        ({"username": "depl", "name": "新人"}, "username"),  # looks like dep1
        ({"username": "new", "name": None}, "name"),
        ({"username": "x" * 61, "name": "新人"}, "username"),
        ({"username": "new", "name": "新人", "number": 7}, "number"),
    ],
)
def test_a_row_that_may_not_be_written_says_where_and_nothing_happens(round_, staff, row, column):
    services.write_roll(
        round_=round_, lines=[RollLine(7, deputy(round_, "dep1", "代一").pk, "代一", "")], by=staff, at=NOW
    )
    before = (roll(round_), User.objects.count())

    assert said(plan(round_, staff, row)) == [(RowOutcome.REFUSED, [column])]
    assert (roll(round_), User.objects.count()) == before


def test_rows_that_contradict_each_other_are_refused(round_, staff):
    deputy(round_, "a", "甲")

    lines = plan(
        round_, staff,
        {"username": "a", "name": "甲", "number": 1}, {"username": "A", "name": "甲", "number": 2},
        {"username": "new", "name": "乙", "number": 1}, {"username": "newer", "name": "丙", "number": None},
        {"username": None, "name": "丁", "number": 5}, {"username": None, "name": "丁", "number": 6},
    )  # fmt: skip

    assert said(lines) == [
        (RowOutcome.NEW, []), (RowOutcome.REFUSED, ["username"]), (RowOutcome.REFUSED, ["number"]),
        (RowOutcome.REFUSED, ["number"]), (RowOutcome.NEW, []), (RowOutcome.DOUBT, []),
    ]  # fmt: skip


def test_padded_names_and_user_names_in_other_case_are_the_same_person(round_, staff):
    people = [
        deputy(round_, username, name)
        for username, name in [
            ("wang.w", "王伟"), ("zhang", "张 三丰"), ("maimaiti", "买买提·艾力"), ("smith", "Li Wei"),
        ]
    ]  # fmt: skip

    lines = plan(
        round_, staff,
        {"username": "WANG.W", "name": "王\u3000伟"}, {"username": "zhang", "name": "张三丰"},
        {"username": "MaiMaiTi", "name": "买买提\u2022艾力"}, {"username": "\uff33mith\u200b", "name": "LI  WEI"},
    )  # fmt: skip

    assert said(lines) == [(RowOutcome.NEW, [])] * 4
    assert [(line.own.line.deputy_id, line.name) for line in lines] == [(user.pk, user.name) for user in people]


@pytest.mark.parametrize("role", Role)
def test_congress_staff_of_the_area_bring_its_roll(role):
    city = CityFactory(code="330200")
    county, sibling = CountyFactory(parent=city, code="330203"), CountyFactory(parent=city, code="330205")
    cycle = CycleFactory(area=county, phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
    may = {
        name: HANDLER.may_bring(official(role, area), county, cycle, NOW).ok
        for name, area in (("own", county), ("sibling", sibling), ("parent", city))
    }

    assert may == {"own": role == Role.CONGRESS_STAFF, "sibling": False, "parent": False}
    assert not HANDLER.may_bring(official(Role.CONGRESS_STAFF, county), county, None, NOW)


def test_a_locked_roll_takes_nothing_and_gives_nothing_back(round_, staff):
    written = write(round_, staff, {"username": "new", "name": "新人"})
    lock(round_, staff)

    assert said(plan(round_, staff, {"username": "newer", "name": "更新"})) == [(RowOutcome.REFUSED, [""])]
    assert take_back(round_, staff, written) == {2: ""}
    with pytest.raises(NotAllowed):
        services.clear_roll(round_=round_, entries=list(round_.roll.all()), by=staff, at=NOW)
    assert len(roll(round_)) == 1


def test_what_was_used_or_changed_since_stays(round_, staff):
    rows: list[Values] = [{"username": name, "name": name} for name in ("code", "moved", "gone", "free")]
    written = write(round_, staff, *rows)
    user = {one.username: one for one in User.objects.all()}
    area = round_.cycle.area
    accounts.print_codes_of_deputies(people=[user["code"]], area=area, by=staff, at=NOW)
    moved = round_.roll.get(deputy=user["moved"])
    services.write_roll(round_=round_, lines=[RollLine(9, moved.deputy_id, "moved", "")], by=staff, at=NOW)
    services.clear_roll(round_=round_, entries=[round_.roll.get(deputy=user["gone"])], by=staff, at=NOW)

    assert take_back(round_, staff, written) == {2: "username", 3: "number", 4: ""}
    assert [line[1] for line in roll(round_)] == ["code", "moved"]
    assert not User.objects.filter(username="free").exists()


def test_a_line_whose_number_somebody_else_has_by_now_stays_and_so_does_who_has_its_own(round_, staff):
    a, b, c, d = (deputy(round_, name, name) for name in "abcd")
    write(round_, staff, *({"username": one} for one in "abc"))
    written = write(round_, staff, {"username": "a", "number": 5}, {"username": "b", "number": 1})
    others = write(round_, staff, {"username": "c", "number": 3, "delegation": "一团"})
    services.write_roll(round_=round_, lines=[RollLine(2, d.pk, "d", "")], by=staff, at=NOW)
    before = roll(round_)

    assert take_back(round_, staff, written) == {2: "number", 3: "number"}
    c.mandates.update(ends_on=NOW.date() - timedelta(days=30))
    assert take_back(round_, staff, others) == {2: "name"}

    assert roll(round_) == before
    round_.roll.filter(deputy=d).update(number=9)
    assert take_back(round_, staff, written) == {}
    assert [line[:2] for line in roll(round_)][:2] == [(1, a.username), (2, b.username)]


def test_the_acts_behind_ask_the_rule_again(round_, staff):
    area = round_.cycle.area
    office, user = official(Role.LIVELIHOOD_OFFICE, area), deputy(round_, "a", "甲")
    (entry,) = services.write_roll(round_=round_, lines=[RollLine(1, user.pk, "甲", "")], by=staff, at=NOW)
    person = accounts.NewPerson("new", "新人", area)

    for act in (
        lambda: accounts.enrol_deputies(people=[person], by=office, at=NOW),
        lambda: accounts.print_codes_of_deputies(people=[user], area=area, by=office, at=NOW),
        lambda: accounts.remove_deputies(users=[user], area=area, by=office, at=NOW),
        lambda: services.write_roll(round_=round_, lines=[RollLine(2, user.pk, "甲", "")], by=office, at=NOW),
        lambda: services.clear_roll(round_=round_, entries=[entry], by=office, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert roll(round_) == [(1, "a", "甲", "", False)]
    assert not Entry.objects.filter(actor_id=office.pk).exists()


def test_staff_let_in_only_who_is_a_deputy_of_their_area_and_nothing_else_and_has_no_password(round_, staff):
    area = round_.cycle.area
    fresh, used, both, elsewhere = (deputy(round_, name, name) for name in ("fresh", "used", "both", "elsewhere"))
    guest = UserFactory(username="guest", area=area.parent)
    MandateFactory(user=guest, area=area, role=Role.DEPUTY)
    for user in (fresh, both, elsewhere, guest, staff):
        user.set_unusable_password()
        user.save(update_fields=["password"])
    MandateFactory(user=both, area=area, role=Role.CHAIR)
    MandateFactory(user=elsewhere, area=area.parent, role=Role.DEPUTY)
    MandateFactory(user=staff, area=area, role=Role.DEPUTY)

    for user in (used, both, elsewhere, guest, staff):
        with pytest.raises(NotAllowed):
            accounts.print_codes_of_deputies(people=[user], area=area, by=staff, at=NOW)
    assert not SignInCode.objects.exists()
    accounts.print_codes_of_deputies(people=[fresh], area=area, by=staff, at=NOW)
    assert SignInCode.objects.get().user == fresh


def test_slips_for_a_roll_of_245_are_printed_at_once_one_for_each(round_, staff):
    write(round_, staff, *({"name": f"代表{number}", "number": number} for number in range(1, 246)))
    client = Client()
    client.force_login(staff)
    address = round_.address("voting:roll_codes")

    asked = client.get(address).content.decode()
    sent = {"csrfmiddlewaretoken": "as a browser sends"}
    printed = client.post(address, sent)
    again = client.post(address, sent)

    assert "245" in asked
    assert "只有本机能打开" in asked
    pages = PdfReader(io.BytesIO(printed.content)).pages
    text = "".join(page.extract_text() for page in pages)
    assert [f"ningbo-{number:04}" in text for number in range(1, 247)] == [True] * 245 + [False]
    assert (len(pages), SignInCode.objects.count()) == (25, 245)
    assert again.status_code == 422
    assert client.post(address, {"is_again": "on"}).status_code == 200


def test_slips_of_each_delegation_are_pages_of_their_own(round_, staff):
    rows = [{"name": f"代表{n}", "number": n, "delegation": "二团" if n % 2 else "一团"} for n in range(1, 5)]
    write(round_, staff, *rows)
    client = Client()
    client.force_login(staff)

    printed = client.post(round_.address("voting:roll_codes"), {"csrfmiddlewaretoken": "as a browser sends"})

    first, second = (page.extract_text() for page in PdfReader(io.BytesIO(printed.content)).pages)
    assert ("二团 · 2" in first, "一团 · 2" in second) == (True, True)
    assert [f"ningbo-{n:04}" in first for n in range(1, 5)] == [True, False, True, False]
    assert [f"ningbo-{n:04}" in second for n in range(1, 5)] == [False, True, False, True]
    assert "ningbo-0003" in client.get(round_.address("voting:roll")).content.decode()


def test_the_whole_roll_is_cleared_by_its_page_while_it_is_open(round_, staff):
    write(round_, staff, {"name": "甲"}, {"name": "乙"})
    client = Client()
    client.force_login(staff)
    address = round_.address("voting:roll_clear")

    assert address in client.get(round_.address("voting:roll")).content.decode()
    assert "导入名册" not in client.get(round_.address("voting:round")).content.decode()
    assert "：2" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert (roll(round_), User.objects.filter(username__startswith="ningbo-").count()) == ([], 2)
    assert "导入名册" in client.get(round_.address("voting:round")).content.decode()
    write(round_, staff, {"name": "甲"})
    lock(round_, staff)
    assert client.post(address).status_code == 403
    assert len(roll(round_)) == 1


def test_a_line_is_taken_off_the_roll_by_its_page(round_, staff):
    user = deputy(round_, "a", "甲")
    services.write_roll(round_=round_, lines=[RollLine(1, user.pk, "甲", "")], by=staff, at=NOW)
    client = Client()
    client.force_login(staff)

    assert "甲" in client.get(round_.address("voting:line_remove", line=1)).content.decode()
    assert client.post(round_.address("voting:line_remove", line=1)).status_code == 302

    assert roll(round_) == []
    assert Mandate.objects.filter(user=user, role=Role.DEPUTY).exists()


def test_a_roll_of_many_takes_as_many_statements_as_of_few(round_, staff, django_assert_max_num_queries):
    for first, count in ((1, 5), (6, 300)):
        rows: list[Values] = [{"username": f"d{n:05}", "name": f"代表{n}"} for n in range(first, first + count)]
        with django_assert_max_num_queries(50):
            write(round_, staff, *rows)
            plan(round_, staff, *({**row, "delegation": "一团"} for row in rows))
