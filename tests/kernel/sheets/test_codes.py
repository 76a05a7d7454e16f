"""Codes of areas, keys and names of people."""

from datetime import date, time

import pytest
from django.utils import translation

from livelihood.kernel.sheets import codes, persons
from livelihood.kernel.sheets.cells import CellProblem


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("330225", "330225"), (330225, "330225"), (330225.0, "330225"),
        ("\uff13\uff13\uff10\uff12\uff12\uff15", "330225"),
        (" 330225 ", "330225"),
        ("330225000", "330225"), ("330225000000", "330225"), (330225001000.0, "330225001"),
        ("330225001", "330225001"),
        ("330225001201", "330225001"), ("330225 象山县", "330225"), ("象山县（330225）", "330225"),
        ("330225 001", "330225001"), ("330225 001 000", "330225001"), ("330225.0", "330225"),
        ("330225001丹东街道", "330225001"),
        ("象山县", "象山县"), ("浙江省宁波市象山县", "浙江省宁波市象山县"),
    ],
)  # fmt: skip
def test_a_code_of_6_9_or_12_digits_is_that_of_its_area_and_a_name_stays(cell, code):
    assert codes.area()(cell) == code


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("33022", "This is no code of an area."),
        ("999999", "This is no code of an area."),
        ("3302250010", "This is no code of an area."),
        ("3.30225E+11", "Excel has shortened this code."),
        ("330225-001", "This is no code of an area."),
        ("330225,330226", "This is no code of an area."),
        ("330225001至330225005", "This is no code of an area."),
        ("象山县330225、330226", "This is no code of an area."),
    ],
)
def test_an_impossible_code_is_refused(cell, said):
    with pytest.raises(CellProblem) as caught:
        codes.area()(cell)
    with translation.override("en"):
        assert str(caught.value.problem) == said


def test_where_a_code_is_needed_a_name_is_refused():
    with pytest.raises(CellProblem):
        codes.strict_area_code()("象山县")


@pytest.mark.parametrize(
    "cell",
    ["330225001201", 330225001201, 330225001201.0, "330 225 001 201", "330225001201丹东社区", "丹东社区(330225001201)"],
)
def test_the_code_of_a_village_is_no_code_of_an_area_of_its_own(cell):
    with pytest.raises(CellProblem) as caught:
        codes.strict_area_code()(cell)
    with translation.override("en"):
        assert str(caught.value.problem) == "This is the code of a village, and villages are not kept here."
    assert codes.area()(cell) == "330225001"


def test_the_long_codes_of_townships_and_counties_are_cut():
    assert [codes.strict_area_code()(cell) for cell in ("330225001000", 330225000000, "330225000")] == [
        "330225001", "330225", "330225",
    ]  # fmt: skip


@pytest.mark.parametrize("cell", ["B-71", "\uff22-71", "B\uff0d71", "B\u201071", "B-\u200b71", " B-71\u3000"])
def test_a_key_is_kept_in_plain_width_without_what_is_not_seen(cell):
    assert codes.key(60)(cell) == "B-71"


@pytest.mark.parametrize(
    ("cell", "key"),
    [
        ("\u0392-74", "B-74"), ("\u0412-74", "B-74"), ("\uff22-74", "B-74"), ("\u0410\u0412\u0421-1", "ABC-1"),
        ("\u0391\u03921", "AB1"), ("\u0430-1", "a-1"), ("公厕\u0412-1", "公厕B-1"),
        ("\u0391\u0393-1", "\u0391\u0393-1"), ("\u0436-1", "\u0436-1"), ("\u03a9\u0391", "\u03a9\u0391"),
    ],
)  # fmt: skip
def test_letters_that_look_as_latin_ones_are_these_unless_others_of_their_script_stand_there(cell, key):
    assert codes.key(60)(cell) == key


def test_padding_inside_a_name_of_han_is_left_out_and_other_spaces_stay():
    assert [persons.person_name(60)(cell) for cell in ("代\u3000丙三", "王 伟", "Li  Wei", "买买提·艾力")] == [
        "代丙三", "王伟", "Li Wei", "买买提·艾力",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "name"),
    [("李一（女）", "李一"), ("王二 (女，回族)", "王二"), ("马五（回族）", "马五"),
     ("赵三（召集人）", "赵三"), ("赵三（大）", "赵三（大）"), ("（女）", "（女）")],
)  # fmt: skip
def test_what_lists_put_behind_a_name_is_no_part_of_it(written, name):
    assert persons.person_name(60)(written) == name


@pytest.mark.parametrize("parse", [codes.key(60), persons.phone()])
@pytest.mark.parametrize(
    ("cell", "said"),
    [("1.38E+10", "Excel has shortened this code."), ("1e+11", "Excel has shortened this code."),
     (date(2027, 3, 1), "Excel has made a date of this."), (time(3, 1), "Excel has made a date of this.")],
)  # fmt: skip
def test_what_excel_has_made_of_digits_is_refused_and_not_kept(parse, cell, said):
    with pytest.raises(CellProblem) as caught:
        parse(cell)
    with translation.override("en"):
        assert str(caught.value.problem) == said


@pytest.mark.parametrize(
    ("cell", "number"),
    [("\uff11\uff13\uff18\uff10", "1380"), ("13800000000.0", "13800000000"), (13800000000.0, "13800000000"),
     (" 0574-1 ", "0574-1"),
     ("1.0", "1.0")],
)  # fmt: skip
def test_a_telephone_number_is_kept_in_plain_width(cell, number):
    assert persons.phone()(cell) == number


def test_keys_of_a_column_are_read_at_once_only_where_none_was_shortened():
    assert codes.key(60).at_once(["a1", "b2"]) == ["a1", "b2"]
    assert codes.key(60).at_once(["a1", "1E+11"]) is None
    assert codes.key(60).at_once(["a1", "13800.0"]) is None
