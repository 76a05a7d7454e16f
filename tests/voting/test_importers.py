"""The roll from a file: every encoding a spreadsheet writes, and a reason for each refused line; nothing by halves."""

import io

import pytest

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.kernel.errors import DomainError, InvalidInput
from livelihood.kernel.uploads import FileRefused
from tests.factories.frame import NOW, UserFactory, official
from tests.factories.voting import plenary
from voting import importers, services
from voting.importers import RollPreview
from voting.models import RollEntry, Round
from voting.states import RoundState

pytestmark = pytest.mark.django_db

HEAD = ",".join(str(column.heading) for column in importers.COLUMNS)
GB18030_BOM = b"\x84\x31\x95\x33"


def read(round_: Round, *lines: str, encoding: str = "utf-8", bom: bytes = b"") -> RollPreview:
    file = io.BytesIO(bom + "\r\n".join([HEAD, *lines]).encode(encoding))
    file.name = "roll.csv"
    return importers.read_roll(file, round_, NOW)


def line(number: int | str, user: User, rest: str = "一团,是,否") -> str:
    return f"{number},{user.username},{user.name},{rest}"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("gb18030", GB18030_BOM), ("gbk", b"")],
)
def test_a_roll_is_read_in_every_encoding(encoding, bom):
    session = plenary(deputies=1, until=RoundState.DRAFT)
    deputy = session.deputies[0]

    preview = read(session.round, line(7, deputy, "第一代表团,是,是"), encoding=encoding, bom=bom)

    assert preview.errors == []
    assert preview.lines == [services.RollLine(7, deputy.pk, deputy.name, "第一代表团", True, True)]


def test_a_file_in_no_known_encoding_is_refused():
    session = plenary(until=RoundState.DRAFT)
    file = io.BytesIO(b"\xff\xfe\x00\xd8" + HEAD.encode("utf-16-le") + b"\xff")
    file.name = "roll.csv"

    with pytest.raises(FileRefused):
        importers.read_roll(file, session.round, NOW)


def test_each_refused_line_has_its_row_column_value_and_reason():
    session = plenary(deputies=4, until=RoundState.DRAFT)
    first, second, third, fourth = session.deputies
    stranger = official(Role.DEPUTY, plenary(until=RoundState.DRAFT).cycle.area)
    without = UserFactory()

    preview = read(
        session.round,
        line(1, first),
        f"2,niemand,{second.name},一团,是,否",
        f"3,{second.username},别的名字,一团,是,否",
        line(4, stranger),
        line(5, without),
        line("五", third),
        line(6, fourth, "一团,也许,否"),
        f"8,,{fourth.name},一团,是,否",
        line(9, first),
    )

    found = {(error.row, str(error.column), error.value) for error in preview.errors}
    assert found == {
        (3, "用户名", "niemand"),
        (4, "姓名", "别的名字"),
        (5, "姓名", stranger.name),
        (6, "姓名", without.name),
        (7, "序号", "五"),
        (8, str(importers.COLUMNS[4].heading), "也许"),
        (9, "用户名", ""),
        (10, "", first.username),
    }
    assert all(str(error.problem) and str(error.remedy) for error in preview.errors)
    assert (preview.wrong, preview.lines) == (8, [])


def test_a_number_that_stands_twice_is_refused():
    session = plenary(deputies=2, until=RoundState.DRAFT)
    first, second = session.deputies

    preview = read(session.round, line(1, first), line(1, second))

    assert ([str(error.column) for error in preview.errors], preview.lines) == (["序号"], [])


def test_the_roll_is_written_as_a_whole_or_not_at_all():
    session = plenary(deputies=3, until=RoundState.DRAFT)
    session.fill_roll()
    before = list(RollEntry.objects.order_by("pk").values_list("pk", "deputy", "number"))
    first, second, _third = session.deputies
    lines = [services.RollLine(1, first.pk, first.name, ""), services.RollLine(2, session.staff.pk, "x", "")]
    twice = [services.RollLine(1, first.pk, first.name, ""), services.RollLine(1, second.pk, second.name, "")]

    for wrong in (lines, twice):
        with pytest.raises(InvalidInput):
            services.import_roll(round_=session.round, lines=wrong, by=session.staff, at=NOW)

    assert list(RollEntry.objects.order_by("pk").values_list("pk", "deputy", "number")) == before


def test_a_locked_roll_takes_no_file():
    session = plenary(deputies=2, until=RoundState.ROLL_LOCKED)
    first = session.deputies[0]

    with pytest.raises(DomainError):
        services.import_roll(
            round_=session.round, lines=[services.RollLine(1, first.pk, first.name, "")], by=session.staff, at=NOW
        )

    assert session.round.roll.count() == 2
