"""A last row of nothing but sums, which nobody has called a total."""

import pytest

from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import errors, left_out, read

pytestmark = pytest.mark.usefixtures("english")

HEAD = ["序号", "点位编号", "点位名称", "计划数量", "投资"]
ROWS = [[1, "K-1", "甲", 5, 3.5], [2, "K-2", "乙", "7座", 2], [3, "K-3", "丙", "", ""]]


@pytest.mark.parametrize(
    "row",
    [["", "", "", 12, 5.5], ["", "", "", 12], [4, "", "", 12, 5.5], ["", "—", "", "12", "5.50"], ["", "", "", 12.0]],
)
def test_sums_alone_are_a_total(row):
    for rows in ([HEAD, *ROWS, row], [HEAD, *ROWS, row, ["注：投资以决算为准"]]):
        reading = read(xlsx_rows(rows))

        assert ([one.number for one in reading.rows], left_out(reading)[0]) == ([2, 3, 4], (5, "total"))
        assert errors(reading) == []


@pytest.mark.parametrize(
    "row",
    [["", "", "", 13, 5.5], ["", "", "", 12, "万元"], ["", "K-4", "", 12], ["", "", "丁", 12]],
)
def test_a_row_that_says_more_or_something_else_is_a_row_with_errors(row):
    reading = read(xlsx_rows([HEAD, *ROWS, row]))

    assert left_out(reading) == []
    assert {one[0] for one in errors(reading)} == {5}


def test_sums_of_parts_count_from_the_last_total_on_and_over_thousands_of_rows():
    rows = [[n, f"P-{n}", "甲", 1, ""] for n in range(1, 1_501)]

    reading = read(xlsx_rows([HEAD, *rows, ["", "", "", 1_500], *ROWS, ["", "", "", 12], ["", "", "", 1_512]]))

    assert left_out(reading) == [(1_502, "total"), (1_506, "total"), (1_507, "total")]
    assert (len(reading.rows), errors(reading)) == (1_503, [])


def test_a_text_file_and_rows_with_errors_count_as_well_and_nothing_is_no_sum():
    reading = read('点位编号,点位名称,计划数量,完成时限\nK-1,甲,5,soon\nK-2,乙,"1,000",\n,,1005,\n')
    nothing = read(xlsx_rows([HEAD, [1, "K-1", "甲", 0, ""], ["", "", "", "0"]]))

    assert (left_out(reading), [one[0] for one in errors(reading)]) == ([(4, "total")], [2, 3])
    assert (left_out(nothing), len(errors(nothing))) == ([], 2)
