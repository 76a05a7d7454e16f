from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.aggregation import (
    ADDITIVE,
    CAP,
    RATE,
    Figure,
    SiteCounts,
    figure,
    share_passed,
)


def test_figure_additive_keeps_numerator_and_denominator():
    assert figure(ADDITIVE, done=Decimal(3), base=None, target=Decimal(4)) == Figure(
        Decimal(3), Decimal(4), Decimal(3), Decimal(4), Decimal("0.75"), False
    )


def test_figure_additive_may_pass_its_target():
    over = figure(ADDITIVE, done=Decimal(9), base=None, target=Decimal(4))

    assert (over.ratio, over.is_reached) == (Decimal("2.25"), True)


def test_figure_rate_divides_sums_and_compares_per_cent():
    assert figure(RATE, done=Decimal(45), base=Decimal(60), target=Decimal(60)) == Figure(
        Decimal(75), Decimal(60), Decimal(45), Decimal(60), Decimal("1.25"), True
    )


def test_figure_cap_compares_and_has_no_ratio():
    assert figure(CAP, done=Decimal(26), base=None, target=Decimal(30)) == Figure(
        Decimal(26), Decimal(30), Decimal(26), Decimal(30), None, True
    )
    assert figure(CAP, done=Decimal(31), base=None, target=Decimal(30)).is_reached is False


@pytest.mark.parametrize("kind", [ADDITIVE, RATE, CAP])
def test_figure_unknown_is_none_and_not_zero(kind):
    unknown = figure(kind, done=None, base=None, target=Decimal(5))

    assert (unknown.value, unknown.ratio, unknown.is_reached) == (None, None, None)


@pytest.mark.parametrize("kind", [ADDITIVE, RATE, CAP])
def test_figure_without_target_says_nothing_about_reaching(kind):
    free = figure(kind, done=Decimal(5), base=Decimal(10) if kind == RATE else None, target=None)

    assert (free.ratio, free.is_reached) == (None, None)
    assert free.value == (Decimal(50) if kind == RATE else Decimal(5))


@pytest.mark.parametrize(
    ("passed", "whole", "share"),
    [
        (0, 100, Decimal(0)),
        (50, 100, Decimal("0.5")),
        (-3, 100, Decimal(0)),
        (120, 100, Decimal(1)),
        (1, 0, Decimal(1)),
    ],
)
def test_share_passed_stays_between_nothing_and_all(passed, whole, share):
    assert share_passed(passed, whole) == share


numbers = st.integers(0, 1000)
lights = st.dictionaries(st.sampled_from(["red", "green", "grey"]), st.integers(1, 1000))
counts = st.builds(SiteCounts, numbers, numbers, numbers, numbers, numbers, lights)


@given(counts, counts, counts)
def test_site_counts_add_up_in_any_order(one, two, three):
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + SiteCounts() == one
    assert (one + two).finished == one.finished + two.finished
    assert sum((one + two).lights.values()) == sum(one.lights.values()) + sum(two.lights.values())
