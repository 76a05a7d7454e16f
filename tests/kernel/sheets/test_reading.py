"""Tables from outside: what is read of them, and what is said about it."""

import codecs
import io
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.utils import translation

from livelihood.kernel.sheets import cells, quantities
from livelihood.kernel.sheets.declaration import Column
from livelihood.kernel.sheets.limits import Limits
from tests.kernel.sheets.books import SHEET
from tests.kernel.sheets.tables import COLUMNS, HEAD, csv_file, read_table, rewritten, shown, texts, values

pytestmark = pytest.mark.usefixtures("english")

# What is read


def test_reads_typed_rows_from_xlsx(workbook):
    file = workbook(
        Sites=[HEAD, ["一号站", 330102, 12.5, date(2026, 3, 5)], ["二号站", "330102", "1,200", "2026年3月6日"]]
    )

    parsed = read_table(file, COLUMNS)

    assert values(parsed) == [
        ("一号站", "Shangcheng", Decimal("12.5"), date(2026, 3, 5)),
        ("二号站", "Shangcheng", Decimal(1200), date(2026, 3, 6)),
    ]
    assert [(row.sheet, row.number) for row in parsed.rows] == [("Sites", 2), ("Sites", 3)]
    assert (parsed.errors, parsed.file_notes, parsed.total) == ([], [], 2)


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        ("点位名称,地区,数量,开工日期\r\n一号站,330102,1,20260305\r\n".encode(), []),
        (codecs.BOM_UTF8 + "点位名称,地区,数量,开工日期\n一号站,330102,1,2026/3/5\n".encode(), []),
        (
            "点位名称,地区,数量,开工日期\n一号站,330102,1,2026/3/5\n".encode("gb18030"),
            ["The file is in the encoding GB18030."],
        ),
        ("点位名称\t地区\t数量\t开工日期\n一号站\t330102\t1\t2026-03-05\n".encode(), []),
        ("点位名称;地区;数量;开工日期\n一号站;330102;1;2026-03-05 00:00:00".encode(), []),
    ],
    ids=["utf-8", "byte order mark", "gb18030", "tabs", "semicolons"],
)
def test_reads_csv_in_the_encodings_offices_use(content, notes):
    parsed = read_table(io.BytesIO(content), COLUMNS)

    assert values(parsed) == [("一号站", "Shangcheng", Decimal(1), date(2026, 3, 5))]
    assert texts(parsed.file_notes) == notes


def test_head_is_found_below_titles_in_any_order_and_with_marks(workbook):
    head = ["地区（必填）", " 点位 名称* "]
    file = workbook(Sites=[["附件1"], [], ["2026年点位一览表"], head, ["330102", "一号站"]])

    parsed = read_table(file, COLUMNS)

    assert values(parsed) == [("一号站", "Shangcheng", None, None)]
    assert parsed.rows[0].number == 5


def test_head_is_recognised_in_every_language_of_the_site():
    column = Column("language", translation.gettext_lazy("English"), cells.text(20))
    with translation.override("zh-hans"):
        chinese = str(column.heading)
    assert chinese != "English"

    for heading in ("English", chinese):
        assert values(read_table(csv_file(f"{heading}\nyes"), [column])) == [("yes",)]


def test_head_over_two_rows_with_merged_cells_is_found():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "点位名称")
        sheet.merge_range("B1:C1", "计划")
        sheet.write_row("B2", ["地区", "数量"])
        sheet.write_row("A3", ["一号站", "330102", 3])
    file.seek(0)

    parsed = read_table(file, COLUMNS)

    assert values(parsed) == [("一号站", "Shangcheng", Decimal(3), None)]
    assert parsed.rows[0].number == 3


def test_table_that_does_not_begin_in_the_first_column_keeps_its_places(workbook):
    file = workbook(Sites=[["", "", *HEAD], ["", "", "一号站", "330102", -1]])

    (error,) = read_table(file, COLUMNS).errors

    assert (error.row, str(error.column), error.value) == (2, "数量", "-1")


