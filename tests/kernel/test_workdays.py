"""Which days are worked, and how far so many of them reach."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel import workdays


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        ("2025-09-30", True), ("2025-10-01", False), ("2025-10-08", False), ("2025-09-28", True), ("2025-10-11", True),
        ("2025-10-12", False), ("2026-02-20", False),
        # Nobody knows yet what will be set for it.
        ("2027-10-01", True), ("2027-10-02", False),
    ],
)  # fmt: skip
def test_holidays_rest_and_make_up_days_are_worked(day, is_worked):
    assert workdays.is_workday(date.fromisoformat(day), {}) is is_worked


def test_what_somebody_entered_comes_first():
    special = {date(2027, 10, 1): False, date(2027, 10, 2): True, date(2025, 10, 1): True}

    assert [workdays.is_workday(day, special) for day in special] == [False, True, True]


def test_days_begin_after_the_first_and_holidays_do_not_count():
    assert workdays.after(date(2025, 9, 30), 7, {}) == date(2025, 10, 16)
    assert workdays.after(date(2025, 9, 30), 7, {}, without={date(2025, 10, 9), date(2025, 10, 12)}) == date(
        2025, 10, 17
    )
    assert workdays.after(date(2025, 9, 30), 0, {}) == date(2025, 9, 30)


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(1, 60))
def test_just_so_many_working_days_lie_between(start, days):
    end = workdays.after(start, days, {})

    worked = [n for n in range(1, (end - start).days + 1) if workdays.is_workday(start + timedelta(days=n), {})]
    assert len(worked) == days
    assert worked[-1] == (end - start).days


def test_what_is_known_ends_with_a_year():
    assert (workdays.KNOWN_UNTIL.month, workdays.KNOWN_UNTIL.day) == (12, 31)
    assert date(2026, 12, 31) <= workdays.KNOWN_UNTIL
