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
    Thresholds,
    figure,
    gravest,
    light_of_indicator,
    share_passed,
)

LIMITS = Thresholds(yellow_points=10, red_points=30)
NONE = SiteCounts()
PLANNED = SiteCounts(total=4, planned=4)
HALF = SiteCounts(total=4, under_way=2, completed=2)
ALL = SiteCounts(total=4, accepted=4)


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


@pytest.mark.parametrize(
    "case",
    [
        (ADDITIVE, 4, 4, ALL, "0.5", ("blue", "accepted")),
        (ADDITIVE, None, 4, NONE, "0.5", ("grey", "unknown")),
        (ADDITIVE, 4, 4, HALF, "0.5", ("green", "reached")),
        (ADDITIVE, 9, 4, HALF, "0.5", ("green", "reached")),
        (ADDITIVE, 0, 4, PLANNED, "0.05", ("grey", "not_started")),
        (ADDITIVE, 0, 4, PLANNED, "0.1", ("yellow", "behind")),
        (ADDITIVE, 0, 4, PLANNED, "0.31", ("red", "behind")),
        (ADDITIVE, 2, 4, HALF, "0.5", ("green", "on_plan")),
        (ADDITIVE, 2, 4, HALF, "0.59", ("green", "on_plan")),
        (ADDITIVE, 2, 4, HALF, "0.6", ("yellow", "behind")),
        (ADDITIVE, 2, 4, HALF, "0.8", ("yellow", "behind")),
        (ADDITIVE, 2, 4, HALF, "0.801", ("red", "behind")),
        (ADDITIVE, 99, 100, HALF, "1", ("yellow", "behind")),
        (ADDITIVE, 5, None, NONE, "0.9", ("green", "no_target")),
        (ADDITIVE, 5, None, HALF, "0.9", ("red", "behind")),
        (CAP, 26, 30, NONE, "0.9", ("green", "reached")),
        (CAP, 31, 30, NONE, "0.9", ("yellow", "over_limit")),
        (CAP, 31, 30, NONE, "1", ("red", "over_limit")),
        (CAP, 31, None, NONE, "1", ("green", "no_target")),
    ],
)
def test_light_of_indicator_follows_the_table(case):
    kind, done, target, sites, passed, expected = case
    value = figure(
        kind,
        done=None if done is None else Decimal(done),
        base=None,
        target=None if target is None else Decimal(target),
    )

    assert light_of_indicator(kind, value, sites, passed=Decimal(passed), limits=LIMITS) == expected


def test_gravest_needs_a_person_most():
    assert gravest(["blue", "green", "grey"]) == "grey"
    assert gravest(["green", "red", "yellow"]) == "red"
    assert gravest([]) == "grey"


counts = st.builds(SiteCounts, *[st.integers(0, 1000)] * len(SiteCounts.__slots__))


@given(counts, counts, counts)
def test_site_counts_add_up_in_any_order(one, two, three):
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + SiteCounts() == one
    assert (one + two).finished == one.finished + two.finished