def test_hidden_sheets_are_not_read():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name in ("Shown", "Hidden"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEAD)
            sheet.write_row(1, 0, [name, "330102"])
        sheet.hide()
    file.seek(0)

    assert [row.values["name"] for row in read_table(file, COLUMNS).rows] == ["Shown"]


def test_phantom_rows_are_ignored():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["一号站", "330102"])
        colour = book.add_format({"bg_color": "yellow"})
        for row in range(2, 65_000):
            sheet.write_blank(row, 0, None, colour)
    file.seek(0)

    parsed = read_table(file, COLUMNS, limits=Limits(rows=1, columns=4, cells=8))

    assert (values(parsed), parsed.total) == ([("一号站", "Shangcheng", None, None)], 1)


def test_phantom_columns_are_ignored():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["一号站", "330102"])
        sheet.write_blank(1, 16_000, None, book.add_format({"bg_color": "yellow"}))
    file.seek(0)

    assert values(read_table(file, COLUMNS)) == [("一号站", "Shangcheng", None, None)]


def test_phantom_rows_of_csv_are_ignored():
    parsed = read_table(
        csv_file(",".join(HEAD) + "\n一号站,330102,,\n" + ",,\u3000, \n" * 65_000), COLUMNS, limits=Limits(rows=1)
    )

    assert (values(parsed), parsed.total) == ([("一号站", "Shangcheng", None, None)], 1)


def test_text_that_begins_like_a_formula_stays_text(workbook):
    parsed = read_table(workbook(Sites=[HEAD, ["=1+1", "330102"], ["@SUM(A1)", "330102"]]), COLUMNS)

    assert [row.values["name"] for row in parsed.rows] == ["=1+1", "@SUM(A1)"]


# What is wrong with a row


def test_every_wrong_cell_is_reported_and_its_row_left_out(workbook):
    file = workbook(
        Sites=[
            HEAD,
            ["", "330102", "12公里", "2026-02-30"],
            ["一号站", "999999", -1, "soon"],
            ["二号站", "330102", "0.12345", "1889-01-01"],
            ["三号站", "330102", 1, "2026/3/5"],
        ]
    )

    parsed = read_table(file, COLUMNS)

    assert [row.values["name"] for row in parsed.rows] == ["三号站"]
    assert parsed.total == 4
    assert shown(parsed.errors) == [
        (2, "点位名称", "", "This cell is empty.", "Fill it in."),
        (2, "数量", "12公里", "This is not a number.", "Write digits only, such as 12.5, without a unit."),
        (2, "开工日期", "2026-02-30", "There is no such day in the calendar.", "Check year, month and day."),
        (3, "地区", "999999", "No such area.", "Check the spelling, or have it added first."),
        (3, "数量", "-1", "This number is too small.", "Write at least 0."),
        (3, "开工日期", "soon", "This is not a date.", "Write it as 2024-03-05."),
        (4, "数量", "0.12345", "This number has too many decimals.", "Round it to 4 decimals."),
        (4, "开工日期", "1889-01-01", "This date is out of range.", "Write a date from 1990-01-01 to 2099-12-31."),
    ]


def test_long_table_keeps_its_order_and_numbers_from_piece_to_piece():
    lines = [f"{number}号站,330102,{number}" for number in range(2, 2_502)]
    lines[998], lines[1_000], lines[2_300], lines[2_400] = "某站", "a,330102,many", ",330109,", " ,,"

    parsed = read_table(csv_file("\n".join(["名称,地区,数量", *lines])), COLUMNS)

    assert [(error.row, str(error.column)) for error in parsed.errors] == [
        (1_000, "地区"), (1_002, "数量"), (2_302, "名称"), (2_302, "地区"),
    ]  # fmt: skip
    left_out = {1_000, 1_002, 2_302, 2_402}
    assert [(row.number, row.values["name"], row.values["quantity"]) for row in parsed.rows] == [
        (number, f"{number}号站", Decimal(number)) for number in range(2, 2_502) if number not in left_out
    ]
    assert parsed.total == 2_499


