"""The kinds of files a sheet comes in: old and open workbooks, texts in every encoding."""

import io
import struct

import pytest

from tests.kernel.sheets.books import HEAD, ods, ods_row, read_values, record, site, xls
from tests.kernel.sheets.office import errors, left_out, notes, read, refusal, values

pytestmark = pytest.mark.usefixtures("english")


def test_an_old_workbook_is_read_with_its_marks():
    rows = [HEAD, site(1), site(2), site(3), site(4, standard=""), site(5, due=43160.0)]
    file = xls(rows, hidden_rows={2}, struck_rows={3}, errors={(4, 5): 0x2A})

    reading = read(file)

    assert sorted(values(reading)) == [2, 3, 4, 6]
    assert notes(reading) == [(3, "hidden", ""), (4, "struck", ""), (6, "read_as", "due_on")]
    assert errors(reading) == [(5, "standard", "The formula of this cell ends in an error.")]
    assert values(reading)[6]["due_on"] == "2018-03-01"


def test_an_old_workbook_counts_from_1904_and_fills_merges_where_it_says_so():
    rows = [HEAD, site(1, due=43160.0 - 1462, standard="甲"), site(2, standard="")]

    reading = read(xls(rows, from_1904=True, merges=[(1, 5, 2, 5)]))

    assert values(reading) == {2: read_values(1, due_on="2018-03-01", standard="甲"), 3: read_values(2, standard="甲")}


def test_a_locked_workbook_is_refused_with_the_way_out():
    remedy = "Open it, remove the password, save it and send it again."

    assert remedy in refusal(xls([HEAD, site(1)], locked=True))
    assert remedy in refusal(ods("<table:table/>", encrypted=True))


def test_an_open_document_is_read_with_its_marks():
    struck = '<style:style style:name="x"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    cell = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'
    merged = ods_row([*site(3)[:5]]).replace(
        "</table:table-row>", cell.format(' table:number-rows-spanned="2"', "甲") + "</table:table-row>"
    )
    covered = ods_row(site(4)[:5]).replace("</table:table-row>", "<table:covered-table-cell/></table:table-row>")
    day = ods_row([*site(5)[:4]]).replace(
        "</table:table-row>",
        '<table:table-cell office:value-type="date" office:date-value="2027-10-31T08:00:00"/></table:table-row>',
    )
    table = (
        '<table:table table:name="表">' + ods_row(HEAD) + ods_row(site(1), 'table:visibility="collapse"')
        + ods_row(["K-2"]).replace("</table:table-row>", cell.format(' table:style-name="x"', "第2<text:s/>公厕"))
        + "".join(cell.format("", text) for text in ("330225", "1", "2027-10-31", "标准")) + "</table:table-row>"
        + merged + covered + ods_row([""] * 6, 'table:number-rows-repeated="3"') + day
        + '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )  # fmt: skip

    reading = read(ods(table, styles=struck))

    assert values(reading) == {
        2: read_values(1), 3: read_values(2, name="第2 公厕"), 4: read_values(3, standard="甲"),
        5: read_values(4, standard="甲"), 9: read_values(5, standard=""),
    }  # fmt: skip
    assert notes(reading) == [
        (2, "hidden", ""), (3, "struck", ""), (5, "merged", "standard"), (9, "read_as", "due_on"),
    ]  # fmt: skip
    assert left_out(reading) == [(6, "empty"), (7, "empty"), (8, "empty")]


@pytest.mark.parametrize(
    "repeated",
    [
        'table:number-rows-repeated="1048576"><table:table-cell office:value-type="string"><text:p>x</text:p>',
        '><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>',
        '><table:table-cell table:number-columns-repeated="99999999999"><text:p>x</text:p>',
    ],
)
def test_an_open_document_that_repeats_itself_too_often_is_refused(repeated):
    table = (
        f"<table:table>{ods_row(HEAD)}<table:table-row {repeated}</table:table-cell></table:table-row></table:table>"
    )

    assert refusal(ods(table))


def test_an_old_workbook_that_reaches_too_far_or_breaks_off_is_refused():
    far = xls([HEAD, site(1)], more=b"\x03\x02\x0e\x00\xff\xff\xff\x3f\x00\x00" + b"\0" * 8)
    whole = xls([HEAD, site(1)]).getvalue()

    assert refusal(far) == "The table has 16384 columns; at most 200 are read."
    for length in (600, 1_200, 2_000):
        assert refusal(io.BytesIO(whole[:length]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_text_is_read_in_the_encoding_and_with_the_separator_that_its_head_fits(encoding, separator):
    lines = [["附件1，说明；其他"], HEAD, site(1, standard='甲"乙,丙;丁')]
    quoted = ([str(cell).replace('"', '""') for cell in line] for line in lines)
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in line) for line in quoted)

    reading = read(io.BytesIO(text.encode(encoding)))

    assert values(reading) == {3: read_values(1, standard='甲"乙,丙;丁')}


def test_shared_texts_of_an_old_workbook_go_on_in_the_next_record_in_another_width():
    texts = ["点位编号", "点位名称", "所属区县", "完成时限", "K-1", "330225", "2027-10-31", "Street 第1公厕"]
    plain = b"".join(struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts[:-1])
    record = struct.pack("<II", 8, 8) + plain + struct.pack("<HBH", len(texts[-1]), 8, 1) + b"Street "
    going_on = b"\x01" + "第1公厕".encode("utf-16-le") + struct.pack("<HH", 0, 6)
    cells = [(0, place, place) for place in range(4)] + [(1, 0, 4), (1, 1, 7), (1, 2, 5), (1, 3, 6)]

    reading = read(xls([], texts=[record, going_on], shared=cells))

    assert values(reading) == {2: {"key": "K-1", "name": "Street 第1公厕", "area": "330225", "due_on": "2027-10-31"}}
    assert notes(reading) == [(2, "struck", "")]


def test_numbers_formats_and_results_of_an_old_workbook_are_read_by_their_records():
    cell = struct.Struct("<HHH")
    day = cell.pack(1, 4, 2)
    more = record(0x27E, cell.pack(1, 3, 0) + struct.pack("<I", (12_34 << 2 | 3) & 0xFFFFFFFF))
    more += record(0x06, day + struct.pack("<d", 46691.0) + b"\0" * 8)
    more += record(0x06, cell.pack(1, 1, 0) + b"\0\0\0\0\0\0\xff\xff" + b"\0" * 8)
    more += record(0x207, struct.pack("<HB", 3, 1) + "一公厕".encode("utf-16-le"))
    more += record(0x205, cell.pack(1, 5, 0) + b"\x01\x00")

    reading = read(xls([HEAD, ["K-1", "", "330225"]], more=more))

    assert values(reading) == {
        2: read_values(1, name="一公厕", quantity_planned="12.34", due_on="2027-10-31", standard="TRUE")
    }
    assert notes(reading) == [(2, "formula", "")]
