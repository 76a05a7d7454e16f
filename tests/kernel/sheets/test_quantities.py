"""Numbers with their units."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel.sheets.cells import CellProblem, Context
from livelihood.kernel.sheets.quantities import Quantity, quantity


def refusal(call, *arguments):
    with pytest.raises(CellProblem) as caught:
        call(*arguments)
    with translation.override("en"):
        return str(caught.value.problem)


@pytest.mark.parametrize(
    ("cell", "number", "unit"),
    [
        ("1座", "1", "座"), ("12 座", "12", "座"), ("１２座", "12", "座"), ("1,200座", "1200", "座"),
        ("1，200", "1200", ""),
        ("1 200", "1200", ""), ("3,000万元", "30000000", "元"), ("1.2亿元", "120000000", "元"),
        ("1.2万", "12000", ""),
        ("200㎡", "200", "m2"), ("100%", "100", "%"), ("共12座。", "12", "座"), ("两处", "2", "处"),
        ("十二", "12", ""), ("一百零五座", "105", "座"), ("二十三座", "23", "座"),
        (1.5, "1.5", ""), (3, "3", ""),
        ("3（座）", "3", "座"), ("廿三座", "23", "座"), ("卅", "30", ""), ("壹拾贰", "12", ""),
        ("1座（新建）", "1", "座"), ("1 座 (改造)", "1", "座"), ("2 公里(改造)", "2", "公里"),
        ("1座【新建】", "1", "座"),
        ("3座（新建2座、改造1座）", "3", "座"), ("1.2万平方米（建筑面积）", "12000", "平方米"), ("1个(套)", "1", "个"),
        ("1（新建）", "1", ""), ("新建1座", "1", "座"), ("改造 2 公里", "2", "公里"),
        ("新增12个（其中普惠8个）", "12", "个"),
    ],
)  # fmt: skip
def test_numbers_are_read_with_their_unit_and_scale(cell, number, unit):
    assert quantity()(cell) == Quantity(Decimal(number), unit)


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["", "座", "公里", "人次"]))
def test_every_spelling_of_a_number_is_the_same_number(number, unit):
    spellings = [f"{number}{unit}", f"{number:,}{unit}", f" {number} {unit} ", f"{number:,}".replace(",", "，") + unit]

    assert {quantity()(text) for text in spellings} == {Quantity(number, unit)}


@pytest.mark.parametrize(
    ("cell", "wanted", "number"),
    [
        ("3,000万元", "万元", "3000"), ("360万", "万元", "360"), ("1.2亿元", "万元", "12000"),
        ("5000元", "万元", "0.5"),
        ("120", "万元", "120"), ("2千米", "公里", "2"), ("3km", "公里", "3"), ("1500米", "公里", "1.5"),
        ("2万座", "座", "20000"),
        ("1座(新建)", "座", "1"), ("1个(套)", "个(套)", "1"), ("3（新建）", "座", "3"), ("2公里（改造）", "千米", "2"),
        ("200平方米", "㎡", "200"), ("500kg", "吨", "0.5"),
    ],
)  # fmt: skip
def test_a_number_is_turned_into_the_unit_of_its_heading(cell, wanted, number):
    assert quantity().make(Context(unit=wanted))(cell) == Quantity(Decimal(number), wanted)
    assert quantity(unit=wanted)(cell) == Quantity(Decimal(number), wanted)


@pytest.mark.parametrize("cell", ["1e3", "1E+3", "1.2e-5座"])
def test_a_number_with_an_exponent_is_not_read_without_it(cell):
    assert refusal(quantity(), cell) == "This is not a number."


def test_another_unit_is_refused_and_both_are_named():
    assert refusal(quantity().make(Context(unit="座")), "1个") == "The unit here is 个, and 座 is wanted."
    assert refusal(Quantity(Decimal(1), "处").in_unit, "座") == "The unit here is 处, and 座 is wanted."


@pytest.mark.parametrize("cell", ["约200", "200余", "200多座", "200左右", "近200座", "≥3", "不少于3座", "3座以上"])
def test_an_estimate_is_refused_as_such(cell):
    assert refusal(quantity(), cell) == "This is an estimate and no number."


@pytest.mark.parametrize("cell", ["1座2处", "3-5座", "1/2", "12 13", "1+1", "一二", "1,23座", "十百", True])
def test_what_is_no_number_is_refused(cell):
    assert refusal(quantity(), cell) == "This is not a number."
