"""The roll from a file: every encoding a spreadsheet writes, and a reason for each refused line; nothing by halves."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.kernel.errors import DomainError, InvalidInput
from livelihood.kernel.uploads import FileRefused
from tests.factories.frame import NOW, MandateFactory, UserFactory, official, signed_in
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


def line(number: int | str, user: User, rest: str = "一团,否") -> str:
    return f"{number},{user.username},{user.name},{rest}"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("gb18030", GB18030_BOM), ("gbk", b"")],
)
def test_a_roll_is_read_in_every_encoding(encoding, bom):
    session = plenary(deputies=1, until=RoundState.DRAFT)
    deputy = session.deputies[0]

    preview = read(session.round, line(7, deputy, "第一代表团,是"), encoding=encoding, bom=bom)

    assert preview.errors == []
    assert preview.lines == [services.RollLine(7, deputy.pk, deputy.name, "第一代表团", may_vote_remotely=True)]


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
        f"2,niemand,{second.name},一团,否",
        f"3,{second.username},别的名字,一团,否",
        line(4, stranger),
        line(5, without),
        line("第五", third),
        line(6, fourth, "一团,也许"),
        f"8,,{fourth.name},一团,否",
        line(9, first),
    )

    found = {(error.row, str(error.column), error.value) for error in preview.errors}
    assert found == {
        (3, "用户名", "niemand"),
        (4, "姓名", "别的名字"),
        (5, "姓名", stranger.name),
        (6, "姓名", without.name),
        (7, "序号", "第五"),
        (8, str(importers.COLUMNS[4].heading), "也许"),
        (9, "用户名", ""),
        (10, "用户名", first.username),
    }
    assert all(str(error.problem) and str(error.remedy) for error in preview.errors)
    assert (preview.wrong, preview.lines) == (8, [])


def test_each_row_that_repeats_a_number_or_has_none_is_refused():
    session = plenary(deputies=5, until=RoundState.DRAFT)
    first, second, third, fourth, fifth = session.deputies

    preview = read(
        session.round,
        line(7, first),
        line(8, second),
        line(7, third),
        line("", fourth),
        line(7, fifth),
        "9,niemand,无人",
    )

    assert [(error.row, str(error.column), error.value) for error in preview.errors] == [
        (4, "序号", "7"),
        (5, "序号", ""),
        (6, "序号", "7"),
        (7, "用户名", "niemand"),
    ]
    assert {row: str(error.problem).count("2") for row, error in zip((4, 6), preview.errors[::2], strict=True)} == {
        4: 1,
        6: 1,
    }
    assert (preview.wrong, preview.lines, preview.new) == (4, [], 2)


def test_rows_without_numbers_are_numbered_in_their_order():
    session = plenary(deputies=2, until=RoundState.DRAFT)

    preview = read(session.round, *(line("", deputy) for deputy in session.deputies))

    assert [(row.number, row.deputy_id) for row in preview.lines] == list(
        enumerate((deputy.pk for deputy in session.deputies), start=1)
    )


def test_padded_names_and_user_names_in_other_case_are_the_same_person():
    session = plenary(until=RoundState.DRAFT)
    area = session.cycle.area
    people = [
        MandateFactory(role=Role.DEPUTY, area=area, user__username=username, user__name=name).user
        for username, name in [
            ("Wang.W", "王伟"),
            ("ZHANG", "张 三丰"),
            ("maimaiti", "买买提·艾力"),
            ("smith", "Li Wei"),
        ]
    ]

    preview = read(
        session.round,
        "1,wang.w,王\u3000伟",
        "2,zhang,张三丰",
        "3,MaiMaiTi,买买提\u2022艾力",
        "4,smith,LI  WEI",
    )

    assert preview.errors == []
    assert [(row.deputy_id, row.name) for row in preview.lines] == [(user.pk, user.name) for user in people]


def test_one_person_in_two_spellings_of_the_user_name_stands_twice():
    session = plenary(until=RoundState.DRAFT)
    MandateFactory(role=Role.DEPUTY, area=session.cycle.area, user__username="wang", user__name="王伟")

    preview = read(session.round, "1,wang,王伟", "2,\uff37\uff21\uff2e\uff27\u200b,王伟")

    with translation.override("en"):
        shown = [(error.row, str(error.problem)) for error in preview.errors]
    assert (preview.lines, shown) == ([], [(3, "The same entry stands already in row 2.")])


def test_a_changed_line_is_shown_with_its_row_in_the_file():
    session = plenary(deputies=3, until=RoundState.DRAFT)
    session.fill_roll()
    _first, second, third = session.deputies

    preview = read(session.round, line(2, second, "第一代表团,否"), ",,,,", line(3, third, "第二代表团,否"))

    assert [(change.row, change.old, change.new) for change in preview.changes] == [(4, "第一代表团", "第二代表团")]
    assert (preview.new, preview.changed, preview.unchanged, preview.missing) == (0, 1, 1, 1)


def test_a_file_of_headings_alone_is_refused():
    session = plenary(deputies=3, until=RoundState.DRAFT)
    session.fill_roll()

    with pytest.raises(FileRefused):
        read(session.round)
    page = signed_in(session.staff).post(
        reverse("voting:roll_import", args=[session.cycle.area.slug, session.cycle.year, session.round.number]),
        {"file": SimpleUploadedFile("roll.csv", HEAD.encode())},
    )

    assert (page.status_code, "preview" in page.context) == (422, False)
    assert "file" in page.context["form"].errors
    assert session.round.roll.count() == 3


def test_a_file_with_errors_does_not_say_who_would_leave_the_roll():
    session = plenary(deputies=3, until=RoundState.DRAFT)
    session.fill_roll()
    address = reverse("voting:roll_import", args=[session.cycle.area.slug, session.cycle.year, session.round.number])
    right, wrong = line(1, session.deputies[0]), "2,niemand,无人"

    shown = {
        rows: signed_in(session.staff).post(
            address, {"file": SimpleUploadedFile("roll.csv", "\r\n".join([HEAD, *rows]).encode())}
        )
        for rows in ((right,), (right, wrong))
    }

    assert [page.status_code for page in shown.values()] == [200, 422]
    assert ["2名代表不在文件中" in page.content.decode() for page in shown.values()] == [True, False]


@pytest.mark.parametrize("deputies", [3, 30])
def test_preview_and_import_ask_as_often_for_thirty_as_for_three(deputies, django_assert_num_queries):
    session = plenary(deputies=deputies, until=RoundState.DRAFT)
    session.fill_roll()
    rows = [line(number, deputy) for number, deputy in enumerate(session.deputies, start=1)]
    round_, staff = Round.objects.get(pk=session.round.pk), User.objects.get(pk=session.staff.pk)

    with django_assert_num_queries(5):
        preview = read(round_, *rows)
    with django_assert_num_queries(13):
        services.import_roll(round_=round_, lines=preview.lines, by=staff, at=NOW)

    assert (preview.changed, round_.roll.count()) == (deputies, deputies)


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
