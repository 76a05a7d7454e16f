from collections.abc import Sequence
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.surveys.aggregation import (
    GRADES,
    Answers,
    Counts,
    Estimate,
    Scope,
    estimate,
    merge,
    tally,
    wilson,
)
from projects.surveys.states import Grade

ANSWERS = st.builds(
    lambda project, site, channel, grade, count: Answers(project, site if project else 0, channel, grade, count),
    project=st.integers(0, 3),
    site=st.integers(0, 4),
    channel=st.sampled_from(["qr", "invitation"]),
    grade=st.sampled_from(GRADES),
    count=st.integers(1, 1000),
)
MANY = st.lists(ANSWERS, max_size=30)


def test_grades_are_those_of_the_forms():
    assert tuple(Grade.values) == GRADES


def test_a_site_counts_for_itself_its_project_and_everything():
    figures = tally([Answers(7, 70, "qr", "satisfied", 2), Answers(7, 0, "qr", "dissatisfied")])

    assert figures == {
        Scope(0, 0, "qr"): Counts(2, 0, 1),
        Scope(7, 0, "qr"): Counts(2, 0, 1),
        Scope(7, 70, "qr"): Counts(2, 0, 0),
    }


def test_channels_are_never_added_up():
    figures = tally([Answers(0, 0, "qr", "satisfied"), Answers(0, 0, "invitation", "dissatisfied")])

    assert figures == {Scope(0, 0, "qr"): Counts(1, 0, 0), Scope(0, 0, "invitation"): Counts(0, 0, 1)}


@pytest.mark.parametrize(
    "wrong",
    [Answers(0, 0, "qr", "delighted"), Answers(0, 0, "qr", "satisfied", 0), Answers(0, 5, "qr", "satisfied")],
)
def test_what_is_no_answer_is_refused(wrong):
    with pytest.raises(ValueError, match="not an answer"):
        tally([wrong])


@given(MANY, st.randoms())
def test_order_does_not_matter(answers: list[Answers], random):
    shuffled = list(answers)
    random.shuffle(shuffled)

    assert tally(shuffled) == tally(answers)


@given(st.lists(MANY, max_size=6))
def test_counting_by_parts_and_at_once_is_the_same(parts: Sequence[list[Answers]]):
    step_by_step: dict[Scope, Counts] = {}
    for part in parts:
        step_by_step = merge(step_by_step, tally(part))

    assert step_by_step == tally(answer for part in parts for answer in part)


@given(MANY)
def test_everything_is_the_sum_of_the_answers(answers: list[Answers]):
    figures = tally(answers)

    for channel in ("qr", "invitation"):
        given_here = sum(answer.count for answer in answers if answer.channel == channel)
        assert figures.get(Scope(0, 0, channel), Counts()).n == given_here
        projects = {scope.project for scope in figures if scope.project and scope.channel == channel}
        of_projects = sum(figures[Scope(project, 0, channel)].n for project in projects)
        about_the_year = sum(a.count for a in answers if a.channel == channel and not a.project)
        assert of_projects + about_the_year == given_here


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_published_intervals(successes, n, low, high):
    """Source: R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17
    (1998), table I, method 3."""
    assert [round(end, 4) for end in wilson(successes, n)] == [low, high]


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_is_symmetric(case: tuple[int, int]):
    successes, n = case
    low, high = wilson(successes, n)
    mirror_low, mirror_high = wilson(n - successes, n)

    assert 0 <= low <= successes / n <= high <= 1
    assert isclose(low, 1 - mirror_high, abs_tol=1e-12)
    assert isclose(high, 1 - mirror_low, abs_tol=1e-12)


@given(st.integers(1, 400), st.integers(2, 9))
def test_more_answers_make_a_narrower_interval(n: int, times: int):
    successes = n // 2
    low, high = wilson(successes, n)
    closer_low, closer_high = wilson(successes * times, n * times)

    assert closer_high - closer_low < high - low


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_wilson_refuses_what_is_no_share(successes, n):
    with pytest.raises(ValueError, match="a share needs"):
        wilson(successes, n)


def test_small_groups_have_no_share():
    assert estimate(4, Counts(4, 0, 0), smallest=5, sampled=True) is None
    assert estimate(0, Counts(), smallest=1, sampled=True) is None
    assert estimate(4, Counts(4, 1, 0), smallest=5, sampled=False) == Estimate(0.8)


def test_only_a_sample_has_a_margin():
    low, high = wilson(8, 10)
    asked = estimate(8, Counts(8, 1, 1), smallest=5, sampled=True)

    assert asked == Estimate(0.8, low, high)
    came = estimate(8, Counts(8, 1, 1), smallest=5, sampled=False)
    assert came == Estimate(0.8)
