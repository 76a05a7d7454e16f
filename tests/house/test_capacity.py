"""The sheet of capacity is computed from the benchmarks as they stand, and says so when a figure is missing."""

import pytest

from tests.bench import capacity

BENCHMARKS = """
`make bench` on 4 cores (a processor), 8 GB

| Letter pages (`letter_page`) | 2000 per second | 1 | | | | yes |
| Suggestions (`suggestion_post`) | 300 per second | | | | | |
| Forms (`suggestion_form`) | 2500 per second | | | | | |
| Ballots (`votes_cast`) | 140 per second | | | | | |
| Processor (`votes_cast_cpu`) | 10 ms | 1.14 ms: a row | 11 | | | |
"""


def test_the_page_holds_what_the_benchmarks_say():
    """Else: python -m tests.bench.capacity."""
    page = (capacity.DOCS / "capacity.md").read_text()

    assert page == capacity.written(page, (capacity.DOCS / "benchmarks.md").read_text())
    assert all(load.what in page for load in capacity.LOADS)


def test_a_load_is_compared_with_what_the_cores_carry():
    rows = capacity.table(BENCHMARKS).splitlines()

    assert rows[-1].startswith("| Ballots of 700 deputies asked to vote at once | 70 | 140 (`votes_cast`) | 50% | 4 |")
    # Ten milliseconds of one of four cores: four hundred a second.
    assert "| 147 | 400 (`votes_cast_cpu`) | 37% | 3 |" in rows[5]


def test_a_figure_that_was_not_measured_is_missed():
    with pytest.raises(KeyError, match="votes_cast"):
        capacity.table(BENCHMARKS.replace("`votes_cast`", "`another`"))