def test_errors_speak_the_language_of_the_reader():
    def refuse(_cell: cells.Cell) -> None:
        raise cells.CellProblem(translation.gettext_lazy("Enter a number."), "")

    (error,) = read_table(csv_file("Code\n7"), [Column("code", "Code", refuse)]).errors

    with translation.override("zh-hans"):
        chinese = str(error.problem)

    assert (str(error.problem), chinese) == ("Enter a number.", "输入一个数字。")


def test_huge_cells_are_refused_and_shown_shortened():
    parsed = read_table(csv_file(f"名称,地区\n{'长' * 100_000},330102\n{'短' * 21},330102"), COLUMNS)

    assert parsed.rows == []
    assert shown(parsed.errors) == [
        (2, "名称", "长" * 59 + "…", "This text has 100000 characters.", "Shorten it to 32767 characters."),
        (3, "名称", "短" * 21, "This text has 21 characters.", "Shorten it to 20 characters."),
    ]


def test_control_signs_are_refused_and_marks_of_direction_left_out():
    parsed = read_table(csv_file("名称,地区\n一\u202e号站,330102\n二\x07号,330102"), COLUMNS)

    assert [row.values["name"] for row in parsed.rows] == ["一号站"]
    assert [(error.row, str(error.problem)) for error in parsed.errors] == [
        (3, "This text holds invisible control characters."),
    ]


def test_excel_errors_are_reported_and_not_read_as_empty():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["一号站", "330102"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    file.seek(0)

    parsed = read_table(file, COLUMNS)

    assert shown(parsed.errors) == [
        (2, "数量", "#DIV/0!", "The formula of this cell ends in an error.", "Fix the formula or type the value.")
    ]


def test_second_row_with_the_same_key_is_an_error(workbook):
    file = workbook(A=[HEAD, ["一号站", "330102"], ["二号站", "330102"], ["一号站", "330102"]])

    parsed = read_table(file, COLUMNS, key=lambda row: (row["name"], row["area"]))

    assert [row.values["name"] for row in parsed.rows] == ["一号站", "二号站"]
    assert shown(parsed.errors) == [
        (4, "", "一号站, Shangcheng", "The same entry stands already in row 2.", "Remove one of the two rows.")
    ]


def test_rows_whose_key_is_none_are_never_duplicates(workbook):
    parsed = read_table(
        workbook(A=[HEAD, ["站", "330102"], ["站", "330102"]]), COLUMNS, key=lambda row: row.get("start")
    )

    assert (len(parsed.rows), parsed.errors) == (2, [])


def test_errors_beyond_the_limit_are_counted():
    parsed = read_table(csv_file("名称,地区\n" + "站,0\n" * 5), COLUMNS, limits=Limits(errors=2))

    assert (len(parsed.errors), parsed.unlisted, parsed.wrong) == (2, 3, 5)


def test_what_is_equal_but_not_the_same_is_parsed_by_itself(workbook):
    file = workbook(Sites=[["名称", "数量"], ["a", 1], ["b", True], ["c", 1.0], ["d", "1"]])
    columns = [Column("name", "名称", cells.text(9)), Column("count", "数量", quantities.number())]

    parsed = read_table(file, columns)

    assert [(row.values["name"], row.values["count"]) for row in parsed.rows] == [("a", 1), ("c", 1), ("d", 1)]
    assert [(error.row, str(error.problem)) for error in parsed.errors] == [(3, "This is not a number.")]


@pytest.mark.parametrize("quoted", [b't="e"', b"t='e'", b't = "e"'])
def test_an_error_of_excel_is_one_however_its_cell_is_spelled(workbook, quoted):
    file = rewritten(
        workbook(Sites=[HEAD]),
        sheet1=SHEET
        % (
            b"<row>%s</row>" % b"".join(b'<c t="str"><v>%s</v></c>' % one.encode() for one in HEAD)
            + b'<row><c t="str"><v>a</v></c><c><v>330102</v></c><c %s><v>#REF!</v></c></row>' % quoted
        ),
    )

    assert [(error.row, error.value) for error in read_table(file, COLUMNS).errors] == [(2, "#REF!")]
